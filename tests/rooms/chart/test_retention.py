"""Until when a record is kept."""
from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charthouse.bootstrap.chart import table
from charthouse.record.retention import Kept
from charthouse.rooms.chart import StateRule, periods, term
from charthouse.rooms.chart.retention import years_after

LAW = periods(table("retention.tsv", 7))
STATE = StateRule(citation="Example Code 1-2", years=7, start="discharge", majority=18, years_after_majority=3)
ADULT = Kept(encounter="e", patient="p", facility="north", ended=date(2010, 5, 1), last_contact=date(2012, 1, 1), born=date(1960, 1, 1))


@pytest.mark.parametrize(("changes", "state", "rule", "until"), [
    ({}, STATE, "retention/state", date(2017, 5, 1)),
    ({}, replace(STATE, years=3), "retention/hospital", date(2015, 5, 1)),
    ({}, replace(STATE, start="last contact"), "retention/state", date(2019, 1, 1)),
    ({"payer": "Acme Medicare Advantage HMO"}, STATE, "retention/medicare-advantage", date(2020, 5, 1)),
    ({"mammogram": date(2010, 4, 30)}, STATE, "retention/mammogram", date(2020, 4, 30)),
    ({"mammogram": date(2010, 4, 30), "later_mammogram": True}, STATE, "retention/state", date(2017, 5, 1)),
    ({"born": date(2008, 2, 29)}, STATE, "retention/minor", date(2029, 3, 1)),
    ({"born": date(1992, 5, 1)}, STATE, "retention/state", date(2017, 5, 1)),  # eighteen on the day
    ({"born": date(1992, 5, 2)}, STATE, "retention/state", date(2017, 5, 1)),  # a minor; the state's period is longer
    ({"born": date(2008, 5, 1), "holds": ("h",)}, STATE, "retention/legal-hold", None),
    ({"ended": None}, STATE, "retention/in-house", None), ({}, None, "retention/state", None), ({"born": None}, STATE, "retention/birth-date", None),
])  # fmt: skip
def test_the_longest_wins_and_what_is_not_known_is_kept(changes: dict[str, object], state: StateRule | None, rule: str, until: date | None) -> None:
    made = term(replace(ADULT, **changes), LAW, state)
    assert (made.ruling.rule, made.until) == (rule, until)
    assert made.ruling.citation
    assert made.over(date(2200, 1, 1)) is (until is not None)
    if until is not None:
        assert not made.over(until)
        assert made.over(until + timedelta(days=1))


def test_a_rule_that_was_not_given_says_not_loaded() -> None:
    assert term(ADULT, LAW, None).ruling.verdict == "not loaded"


def test_each_rule_that_applied_is_told() -> None:
    assert [r.rule for r in term(replace(ADULT, born=date(2001, 1, 1)), LAW, STATE).all] == ["retention/hospital", "retention/state", "retention/minor"]


def test_every_row_cites_the_regulation() -> None:
    assert all("CFR" in p.citation and p.years >= 5 for p in LAW)


@given(st.dates(date(1950, 1, 1), date(2020, 1, 1)), st.dates(date(1986, 9, 15), date(2020, 1, 1)), st.integers(0, 30), st.integers(0, 30))
def test_a_longer_rule_never_shortens(born: date, ended: date, years: int, more: int) -> None:
    kept = replace(ADULT, born=min(born, ended), ended=ended, last_contact=ended)
    less = term(kept, LAW, replace(STATE, years=years)).until
    longer = term(kept, LAW, replace(STATE, years=years + more)).until
    assert less is not None
    assert longer is not None
    assert years_after(ended, 5) <= less <= longer
