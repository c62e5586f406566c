"""Queries at the desk: composed beside the chart, judged before they are sent, answered, and filed as a document so that the chart is coded anew."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from secrets import choice

from charthouse.flow import deciding, questions
from charthouse.flow.deciding import Opened
from charthouse.flow.desk import SITE, Desk, told
from charthouse.flow.steps import Kit, read_note
from charthouse.ports.store import Transaction
from charthouse.record.access import Access
from charthouse.record.errors import BadRequest, NotCompliant, QueryClosed
from charthouse.record.fact import Fact
from charthouse.record.filing import Filing
from charthouse.record.query import ANSWER_KIND, OPEN, Answer, Draft, Opportunity, Query, State, outcome_of
from charthouse.record.ruling import Ruling
from charthouse.rooms.abstraction import Reader
from charthouse.rooms.cdi import lint
from charthouse.rooms.privacy import scope

# How long a provider has before it is handed on: while the patient is in house, and after.
CONCURRENT, RETROSPECTIVE = timedelta(days=2), timedelta(days=7)
MOST = 4000  # characters of an answer


def judged(at: Opened, draft: Draft, kit: Kit) -> tuple[Ruling, ...]:
    """What is not compliant in a draft; () when it may be sent."""
    texts = {d["id"]: d["text"] for d in at.result.get("documents", ())}
    said = frozenset(code for f in at.result.get("facts", ()) if f["kind"] == "problem" and f["experiencer"] == "patient" for code in f["codes"] if code)
    return lint(draft, texts=texts, documented=said, diagnoses=lambda text: named_in(text, kit.reader), known=questions.known())


def send(desk: Desk, kit: Kit, at: Opened, draft: Draft, shown: str) -> Query:
    """Kept and sent, if it is compliant. Raises `NotCompliant`."""
    findings = judged(at, draft, kit)
    if findings:
        raise NotCompliant(why="; ".join(f.message[:1].lower() + f.message[1:] for f in findings))
    now, concurrent = desk.clock(), at.inpatient and at.coded.visit.discharged is None
    made = Query(number=_number(), draft=draft, state="sent", made_at=now, by=desk.actor.id, shown=shown, concurrent=concurrent, sent_at=now, due=now + (CONCURRENT if concurrent else RETROSPECTIVE))
    def use(open: Transaction, access: Access) -> Query:
        open.queries.keep(access, made)
        deciding.in_step(open, access, deciding.read_within(open, access, at.encounter))
        return made

    return desk.use("query.write", ("encounter", at.encounter), use)


def of(desk: Desk, encounter: str) -> tuple[Query, ...]:
    """All that were asked about a visit, the newest first."""
    def use(open: Transaction, access: Access) -> tuple[Query, ...]:
        told(open, access)
        return open.queries.of(access, encounter)

    return desk.use("chart.read", ("encounter", encounter), use)


def listed(desk: Desk, action: str, states: tuple[State, ...] = OPEN, *, to: str = "") -> tuple[tuple[Query, str], ...]:
    """(query, patient's name), the one that is due first. `action` is what the person is here for: `query.write` or `query.answer`."""
    return desk.use(action, replace(SITE, id="queries"), lambda open, access: open.queries.listed(access, scope(desk.actor, desk.purpose, desk.rules), states, to=to))


def shown_to_provider(desk: Desk, number: str) -> Query:
    """The query; from now on it was seen. Raises `NoRecord`."""
    def use(open: Transaction, access: Access) -> Query:
        now = open.queries.get(access, number)
        seen = replace(now, state="seen", seen_at=desk.clock()) if now.state == "sent" else now
        open.queries.keep(access, seen)
        return seen

    return desk.use("query.answer", ("query", number), use)


def answer(desk: Desk, number: str, shown: str, *, chosen: str = "", words: str = "") -> Query:
    """The provider's answer, signed: filed to the visit as a document, which makes the chart due to be coded anew. Raises `NoRecord`, `BadRequest`, `QueryClosed`."""
    words = words.strip()

    def use(open: Transaction, access: Access) -> Query:
        now = open.queries.get(access, number)
        if not now.open:
            raise QueryClosed(state=now.state)
        if (not chosen and not words) or len(words) > MOST or (chosen and chosen not in now.draft.options):
            raise BadRequest(why="Choose one of the answers that are offered, or write one of your own")
        if chosen.lower().startswith("other") and not words:
            raise BadRequest(why="“Other” needs words of your own")
        text = _document(now, chosen, words, shown, desk.clock())
        document = open.records.file(access, Filing(encounter=now.draft.encounter, content=text.encode(), text=text, kind=ANSWER_KIND, author=shown, service_date=desk.clock().date(), source="query", number=number, signed=True))
        done = replace(now, state="answered", closed_at=desk.clock(), answer=Answer(outcome=outcome_of(chosen, words), choice=chosen, words=words, by=shown, at=desk.clock(), document=document))
        open.queries.keep(access, done)
        return done

    return desk.use("query.answer", ("query", number), use)


def withdraw(desk: Desk, number: str, why: str) -> Query:
    """Raises `NoRecord`, `BadRequest`, `QueryClosed`."""
    def use(open: Transaction, access: Access) -> Query:
        now = open.queries.get(access, number)
        if not now.open:
            raise QueryClosed(state=now.state)
        if not why.strip():
            raise BadRequest(why="A query is not withdrawn without a reason")
        done = replace(now, state="withdrawn", closed_at=desk.clock(), why=why.strip()[:500])
        open.queries.keep(access, done)
        deciding.in_step(open, access, deciding.read_within(open, access, now.draft.encounter))
        return done

    return desk.use("query.write", ("query", number), use)


def left_open(desk: Desk, encounter: str) -> tuple[Opened, tuple[tuple[Opportunity, str], ...]]:
    """The chart, and what its record leaves open: each with the number of the query that asks it, or ""."""
    def use(open: Transaction, access: Access) -> tuple[Opened, tuple[tuple[Opportunity, str], ...]]:
        told(open, access)
        at, asked = deciding.read_within(open, access, encounter), open.queries.of(access, encounter)
        return at, tuple((o, questions.asked_by(o, asked)) for o in questions.left_open(at))

    return desk.use("chart.read", ("encounter", encounter), use)


def opened(desk: Desk, encounter: str) -> Opened:
    return deciding.opened(desk, encounter)


def read(desk: Desk, number: str) -> Query:
    """For who asked, or the letter. Raises `NoRecord`."""
    def use(open: Transaction, access: Access) -> Query:
        told(open, access)
        return open.queries.get(access, number)

    return desk.use("chart.read", ("query", number), use)


def _document(query: Query, chosen: str, words: str, shown: str, at: datetime) -> str:
    """What the answer says, and only that: the question and what was not chosen are no documentation."""
    said = words if not chosen or chosen.lower().startswith("other") else chosen + (f". {words}" if words else "")
    if query.draft.form == "yes/no" and chosen:
        said = f"{chosen}. {query.draft.question} {words}".strip()
    return f"Answer to query {query.number}\n\nAssessment: {said.rstrip('.')}.\n\nElectronically signed by {shown}, {at:%Y-%m-%d %H:%M}\n"


def _number() -> str:
    """Short enough to be read over the telephone; says nothing of a patient."""
    return "Q-" + "".join(choice("23456789ABCDEFGHJKLMNPQRSTUVWXYZ") for _ in range(8))


def named_in(text: str, reader: Reader) -> frozenset[str]:
    """The codes of the diagnoses that a text names, however it speaks of them."""
    return _codes(read_note(text, reader)) if text.strip() else frozenset()


def documented_in(text: str, reader: Reader) -> frozenset[str]:
    """Those that a document says of the patient, for sure or not."""
    return _codes(f for f in read_note(text, reader) if f.experiencer == "patient") if text.strip() else frozenset()


def _codes(facts: Iterable[Fact]) -> frozenset[str]:
    return frozenset(t.default or t.family for f in facts if f.kind == "problem" for t in f.targets)
