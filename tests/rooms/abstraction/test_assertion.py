"""Whether a finding holds, of whom and when: a table of sentences, asked both ways (found by us, marked by the caller)."""
from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from charthouse.record.fact import Fact
from charthouse.rooms.abstraction import Reader, read, read_targets
from charthouse.rooms.intake import from_text


def cases() -> list[tuple[str, str, tuple[str, str, str]]]:
    lines = (Path(__file__).parent / "assertions.tsv").read_text(encoding="utf-8").splitlines()
    rows = [[*r, "", "", ""][:5] for r in csv.reader((line for line in lines if line and not line.startswith("#")), delimiter="\t", quoting=csv.QUOTE_NONE)]
    return [(sentence.replace("\\n", "\n"), finding, (assertion, time or "recent", whose or "patient")) for sentence, finding, assertion, time, whose in rows]


CASES = cases()


def judged(fact: Fact) -> tuple[str, str, str]:
    return fact.assertion, fact.temporality, fact.experiencer


def place(text: str, finding: str) -> tuple[int, int]:
    start = text.lower().index(finding.lower())
    return start, start + len(finding)


def test_the_table_is_big_enough_to_mean_something() -> None:
    assert len(CASES) >= 120
    assert len({c[:2] for c in CASES}) == len(CASES)
    assert {c[2][0] for c in CASES} == {"present", "absent", "possible", "hypothetical"}


@pytest.mark.parametrize(("sentence", "finding", "expected"), CASES)
def test_what_a_sentence_says_of_a_finding(small_reader: Reader, sentence: str, finding: str, expected: tuple[str, str, str]) -> None:
    facts = read(from_text(sentence, id="note"), small_reader)
    at = place(sentence, finding)
    fact = next((f for f in facts if f.kind == "problem" and f.span.start <= at[0] and f.span.end >= at[1]), None)
    assert fact is not None, [f.span.text for f in facts]
    assert judged(fact) == expected, fact.trigger_rule


@pytest.mark.parametrize(("sentence", "finding", "expected"), CASES)
def test_marked_words_are_judged_alike(small_reader: Reader, sentence: str, finding: str, expected: tuple[str, str, str]) -> None:
    (fact,) = read_targets(from_text(sentence, id="note"), [place(sentence, finding)], small_reader)
    assert judged(fact) == expected, fact.trigger_rule


@pytest.mark.parametrize("sentence", ["No fever.", "Pneumonia was ruled out.", "Family history of diabetes.", "Likely asthma."])
def test_the_trigger_quotes_the_words_that_decided(small_reader: Reader, sentence: str) -> None:
    (fact,) = [f for f in read(from_text(sentence, id="note"), small_reader) if f.kind == "problem"]
    assert fact.trigger is not None
    assert sentence[fact.trigger.start:fact.trigger.end] == fact.trigger.text
    assert fact.trigger_rule


def test_nothing_decided_means_no_trigger(small_reader: Reader) -> None:
    (fact,) = read(from_text("Pneumonia on the film.", id="note"), small_reader)
    assert fact.trigger is None
    assert fact.trigger_rule == ""


def test_a_section_decides_where_no_word_does(small_reader: Reader) -> None:
    (fact,) = read(from_text("Family History:\nasthma", id="note"), small_reader)
    assert fact.trigger_rule == "section: family history"


@pytest.mark.parametrize(("sentence", "over"), [
    ("History of stroke.", True), ("Past surgical history: hernia", True), ("Cellulitis has resolved.", True),
    ("Past medical history: diabetes", False), ("Past medical history significant for asthma.", False), ("Asthma.", False),
])
def test_told_as_history_is_not_always_over(small_reader: Reader, sentence: str, over: bool) -> None:
    (fact,) = [f for f in read(from_text(sentence, id="note"), small_reader) if f.kind == "problem"]
    assert fact.over is over


@pytest.mark.parametrize(("sentence", "marked", "time"), [
    ("HYPERTENSION.", "HYPERTENSION", "historical"), ("2) HYPERTENSION.", "HYPERTENSION", "recent"),
    ("MODERATE HYPERTENSION.", "MODERATE HYPERTENSION", "recent"), ("PNEUMONIA.", "PNEUMONIA", "recent"),
])
def test_the_bare_name_of_a_chronic_disease_is_background(reader_of: Callable[[Mapping[str, str]], Reader], sentence: str, marked: str, time: str) -> None:
    reader = reader_of({"hypertension": "I10", "pneumonia": "J18.9"})
    (fact,) = read_targets(from_text(sentence, id="note"), [place(sentence, marked)], reader)
    assert fact.temporality == time
