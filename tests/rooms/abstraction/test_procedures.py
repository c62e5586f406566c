"""Reading procedures: the name, its body part and side, what the words around say, and whether it was done."""
from __future__ import annotations

import pytest

from charthouse import bootstrap
from charthouse.adapters.storage.codebook import SqliteCodeBook
from charthouse.flow.result import fact_dict
from charthouse.record.fact import Fact
from charthouse.rooms.abstraction.read import read
from charthouse.rooms.intake import from_text


def facts(text: str) -> list[Fact]:
    return [f for f in read(from_text(text, id="note"), bootstrap.reader()) if f.kind == "procedure"]


def said(fact: Fact, axis: str) -> list[str]:
    return [value for name, value in fact.attributes if name == axis]


@pytest.mark.parametrize(("text", "parts"), [
    ("Excision of the left kidney.", ["Kidney | Kidneys | Kidneys, Ureters and Bladder@left"]),
    ("CT of the chest and neck.", ["Chest | Chest Wall | Thorax", "Neck"]),
    ("Excision of the gallbladder; the spleen was normal.", ["Gallbladder"]),
    ("Spleen normal. Appendectomy was done.", []),
    ("MRI was done. It showed a mass.", [])])
def test_an_action_takes_the_parts_that_belong_to_it(book: SqliteCodeBook, text: str, parts: list[str]) -> None:
    assert [p for f in facts(text)[:1] for p in said(f, "part")] == parts


@pytest.mark.parametrize(("text", "assertion", "temporality"), [
    ("She underwent appendectomy.", "present", "recent"), ("She will undergo appendectomy.", "hypothetical", "recent"),
    ("She declined appendectomy.", "absent", "recent"), ("Appendectomy was not performed.", "absent", "recent"),
    ("Status post appendectomy.", "present", "historical"), ("Past surgical history: appendectomy.", "present", "historical")])
def test_whether_it_was_done(book: SqliteCodeBook, text: str, assertion: str, temporality: str) -> None:
    (fact,) = facts(text)
    assert (fact.assertion, fact.temporality) == (assertion, temporality)


@pytest.mark.parametrize(("text", "axis", "value"), [
    ("Laparoscopic splenectomy.", "approach", "4"), ("Left total knee arthroplasty, cemented.", "side", "left"), ("Left total knee arthroplasty, cemented.", "qualifier", "Cemented"),
    ("Mechanical ventilation for 3 days.", "hours", "72"), ("Splenectomy in 2011.", "year", "2011"), ("HFNC from 03:40 to 19:20 the same day.", "hours", "15.67")])
def test_what_the_words_around_say(book: SqliteCodeBook, text: str, axis: str, value: str) -> None:
    (fact, *_) = facts(text)
    assert said(fact, axis) == [value]


@pytest.mark.parametrize("text", ["The toe was normal.", "HR 94 HR, no complaints.", "Nutrition through the PEG tube.", "He was given aspirin."])
def test_everyday_words_and_routes_are_no_procedures(book: SqliteCodeBook, text: str) -> None:
    assert [f.span.text for f in facts(text)] == []


def test_a_fact_shows_what_its_name_alone_says(book: SqliteCodeBook) -> None:
    (fact,) = facts("Cholecystectomy.")
    assert fact_dict(fact)["kind"] == "procedure"
    assert fact_dict(fact)["codes"] == ["0FT4"]
