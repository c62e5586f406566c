"""Any order of the same messages makes the same visit."""
from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charthouse.record.received import Happening, Said
from charthouse.rooms.chart import Course, Happened, course

DAY = datetime(2026, 3, 2, 8, tzinfo=UTC)
KINDS: tuple[Happening, ...] = ("register", "admit", "update", "transfer", "discharge", "cancel_admit", "cancel_discharge")


def said(kind: Happening, hour: int, *, at: int | None = None, **more: object) -> Happened:
    return Happened(control=f"{kind}-{hour}", kind=kind, sent=DAY + timedelta(hours=hour), at=None if at is None else DAY + timedelta(hours=at), said=Said(**more))  # type: ignore[arg-type]


def hours(made: Course) -> list[tuple[str, float, float | None]]:
    return [(u.unit, (u.since - DAY) / timedelta(hours=1), (u.until - DAY) / timedelta(hours=1) if u.until else None) for u in made.units]


PLAIN = [said("admit", 0, number="V1", unit="ED"), said("transfer", 3, unit="ICU"), said("transfer", 30, unit="4W"), said("discharge", 70, status="01")]


def test_admission_transfers_and_discharge_make_a_history_of_units() -> None:
    made = course(PLAIN)
    assert (made.state, made.said.number, made.said.admitted, made.said.discharged, made.said.status) == ("discharged", "V1", DAY, DAY + timedelta(hours=70), "01")
    assert hours(made) == [("ED", 0, 3), ("ICU", 3, 30), ("4W", 30, 70)]
    assert made.rulings == ()


def test_a_transfer_that_is_told_late_takes_its_place() -> None:
    made = course([*PLAIN[:1], PLAIN[2], said("transfer", 40, at=3, unit="ICU")])
    assert hours(made) == [("ED", 0, 3), ("ICU", 3, 30), ("4W", 30, None)]
    assert made.state == "in house"


def test_a_cancelled_discharge_leaves_the_patient_in_house() -> None:
    made = course([*PLAIN, said("cancel_discharge", 71)])
    assert (made.state, made.said.discharged, made.said.status) == ("in house", None, "")
    assert hours(made)[-1] == ("4W", 30, None)


def test_a_cancelled_admission_leaves_no_stay_and_a_new_one_may_follow() -> None:
    gone = course([*PLAIN[:2], said("cancel_admit", 4)])
    assert (gone.state, gone.said.admitted, gone.units) == ("cancelled", None, ())
    again = course([*PLAIN[:2], said("cancel_admit", 4), said("admit", 5, unit="4W")])
    assert (again.state, hours(again)) == ("in house", [("4W", 5, None)])


def test_a_message_twice_counts_once() -> None:
    assert course([*PLAIN, *PLAIN, PLAIN[1]]) == course(PLAIN)


def test_an_update_corrects_what_is_there_and_admits_nobody() -> None:
    made = course([*PLAIN, said("update", 80, attending="Dr. Miller", discharged=DAY + timedelta(hours=69))])
    assert (made.said.attending, made.said.discharged) == ("Dr. Miller", DAY + timedelta(hours=69))
    alone = course([said("update", 1, attending="Dr. Miller", admitted=DAY)])
    assert (alone.state, alone.said.admitted) == ("registered", None)


@pytest.mark.parametrize(("messages", "rule"), [
    ([said("discharge", 5)], "chart/discharge-without-admission"), ([said("admit", 0), said("discharge", 5, at=-3)], "chart/discharge-before-admission"),
    ([*PLAIN, said("transfer", 71, unit="5W")], "chart/transfer-not-in-house"), ([*PLAIN, said("transfer", 71, unit="5W")], "chart/transfer-after-discharge"),
    ([said("admit", 0), said("cancel_discharge", 1)], "chart/nothing-to-cancel"), ([said("cancel_admit", 1)], "chart/nothing-to-cancel"),
])  # fmt: skip
def test_what_cannot_be_is_told(messages: list[Happened], rule: str) -> None:
    assert rule in [r.rule for r in course(messages).rulings]


MESSAGES = st.lists(st.builds(said, st.sampled_from(KINDS), st.integers(0, 6), at=st.none() | st.integers(0, 6), unit=st.sampled_from(["", "ICU", "4W"]),
                              attending=st.sampled_from(["", "Dr. A", "Dr. B"])), max_size=7)


@given(MESSAGES, st.randoms(use_true_random=False))
def test_any_order_of_the_same_messages_makes_the_same_visit(messages: list[Happened], chance: object) -> None:
    mixed = list(messages)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert course(mixed) == course(messages)
    assert course([*mixed, *messages]) == course(messages)


@given(MESSAGES)
def test_units_follow_each_other_without_a_gap(messages: list[Happened]) -> None:
    units = course(messages).units
    assert all(a.until == b.since and a.unit != b.unit for a, b in pairwise(units))
