"""The order of a claim and the present-on-admission indicator, as tables."""
from __future__ import annotations

from datetime import date
from typing import Any

import coding_cases as cc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from charthouse.adapters.storage.codebook import SqliteCodeBook
from charthouse.record.chart import Chart, Encounter
from charthouse.record.document import Document, Patient
from charthouse.rooms.coding import Tables
from charthouse.rooms.coding.guidelines.additional import bmi_code
from charthouse.rooms.coding.poa import indicator
from charthouse.rooms.coding.sequence import NEVER_FIRST, ONLY_FIRST, order
from charthouse.rooms.coding.specify import trimester

ADMITTED = date(2026, 3, 2)


def chart(setting: str, *ids: str) -> Chart:
    encounter = Encounter(id="case", setting=setting, on=date(2026, 3, 6), patient=Patient(), admitted=ADMITTED)  # type: ignore[arg-type]
    days = {"day1": (ADMITTED, "history_and_physical"), "day3": (date(2026, 3, 4), "progress_note")}
    return Chart(encounter=encounter, documents=tuple(
        Document(id=i, text="text", sha256="", kind=days.get(i, (None, "note"))[1], service_date=days.get(i, (None, ""))[0]) for i in ids))


@pytest.mark.parametrize("case", [pytest.param(c, id=c["id"]) for c in cc.table("sequence")])
def test_the_order_of_a_claim(case: dict[str, Any], book: SqliteCodeBook) -> None:
    found = list(cc.candidates(case["given"]))
    assert [c.code for c in order(found, chart(case.get("setting", "outpatient"), "note"), book)] == case["order"]


@pytest.mark.parametrize("case", [pytest.param(c, id=c["id"]) for c in cc.table("sequence")])
def test_the_order_does_not_hang_on_the_order_of_the_candidates(case: dict[str, Any], book: SqliteCodeBook) -> None:
    found = list(cc.candidates(case["given"]))
    assert [c.code for c in order(found[::-1], chart(case.get("setting", "outpatient"), "note"), book)] == case["order"]


@pytest.mark.parametrize("case", [pytest.param(c, id=c["id"]) for c in cc.table("poa")])
def test_present_on_admission(case: dict[str, Any], book: SqliteCodeBook, tables: Tables) -> None:
    c = cc.candidate(case["given"], 0)
    bench = cc.bench_of({"setting": "inpatient", "date": date(2026, 3, 6)}, (c,), book, tables)
    assert indicator(c, chart("inpatient", "day1", "day3"), bench) == case["poa"]


def test_nothing_is_said_to_be_late_where_no_note_of_the_first_day_exists(book: SqliteCodeBook, tables: Tables) -> None:
    c = cc.candidate("N17.9 &day3", 0)
    bench = cc.bench_of({"setting": "inpatient", "date": date(2026, 3, 6)}, (c,), book, tables)
    assert indicator(c, chart("inpatient", "day3"), bench) == "Y"


def test_no_code_may_be_both_first_only_and_never_first() -> None:
    assert not {p for p in ONLY_FIRST if p in NEVER_FIRST}


@given(st.floats(min_value=10, max_value=89.9), st.integers(min_value=20, max_value=100))
def test_the_bmi_code_of_an_adult_holds_the_value(value: float, age: int) -> None:
    code = bmi_code(value, age)
    assert code.startswith("Z68.")
    if 20 <= value < 40:
        assert code == f"Z68.{int(value)}"


@pytest.mark.parametrize(("weeks", "said"), [(13.9, "first"), (14, "second"), (27.9, "second"), (28, "third")])
def test_trimesters(weeks: float, said: str) -> None:
    assert trimester(weeks) == said  # OCG I.C.15.a.3
