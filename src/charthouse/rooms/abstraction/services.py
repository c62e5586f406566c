"""What was done, given, ordered, reviewed or planned: tests, medicines, supplies, services and the words about a visit.

Takes the words of a sentence and the phrases of `lexicon/services.tsv`, `medicines.tsv` and the HCPCS tables; gives a `Fact`
for each thing named, with the act that the sentence says of it (`given`, `ordered`, `planned` ...), the route and the dose.
"""
from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from charthouse.record.fact import Kind, Measured
from charthouse.rooms.abstraction.dictionary import Mark
from charthouse.rooms.abstraction.row import Row

_KINDS: dict[str, Kind] = {"test": "procedure", "imaging": "procedure", "operation": "procedure", "service": "procedure"}
_SAID_OF = frozenset({"act", "route"})  # classes that say something of a thing and are none themselves
_PREPOSITION = frozenset({"his", "her", "the", "that", "this", "their", "patient", "a", "an", "these", "it", "your", "my", "our", "how"})
_DONE = frozenset({"given", "done", "dispensed"})
_CROSSING = 4  # what a comma or a colon between an act and a thing counts for, in words
_REACH = 14

_AMOUNT = re.compile(r"(?P<value>\d{1,3}(?:,\d{3})+|\d{1,7}(?:\.\d{1,3})?)\s?-?\s?(?P<unit>mg/ml|mg/cc|mcg/ml|units?/ml|million units?|mg|mcg|grams?|gm|g|units?|iu|ml|cc|meq|mci)(?![a-z/])", re.I)
_UNITS = {"gram": "g", "grams": "g", "gm": "g", "unit": "units", "iu": "units", "cc": "ml", "mg/cc": "mg/ml", "unit/ml": "units/ml", "million unit": "million units"}


Place = tuple[int, int]  # characters [start, end)


@dataclass(frozen=True, slots=True)
class Amount:
    value: float
    unit: str
    place: Place


@dataclass(frozen=True, slots=True)
class Service:
    """A thing named in words [start, end) of a row: its class and name, the act said of it with its words, route and dose
    with their places in the text."""

    kind: Kind
    start: int
    end: int
    sort: str
    name: str
    act: str
    by: tuple[int, int] | None
    route: str
    dose: tuple[Measured, tuple[Place, ...]] | None


def services(text: str, row: Row, found: Sequence[Mark]) -> Iterator[Service]:
    """The things that a row names. `found` are the phrases read in it."""
    acts = [(s, e, p.value) for s, e, p in found if p.axis == "act" and not _is_preposition(row, s, e)]
    routes = [(s, e, p.value) for s, e, p in found if p.axis == "route"]
    for start, end, phrase in found:
        if phrase.axis in _SAID_OF:
            continue
        act, by = _act(row, acts, start, end)
        route = _nearest(row, routes, start, end)
        dose = _dose(text, row, start, end, phrase.value, found) if phrase.axis == "medicine" else None
        yield Service(_KINDS.get(phrase.axis, "status"), start, end, phrase.axis, phrase.value, act, by, route[2] if route else "", dose)


def _is_preposition(row: Row, start: int, end: int) -> bool:
    """"Given her age, ..." gives nothing."""
    return end - start == 1 and row.folded[start] == "given" and (start == 0 or (end < len(row.folded) and row.folded[end] in _PREPOSITION))


def _act(row: Row, acts: Sequence[tuple[int, int, str]], start: int, end: int) -> tuple[str, tuple[int, int] | None]:
    """The act said of a thing. What is still to come outweighs what is done: "will be given" gives nothing today."""
    near = _nearest(row, [a for a in acts if a[2] != "later"], start, end)
    if near is None:
        return "", None
    if near[2] in _DONE:
        for a in acts:
            before = a[1] <= max(near[0], start) and a[2] in ("planned", "declined", "ordered") and not _broken(row, a[1], min(near[0], start), ",;")
            if before or (a[2] == "later" and not _broken(row, min(a[1], end), max(a[0], start), ";")):
                return ("declined" if a[2] == "declined" else "planned"), (a[0], a[1])
    return near[2], (near[0], near[1])


def _nearest(row: Row, acts: Sequence[tuple[int, int, str]], start: int, end: int) -> tuple[int, int, str] | None:
    reached = [(d, a) for a in acts if (d := _distance(row, a, start, end)) <= _REACH]
    return min(reached, key=lambda r: (r[0], r[1][0] > start))[1] if reached else None


def _distance(row: Row, act: tuple[int, int, str], start: int, end: int) -> int:
    """In words; a list that goes on after the act ("order CBC, CMP and TSH") is not crossed, one before it is."""
    if act[1] <= start:
        low, high = act[1], start
    else:
        low, high = end, act[0]
    if _broken(row, low, high, ";"):
        return _REACH + 1
    return max(0, high - low) + _CROSSING * _broken(row, low, high, ",:") * (act[1] > start or high - low > 8)


def _broken(row: Row, low: int, high: int, marks: str) -> bool:
    return any(row.breaks[k] and row.breaks[k] in marks for k in range(max(low, 1), min(high + 1, len(row.breaks))))


def _dose(text: str, row: Row, start: int, end: int, name: str, found: Sequence[Mark]) -> tuple[Measured, tuple[Place, ...]] | None:
    """The dose beside a medicine with its places, "40 mg" or "1 mL of 40 mg/mL"; never one that is nearer to another medicine."""
    others = [(s, e) for s, e, p in found if p.axis == "medicine" and s != start]
    low = max((row.ends[e - 1] for s, e in others if e <= start), default=row.starts[0])
    high = min((row.starts[s] for s, e in others if s >= end), default=row.ends[-1] + 12)
    at, past = row.starts[start], row.ends[end - 1]
    after, before = _amounts(text, past, min(high, past + 60)), _amounts(text, max(low, at - 40), at)
    nearest = sorted((*after, *before), key=lambda a: a.place[0] - past if a.place[0] >= past else at - a.place[1])
    by_unit = {a.unit: a for a in reversed(nearest)}
    for unit in ("mg", "mcg"):
        if (strength := by_unit.get(f"{unit}/ml")) and (volume := by_unit.get("ml")):
            return Measured(name=name, value=strength.value * volume.value, unit=unit), (strength.place, volume.place)
    first = next((a for a in nearest if "/" not in a.unit), None)
    return (Measured(name=name, value=first.value, unit=first.unit), (first.place,)) if first else None


def _amounts(text: str, start: int, end: int) -> list[Amount]:
    out = []
    for found in _AMOUNT.finditer(text, start, end):
        unit = found["unit"].lower()
        unit, value = _UNITS.get(unit, unit), float(found["value"].replace(",", ""))
        unit, value = ("units", value * 1_000_000) if unit == "million units" else (unit, value)
        out.append(Amount(value, unit, (found.start(), found.end())))
    return out
