"""Worklists at the desk: lists with their counts, the next chart for somebody, leases, assignment, and what keeps the items in step with the work."""
from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from secrets import token_hex
from typing import Any

from charthouse.flow.desk import SITE, Desk, told
from charthouse.ports.store import Transaction
from charthouse.record.access import Access
from charthouse.record.errors import BadRequest, NotFound
from charthouse.record.worklist import OPEN, ORDERS, Item, Pause, Rules, Standing, State, Worklist
from charthouse.rooms.privacy import scope
from charthouse.rooms.worklists import as_said, is_paused, is_sampled, rules_of, standing

FEW = 8
LEASED = timedelta(minutes=20)  # a page that is open asks again long before
RATE = "audit.sample_rate"
DEFAULTS = (
    Worklist(id="inpatient", name="Inpatient, to review", rules=Rules(settings=("inpatient",)), order="oldest", place=1),
    Worklist(id="outpatient", name="Outpatient, to review", rules=Rules(settings=("outpatient",)), order="oldest", place=2),
    Worklist(id="mine", name="Assigned to me", rules=Rules(assigned="me"), order="oldest", place=3),
    Worklist(id="old", name="Not final after five days", rules=Rules(states=("waiting", "held", "sampled", "in work"), days_at_least=5), order="oldest", place=4),
    Worklist(id="waiting", name="Not read yet", rules=Rules(states=("waiting",)), order="oldest", place=5),
    Worklist(id="questions", name="Questions open, in house", rules=Rules(states=("waiting", "held", "alone", "sampled", "in work"), settings=("inpatient",), days_at_most=0, questions_at_least=1), order="oldest", place=7),
    Worklist(id="questions-left", name="Questions open, discharged", rules=Rules(states=("held", "alone", "sampled", "in work"), days_at_least=1, questions_at_least=1), order="oldest", place=8),
    Worklist(id="done", name="Finished", rules=Rules(states=("finished", "alone")), order="oldest", place=9))


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    worklist: Worklist
    count: int


def lists(desk: Desk) -> tuple[Counted, ...]:
    """Each list with how many visits it holds for this person."""
    def use(open: Transaction, access: Access) -> tuple[Counted, ...]:
        told(open, access)
        return tuple(Counted(worklist=w, count=open.work_items.count(access, w.rules, _seen(desk), desk.actor.id, _today(desk))) for w in _lists(open))

    return desk.use("chart.find", SITE, use)


def one(desk: Desk, id: str) -> Worklist:
    """Raises `NotFound`."""
    with desk.store.transaction() as open:
        found = next((w for w in _lists(open) if w.id == id), None)
    if found is None:
        raise NotFound()
    return found


def rows(desk: Desk, worklist: Worklist, *, first: int = 0, most: int = 200, words: str = "") -> tuple[tuple[Item, ...], int]:
    """(a part of the list, how many it holds)."""
    def use(open: Transaction, access: Access) -> tuple[tuple[Item, ...], int]:
        at = (_seen(desk), desk.actor.id, _today(desk))
        return open.work_items.rows(access, worklist.rules, worklist.order, *at, first=first, most=most, words=words), open.work_items.count(access, worklist.rules, *at)

    return desk.use("chart.find", replace(SITE, id=f"worklist {worklist.id}"), use)


def next_for(desk: Desk, worklist: Worklist, shown: str) -> str | None:
    """The next chart of the list that nobody else has, leased to this person: its visit's id; None when there is none."""
    def use(open: Transaction, access: Access) -> str | None:
        found = open.work_items.rows(access, worklist.rules, worklist.order, _seen(desk), desk.actor.id, _today(desk), first=0, most=1, free=True)
        return open.work_items.lease(access, found[0].encounter, shown, desk.clock() + LEASED).encounter if found else None

    return desk.use("chart.find", replace(SITE, id=f"worklist {worklist.id}"), use)


def lease(desk: Desk, encounter: str, shown: str) -> Item:
    """Take the chart to work on; the item says whose it is. Held on by asking again."""
    return desk.use("code.decide", ("encounter", encounter), lambda open, access: open.work_items.lease(access, encounter, shown, desk.clock() + LEASED))


def give_back(desk: Desk, encounter: str, shown: str) -> None:
    """What this person has; another's stays theirs."""
    desk.use("code.decide", ("encounter", encounter), lambda open, access: open.work_items.lease(access, encounter, shown, None))


def assign(desk: Desk, encounters: Sequence[str], assignee: str, shown: str, priority: int | None = None) -> None:
    """All or none."""
    with desk.together() as together:
        for id in encounters:
            together.use("assignment.write", ("encounter", id), _assigning(id, assignee, shown, priority))


def _assigning(id: str, assignee: str, shown: str, priority: int | None) -> Callable[[Transaction, Access], None]:
    return lambda open, access: open.work_items.assign(access, id, assignee, shown, priority)


def save(desk: Desk, id: str, name: str, said: Mapping[str, Any], order: str, place: int = 99) -> Worklist:
    """A list made or changed. Raises `BadRequest` with what is wrong in it."""
    new = tried(id, name, said, order, place)

    def use(open: Transaction, access: Access) -> None:
        if not open.worklists.lists():
            for w in DEFAULTS:
                open.worklists.put(access, w, as_said(w.rules))
        open.worklists.put(access, new, as_said(new.rules))

    desk.use("assignment.write", replace(SITE, id="worklists"), use)
    return new


