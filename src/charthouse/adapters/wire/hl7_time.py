"""Times of HL7, v2 (DTM, TS) and v3 (TS): YYYY[MM[DD[HH[MM[SS[.S]]]]]][+/-ZZZZ]."""
from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone, tzinfo
from functools import lru_cache

_TIME = re.compile(r"(\d{4})(\d\d)?(\d\d)?(?:(\d\d)(\d\d)?(\d\d)?)?(?:\.(\d{1,6})\d{0,6})?([+-]\d{4})?", re.A)


@lru_cache(maxsize=64)
def _zone(offset: str) -> tzinfo | None:
    minutes = int(offset[1:3]) * 60 + int(offset[3:5])
    if minutes >= 15 * 60 or int(offset[3:5]) >= 60:  # the farthest places are 14 hours ahead
        return None
    return timezone(timedelta(minutes=-minutes if offset[0] == "-" else minutes))


def zone_of(value: str) -> tzinfo | None:
    """The zone that a time names."""
    found = _TIME.match(value.strip())
    return _zone(found[8]) if found and found[8] else None


@lru_cache(maxsize=1024)
def time_of(value: str, zone: tzinfo | None = None) -> datetime | None:
    """The time, in `zone` where it names none; a day alone is its first minute. None for what is no day."""
    value = value.strip()
    found = _TIME.fullmatch(value)
    if found is None:
        return _iso(value, zone)
    year, month, day, hour, minute, second, part, offset = found.groups()
    if day is None:
        return None
    try:
        return datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), int(part.ljust(6, "0")) if part else 0,
                        (_zone(offset) or zone) if offset else zone)
    except ValueError:
        return None


def _iso(value: str, zone: tzinfo | None) -> datetime | None:
    """What some senders write in its place: 2026-03-02T14:05:00Z."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:?\d\d)?)?", value, re.A):
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return None
    return at if at.tzinfo else at.replace(tzinfo=zone)


def day_of(value: str) -> date | None:
    """The day. None where the value names none (a year alone, a month alone)."""
    at = time_of(value)
    return at.date() if at else None
