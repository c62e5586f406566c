"""What is asked about a code, and what an answer may do to it."""
from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from charthouse.adapters.storage.codebook import SqliteCodeBook
from charthouse.ports.second_reader import REASONS, Question, Reply, schema
from charthouse.record.chart import Chart, Encounter
from charthouse.record.code import CodeLine, Role, Status
from charthouse.record.document import Patient, Span, quote
from charthouse.rooms.intake import from_text
from charthouse.rooms.second_reading import heard, questions
from charthouse.rooms.second_reading.ask import ALTERNATIVES, alternatives
from charthouse.rooms.second_reading.hear import LONGEST
from charthouse.rooms.second_reading.passages import AROUND, PASSAGES, passages

ON = date(2026, 3, 2)
TEXT = "HISTORY\n\nComes with a cough.\n\nASSESSMENT\n\nType 2 diabetes mellitus.\nHypertension, controlled.\n\nPLAN\n\nReturn in May."


def chart(text: str = TEXT) -> Chart:
    return Chart(encounter=Encounter(id="1", setting="outpatient", on=ON, patient=Patient()), documents=(from_text(text, id="note"),))


def line(code: str, *words: str, status: Status = "auto", role: Role = "secondary", text: str = TEXT) -> CodeLine:
    document = from_text(text, id="note")
    spans = tuple(quote(document, text.index(w), text.index(w) + len(w)) for w in words)
    return CodeLine(system="ICD-10-CM", code=code, title="as the book has it", role=role, status=status, confidence=0.9, evidence=spans, reasons=(), edition="FY2026")


def asked(book: SqliteCodeBook, *codes: CodeLine, text: str = TEXT) -> tuple[Question, ...]:
    return questions(chart(text), codes, (), book)


# -- passages ------------------------------------------------------------------------------------------------------------
def test_a_passage_is_the_paragraph_of_the_evidence_and_stands_in_the_document() -> None:
    (passage,) = passages(line("I10", "Hypertension").evidence, chart(), ())
    assert passage.span.text == "Type 2 diabetes mellitus.\nHypertension, controlled."
    assert TEXT[passage.span.start:passage.span.end] == passage.span.text


@pytest.mark.parametrize("around", ["word " * 200, "x" * 1000, "😀 ñ " * 200])
def test_a_passage_is_bounded_and_quotes_literally(around: str) -> None:
    text = f"{around}pneumonia {around}"
    (passage,) = passages(line("J18.9", "pneumonia", text=text).evidence, chart(text), ())
    assert len(passage.span.text) <= 2 * AROUND + len("pneumonia")
    assert text[passage.span.start:passage.span.end] == passage.span.text
    assert "pneumonia" in passage.span.text
    assert all(w in around.split() or w == "pneumonia" or "x" in w for w in passage.span.text.split())


def test_passages_that_meet_are_one_and_there_are_few() -> None:
    near = line("E11.9", "diabetes", "Hypertension")
    assert len(passages(near.evidence, chart(), ())) == 1
    text = "\n\n".join(f"finding{n} here" for n in range(9))
    far = line("E11.9", *(f"finding{n}" for n in range(9)), text=text)
    assert [p.span.text for p in passages(far.evidence, chart(text), ())] == [f"finding{n} here" for n in range(PASSAGES)]


# -- questions -------------------------------------------------------------------------------------------------------------
def test_what_stands_on_the_answer_is_asked_about_and_auto_first(book: SqliteCodeBook) -> None:
    codes = (line("R05.9", "cough", status="review"), line("I10", "Hypertension"), line("E11.9", "diabetes", status="suppressed"), line("Z79.4"))
    assert [(q.place, q.code) for q in asked(book, *codes)] == [(1, "I10"), (0, "R05.9")]
    assert asked(book, line("I10", "Hypertension", role="mention", status="review")) == ()


@pytest.mark.parametrize(("code", "holds"), [("E11.22", "E11.21"), ("S82.65XA", "S82.64XA"), ("M17.11", "M17.12")])
def test_alternatives_are_valid_codes_of_the_category(book: SqliteCodeBook, code: str, holds: str) -> None:
    offered = dict(alternatives(code, book, ON))
    assert holds in offered
    assert code not in offered
    assert 0 < len(offered) <= ALTERNATIVES
    assert all(book.valid(c, ON) and c[:3] == code[:3] and title for c, title in offered.items())


def test_alternatives_are_those_of_the_date(book: SqliteCodeBook) -> None:
    """The classes of obesity came with FY2025."""
    before, after = (dict(alternatives("E66.9", book, on)) for on in (date(2024, 3, 2), ON))
    assert "E66.812" in after
    assert "E66.812" not in before
    assert before


def test_the_schema_lets_nothing_else_through(book: SqliteCodeBook) -> None:
    (question,) = asked(book, line("E11.9", "diabetes"))
    form = schema(question)
    assert form["additionalProperties"] is False
    assert set(form["required"]) == set(form["properties"])
    assert form["properties"]["better_code"]["enum"] == ["", *(c for c, _ in question.alternatives)]


# -- answers ---------------------------------------------------------------------------------------------------------------
Hear = Callable[..., tuple[CodeLine, dict[str, int]]]


