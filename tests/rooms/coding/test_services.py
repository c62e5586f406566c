"""HCPCS from text: what was given, handed over or done at the visit, with its units; nothing that was planned, denied or elsewhere."""
from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from charthouse.flow.run import run
from charthouse.flow.steps import Kit, Received, Work
from charthouse.record.chart import Encounter, Setting
from charthouse.record.code import CodeLine
from charthouse.record.document import Patient
from charthouse.record.fact import Measured
from charthouse.rooms.coding.services.drugs import units
from charthouse.rooms.coding.services.tables import Drug

CASES = Path(__file__).parents[2] / "cases" / "coding" / "services.tsv"
ROWS = [[*line.split("\t"), "", ""][:3] for line in CASES.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]


def lines(text: str, kit: Kit, who: str = "", setting: Setting = "outpatient") -> tuple[CodeLine, ...]:
    sex, _, age = who.partition(" ")
    encounter = Encounter(id="case", setting=setting, on=date(2026, 3, 2), patient=Patient(sex=sex, age=int(age) if age else None))
    work = run(Work(encounter=encounter, received=(Received(id="note", content=text.replace("¶", "\n"), kind="clinic_note"),)), kit, until="coding")
    return tuple(c for c in work.codes if c.system == "HCPCS")


@pytest.mark.parametrize(("text", "expected", "who"), ROWS)
def test_what_a_visit_comes_to(text: str, expected: str, who: str, kit: Kit) -> None:
    found = lines(text, kit, who)
    said = [f"-{c.code}" if c.status == "suppressed" else f"{c.code} {c.units}" for c in found]
    assert sorted(said) == sorted(x.strip() for x in expected.split(";") if x.strip())
    for c in found:
        assert c.status != "auto"
        assert c.evidence
        assert all(text.replace("¶", "\n")[s.start:s.end] == s.text for s in c.evidence)


@pytest.mark.parametrize("setting", ["inpatient", "mention"])
def test_a_stay_and_an_index_have_no_hcpcs(setting: Setting, kit: Kit) -> None:
    assert lines("PLAN: Toradol 30 mg IM was administered.", kit, "F 40", setting) == ()


def test_what_is_not_loaded_is_said(kit: Kit) -> None:
    (line,) = lines("PLAN: Toradol 30 mg IM was administered.", kit)
    verdicts = {r.rule: r.verdict for r in line.reasons}
    assert verdicts["services/drug"] == "applied"
    if not any(e.book == "HCPCS" for e in kit.book.editions()):
        assert verdicts["services/unchecked"] == "not loaded"


def test_waste_of_a_single_dose_container_is_a_reason(kit: Kit) -> None:
    (line,) = lines("PLAN: Reclast 4 mg IV infused. 1 mg was discarded.", kit)
    waste = next(r for r in line.reasons if r.rule == "services/waste")
    assert "JW" in waste.message
    assert waste.spans[0].text == "discarded"


@pytest.mark.parametrize(("dose", "unit", "amount", "measure", "expected"), [
    (60, "mg", 15, "mg", 4), (61, "mg", 15, "mg", 5), (1, "g", 250, "mg", 4), (500, "mcg", 1, "mg", 1), (0.25, "mg", 100, "mcg", 3),
    (10, "ml", 10, "mg", None), (0, "mg", 10, "mg", None), (2.4e6, "units", 100000, "units", 24)])
def test_units_are_whole_and_rounded_up(dose: float, unit: str, amount: float, measure: str, expected: int | None) -> None:
    assert units(Measured(name="drug", value=dose, unit=unit), Drug(code="J0000", amount=amount, measure=measure, how="any")) == expected


def test_units_need_a_dose_but_for_what_comes_as_one() -> None:
    drug = Drug(code="J0000", amount=1, measure="implant", how="implant")
    assert units(None, drug) == 1
    assert units(None, Drug(code="J0000", amount=1, measure="mg", how="any")) is None


def test_a_copied_passage_gives_nothing_a_second_time(kit: Kit) -> None:
    note = "PLAN: Toradol 30 mg IM was administered. She will rest at home and come back in a week for a repeat examination of the back."
    encounter = Encounter(id="case", setting="outpatient", on=date(2026, 3, 2), patient=Patient())
    received = tuple(Received(id=f"n{i}", content=note, kind="clinic_note", service_date=date(2026, 3, i)) for i in (1, 2))
    work = run(Work(encounter=replace(encounter), received=received), kit, until="coding")
    (line,) = [c for c in work.codes if c.system == "HCPCS"]
    assert line.units == 2
    assert {s.document for s in line.evidence} == {"n1"}
