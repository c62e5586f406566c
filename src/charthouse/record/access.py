"""Who may do what: actors with their roles, and the purposes for which a record is used."""
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Purpose = Literal["treatment", "payment", "operations", "release", "privacy", "administration", "emergency"]
PURPOSES: tuple[Purpose, ...] = ("treatment", "payment", "operations", "release", "privacy", "administration", "emergency")


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A person or a program that acts, known by a unique `id` (45 CFR 164.312(a)(2)(i)). `facilities` are those whose records it may
    see; `origin` is where it acts from."""

    id: str
    roles: frozenset[str]
    facilities: frozenset[str] = frozenset()
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakGlass:
    """Emergency access that the role alone does not give: for one patient, with its reason, until a time (45 CFR 164.312(a)(2)(ii))."""

    patient: str
    reason: str = field(repr=False)
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """What an action is about. `restricted`: the patient asked for it (45 CFR 164.522) or the record is locked."""

    kind: str
    id: str = ""
    patient: str = ""
    facility: str = ""
    restricted: bool = False
