"""Who may do what: actors with their roles, the purposes for which a record is used, and the pass to one use of it."""
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from charthouse.record.event import Event

Purpose = Literal["treatment", "payment", "operations", "release", "privacy", "administration", "emergency"]
PURPOSES: tuple[Purpose, ...] = ("treatment", "payment", "operations", "release", "privacy", "administration", "emergency")
GLASS = timedelta(hours=4)  # how long broken glass stays open


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
    """Emergency access that the role alone does not give: to one actor, for one patient, with its reason, until a time
    (45 CFR 164.312(a)(2)(ii))."""

    actor: str
    patient: str
    reason: str = field(repr=False)
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """What an action is about: a `patient`, an `encounter`, or the `site`. `restricted`: the patient asked for it (45 CFR 164.522)."""

    kind: Literal["patient", "encounter", "site"]
    id: str = ""
    patient: str = ""
    facility: str = ""
    restricted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """The pass to one use of the record, with the event that tells of it. Only the desk (`flow/desk.py`) makes one, after the decision;
    the store takes nothing else, and writes the event before it reads or writes."""

    event: Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What a search may see: the records of these facilities (None: of any), and restricted ones only where `restricted`."""

    facilities: tuple[str, ...] | None
    restricted: bool = False
