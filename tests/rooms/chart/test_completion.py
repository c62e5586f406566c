"""States of charts, delinquency clocks, the suspension list."""
from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from chart_kit import STAY, lacks, whole

from charthouse.rooms.chart import clocks, state, suspended

END = date(2026, 4, 12)  # thirty days after discharge


def test_the_state_of_a_chart() -> None:
    open_ = lacks(whole(without=["discharge_summary"]))
    assert state(STAY, open_, END) == "incomplete"
    assert state(STAY, open_, END + timedelta(days=1)) == "delinquent"
    assert state(STAY, (), END + timedelta(days=99)) == "complete"
    assert state(replace(STAY, discharged=None), open_, END + timedelta(days=99)) == "in house"


def test_what_came_late_keeps_no_chart_open() -> None:
    late = lacks(whole(discharge_summary=(whole()[2].text, date(2026, 5, 1))))
    assert [d.kind for d in late] == ["late"]
    assert state(STAY, late, date(2026, 6, 1)) == "complete"


def test_a_site_may_give_less_time_and_never_more() -> None:
    open_ = lacks(whole(without=["discharge_summary"]))
    assert state(STAY, open_, date(2026, 3, 28), within=14) == "delinquent"
    assert state(STAY, open_, END, within=14) == "delinquent"
    assert state(STAY, open_, END + timedelta(days=1), within=60) == "delinquent"


def test_each_provider_has_a_clock_from_the_day_after_the_time() -> None:
    (clock,) = clocks("e", STAY, lacks(whole(without=["discharge_summary"])), END + timedelta(days=5))
    assert (clock.owner, clock.days, clock.since) == ("Dr. Ann Miller", 5, END)
    (clock,) = clocks("e", STAY, lacks(whole(without=["discharge_summary"])), END)
    assert (clock.days, clock.since) == (0, None)


def test_the_suspension_list_is_by_provider_with_the_oldest_first() -> None:
    open_ = lacks(whole(without=["discharge_summary", "anesthesia_record"]))
    running = (*clocks("one", STAY, open_, END + timedelta(days=10)), *clocks("two", STAY, open_[-1:], END + timedelta(days=20)))
    assert suspended(running, 7) == (("Dr. Ann Miller", 2, 20), ("anaesthesia", 1, 10))
    assert suspended(running, 10) == (("Dr. Ann Miller", 1, 20),)
    assert suspended(running, 20) == ()
