"""When a report that comes by itself is due, and of which days it is."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Every = Literal["day", "week", "month"]
EVERY: tuple[Every, ...] = ("day", "week", "month")
FORMATS = ("pdf", "csv", "parquet")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scheduled:
    """A report that comes by itself into the site's folder."""

    report: str
    every: Every
    format: str = "pdf"


def period(every: Every, today: date) -> tuple[date, date]:
    """The last whole day, week (Monday to Sunday) or month before today."""
    if every == "day":
        return today - timedelta(days=1), today - timedelta(days=1)
    if every == "week":
        end = today - timedelta(days=today.weekday() + 1)
        return end - timedelta(days=6), end
    end = today.replace(day=1) - timedelta(days=1)
    return end.replace(day=1), end
