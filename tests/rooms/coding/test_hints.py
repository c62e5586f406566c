"""Hints: what a chart leaves open, quoted and neutral, and never a code."""
from __future__ import annotations

from dataclasses import replace
from typing import Any

import coding_cases as cc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from charthouse import bootstrap
from charthouse.adapters.storage.codebook import SqliteCodeBook
from charthouse.flow.run import run
from charthouse.flow.steps import Kit, Received, Work
from charthouse.record.chart import Encounter
from charthouse.record.document import Patient
from charthouse.record.fact import Measured
from charthouse.record.limit import limit, limits
from charthouse.rooms.abstraction.measured import _LABS, _VITALS
from charthouse.rooms.coding import HintTables

CASES = [pytest.param(c, id=c["id"]) for c in cc.table("hints")]


def coded(case: dict[str, Any], kit: Kit) -> Work:
    setting = case.get("setting", "outpatient")
    encounter = Encounter(id="case", setting=setting, on=cc.ON, patient=Patient())
    kind = "discharge_summary" if setting == "inpatient" else "note"
    return run(Work(encounter=encounter, received=(Received(id="document", content=case["text"], kind=kind),)), kit, until="coding")


@pytest.mark.parametrize("case", CASES)
def test_what_is_left_open(case: dict[str, Any], kit: Kit) -> None:
    told = coded(case, kit).hints
    assert {h.rule for h in told} == set(case["hints"]), [h.message for h in told]
    for h in told:
        assert h.verdict == "warning"
        assert case["hints"][h.rule] in h.spans[0].text
        assert case["text"][h.spans[0].start:h.spans[0].end] == h.spans[0].text


@pytest.mark.parametrize("case", CASES)
def test_a_hint_moves_no_code(case: dict[str, Any], kit: Kit) -> None:
    assert coded(case, kit).codes == coded(case, replace(kit, hints=HintTables())).codes


@pytest.mark.parametrize("case", CASES)
def test_a_hint_names_no_diagnosis_that_the_chart_does_not(case: dict[str, Any], kit: Kit, book: SqliteCodeBook) -> None:
    work = coded(case, kit)
    said = case["text"].lower()
    for h in work.hints:
        if h.rule != "hint/open":
            assert not {"payment", "drg", "severity", "quality"} & set(h.message.lower().split())
            words = {w for w in ("diabetes", "anemia", "hypothyroidism", "obesity", "malnutrition", "failure") if w in h.message.lower()}
            assert all(w in said for w in words)


def test_the_tables_name_codes_of_the_book_and_values_that_are_read(book: SqliteCodeBook) -> None:
    t = bootstrap.hint_tables()
    prefixes = {p for codes in t.drugs.values() for p in codes} | {p for _, _, beside, codes in t.values for p in (*beside, *codes)}
    prefixes |= {p for a, _, signs in t.indicators for p in (*a, *signs)} | {p for a, b, c, _, _ in t.pairs for p in (*a, *b, *c)}
    unknown = sorted(end for p in prefixes for end in p.split("-") if len(end) > 2 and book.entry(end) is None)
    assert not unknown
    read = {*_LABS, *_VITALS, "blood pressure"}
    assert {b.name for b, _, _, _ in t.values} | {b.name for _, bounds, _ in t.indicators for b in bounds} <= read
    assert len(t.drugs) > 200
    assert len(t.values) > 35


@given(st.floats(min_value=90, max_value=180))
def test_a_limit_holds_below_its_value_only(value: float) -> None:
    assert limit("sodium", "<", "130", "90-180").holds(Measured(name="sodium", value=value)) is (value < 130)
    assert not limit("sodium", "<", "130", "90-180").holds(Measured(name="potassium", value=value))


def test_limits_are_read_as_they_are_written() -> None:
    lactate, temperature = limits("lactate > 2; temperature 38.3-43")
    assert [lactate.holds(Measured(name="lactate", value=v)) for v in (2, 2.1)] == [False, True]
    assert [temperature.holds(Measured(name="temperature", value=v)) for v in (38.2, 38.3, 98.6)] == [False, True, False]
