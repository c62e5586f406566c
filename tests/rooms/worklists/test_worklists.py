"""Which visits belong to a list, what comes first, how rules are read, and what the work has come to."""
from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from charthouse.record.worklist import Item, Pause, Rules
from charthouse.rooms.worklists import as_said, belongs, first_comes, free, is_paused, is_sampled, rules_of, standing

TODAY, NOW = date(2026, 3, 20), datetime(2026, 3, 20, 9, tzinfo=UTC)
ITEM = Item(encounter="e1", patient="p1", name="Ruiz, Elena", facility="Harbor", setting="inpatient", unit="Medicine", payer="Medicare", admitted=date(2026, 3, 2), discharged=date(2026, 3, 10),
            state="held", confidence=0.8, reasons=("gate/closed", "gate/edit"), weight=1.2838)
BELONGS = {
    "nothing said": (Rules(), True), "another state": (Rules(states=("finished",)), False), "setting": (Rules(settings=("inpatient",)), True), "another setting": (Rules(settings=("outpatient",)), False),
    "unit of several": (Rules(units=("Surgery", "Medicine")), True), "another payer": (Rules(payers=("Commercial",)), False), "facility": (Rules(facilities=("Harbor",)), True),
    "a reason": (Rules(reasons=("gate/edit",)), True), "part of a reason": (Rules(reasons=("gate/ed",)), False), "ten days": (Rules(days_at_least=10), True), "eleven days": (Rules(days_at_least=11), False),
    "at most ten": (Rules(days_at_most=10), True), "at most nine": (Rules(days_at_most=9), False), "below 0.81": (Rules(confidence_below=0.81), True), "below 0.8": (Rules(confidence_below=0.8), False),
    "weight": (Rules(weight_at_least=1.2838), True), "heavier": (Rules(weight_at_least=1.29), False), "nobody's": (Rules(assigned="nobody"), True), "mine": (Rules(assigned="me"), False)}


@pytest.mark.parametrize("name", BELONGS)
def test_belonging(name: str) -> None:
    rules, answer = BELONGS[name]
    assert belongs(ITEM, rules, me="ana", today=TODAY) is answer


def test_assigned_and_in_house() -> None:
    assert belongs(replace(ITEM, assignee="ana"), Rules(assigned="me"), me="ana", today=TODAY)
    assert not belongs(replace(ITEM, assignee="ana"), Rules(assigned="nobody"), me="ana", today=TODAY)
    assert replace(ITEM, discharged=None).days(TODAY) == 0
    assert replace(ITEM, setting="outpatient", discharged=None).days(TODAY) == 18
    assert not belongs(replace(ITEM, confidence=None), Rules(confidence_below=0.9), me="ana", today=TODAY)


@pytest.mark.parametrize(("order", "ids"), [("oldest", "urgent old unsure heavy"), ("unsure", "urgent unsure heavy old"), ("surest", "urgent old heavy unsure"), ("heaviest", "urgent heavy old unsure")])
def test_what_comes_first(order: Any, ids: str) -> None:
    items = [replace(ITEM, encounter="old", discharged=date(2026, 3, 1), confidence=0.9), replace(ITEM, encounter="unsure", discharged=date(2026, 3, 5), confidence=0.1),
             replace(ITEM, encounter="heavy", weight=9.0), replace(ITEM, encounter="urgent", discharged=date(2026, 3, 19), priority=1, confidence=0.95)]
    assert " ".join(i.encounter for i in sorted(items, key=lambda i: first_comes(i, order, TODAY))) == ids


@pytest.mark.parametrize(("changed", "answer"), [
    ({}, True), ({"assignee": "ana"}, True), ({"assignee": "luis"}, False), ({"lease": "ana", "leased_until": NOW + timedelta(minutes=1)}, True),
    ({"lease": "luis", "leased_until": NOW + timedelta(minutes=1)}, False), ({"lease": "luis", "leased_until": NOW}, True)])
def test_what_is_free(changed: dict[str, Any], answer: bool) -> None:
    assert free(replace(ITEM, **changed), "ana", NOW) is answer


@pytest.mark.parametrize(("said", "why"), [
    ({"colour": "red"}, "no rule named colour"), ({"states": ["gone"]}, "gone is no state"), ({"days_at_least": "x"}, "days at least is not a number"), ({"days_at_least": -1}, "lies between 0"),
    ({"confidence_below": 2}, "between 0 and 1"), ({"assigned": "you"}, "assigned to"), ({"days_at_least": 5, "days_at_most": 4}, "later than it ends")])
def test_wrong_rules_are_said_in_words(said: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        rules_of(said)


def test_rules_there_and_back() -> None:
    rules = Rules(states=("held",), units=("Medicine",), days_at_least=3, confidence_below=0.7, assigned="me")
    assert rules_of(as_said(rules)) == rules
    assert rules_of({}) == Rules()


ALONE: dict[str, Any] = {"gate": {"finished": True, "held": []}, "codes": [{"confidence": 0.97, "status": "auto"}, {"confidence": 0.1, "status": "suppressed"}], "grouping": {"drg": "291", "weight": 1.28}}
HELD: dict[str, Any] = {"gate": {"finished": False, "held": [{"rule": "gate/closed"}, {"rule": "gate/closed"}]}, "codes": []}


@pytest.mark.parametrize(("result", "said", "state", "reasons"), [
    (ALONE, {}, "alone", ()), (ALONE, {"sampled": True}, "sampled", ()), (ALONE, {"paused": True}, "held", ("gate/paused",)), (ALONE, {"begun": True}, "in work", ()),
    (HELD, {}, "held", ("gate/closed",)), (HELD, {"sampled": True, "paused": True}, "held", ("gate/closed",)), (HELD, {"begun": True, "finished": (NOW, "Ana")}, "finished", ("gate/closed",))])
def test_what_the_work_has_come_to(result: dict[str, Any], said: dict[str, Any], state: str, reasons: tuple[str, ...]) -> None:
    now = standing(result, **{"undecided": 0, "begun": False, "finished": None, "paused": False, "sampled": False} | said)
    assert (now.state, now.reasons) == (state, reasons)
    assert now.confidence == (0.97 if result is ALONE else None)


def test_the_sample_is_of_the_size_that_was_set_and_nobody_chooses() -> None:
    ids = [f"visit {n}" for n in range(20_000)]
    assert not any(is_sampled(i, 0.0) for i in ids)
    assert all(is_sampled(i, 1.0) for i in ids)
    assert 900 < sum(is_sampled(i, 0.05) for i in ids) < 1100
    assert all(is_sampled(i, 0.1) for i in ids if is_sampled(i, 0.05))


def test_pauses() -> None:
    there = (Pause(facility="Harbor", unit="Medicine", by="m", at=NOW, why="new EHR"), Pause(facility="North", unit="", by="m", at=NOW, why="audit"))
    assert [is_paused(*at, there) for at in (("Harbor", "Medicine"), ("Harbor", "Clinic"), ("North", "Clinic"), ("South", "Medicine"))] == [True, False, True, False]
