"""Days that are said in words: "last quarter", "since 2026-04-01", "in March 2026". Quarters are those of the calendar year."""
from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

Days = tuple[date | None, date | None]
_MONTHS = {name: n for n, name in enumerate(("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"), 1)}
_DAY = r"(\d{4}-\d{2}-\d{2})"


def said_days(text: str, today: date) -> tuple[Days, str, str] | None:
    """((first, last) day, the words that said it, the text without them); None where no day is said."""
    for pattern, make in _SAID:
        for m in pattern.finditer(text):
            try:
                days = make(m, today)
            except (ValueError, OverflowError):  # 2026-02-30
                continue
            return days, m.group().strip(), (text[:m.start()] + " " + text[m.end():])
    return None


def _unit(m: re.Match[str], today: date) -> Days:
    return _span(m[2].lower(), today, -1 if m[1].lower() in ("last", "previous") else 0)


def _span(unit: str, today: date, ago: int) -> Days:
    if unit == "week":
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=ago)
        return monday, monday + timedelta(days=6)
    months = {"month": 1, "quarter": 3, "year": 12}[unit]
    first = today.year * 12 + (today.month - 1) // months * months + ago * months
    return _first(first), _first(first + months) - timedelta(days=1)


def _first(months: int) -> date:
    return date(months // 12, months % 12 + 1, 1)


def _ago(m: re.Match[str], today: date) -> Days:
    return today - timedelta(days=int(m[1]) * {"day": 1, "week": 7, "month": 30, "year": 365}[m[2].lower()]), today


def _quarter(m: re.Match[str], today: date) -> Days:
    first = int(m[2]) * 12 + (int(m[1]) - 1) * 3
    return _first(first), _first(first + 3) - timedelta(days=1)


def _month(m: re.Match[str], today: date) -> Days:
    first = int(m[2]) * 12 + _MONTHS[m[1].lower()] - 1
    return _first(first), _first(first + 1) - timedelta(days=1)


def _one_day(word: str, today: date) -> Days:
    day = today - timedelta(days=1) if word.lower() == "yesterday" else today
    return day, day


_SAID: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], Days]], ...] = tuple((re.compile(rf"(?<![\w-])(?:{p})(?![\w-])", re.I), make) for p, make in (
    (rf"(?:between|from)\s+{_DAY}\s+(?:and|to|until)\s+{_DAY}", lambda m, today: (date.fromisoformat(m[1]), date.fromisoformat(m[2]))),
    (rf"(?:since|from|after)\s+{_DAY}", lambda m, today: (date.fromisoformat(m[1]) + timedelta(days=m.group().lower().startswith("after")), None)),
    (rf"(?:before|until)\s+{_DAY}", lambda m, today: (None, date.fromisoformat(m[1]) - timedelta(days=m.group().lower().startswith("before")))),
    (rf"on\s+{_DAY}", lambda m, today: (date.fromisoformat(m[1]), date.fromisoformat(m[1]))),
    (r"(?:in|during)?\s*(?:the\s+)?(last|previous|this)\s+(week|month|quarter|year)", _unit),
    (r"(?:in|during|for)?\s*(?:the\s+)?(?:last|past)\s+(\d{1,3})\s+(day|week|month|year)s?", _ago),
    (r"(?:in\s+)?q([1-4])\s+((?:19|20)\d\d)", _quarter),
    (rf"in\s+({'|'.join(_MONTHS)})\s+((?:19|20)\d\d)", _month),
    (r"in\s+((?:19|20)\d\d)", lambda m, today: (date(int(m[1]), 1, 1), date(int(m[1]), 12, 31))),
    (r"yesterday|today", lambda m, today: _one_day(m.group(), today)),
))
