"""Reports over figures that were reckoned by hand, and what leaves the department."""
from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charthouse.record.report import ActFigure, Column, Figures, QueryFigure, Report, VisitFigure
from charthouse.rooms.statistics import REPORTS, leaving

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
STAY = VisitFigure(encounter="1", facility="H", setting="inpatient", unit="Medicine", payer="Medicare", admitted=date(2026, 1, 1), discharged=date(2026, 1, 5), state="held", reasons=("gate/closed",), drg="291", weight=1.2)


def stay(n: int, **more: Any) -> VisitFigure:
    return replace(STAY, encounter=str(n), **more)


def act(encounter: str, n: int, what: str, code: str = "I50.23", minutes: int = 0, **more: Any) -> ActFigure:
    return ActFigure(**{"encounter": encounter, "setting": "inpatient", "n": n, "what": what, "line": f"d{code}", "system": "ICD-10-CM", "code": code, "by": "Ana", "at": AT + timedelta(minutes=minutes)} | more)


def made(name: str, **given: Any) -> Report:
    return REPORTS[name](Figures(since=date(2026, 1, 1), until=date(2026, 3, 31), today=date(2026, 1, 15), **given))


def test_dnfb() -> None:
    visits = (stay(1), stay(2, discharged=date(2026, 1, 11)), stay(3, state="in work"), stay(4, state="finished"), stay(5, state="alone"), stay(6, discharged=None),
              stay(7, setting="outpatient", discharged=None, admitted=date(2026, 1, 14), state="waiting", reasons=()))
    report = made("dnfb", visits=visits)
    assert report.rows == (("held: closed", 2, 14, 7.0, 10), ("begun by a person", 1, 10, 10.0, 10), ("not read yet", 1, 1, 1.0, 1))
    assert report.headline == ("4", "visits, 6.2 days on average")


def test_case_mix_and_what_moved_it() -> None:
    january = (stay(1), stay(2), stay(3, drg="470", weight=2.0))
    february = tuple(replace(v, encounter=f"f{n}", discharged=date(2026, 2, 5)) for n, v in enumerate((stay(1), stay(3, drg="470", weight=2.0))))
    report = made("case-mix", visits=(*january, *february, stay(9, weight=None), stay(10, setting="outpatient")))
    assert report.rows == (("2026-01", 3, 1.4667, None, ""), ("2026-02", 2, 1.6, 0.1333, "DRG 470 +0.3333, DRG 291 -0.2000"))
    assert report.headline[0] == "1.5200"


def test_productivity() -> None:
    visits = (stay(1, state="finished", finished_by="Ana"), stay(2, state="finished", finished_by="Ana"), stay(3, state="finished", finished_by="Luis", setting="outpatient"))
    acts = (act("1", 1, "accept"), act("1", 2, "reject", minutes=6), act("1", 3, "submit", minutes=10), act("2", 1, "undo"), act("2", 2, "submit", minutes=2))
    assert made("productivity", visits=visits, acts=acts).rows == (("Ana", "inpatient", 2, 3, 1.5, 6.0), ("Luis", "outpatient", 1, 0, 0.0, None))


def test_acceptance_counts_the_last_decision_that_stands() -> None:
    acts = (act("1", 1, "accept"), act("1", 2, "reject"), act("2", 1, "accept"), act("3", 1, "reject", stands=False), act("4", 1, "accept", "E87.6"), act("5", 1, "add", "J18.9"), act("6", 1, "change", "I50.9"))
    assert made("acceptance", acts=acts).rows == (("I50", 3, 1, 1, 1, 33.3, "1 to 91"), ("E87", 1, 1, 0, 0, 100.0, "2 to 100"))


def test_autonomy_and_stays() -> None:
    visits = (stay(1), stay(2, state="alone"), stay(3, state="sampled", discharged=date(2026, 1, 1)), stay(4, state="finished", unit="", discharged=None), stay(5, state="waiting"))
    assert made("autonomy", visits=visits).rows == (("inpatient", 4, 1, 1, 1, 1, 50.0),)
    assert made("stays", visits=visits).rows == (("Medicine", 4, 13, 3.2, 0), ("no service", 0, 0, None, 1))


def test_queries() -> None:
    asked = QueryFigure(kind="poa", state="answered", sent_at=AT, due=AT + timedelta(days=2), answered_at=AT + timedelta(hours=10), outcome="agreed")
    report = made("queries", queries=(asked, replace(asked, answered_at=AT + timedelta(days=3), outcome="disagreed"), replace(asked, state="sent", answered_at=None, outcome=""), replace(asked, kind="conflict", outcome="other")))
    assert report.rows == (("conflict", 1, 1, 100.0, 0.0, 10.0), ("poa", 3, 2, 33.3, 50.0, 41.0))


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_stands_without_figures_and_says_what_it_counts(name: str) -> None:
    report = made(name)
    assert report.name == name
    assert report.rows == ()
    assert len(report.definition) > 60
    assert report.source
    assert report.columns[report.counts].kind == "count"


@given(st.lists(st.integers(0, 40), min_size=1, max_size=12))
def test_no_small_cell_leaves_nor_can_be_reckoned_from_a_sum(sizes: list[int]) -> None:
    rows = tuple((f"r{n}", size, size * 2.5) for n, size in enumerate(sizes))
    shown = leaving(Report(name="x", title="x", definition="x", source="x", columns=(Column(name="a"), Column(name="n", kind="count"), Column(name="m", kind="number")), rows=rows, headline=("1", "x")))
    hidden = [n for n, row in enumerate(shown.rows) if row[1] == "<11"]
    assert all(n in hidden for n, size in enumerate(sizes) if 0 < size < 11)
    assert len(hidden) != 1 or len(sizes) == 1
    assert all(shown.rows[n][2] is None for n in hidden)
    assert all(shown.rows[n] == rows[n] for n in range(len(rows)) if n not in hidden)
    assert shown.headline == (("", "") if hidden else ("1", "x"))
