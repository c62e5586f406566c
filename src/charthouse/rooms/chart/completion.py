"""Completion of charts: their state, the delinquency clock of each provider, and the suspension list."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from charthouse.record.deficiency import Deficiency
from charthouse.record.filing import Visit

State = Literal["in house", "incomplete", "delinquent", "complete"]
# 42 CFR 482.24(c)(4)(viii) and Joint Commission RC.01.03.01: no later than 30 days after discharge. A site may set fewer, never more.
MOST = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """What one provider owes to one chart. `since` is the day on which it became delinquent; `days` how long that is ago, 0 while there is time."""

    owner: str
    encounter: str
    deficiency: Deficiency
    since: date | None
    days: int


def state(visit: Visit, found: Iterable[Deficiency], today: date, within: int = MOST) -> State:
    """Delinquent: something is open when the time after discharge is over."""
    if visit.discharged is None:
        return "in house"
    if not any(d.open for d in found):
        return "complete"
    return "delinquent" if today > visit.discharged.date() + timedelta(days=min(within, MOST)) else "incomplete"


def clocks(encounter: str, visit: Visit, found: Iterable[Deficiency], today: date, within: int = MOST) -> tuple[Clock, ...]:
    """One for each open deficiency. The clock runs from discharge, so no chart of a patient in house is delinquent."""
    end = visit.discharged.date() + timedelta(days=min(within, MOST)) if visit.discharged else None
    return tuple(Clock(owner=d.owner or visit.attending or "not named", encounter=encounter, deficiency=d, since=end if end and today > end else None,
                       days=max(0, (today - end).days) if end else 0) for d in found if d.open)


def suspended(running: Iterable[Clock], after: int) -> tuple[tuple[str, int, int], ...]:
    """Providers with a deficiency that is delinquent for more than `after` days, by the site's bylaws (42 CFR 482.22(c)): name, how many
    charts, days of the oldest; the longest first."""
    owed: dict[str, list[Clock]] = {}
    for clock in running:
        if clock.days > after:
            owed.setdefault(clock.owner, []).append(clock)
    rows = ((owner, len({c.encounter for c in of}), max(c.days for c in of)) for owner, of in owed.items())
    return tuple(sorted(rows, key=lambda row: (-row[2], row[0])))
