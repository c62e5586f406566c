"""Counts of an index, as a registry or an annual report wants them."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from charthouse.rooms.statistics.indexes import Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    """Under one heading: visits, patients, in how many it was the principal diagnosis, deaths (status 20, 40 to 42), mean stay in days of those that have one."""

    heading: str
    visits: int
    patients: int
    principal: int
    deaths: int
    mean_stay: float | None


def counted(rows: Sequence[Row]) -> tuple[Count, ...]:
    """In the order of the rows' headings."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row.heading, []).append(row)
    return tuple(_count(heading, of) for heading, of in groups.items())


def _count(heading: str, rows: Sequence[Row]) -> Count:
    stays = [r.stay for r in rows if r.stay is not None]
    return Count(heading=heading, visits=len(rows), patients=len({r.number for r in rows}), principal=sum(r.principal for r in rows),
                 deaths=sum(r.disposition in ("20", "40", "41", "42") for r in rows), mean_stay=round(fmean(stays), 2) if stays else None)