@pytest.fixture
def hear(book: SqliteCodeBook) -> Hear:
    def answered(content: str | None, status: Status = "auto") -> tuple[CodeLine, dict[str, int]]:
        codes = (line("E11.9", "diabetes", status=status),)
        (done,), tally = heard(codes, asked(book, *codes), (Reply(content=content, why="" if content is not None else "no connection"),), "reader-1")
        return done, tally

    return answered


def reply(**fields: object) -> str:
    return json.dumps({"verdict": "disagree", "quote": "Type 2 diabetes mellitus", "better_code": "", "reason": "specificity"} | fields)


def test_disagreement_takes_a_code_to_a_person_with_the_words_that_decide(hear: Hear) -> None:
    done, tally = hear(reply())
    assert (done.status, tally["disagreed"], tally["held"]) == ("review", 1, 1)
    assert done.reasons[0].rule == "second-reader/disagreed"
    start = TEXT.index("Type 2")
    assert done.reasons[0].spans == (Span(document="note", start=start, end=start + 24, text="Type 2 diabetes mellitus"),)
    assert "reader-1" in done.reasons[0].citation


@pytest.mark.parametrize("verdict", ["agree", "disagree", "unsure"])
@pytest.mark.parametrize("status", ["auto", "review"])
def test_no_verdict_lifts_a_code_or_touches_anything_but_its_status(hear: Hear, verdict: str, status: Status) -> None:
    done, tally = hear(reply(verdict=verdict), status)
    before = line("E11.9", "diabetes", status=status)
    assert replace(done, status=before.status, reasons=()) == before
    assert done.status == ("review" if verdict == "disagree" else status)
    assert len(done.reasons) == 1
    assert tally["held"] == (verdict == "disagree" and status == "auto")


def test_another_code_is_only_asked_about(hear: Hear, book: SqliteCodeBook) -> None:
    better = next(iter(dict(alternatives("E11.9", book, ON))))
    done, _ = hear(reply(better_code=better))
    assert done.code == "E11.9"
    assert [r.rule for r in done.reasons] == ["second-reader/disagreed", "second-reader/question"]
    entry = book.entry(better)
    assert entry is not None
    assert f"{better} {entry.title}" in done.reasons[1].message


@pytest.mark.parametrize(
    "content",
    ["", "yes", "null", "[]", "{}", reply()[:-1], f"Sure! {reply()}", f"```json\n{reply()}\n```", reply(verdict="AGREE"), reply(verdict="remove"), reply(verdict=True),
     reply(reason="because"), reply(reason=None), reply(better_code="I21.9"), reply(better_code="E11"), reply(better_code="E11.9"), reply(better_code=["E11.00"]),
     reply(quote=""), reply(quote="  "), reply(quote="Type 1 diabetes mellitus"), reply(quote="type 2 diabetes mellitus"), reply(quote="Type 2  diabetes"),
     reply(quote="Type 2 d\u0456abetes mellitus"), reply(quote="Type 2\u200b diabetes"), reply(quote="Comes with a cough."), reply(quote=TEXT * 9), reply(more="x"),
     reply()[:-1] + ', "verdict": "agree"}', "[" * 5000, reply(quote="x" * LONGEST), reply(verdict="unsure", quote="not there"), reply() + reply(),
     '{"codes": [{"code": "I21.9"}]}', "NaN", reply(verdict={"verdict": "agree"})],
)  # fmt: skip
def test_an_answer_that_does_not_hold_is_discarded_whole(hear: Hear, content: str) -> None:
    done, tally = hear(content)
    assert (done.status, tally["discarded"], tally["held"]) == ("auto", 1, 0)
    (ruling,) = done.reasons
    assert (ruling.rule, ruling.verdict, ruling.spans) == ("second-reader/discarded", "warning", ())
    assert not any(told in ruling.message for told in ("Sure", "I21.9", "Type", "because", "remove"))


def test_unsure_needs_no_quotation(hear: Hear) -> None:
    done, tally = hear(reply(verdict="unsure", quote=""))
    assert (done.reasons[0].rule, tally["unsure"]) == ("second-reader/unsure", 1)


def test_no_answer_leaves_the_code_as_it_was(hear: Hear) -> None:
    done, tally = hear(None)
    assert (done.status, done.reasons[0].rule, tally["not_reached"]) == ("auto", "second-reader/not-reached", 1)
    assert "no connection" in done.reasons[0].message


def test_a_reply_acts_on_its_own_code_only(book: SqliteCodeBook) -> None:
    codes = (line("E11.9", "diabetes"), line("R05.9", "cough"), line("I10", "Hypertension"))
    said = (reply(), reply(quote="Comes with a cough.", verdict="agree", reason="stated"), "nonsense")
    done, tally = heard(codes, asked(book, *codes), tuple(Reply(content=c) for c in said), "reader-1")
    assert [(c.code, c.status, c.reasons[0].rule) for c in done] == [
        ("E11.9", "review", "second-reader/disagreed"), ("R05.9", "auto", "second-reader/agreed"), ("I10", "auto", "second-reader/discarded")]
    assert tally == {"asked": 3, "agreed": 1, "disagreed": 1, "unsure": 0, "discarded": 1, "not_reached": 0, "held": 1}


@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_has_words(hear: Hear, reason: str) -> None:
    assert REASONS[reason] in hear(reply(reason=reason))[0].reasons[0].message
