"""Two persons compared, field by field: each comparison gives the level at which they agree, or "" where one of them does not say.

The levels and their order are those of `weights.tsv`; the linkage of files uses the same ones in the words of a database (`adapters/linkage/levels.py`).
"""
from __future__ import annotations

from collections.abc import Callable

from charthouse.record.person import Person
from charthouse.rooms.identity.likeness import edits, likeness

CLOSE, ALIKE = 0.92, 0.85  # Jaro-Winkler


def levels(a: Person, b: Person) -> dict[str, str]:
    """The level of each comparison."""
    return {name: compare(a, b) for name, compare in COMPARISONS.items()}


def given(a: Person, b: Person) -> str:
    if not (a.given and b.given):
        return ""
    if a.given != b.given and (len(a.given) == 1 or len(b.given) == 1) and a.given[0] == b.given[0]:
        return "initial"
    return _name(a.given, b.given, a.given_sound == b.given_sound, swapped=a.given == b.family or b.given == a.family)


def family(a: Person, b: Person) -> str:
    if not (a.family and b.family):
        return ""
    return _name(a.family, b.family, a.family_sound == b.family_sound, swapped=a.family == b.given or b.family == a.given)


def birth(a: Person, b: Person) -> str:
    if not (a.birth and b.birth):
        return ""
    if a.birth == b.birth:
        return "exact"
    if a.birth[:4] == b.birth[:4] and a.birth[4:6] == b.birth[6:8] and a.birth[6:8] == b.birth[4:6]:
        return "day and month swapped"
    apart = edits(a.birth, b.birth)
    return "one slip" if apart == 1 else "two slips" if apart == 2 else "other"


def number(a: Person, b: Person) -> str:
    return _slips(a.number, b.number)


def postcode(a: Person, b: Person) -> str:
    return _slips(a.postcode, b.postcode)


def house(a: Person, b: Person) -> str:
    return _slips(a.house, b.house)


def street(a: Person, b: Person) -> str:
    level = _alike(a.street, b.street)
    return "another line" if level in ("other", "") and ((a.street and a.street == b.place) or (b.street and b.street == a.place)) else level


def place(a: Person, b: Person) -> str:
    return _alike(a.place, b.place)


def suburb(a: Person, b: Person) -> str:
    return _alike(a.suburb, b.suburb)


def state(a: Person, b: Person) -> str:
    return _same(a.state, b.state)


def sex(a: Person, b: Person) -> str:
    return _same(a.sex, b.sex)


def phone(a: Person, b: Person) -> str:
    return _same(a.phone, b.phone)


def _name(a: str, b: str, sounds: bool, *, swapped: bool) -> str:
    if a == b:
        return "exact"
    if swapped:
        return "swapped"
    near = likeness(a, b)
    return "close" if near >= CLOSE else "alike" if near >= ALIKE or sounds else "other"


def _alike(a: str, b: str) -> str:
    if not (a and b):
        return ""
    return "exact" if a == b else "alike" if likeness(a, b) >= CLOSE else "other"


def _slips(a: str, b: str) -> str:
    if not (a and b):
        return ""
    apart = edits(a, b) if a != b else 0
    return "exact" if not apart else "one slip" if apart == 1 else "other"


def _same(a: str, b: str) -> str:
    return "" if not (a and b) else "exact" if a == b else "other"


COMPARISONS: dict[str, Callable[[Person, Person], str]] = {f.__name__: f for f in (
    given, family, birth, sex, number, house, street, place, suburb, postcode, state, phone)}