def tried(id: str, name: str, said: Mapping[str, Any], order: str, place: int = 99) -> Worklist:
    """Raises `BadRequest`."""
    if not name.strip() or len(name) > 60:
        raise BadRequest(why="A list has a name of at most 60 characters")
    if order not in ORDERS:
        raise BadRequest(why=f"A list is in one of these orders: {', '.join(ORDERS)}")
    try:
        return Worklist(id=id, name=name.strip(), rules=rules_of(said), order=order, place=place)
    except ValueError as wrong:
        raise BadRequest(why=str(wrong)) from None


def count(desk: Desk, worklist: Worklist) -> int:
    def use(open: Transaction, access: Access) -> int:
        told(open, access)
        return open.work_items.count(access, worklist.rules, _seen(desk), desk.actor.id, _today(desk))

    return desk.use("chart.find", replace(SITE, id=f"worklist {worklist.id}"), use)


def remove(desk: Desk, id: str) -> None:
    def use(open: Transaction, access: Access) -> None:
        if not open.worklists.lists():
            for w in DEFAULTS:
                open.worklists.put(access, w, as_said(w.rules))
        open.worklists.remove(access, id)

    desk.use("assignment.write", replace(SITE, id="worklists"), use)


def pauses(desk: Desk) -> tuple[tuple[Pause, ...], float, tuple[tuple[str, str, str], ...]]:
    """(where the gate is paused, the rate at which its charts are looked at, (facility, unit, payer) that there are)."""
    def use(open: Transaction, access: Access) -> tuple[tuple[Pause, ...], float, tuple[tuple[str, str, str], ...]]:
        told(open, access)
        return open.steering.pauses(), _rate(open), tuple(open.work_items.places(access, _seen(desk)))

    return desk.use("assignment.write", replace(SITE, id="team"), use)


def pause(desk: Desk, facility: str, unit: str, why: str) -> None:
    """The gate finishes nothing alone there from now on. Raises `BadRequest` without a reason."""
    if not why.strip():
        raise BadRequest(why="The gate is not paused without a reason")
    new = Pause(facility=facility, unit=unit, by=desk.actor.id, at=desk.clock(), why=why.strip()[:500])
    desk.use("assignment.write", replace(SITE, facility=facility), lambda open, access: open.steering.pause(access, new))


def resume(desk: Desk, facility: str, unit: str) -> None:
    desk.use("assignment.write", replace(SITE, facility=facility), lambda open, access: open.steering.resume(access, facility, unit))


def set_rate(desk: Desk, rate: float) -> None:
    """From 0 to 1. Raises `BadRequest`."""
    if not 0 <= rate <= 1:
        raise BadRequest(why="The rate at which finished charts are looked at lies between 0 and 1")
    desk.use("assignment.write", replace(SITE, id="sampling"), lambda open, access: open.steering.set(access, RATE, f"{rate:g}"))


def keep(open: Transaction, access: Access, encounter: str, result: Mapping[str, Any], *, undecided: int, begun: bool, finished: tuple[datetime, str] | None, questions: int = 0, facility: str, unit: str,
         grouping: Mapping[str, Any] | None = None) -> Standing:
    """The visit's item as the work stands now; within the use that changes it."""
    now = standing(result, undecided=undecided, begun=begun, finished=finished, questions=questions, paused=is_paused(facility, unit, open.steering.pauses()), sampled=is_sampled(encounter, _rate(open)), grouping=grouping)
    open.work_items.stand(access, encounter, now)
    return now


def load(desk: Desk, who: str) -> tuple[int, int, int]:
    """(open charts assigned to somebody, those begun, those finished) of what this manager may see."""
    def use(open: Transaction, access: Access) -> tuple[int, int, int]:
        told(open, access)
        def many(*states: State) -> int:
            return open.work_items.count(access, Rules(states=states, assigned="me"), _seen(desk), who, _today(desk))

        return many(*OPEN), many("in work"), many("finished")

    return desk.use("assignment.write", replace(SITE, id="team"), use)


def of_me(desk: Desk) -> tuple[tuple[Item, ...], tuple[Item, ...], tuple[Item, ...]]:
    """What this person has begun, what is assigned to them, and what has waited longest for anybody: a few of each."""
    def use(open: Transaction, access: Access) -> tuple[tuple[Item, ...], ...]:
        def few(rules: Rules) -> tuple[Item, ...]:
            return open.work_items.rows(access, rules, "oldest", _seen(desk), desk.actor.id, _today(desk), first=0, most=FEW)

        begun = tuple(i for i in few(Rules(states=("in work",))) if i.lease == desk.actor.id or i.assignee == desk.actor.id)
        return begun, few(Rules(assigned="me")), few(Rules(states=("held", "sampled", "in work", "waiting"), days_at_least=5))

    begun, mine, overdue = desk.use("chart.find", replace(SITE, id="my day"), use)
    return begun, mine, overdue


def new_id(name: str) -> str:
    """For an address: "Cardiology, old" as "cardiology-old-3f2a"."""
    words = "-".join("".join(c if c.isalnum() and c.isascii() else " " for c in name.lower()).split())[:40]
    return f"{words or 'list'}-{token_hex(2)}"


def _rate(open: Transaction) -> float:
    return float(open.steering.setting(RATE) or 0.05)


def _lists(open: Transaction) -> tuple[Worklist, ...]:
    return open.worklists.lists() or DEFAULTS


def _seen(desk: Desk) -> Any:
    return scope(desk.actor, desk.purpose, desk.rules)


def _today(desk: Desk) -> date:
    return desk.clock().date()
