"""Documents that contradict each other."""
from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from chart_kit import HP, OP, SIGNED, SUMMARY, WHOLE, document, lacks, rules, whole

from charthouse.rooms.chart.dates import dates


def test_a_second_summary_must_say_that_it_amends_the_first() -> None:
    for text, said in ((SUMMARY.replace("good", "fair"), ["chart/two-discharge-summaries"]), ("AMENDED " + SUMMARY, []), (SUMMARY, [])):
        made = lacks([*whole(), replace(document("discharge_summary", text, date(2026, 3, 15)), id="second")])
        assert rules(made) == said
        assert all(d.kind == "conflicting" and len(d.ruling.spans) == 2 for d in made)


@pytest.mark.parametrize(("kind", "day", "rule"), [
    ("progress_note", date(2026, 3, 9), ""), ("progress_note", date(2026, 3, 8), "chart/dated-before-admission"), ("progress_note", date(2026, 3, 14), ""),
    ("progress_note", date(2026, 3, 15), "chart/dated-after-discharge"), ("pathology_report", date(2026, 3, 25), ""), ("emergency_note", date(2026, 3, 7), ""),
])  # fmt: skip
def test_days_outside_the_stay(kind: str, day: date, rule: str) -> None:
    assert rules(lacks([*whole(), document(kind, "A note." + SIGNED, day)])) == ([rule] if rule else [])


def test_a_summary_with_other_dates_than_the_visit() -> None:
    made = lacks(whole(discharge_summary=(SUMMARY.replace("discharged 13 March", "discharged 14 March"), date(2026, 3, 14))))
    assert rules(made) == ["chart/dates-differ"]
    assert made[0].ruling.spans[0].text == "14 March 2026"


@pytest.mark.parametrize(("before", "done", "conflict"), [
    ("Right knee replacement today.", "Right total knee arthroplasty", False), ("Left knee replacement today.", "Right total knee arthroplasty", True),
    ("L knee pain, R knee worse.", "Right total knee arthroplasty", False), ("Bilateral knee pain.", "Right total knee arthroplasty", False),
    ("Left hip is sore.", "Right total knee arthroplasty", False), ("Knee, left, is worn out.", "Right total knee arthroplasty", True),
])  # fmt: skip
def test_the_side_of_the_operation_is_that_of_the_examination(before: str, done: str, conflict: bool) -> None:
    exam = f"HISTORY AND PHYSICAL\n{before}{SIGNED}"
    consent = ("INFORMED CONSENT. Signed: Erin Example", date(2026, 3, 9))
    made = lacks(whole(history_and_physical=(exam, date(2026, 3, 10)), consent=consent, operative_note=(OP.replace("Right total knee arthroplasty", done), date(2026, 3, 10))))
    assert rules(made) == (["chart/side-differs"] if conflict else [])
    if conflict:
        assert "left" in made[0].ruling.spans[1].text.lower()


def test_the_side_on_the_consent_counts_too() -> None:
    made = lacks(whole(consent=(WHOLE["consent"][0].replace("right", "left"), date(2026, 3, 9))))
    assert rules(made) == ["chart/side-differs"]
    assert "right knee" in HP


@pytest.mark.parametrize(("text", "day"), [("18 Jan 2026", date(2026, 1, 18)), ("2026-01-18", date(2026, 1, 18)), ("01/18/2026", date(2026, 1, 18)), ("January 18, 2026", date(2026, 1, 18)),
                                           ("18 June 2026", date(2026, 6, 18)), ("31 Feb 2026", None), ("13/40/2026", None), ("18 Foo 2026", None)])
def test_dates_as_they_are_written(text: str, day: date | None) -> None:
    assert [d for d, _, _ in dates(f"on {text}.", 0, len(text) + 4)] == ([day] if day else [])
