"""The level of a visit: each element over its grid and at its borders, two of three, time, and whole notes."""
from __future__ import annotations

from datetime import date
from itertools import permutations
from typing import Any

import coding_cases as cc
import pytest

from charthouse.flow.run import run
from charthouse.flow.steps import Kit, Received, Work
from charthouse.record.chart import Encounter
from charthouse.record.document import Patient
from charthouse.record.evaluation import CATEGORIES, LEVELS, Element, Level
from charthouse.rooms.coding.evaluation.data import count
from charthouse.rooms.coding.evaluation.level import two_of_three
from charthouse.rooms.coding.evaluation.minutes import total
from charthouse.rooms.coding.evaluation.tables import VisitTables, ruling
from charthouse.rooms.intake import from_text

ON = date(2026, 3, 2)
CASES = [pytest.param(c, id=c["id"]) for c in cc.table("evaluation")]


def evaluated(case: dict[str, Any], kit: Kit) -> Work:
    encounter = Encounter(id="case", setting=case.get("setting", "outpatient"), on=ON, patient=Patient(sex="F", age=60), visit=case.get("visit", ""))
    return run(Work(encounter=encounter, received=(Received(id="note", content=case["text"], kind=case.get("kind", "clinic_note")),)), kit, until="coding")


@pytest.fixture(scope="module")
def tables(kit: Kit) -> VisitTables:
    return kit.visiting.evaluation


@pytest.mark.parametrize("case", CASES)
def test_the_level_of_a_note(case: dict[str, Any], kit: Kit) -> None:
    (e,) = evaluated(case, kit).evaluations
    assert (" ".join(level for _, level in e.levels), e.level, e.decided_by) == (case["levels"], case["level"], case.get("by", "medical decision making"))
    assert e.category == case.get("category", e.category)


@pytest.mark.parametrize("case", CASES)
def test_every_element_quotes_the_note(case: dict[str, Any], kit: Kit) -> None:
    (e,) = evaluated(case, kit).evaluations
    assert any(element == "problems" for element, _ in e.elements)
    for _, r in e.elements:
        assert r.spans
        assert all(case["text"][s.start:s.end] == s.text for s in r.spans)
        assert r.citation


@pytest.mark.parametrize(("element", "counts", "level"), [
    ("problems", {}, "straightforward"),
    ("problems", {"self-limited": 1}, "straightforward"), ("problems", {"self-limited": 2}, "low"), ("problems", {"self-limited": 5}, "low"),
    ("problems", {"acute uncomplicated": 1}, "low"), ("problems", {"acute uncomplicated": 4}, "low"),
    ("problems", {"chronic": 1}, "low"), ("problems", {"chronic": 2}, "moderate"), ("problems", {"chronic": 9}, "moderate"),
    ("problems", {"chronic": 1, "acute uncomplicated": 1}, "low"),
    ("problems", {"chronic worse": 1}, "moderate"), ("problems", {"undiagnosed": 1}, "moderate"), ("problems", {"acute systemic": 1}, "moderate"),
    ("problems", {"complicated injury": 1}, "moderate"), ("problems", {"chronic severe": 1}, "high"), ("problems", {"threat": 1}, "high"),
    ("data", {"tests and documents": 1}, "straightforward"), ("data", {"tests and documents": 2}, "low"), ("data", {"independent historian": 1}, "low"),
    ("data", {"tests, documents and historian": 3}, "moderate"), ("data", {"independent interpretation": 1}, "moderate"), ("data", {"discussion": 1}, "moderate"),
    ("data", {"categories": 1}, "straightforward"), ("data", {"categories": 2}, "high"),
    ("risk", {}, "straightforward"), ("risk", {"over the counter": 1}, "low"), ("risk", {"minor surgery": 1}, "low"), ("risk", {"minor surgery with risk factors": 1}, "moderate"),
    ("risk", {"prescription drug": 1}, "moderate"), ("risk", {"social determinants": 1}, "moderate"), ("risk", {"major surgery": 1}, "moderate"),
    ("risk", {"major surgery with risk factors": 1}, "high"), ("risk", {"emergency surgery": 1}, "high"), ("risk", {"toxicity monitoring": 1}, "high"),
    ("risk", {"hospitalisation": 1}, "high"), ("risk", {"limited care": 1}, "high"), ("risk", {"parenteral controlled substance": 1}, "high"),
])
def test_the_grid(element: Element, counts: dict[str, int], level: Level, tables: VisitTables) -> None:
    assert tables.level(element, counts)[0] == level


