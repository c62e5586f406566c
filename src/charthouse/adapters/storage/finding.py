"""The index in the database: implements `ports.finding.Finding`. A document enters it in the transaction that files it (`records.py`).

What may be seen is a condition of each query, not a choice among its results.
"""
from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from charthouse.adapters.storage.filters import conditions, name_of, number_of
from charthouse.adapters.storage.schema import document, encounter, patient, search_code, search_entry, step
from charthouse.adapters.storage.scope import within
from charthouse.adapters.storage.words import folded, words_in
from charthouse.record.access import Access, Scope
from charthouse.record.chart import age_on
from charthouse.record.errors import BlobDamaged
from charthouse.record.finding import AssignedCode, CodedVisit, Found, Hit, Question, assigned_in

if TYPE_CHECKING:
    from charthouse.adapters.storage.blobs import Blobs
    from charthouse.adapters.storage.records import Work

COUNTED = 10_000  # as far as hits are counted
AT_ONCE = 500
_SHOWN = ("document", "encounter", "patient", "facility", "setting", "unit", "kind", "author", "day")


class RecordFinding:
    """In one transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def find(self, access: Access, question: Question, scope: Scope, *, first: int, most: int) -> Found:
        """The question itself is not written down: it may name a patient, and a hash of a name can be guessed. How many clauses, and which filters, are."""
        asked = f"{len(question.clauses)} clauses; {' '.join(question.filters())}"
        self._work.tell(replace(access.event, subject="find", version=asked))
        self._work.enter_filed()
        rows, count, ranked = _page(self._work.connection, question, scope, first, most)
        for who in dict.fromkeys(row["patient"] for row in rows if row["patient"]):
            self._work.tell(replace(access.event, patient=who, subject=f"patient:{who}", version="shown as found"))
        hits = tuple(Hit(**{name: row[name] for name in _SHOWN}, score=float(row["score"]), number=row["number"] or "", name=row["name"] or "",
                         text=_shown(self._work.connection, self._work.blobs, row["text"])) for row in rows)
        return Found(hits=hits, count=min(count, COUNTED), more=count > COUNTED, ranked=ranked if count > ranked else 0)

    def visits(self, access: Access, scope: Scope, since: date, until: date) -> Iterator[CodedVisit]:
        self._work.tell(access.event)
        self._work.enter_filed()
        return _visits(self._work.connection, scope, since, until)

    def coded(self, access: Access, id: str, codes: Sequence[AssignedCode]) -> None:
        put_codes(self._work.connection, id, codes)

    def enter(self, access: Access, id: str) -> None:
        self._work.tell(access.event)
        self._work.enter_filed()
        enter(self._work.connection, self._work.blobs, id)

    def forget(self, access: Access, id: str) -> None:
        self._work.tell(access.event)
        self._work.enter_filed()
        forget(self._work.connection, self._work.blobs, id)

    def rebuild(self, access: Access, tell: Callable[[str, int, int], None]) -> int:
        self._work.tell(access.event)
        self._work.enter_filed()
        return rebuild(self._work.connection, self._work.blobs, tell)


# -- what is in it ---------------------------------------------------------------------------------------------------------------------
def enter(connection: sa.Connection, blobs: Blobs, id: str) -> None:
    """A document as it is now, in place of what was known of it. One that was not read yet is found by its filters."""
    put(connection, id, _shown(connection, blobs, forget(connection, blobs, id)))


def put(connection: sa.Connection, id: str, text: str) -> None:
    """A document that is not in it. One that names no date of its own stands on the day on which its visit began."""
    words_in(connection).put(connection.execute(_ENTERED[connection.dialect.name == "postgresql"], {"the": id}).scalar_one(), folded(text))


def _entered(*, on_server: bool) -> sa.Executable:
    began = sa.func.substr(encounter.c.admitted, 1, 10)
    row = sa.select(
        document.c.id, sa.func.coalesce(document.c.patient, ""), sa.func.coalesce(document.c.encounter, ""), document.c.facility,
        sa.func.coalesce(encounter.c.setting, ""), sa.func.coalesce(encounter.c.unit, ""), document.c.kind, document.c.author,
        sa.func.coalesce(document.c.service_date, sa.cast(began, sa.Date) if on_server else began), document.c.state, sa.func.coalesce(patient.c.restricted, sa.false()),
    ).select_from(document.outerjoin(encounter, encounter.c.id == document.c.encounter).outerjoin(patient, patient.c.id == document.c.patient)).where(document.c.id == sa.bindparam("the"))
    return search_entry.insert().from_select([c.name for c in search_entry.columns if c.name != "n"], row).returning(search_entry.c.n)


_ENTERED = {on_server: _entered(on_server=on_server) for on_server in (False, True)}  # made once: to put a statement together costs more than to run it


def forget(connection: sa.Connection, blobs: Blobs, id: str) -> str | None:
    """Out of the index, every word; the hash of its text. SQLite must be told the text again, so this comes before the text is destroyed."""
    hash = connection.execute(sa.select(document.c.text).where(document.c.id == id)).scalar()
    n = connection.execute(sa.select(search_entry.c.n).where(search_entry.c.document == id)).scalar()
    if n is not None:
        words_in(connection).remove(n, folded(_text(connection, blobs, hash)))
        connection.execute(search_entry.delete().where(search_entry.c.n == n))
    return hash


def put_codes(connection: sa.Connection, id: str, codes: Sequence[AssignedCode]) -> None:
    connection.execute(search_code.delete().where(search_code.c.encounter == id))
    rows = [{"encounter": id, "system": c.system, "code": c.code, "bare": c.code.replace(".", ""), "place": n, "role": c.role, "status": c.status, "poa": c.poa}
            for n, c in enumerate(codes)]
    if rows:
        connection.execute(search_code.insert(), rows)


def rebuild(connection: sa.Connection, blobs: Blobs, tell: Callable[[str, int, int], None] = lambda what, done, total: None) -> int:
    """All of it anew: documents in the order in which they came, then the codes of the newest coding result of each visit."""
    words_in(connection).clear()
    connection.execute(search_entry.delete())
    connection.execute(search_code.delete())
    total = connection.execute(sa.select(sa.func.count()).select_from(document)).scalar_one()
    last, done = "", 0
    while rows := connection.execute(sa.select(document.c.id).where(document.c.id > last, document.c.state != "destroyed").order_by(document.c.id).limit(AT_ONCE)).scalars().all():
        for id in rows:
            enter(connection, blobs, id)
        last, done = rows[-1], done + len(rows)
        tell("documents", done, total)
    _rebuild_codes(connection, blobs)
    return done


def _rebuild_codes(connection: sa.Connection, blobs: Blobs) -> None:
    last = ""
    done = (step.c.name == "coding", step.c.state == "done", step.c.result.is_not(None))
    while rows := connection.execute(sa.select(step.c.encounter).where(*done, step.c.encounter > last).distinct().order_by(step.c.encounter).limit(AT_ONCE)).scalars().all():
        for id in rows:
            hash = connection.execute(sa.select(step.c.result).where(*done, step.c.encounter == id).order_by(step.c.done_at.desc()).limit(1)).scalar_one()
            put_codes(connection, id, assigned_in(json.loads(blobs.get(connection, hash))))
        last = rows[-1]


def _text(connection: sa.Connection, blobs: Blobs, hash: str | None) -> str:
    return blobs.get(connection, hash).decode() if hash else ""


def _shown(connection: sa.Connection, blobs: Blobs, hash: str | None) -> str:
    """A text that is damaged does not hide the others."""
    try:
        return _text(connection, blobs, hash)
    except BlobDamaged:
        return ""


# -- what is asked of it ---------------------------------------------------------------------------------------------------------------
def _page(connection: sa.Connection, question: Question, scope: Scope, first: int, most: int) -> tuple[list[Any], int, int]:
    """(rows of the page, count as far as it goes, how many were put in order)."""
    words = words_in(connection)
    said = [words.match(question.clauses)] if question.clauses else []
    wanted = any(not c.unwanted for c in question.clauses)
    where = (*said, *conditions(question, scope))
    of = words.source() if question.clauses and (wanted or connection.dialect.name == "postgresql") else search_entry
    ranked = words.ranked if wanted else COUNTED
    order = words.number().desc() if wanted else search_entry.c.day.desc().nulls_last()
    score = (words.score(question.clauses) if wanted else sa.literal(0.0)).label("score")
    found = sa.select(search_entry.c.n, search_entry.c.day, score).select_from(of).where(*where).order_by(order).limit(ranked + 1).subquery("found")
    shown = sa.select(found.c.n, found.c.score, sa.func.count().over().label("count")).order_by(
        found.c.score.desc(), found.c.day.desc().nulls_last(), found.c.n.desc()).offset(first).limit(most).subquery("shown")
    told = sa.select(*search_entry.columns, shown.c.score, shown.c["count"], document.c.text, name_of(search_entry.c.patient).label("name"), number_of(search_entry.c.patient).label("number")
                     ).select_from(shown.join(search_entry, search_entry.c.n == shown.c.n).join(document, document.c.id == search_entry.c.document)
                                   ).order_by(shown.c.score.desc(), search_entry.c.day.desc().nulls_last(), shown.c.n.desc())
    rows = list(connection.execute(told).mappings())
    count = rows[0]["count"] if rows else 0
    if ranked < count <= COUNTED or (first and not rows):
        limited = sa.select(search_entry.c.n).select_from(of).where(*where).limit(COUNTED + 1).subquery()
        count = connection.execute(sa.select(sa.func.count()).select_from(limited)).scalar_one()
    return rows, count, ranked


def _visits(connection: sa.Connection, scope: Scope, since: date, until: date) -> Iterator[CodedVisit]:
    on = sa.func.substr(sa.func.coalesce(encounter.c.discharged, encounter.c.admitted), 1, 10)
    seen = within(scope, encounter.c.facility, patient.c.restricted)
    query = sa.select(encounter, patient.c.sex, patient.c.birth_date, search_code.c.system, search_code.c.code, search_code.c.role, search_code.c.status, search_code.c.poa,
                      number_of(encounter.c.patient).label("of_patient"), on.label("on")
                      ).select_from(encounter.join(patient, patient.c.id == encounter.c.patient).join(search_code, search_code.c.encounter == encounter.c.id)).where(
        on >= since.isoformat(), on <= until.isoformat(), *seen).order_by(on, encounter.c.id, search_code.c.place)
    rows = connection.execute(query.execution_options(yield_per=1000)).mappings()
    for _, lines in groupby(rows, key=lambda row: row["id"]):
        yield _visit(list(lines))


def _visit(rows: list[Any]) -> CodedVisit:
    row = rows[0]
    admitted, on, born = date.fromisoformat(row["admitted"][:10]), date.fromisoformat(row["on"]), row["birth_date"]
    age = None if born is None else age_on(born, on)
    codes = tuple(AssignedCode(system=r["system"], code=r["code"], role=r["role"], status=r["status"], poa=r["poa"]) for r in rows)
    return CodedVisit(encounter=row["id"], number=row["of_patient"] or "", visit=row["number"] or "", facility=row["facility"], setting=row["setting"], admitted=admitted,
                      discharged=on if row["discharged"] else None, sex=row["sex"], age=age, attending=row["attending"], disposition=row["discharge_status"], codes=codes)
