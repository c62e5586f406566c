"""Figures of the department: what they are made of, and a report as a table with its definition."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from charthouse.record.audit import Audited
from charthouse.record.billing import ClaimFigure

Cell = str | int | float | None
Kind = Literal["text", "count", "number", "percent"]


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitFigure:
    """A visit as reports see it: no name and no text. `state` as in worklists."""

    encounter: str
    facility: str
    setting: str
    unit: str
    payer: str
    admitted: date
    discharged: date | None
    state: str
    reasons: tuple[str, ...] = ()
    drg: str = ""
    weight: float | None = None
    finished_at: datetime | None = None
    finished_by: str = ""
    engine: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActFigure:
    """An act on a code of a chart. `stands`: it was not taken back; `engine`: which engine read the chart (its fingerprint)."""

    encounter: str
    setting: str
    n: int
    what: str
    line: str
    system: str
    code: str
    by: str
    at: datetime
    stands: bool = True
    engine: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryFigure:
    """A query with its clock."""

    kind: str
    state: str
    sent_at: datetime
    due: datetime | None
    answered_at: datetime | None
    outcome: str = ""
    to: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeFigure:
    """A code that stands on a visit of the period. `first`: principal or first-listed; `days` of the stay, None for an outpatient."""

    system: str
    code: str
    first: bool
    days: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LackFigure:
    """What a chart lacks that was looked at, and whose it is to mend."""

    encounter: str
    state: str
    kind: str
    what: str
    owner: str
    due: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class StayFigure:
    """A stay that touches the period."""

    admitted: date
    discharged: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Of the visits of a period: an inpatient by discharge, or admission while in house; an outpatient by the visit. `audits` were coded blind in it; `lacks` are of its visits; `titles` by code; `claims` were built in it."""

    since: date
    until: date
    today: date
    visits: tuple[VisitFigure, ...] = ()
    acts: tuple[ActFigure, ...] = ()
    queries: tuple[QueryFigure, ...] = ()
    audits: tuple[Audited, ...] = ()
    codes: tuple[CodeFigure, ...] = ()
    lacks: tuple[LackFigure, ...] = ()
    stays: tuple[StayFigure, ...] = ()
    claims: tuple[ClaimFigure, ...] = ()
    titles: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    name: str
    kind: Kind = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """`headline`: (figure, words). `bars`: the column that the picture shows, by the first one. `counts`: the column with the number of visits behind a row, by which small
    cells are left out where a report leaves the department."""

    name: str
    title: str
    definition: str
    source: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...] = field(default=())
    headline: tuple[str, str] = ("", "")
    bars: int = 1
    counts: int = 1
