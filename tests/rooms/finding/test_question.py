"""A question is understood as it was meant, says how, and is never a syntax error."""
from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charthouse.record.finding import Phrase, Question
from charthouse.rooms.finding import snippet, understand
from charthouse.rooms.finding.days import said_days

TODAY = date(2026, 11, 26)  # a Thursday
LEXICON = {"heart attack": ("heart attack", "MI", "acute MI", "myocardial infarction"), "diabetic foot ulcers": ("diabetic foot ulcer", "DFU")}


def asked(text: str, **more: object) -> Question:
    return understand(text, TODAY, ways=lambda p: LEXICON.get(p, ()), codes=lambda p: {"wound stage": ("L97.??1",), "gout": ("M10*",)}.get(p, ()), **more).question  # type: ignore[arg-type]


def words(question: Question) -> list[list[list[str]]]:
    return [[[" ".join(p.words) + ("*" if p.prefix else "") for p in way] for way in c.ways] for c in question.clauses]


DAYS = [
    ("last quarter", "2026-07-01", "2026-09-30"), ("this quarter", "2026-10-01", "2026-12-31"), ("in the last month", "2026-10-01", "2026-10-31"), ("last year", "2025-01-01", "2025-12-31"),
    ("this week", "2026-11-23", "2026-11-29"), ("last 30 days", "2026-10-27", "2026-11-26"), ("past 2 weeks", "2026-11-12", "2026-11-26"), ("Q1 2026", "2026-01-01", "2026-03-31"),
    ("in February 2024", "2024-02-01", "2024-02-29"), ("in 2025", "2025-01-01", "2025-12-31"), ("since 2026-04-01", "2026-04-01", None), ("after 2026-04-01", "2026-04-02", None),
    ("before 2026-04-01", None, "2026-03-31"), ("between 2026-04-01 and 2026-04-30", "2026-04-01", "2026-04-30"), ("on 2026-04-01", "2026-04-01", "2026-04-01"), ("yesterday", "2026-11-25", "2026-11-25"),
]


@pytest.mark.parametrize(("said", "first", "last"), DAYS)
def test_days_in_words(said: str, first: str | None, last: str | None) -> None:
    question = asked(f"gout {said}")
    assert (question.since, question.until) == tuple(date.fromisoformat(d) if d else None for d in (first, last))
    assert words(question) == [[["gout"]]]


def test_the_last_quarter_of_the_first_quarter_is_of_the_year_before() -> None:
    found = said_days("last quarter", date(2026, 2, 1))
    assert found is not None
    assert found[0] == (date(2025, 10, 1), date(2025, 12, 31))


@pytest.mark.parametrize("said", ["since 2026-02-30", "in 99999", "the last straw", "quarterly", "lasts a year", '"last quarter"'])
def test_what_names_no_days_stays_words(said: str) -> None:
    question = asked(said)
    assert (question.since, question.until) == (None, None)
    assert question.clauses


def test_the_question_of_the_department() -> None:
    known = understand("Show all diabetic foot ulcers without a coded wound stage last quarter", TODAY, ways=lambda p: LEXICON.get(p, ()),
                       codes=lambda p: ("L97.??1",) if p == "wound stage" else ())
    question = known.question
    assert question.without == (("L97.??1",),)
    assert (question.since, question.until) == (date(2026, 7, 1), date(2026, 9, 30))
    assert words(question) == [[["diabetic", "foot", "ulcer"], ["dfu"]]]
    assert len(known.notes) == 3
    assert any("L97.??1" in note for note in known.notes)
    assert any("2026-07-01" in note for note in known.notes)
    assert any("DFU" in note for note in known.notes)


def test_a_detail_that_no_table_knows_stays_words_and_is_said() -> None:
    known = understand("ulcer without a coded whatnot", TODAY)
    assert known.question.without == ()
    assert any("whatnot" in note for note in known.notes)
    assert asked("with a coded gout and fever").codes == (("M10*",),)


def test_clauses() -> None:
    assert words(asked('"foot ulcer" tophi')) == [[["foot ulcer"]], [["tophi"]]]
    assert words(asked("a OR gout OR fever")) == [[["gout"], ["fever"]]]
    assert words(asked("neuro*")) == [[["neuro*"]]]
    assert [c.unwanted for c in asked("gout -fever NOT pain").clauses] == [False, True, True]
    assert words(asked("heart attack")) == [[["heart", "attack"], ["mi"], ["myocardial infarction"]]]  # "acute MI" is found by "MI"
    assert words(asked('"heart attack"')) == [[["heart attack"]]]
    assert words(asked("heart attack OR gout")) == [[["heart"]], [["attack"], ["gout"]]]
    assert asked("x-ray 5/5").clauses[0].ways == ((Phrase(words=("x", "ray")),),)


def test_fields_and_what_options_gave() -> None:
    question = asked("kind:letter mrn:4711 code:E11*,E10* -code:L97* from:2026-01-01 gout Rx:aspirin")
    assert (question.kind, question.number, question.codes, question.without, question.since) == ("letter", "4711", (("E11*", "E10*"),), (("L97*",),), date(2026, 1, 1))
    assert words(question) == [[["gout"]], [["rx aspirin"]]]
    assert asked("kind:letter last quarter", given=Question(kind="note", since=date(2026, 8, 1))).kind == "note"
    assert asked("last quarter", given=Question(since=date(2026, 8, 1))).since == date(2026, 8, 1)
    assert understand("born:soon", TODAY).notes


@given(st.text(max_size=80))
def test_anything_is_a_question(text: str) -> None:
    for clause in asked(text).clauses:
        assert all(p.words and all(p.words) for way in clause.ways for p in way)


# -- passages ----------------------------------------------------------------------------------------------------------------------------
def test_a_passage_shows_where_most_clauses_are_answered() -> None:
    text = "Gout long ago. " + "Nothing of note. " * 60 + "Now gouty pain; gout with fever, and a foot ulcer. " + "More. " * 60
    shown = snippet(text, asked('gout "foot ulcer" -nothing').clauses)
    assert [shown.text[s:e] for s, e in shown.marks] == ["gout", "foot ulcer"]
    assert (shown.before, shown.after) == (True, True)
    assert text[shown.start:shown.start + len(shown.text)] == shown.text
    assert len(shown.text) <= 240


@given(st.text(alphabet="gout foot.\nÄ '", max_size=600), st.sampled_from(["gout", '"gout foot"', "fo*", "-gout", "", "gout OR foot"]))
def test_marks_are_words_that_were_asked_for(text: str, question: str) -> None:
    shown = snippet(text, asked(question).clauses)
    assert text[shown.start:shown.start + len(shown.text)] == shown.text
    assert all(0 <= s < e <= len(shown.text) for s, e in shown.marks)
    assert all(b >= a for (_, a), (b, _) in zip(shown.marks, shown.marks[1:], strict=False))
    if question == "-gout":
        assert shown.marks == ()
