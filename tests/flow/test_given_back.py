"""A code that does not stand displaces nothing; a drug that the book asks for says why it is left off."""
from __future__ import annotations

from datetime import date

import pytest

from charthouse import code_note
from charthouse.record.code import CodeLine

NOTE = """HISTORY OF PRESENT ILLNESS
{history}

ASSESSMENT AND PLAN
1. {problem}
- Recheck in two weeks.
"""


def lines(history: str, problem: str) -> dict[str, CodeLine]:
    return {c.code: c for c in code_note(NOTE.format(history=history, problem=problem), on=date(2026, 3, 2), sex="F", age=50)}


@pytest.mark.usefixtures("book")
def test_a_symptom_stands_when_its_diagnosis_does_not() -> None:
    told = lines("She had pneumonia in the other lung in childhood and has a cough now. An uncle raised pneumonia as a topic.", "Cough.")
    assert told["R05.9"].status != "suppressed"


@pytest.mark.usefixtures("book")
def test_a_symptom_goes_when_its_diagnosis_stands() -> None:
    told = lines("Cough for a week.", "Pneumonia with cough.")
    assert told["J18.9"].status != "suppressed"
    assert told["R05.9"].status == "suppressed"


@pytest.mark.usefixtures("book")
def test_a_drug_that_clinics_seldom_report_says_so() -> None:
    told = lines("Takes metformin.", "Type 2 diabetes. Continue metformin.")
    assert told["E11.9"].status != "suppressed"
    drug = told["Z79.84"]
    assert drug.status != "suppressed" or drug.reasons[0].rule == "house/long-term-drug"
