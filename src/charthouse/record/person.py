"""A person as files and registrations describe one, spelled so that two can be compared; and what comparing two persons gave."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """All in small letters without accents, marks and blanks; "" is not known. `birth` is eight digits (YYYYMMDD), `number` a number that a state gives to one
    person (social security). `place` is a second line of the address. The `_sound`s are how they sound,
    `both_sounds` the names in whichever order."""

    id: str
    given: str = field(default="", repr=False)
    family: str = field(default="", repr=False)
    birth: str = field(default="", repr=False)
    sex: str = ""
    number: str = field(default="", repr=False)
    house: str = field(default="", repr=False)
    street: str = field(default="", repr=False)
    place: str = field(default="", repr=False)
    suburb: str = field(default="", repr=False)
    postcode: str = field(default="", repr=False)
    state: str = ""
    phone: str = field(default="", repr=False)
    given_sound: str = field(default="", repr=False)
    family_sound: str = field(default="", repr=False)
    both_sounds: str = field(default="", repr=False)
    street_sound: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two records and how probable it is that they are of one person. `verdict` "possible": a person should look."""

    a: str
    b: str
    probability: float
    verdict: Literal["link", "possible", ""] = ""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weight:
    """How often a level of agreement is seen between two records of one person (`m`) and between records of two (`u`)."""

    comparison: str
    level: str
    m: float
    u: float
