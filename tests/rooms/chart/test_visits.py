"""Which visit a document belongs to; visits that hang together; late documents."""
from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charthouse.rooms.chart import Arriving, Filed, Known, links, visit_for


def visit(encounter: str, sort: str, began: str, ended: str = "", number: str = "", facility: str = "north") -> Known:
    return Known(encounter=encounter, facility=facility, sort=sort, began=datetime.fromisoformat(began), ended=datetime.fromisoformat(ended) if ended else None, number=number)  # type: ignore[arg-type]


ED = visit("ed", "emergency", "2026-03-02T20:00", "2026-03-03T02:00", "E1")
STAY = visit("stay", "inpatient", "2026-03-03T02:00", "2026-03-06T11:00", "I1")
BACK = visit("back", "inpatient", "2026-03-06T21:00", "2026-03-10T11:00", "I2")
CLINIC = visit("clinic", "outpatient", "2026-02-28T09:00", "2026-02-28T10:00")
SERIES = visit("series", "series", "2026-01-05T09:00", "", "S1")
OTHER = visit("other", "inpatient", "2026-03-03T02:00", "2026-03-06T11:00", "I1", "south")
ALL = (ED, STAY, BACK, CLINIC, OTHER)


def filed(kind: str, on: str = "", number: str = "", visits: tuple[Known, ...] = ALL, facility: str = "north") -> Filed:
    at = datetime.fromisoformat(on) if "T" in on else None
    return visit_for(Arriving(id="d", facility=facility, kind=kind, number=number, on=date.fromisoformat(on) if on and not at else None, at=at), visits)


@pytest.mark.parametrize(("kind", "on", "number", "encounter", "rule"), [
    ("progress_note", "2026-03-20", "I1", "stay", "chart/visit-number"), ("progress_note", "2026-03-04", "", "stay", "chart/visit-day"),
    ("emergency_note", "2026-03-03", "", "ed", "chart/visit-kind"), ("progress_note", "2026-03-03", "", "stay", "chart/visit-kind"),
    ("history_and_physical", "2026-03-03", "", "stay", "chart/visit-kind"), ("discharge_summary", "2026-03-06", "", "stay", "chart/visit-kind"),
    ("history_and_physical", "2026-03-06", "", "back", "chart/visit-kind"), ("progress_note", "2026-03-06", "", "", "chart/visit-held"),
    ("laboratory_report", "2026-03-06T22:00", "", "back", "chart/visit-kind"), ("laboratory_report", "2026-03-06T09:00", "", "stay", "chart/visit-kind"),
    ("discharge_summary", "2026-03-20", "", "back", "chart/visit-after"), ("clinic_note", "2026-03-20", "", "", "chart/visit-held"),
    ("clinic_note", "2026-02-28", "", "clinic", "chart/visit-day"), ("progress_note", "", "", "", "chart/visit-held"), ("progress_note", "2026-03-04", "X9", "", "chart/visit-held"),
])  # fmt: skip
def test_where_a_document_goes(kind: str, on: str, number: str, encounter: str, rule: str) -> None:
    made = filed(kind, on, number)
    assert (made.encounter, made.ruling.rule) == (encounter, rule)
    assert not (made.encounter and made.candidates)


def test_what_is_held_names_the_candidates() -> None:
    assert filed("progress_note", "2026-03-06").candidates == ("stay", "back")
    assert filed("progress_note", "2026-03-04", "X9").candidates == ("stay",)
    assert filed("clinic_note", "2026-03-20").candidates == ()
    assert set(filed("progress_note").candidates) == {"ed", "stay", "back", "clinic"}


def test_a_number_of_another_day_is_taken_and_told() -> None:
    assert filed("progress_note", "2026-03-20", "I1").ruling.verdict == "warning"
    assert filed("progress_note", "2026-03-04", "I1").ruling.verdict == "applied"


def test_another_facilitys_visit_takes_nothing() -> None:
    assert filed("progress_note", "2026-03-04", facility="south").encounter == "other"
    assert filed("progress_note", "2026-03-04", facility="west").encounter == ""


def test_an_examination_from_before_the_stay_is_for_it_up_to_thirty_days() -> None:
    assert filed("history_and_physical", "2026-02-01", visits=(STAY,)).encounter == "stay"
    assert filed("history_and_physical", "2026-01-31", visits=(STAY,)).encounter == ""
    assert filed("progress_note", "2026-03-01", visits=(STAY,)).encounter == ""


def test_a_series_goes_on_and_a_stay_without_an_end_too() -> None:
    assert filed("therapy_note", "2026-02-10", visits=(SERIES,)).encounter == "series"
    assert filed("therapy_note", "2026-03-04", visits=(SERIES, STAY)).candidates == ("series", "stay")
    assert filed("progress_note", "2026-05-01", visits=(visit("in", "inpatient", "2026-03-03T02:00"),)).encounter == "in"
    assert filed("clinic_note", "2026-05-01", visits=(visit("out", "outpatient", "2026-03-03T02:00"),)).encounter == ""


@given(st.permutations(list(ALL)), st.sampled_from(["progress_note", "emergency_note", "discharge_summary", "clinic_note", ""]), st.integers(0, 60))
def test_the_order_of_the_visits_does_not_matter(order: list[Known], kind: str, days: int) -> None:
    on = (date(2026, 2, 1) + timedelta(days=days)).isoformat()
    assert filed(kind, on, visits=tuple(order)) == filed(kind, on)


def test_visits_that_hang_together() -> None:
    made = {(link.kind, link.earlier, link.later): link.ruling for link in links(ALL)}
    assert set(made) == {("emergency to inpatient", "ed", "stay"), ("same-day readmission", "stay", "back"), ("payment window", "clinic", "stay")}
    assert all(r.citation for r in made.values())


@pytest.mark.parametrize(("earlier", "kind"), [
    (visit("a", "inpatient", "2026-03-01T08:00", "2026-03-04T08:00"), "overlap"), (visit("a", "inpatient", "2026-03-01T08:00"), "overlap"),
    (visit("a", "inpatient", "2026-03-01T08:00", "2026-03-02T08:00"), ""), (visit("a", "observation", "2026-03-02T08:00", "2026-03-03T02:00"), "observation to inpatient"),
    (visit("a", "outpatient", "2026-02-27T08:00", "2026-02-27T09:00"), ""), (visit("a", "outpatient", "2026-02-28T08:00"), "payment window"),
])  # fmt: skip
def test_pairs_of_visits(earlier: Known, kind: str) -> None:
    assert [link.kind for link in links((STAY, earlier))] == ([kind] if kind else [])
