"""How a sequence of happenings (admit, transfer, discharge, cancel ...) makes a visit. Any order in which the same messages arrive makes the same one.

Messages are put in order by the time that their sender gives them, so one that comes late takes its place; one that was sent twice counts once.
"""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from charthouse.record.received import Happening, Said
from charthouse.record.ruling import Ruling

ENTRIES = "42 CFR 482.24(c)(1)"
_RANK: tuple[Happening, ...] = ("register", "admit", "update", "transfer", "cancel_discharge", "discharge", "cancel_admit")  # of messages of one moment
_FIELDS = ("number", "facility", "setting", "unit", "attending", "payer", "service")


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One message about a visit. `sent` is when its sender made it; `at` when what it tells took place, where that is another time."""

    control: str
    kind: Happening
    sent: datetime
    said: Said = field(default_factory=Said)
    at: datetime | None = None

    @property
    def took_place(self) -> datetime:
        return self.at or self.sent


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A unit in which the patient was, from `since` until the next began or the stay ended."""

    unit: str
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """The visit as all messages together make it. `state`: registered, in house, discharged, cancelled."""

    said: Said
    state: str
    units: tuple[Unit, ...] = ()
    rulings: tuple[Ruling, ...] = ()


@dataclass(slots=True)
class _Making:
    said: Said = field(default_factory=Said)
    state: str = "registered"
    moves: list[tuple[datetime, str]] = field(default_factory=list)
    rulings: list[Ruling] = field(default_factory=list)


def course(happened: Iterable[Happened]) -> Course:
    """The visit; raises nothing. What cannot be (a discharge before the admission, a transfer of somebody who is not here) is told by rulings."""
    made = _Making()
    for message in _ordered(happened):
        _took(made, message)
    return Course(said=made.said, state=made.state, units=_units(made), rulings=(*made.rulings, *_checked(made)))


def _ordered(happened: Iterable[Happened]) -> list[Happened]:
    once = {h.control: h for h in sorted(happened, key=repr)}
    return sorted(once.values(), key=lambda h: (_moment(h.sent), _RANK.index(h.kind) if h.kind in _RANK else len(_RANK), h.control))


def _moment(when: datetime) -> datetime:
    """Times without a zone are compared as they stand."""
    return when.astimezone(UTC).replace(tzinfo=None) if when.tzinfo else when


def _took(made: _Making, message: Happened) -> None:
    said = message.said
    given = {name: getattr(said, name) for name in _FIELDS if getattr(said, name)}
    made.said = replace(made.said, **given)
    if message.kind in ("admit", "register"):
        made.said = replace(made.said, admitted=said.admitted or message.took_place)
        made.state = "in house" if message.kind == "admit" else "registered" if made.state == "cancelled" else made.state
        _moved(made, said.admitted or message.took_place, said.unit)
    elif message.kind == "transfer":
        if made.state != "in house":
            _odd(made, message, "chart/transfer-not-in-house", "A transfer of a patient who was not in house")
        _moved(made, message.took_place, said.unit)
    elif message.kind == "discharge":
        made.said = replace(made.said, discharged=said.discharged or message.took_place, status=said.status or made.said.status)
        made.state = "discharged"
    elif message.kind == "cancel_discharge":
        if made.state != "discharged":
            _odd(made, message, "chart/nothing-to-cancel", "A discharge was cancelled that there was not")
        else:
            made.said, made.state = replace(made.said, discharged=None, status=""), "in house"
    elif message.kind == "cancel_admit":
        if made.said.admitted is None:
            _odd(made, message, "chart/nothing-to-cancel", "An admission was cancelled that there was not")
        made.said, made.state = replace(made.said, admitted=None, discharged=None, status=""), "cancelled"
        made.moves.clear()
    elif message.kind == "update":
        known = {name: getattr(said, name) for name in ("admitted", "discharged") if getattr(said, name) and getattr(made.said, name)}
        made.said = replace(made.said, **known, status=said.status or made.said.status)


def _moved(made: _Making, when: datetime, unit: str) -> None:
    if unit:
        made.moves.append((when, unit))


def _units(made: _Making) -> tuple[Unit, ...]:
    """By the time at which the patient moved; a unit named again without a move between is one."""
    moves: list[tuple[datetime, str]] = []
    for when, unit in sorted(made.moves, key=lambda m: (_moment(m[0]), m[1])):
        if not moves or moves[-1][1] != unit:
            moves.append((when, unit))
    ends = [*(when for when, _ in moves[1:]), made.said.discharged]
    return tuple(Unit(unit=unit, since=when, until=end) for (when, unit), end in zip(moves, ends, strict=False))


def _checked(made: _Making) -> Iterable[Ruling]:
    began, ended = made.said.admitted, made.said.discharged
    if ended is not None and began is None:
        yield _ruling("chart/discharge-without-admission", "A discharge, and no admission is known", made.said.number)
    if began is not None and ended is not None and _moment(ended) < _moment(began):
        yield _ruling("chart/discharge-before-admission", "The discharge lies before the admission", made.said.number)
    if ended is not None and any(_moment(when) > _moment(ended) for when, _ in made.moves):
        yield _ruling("chart/transfer-after-discharge", "A transfer lies after the discharge", made.said.number)


def _odd(made: _Making, message: Happened, rule: str, why: str) -> None:
    made.rulings.append(_ruling(rule, why, message.control))


def _ruling(rule: str, why: str, subject: str) -> Ruling:
    return Ruling(rule=rule, verdict="warning", message=why, citation=ENTRIES, subject=subject)
