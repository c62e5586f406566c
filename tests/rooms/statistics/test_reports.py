"""Reports over figures that were reckoned by hand, and what leaves the department."""
from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charthouse.record.audit import Assigned, Audited
from charthouse.record.report import ActFigure, CodeFigure, Column, Figures, LackFigure, QueryFigure, Report, StayFigure, VisitFigure
from charthouse.rooms.statistics import REPORTS, leaving, period

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
    assert made("productivity", visits=visits, acts=acts).rows == (("Ana", "inpatient", 2, 3, 1.5, 6.0, 10.0), ("Luis", "outpatient", 1, 0, 0.0, None, None))


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


def audited(theirs: str, mine: str, *, coder: str = "Ana", setting: str = "outpatient") -> Audited:
    codes = [tuple(Assigned(system="ICD-10-CM", code=c) for c in said.split()) for said in (theirs, mine)]
    return Audited(audit="a", encounter="e", coder=coder.lower(), coder_shown=coder, setting=setting, theirs=codes[0], mine=codes[1], at=AT)


def test_what_audits_found() -> None:
    audits = (audited("I10 E11.9", "I10"), audited("I10", "I10 R05.9"), audited("I10", "I10", coder=""), audited("I10", "E11.9", coder=""))
    assert made("accuracy", audits=audits).rows == (("Ana", 2, 66.7, 1, 1, 0, 0), ("the autonomy gate", 2, 50.0, 1, 1, 0, 0))
    assert made("gate-error", audits=audits).rows == (("outpatient", 2, 1, 50.0, "1.3 to 98.7"),)
    assert made("gate-error").headline == ("", "nothing that it finished alone was audited yet")


def test_what_charts_lack_and_whose_it_is() -> None:
    def lack(encounter: str, kind: str, what: str, owner: str, due: int) -> LackFigure:
        return LackFigure(encounter=encounter, state="delinquent" if encounter == "1" else "incomplete", kind=kind, what=what, owner=owner, due=date(2026, 1, due))

    lacks = (lack("1", "missing", "discharge_summary", "Dr. A", 5), lack("2", "missing", "discharge_summary", "Dr. B", 20), lack("1", "unsigned", "progress_note", "Dr. A", 14), LackFigure(encounter="3", state="complete", kind="", what="", owner="", due=None))
    assert made("deficiencies", lacks=lacks).rows == (("discharge summary, missing", 2, 2, 1), ("progress note, unsigned", 1, 1, 1))
    assert made("deficiencies", lacks=lacks).headline == ("1", "delinquent charts; 33% of 3 discharged charts that were looked at")
    assert made("owners", lacks=lacks).rows == (("Dr. A", 1, 2, 2, 10), ("Dr. B", 1, 1, 0, -5))


def test_the_census() -> None:
    stays = (StayFigure(admitted=date(2025, 12, 30), discharged=date(2026, 1, 3)), StayFigure(admitted=date(2026, 1, 2), discharged=None), StayFigure(admitted=date(2026, 1, 5), discharged=date(2026, 1, 5)))
    (january,) = made("census", stays=stays).rows  # today is the fifteenth
    assert january == ("2026-01", 2, 2, 2 + 14, 1.1, 2)


def test_the_indexes_and_who_is_asked() -> None:
    codes = (CodeFigure(system="ICD-10-CM", code="I50.23", first=True, days=4), CodeFigure(system="ICD-10-CM", code="I50.9", first=False, days=9), CodeFigure(system="ICD-10-CM", code="I10", first=False, days=None),
             CodeFigure(system="ICD-10-PCS", code="0DTJ4ZZ", first=True, days=4))
    assert made("diseases", codes=codes, titles={"I50": "Heart failure"}).rows == (("I50", 2, "Heart failure", 1, 4), ("I10", 1, "", 0, None))
    assert made("operations", codes=codes).rows == (("0DTJ4ZZ", 1, "", 1, 4),)
    asked = QueryFigure(kind="conflict", state="answered", sent_at=AT, due=AT + timedelta(days=2), answered_at=AT + timedelta(hours=6), outcome="agreed", to="Dr. A")
    assert made("providers", queries=(asked, replace(asked, answered_at=None), replace(asked, to="Dr. B", answered_at=AT + timedelta(days=3)))).rows == (("Dr. A", 2, 1, 50.0, 50.0, 6.0), ("Dr. B", 1, 1, 100.0, 0.0, 72.0))


@pytest.mark.parametrize(("every", "today", "wanted"), [("day", date(2026, 3, 1), (date(2026, 2, 28), date(2026, 2, 28))), ("week", date(2026, 11, 26), (date(2026, 11, 16), date(2026, 11, 22))),
                                                         ("week", date(2026, 11, 23), (date(2026, 11, 16), date(2026, 11, 22))), ("month", date(2026, 3, 31), (date(2026, 2, 1), date(2026, 2, 28))), ("month", date(2026, 1, 1), (date(2025, 12, 1), date(2025, 12, 31)))])
def test_the_last_whole_period(every: Any, today: date, wanted: tuple[date, date]) -> None:
    assert period(every, today) == wanted
