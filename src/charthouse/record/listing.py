"""What a search of the record asks for, and a line of what it finds."""
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from charthouse.record.event import Entry
from charthouse.record.filing import Registration, Visit

Kind = Literal["patient", "encounter", "document", "step", "event", "writing"]  # "writing": an event that made or changed a record
Comparison = Literal["eq", "ne", "lt", "le", "gt", "ge", "sa", "eb"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A code or number; `system` is None where any will do."""

    value: str = field(repr=False)
    system: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """From `start` (included) to `end` (not included), in UTC: what "2026-03" or "2026-03-02T08:00Z" names."""

    comparison: Comparison
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """Any of the values must hold."""

    name: str
    values: tuple[Token | Interval, ...] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """All criteria must hold. In the order of their ids, those after `after`, `limit` at most."""

    kind: Kind
    criteria: tuple[Criterion, ...] = ()
    after: str = ""
    limit: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """A document, without what stands in it."""

    facility: str
    kind: str
    media: str
    author: str
    service_date: date | None
    received_at: datetime
    sha256: str
    size: int
    state: str
    has_text: bool
    replaces: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepCard:
    """A step of the work on an encounter."""

    name: str
    state: str
    due_at: datetime
    tries: int
    why: str = field(default="", repr=False)
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One thing that was found. `version` tells it apart from what it was before; `updated` is when it was last written, UTC."""

    id: str
    of: Registration | Visit | Card | StepCard | Entry = field(repr=False)
    patient: str = ""
    encounter: str = ""
    version: str = "1"
    updated: datetime | None = None
    state: str = ""
    merged_into: str = ""
    place: str = ""  # where it stands in the order, if not by its id