@pytest.mark.parametrize(("three", "level"), [
    (("high", "high", "straightforward"), "high"), (("high", "moderate", "low"), "moderate"), (("high", "straightforward", "straightforward"), "straightforward"),
    (("moderate", "moderate", "low"), "moderate"), (("low", "low", "high"), "low"), (("moderate", "low", "straightforward"), "low")])
def test_two_of_three_decide_in_any_order(three: tuple[Level, Level, Level], level: Level) -> None:
    for problems, data, risk in permutations(three):
        assert two_of_three({"problems": problems, "data": data, "risk": risk}) == level


@pytest.mark.parametrize(("unique", "others", "counts"), [
    (2, [], (2, 2, 0)), (3, [], (3, 3, 1)), (2, ["independent historian"], (2, 3, 1)), (2, ["external notes"], (3, 3, 1)),
    (0, ["discussion", "independent interpretation"], (0, 0, 2)), (3, ["discussion", "independent interpretation"], (3, 3, 3))])
def test_categories_of_data(unique: int, others: list[str], counts: tuple[int, int, int]) -> None:
    found = count(unique, {name: ruling("em/data", name) for name in others})
    assert (found["tests and documents"], found["tests, documents and historian"], found["categories"]) == counts


def test_every_category_but_emergency_has_a_rising_time_for_each_level(tables: VisitTables) -> None:
    for category in CATEGORIES:
        times = {level: minutes for c, level, minutes, _ in tables.times if c == category and level in LEVELS}
        if category == "emergency":
            assert times == {}
        else:
            assert sorted(times.values()) == [times[level] for level in LEVELS]


@pytest.mark.parametrize(("text", "minutes"), [
    ("I spent 35 minutes with the patient.", 35), ("Total time: 42 min.", 42), ("Total visit time today was 28 minutes.", 28), ("30 minutes were spent on this encounter.", 30),
    ("A total of 61 minutes was spent.", 61), ("She walks 30 minutes a day.", None), ("I spent 10 minutes on tobacco cessation.", None), ("Symptoms last 20 minutes.", None),
    ("Total time 20 minutes. I spent 45 minutes with the patient.", 45), ("Administered over 30 minutes.", None)])
def test_total_time(text: str, minutes: int | None) -> None:
    read = total(from_text(text, id="note"))
    assert (read[0] if read else None) == minutes
    assert read is None or text[read[1].start:read[1].end] == read[1].text


@pytest.mark.parametrize(("minutes", "units"), [(68, None), (69, 1), (83, 1), (84, 2)])
def test_prolonged_service_counts_quarter_hours(minutes: int, units: int | None, kit: Kit) -> None:
    work = evaluated({"text": f"ASSESSMENT\n1. Hypertension. Stable.\nTotal time was {minutes} minutes.", "visit": "established"}, kit)
    assert next((c.units for c in work.codes if c.code == "G2212"), None) == units


def test_without_the_site_s_codes_the_level_is_not_loaded(kit: Kit) -> None:
    work = evaluated({"text": "ASSESSMENT\n1. Hypertension. Stable.", "visit": "established"}, kit)
    (e,) = work.evaluations
    assert e.code == ""
    assert [r.verdict for r in e.reasons if r.rule == "em/code"] == ["not loaded"]
    assert not [c for c in work.codes if c.system == "CPT"]


@pytest.mark.parametrize(("kind", "text"), [("radiology_report", "FINDINGS: Pneumonia."), ("laboratory_report", "A1c 8.2"), ("clinic_note", "ASSESSMENT\nNormal examination.")])
def test_what_is_no_visit_or_names_no_problem_has_no_level(kind: str, text: str, kit: Kit) -> None:
    assert evaluated({"text": text, "kind": kind}, kit).evaluations == ()


def test_results_that_may_count_elsewhere_are_said_with_what_they_change(kit: Kit) -> None:
    text = "RESULTS\nCBC was normal. CMP was normal. TSH was normal.\nASSESSMENT\n1. Hypertension. Stable.\n2. Hypothyroidism. Stable."
    (e,) = evaluated({"text": text}, kit).evaluations
    doubt = next(r for r in e.reasons if r.rule == "em/reviewed-once")
    assert e.level == "moderate"
    assert "straightforward" in doubt.message
