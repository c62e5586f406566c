"""Dates as clinicians write them."""
from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

_MONTHS = {m: n for n, m in enumerate(("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1)}
_DATE = re.compile(
    r"\b(?:(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})|(?P<d2>\d{1,2})[ -](?P<mon>[A-Za-z]{3,9})\.?,?[ -](?P<y2>\d{4})|"
    r"(?P<mon3>[A-Za-z]{3,9})\.? (?P<d3>\d{1,2})(?:st|nd|rd|th)?,? (?P<y3>\d{4})|(?P<m4>\d{1,2})/(?P<d4>\d{1,2})/(?P<y4>\d{4}))\b")


def dates(text: str, start: int, end: int) -> Iterator[tuple[date, int, int]]:
    """Each date that stands in [start, end), with its place. Numbers with slashes are month, day, year, as in the United States."""
    for found in _DATE.finditer(text, start, end):
        year = found["y"] or found["y2"] or found["y3"] or found["y4"]
        month = found["m"] or found["m4"] or _MONTHS.get((found["mon"] or found["mon3"] or "").lower()[:3], 0)
        day = found["d"] or found["d2"] or found["d3"] or found["d4"]
        try:
            yield date(int(year), int(month), int(day)), *found.span()
        except ValueError:
            continue
