"""The identifiers that are known of the patient (and of relatives and others): every place in a text where one of them stands, however it is written."""
from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from charthouse.rooms.release.names import PARTICLES, Names, kind, plain

_MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")
KINDS = {"name": "NAME", "given": "NAME", "family": "NAME", "birth": "DATE", "date": "DATE", "dob": "DATE", "mrn": "MRN", "ssn": "SSN", "phone": "PHONE", "fax": "PHONE", "email": "EMAIL", "address": "ADDRESS",
         "street": "ADDRESS", "city": "LOCATION", "zip": "ADDRESS", "postcode": "ADDRESS", "account": "ACCOUNT", "member": "ID", "number": "ID", "id": "ID"}


def by_knowledge(text: str, known: Mapping[str, Any], tables: Names) -> Iterator[tuple[int, int, str, str]]:
    """(start, end, kind, rule). `known`: field to value, or to a list or a mapping of such; a field's name says what it is."""
    for field, value in flat("", known):
        of = next((k for part, k in KINDS.items() if part in field.lower()), "ID")
        for pattern in _ways(value, of, tables):
            for m in re.finditer(pattern, text, re.I):
                yield m.start(), m.end(), of, "release/known"


def flat(name: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for k, v in value.items():
            yield from flat(f"{name} {k}", v)
    elif isinstance(value, list | tuple):
        for v in value:
            yield from flat(name, v)
    elif value is not None and len(str(value).strip()) > 1:
        yield name, str(value).strip()


def _ways(value: str, of: str, tables: Names) -> Iterator[str]:
    yield r"(?<!\w)" + r"[\s,]+".join(re.escape(part) for part in value.split()) + r"(?!\w)"
    if of == "NAME":
        for part in re.split(r"[\s,]+", value):
            word = plain(part.strip("."))
            if len(word) > 2 and word not in PARTICLES and (kind(word, tables) not in "cm" or word in tables.names):
                yield rf"(?<!\w){_capital(part.strip('.')) if kind(word, tables) in 'cw' else re.escape(part.strip('.'))}(?:['’]s)?(?!\w)"
    elif of == "DATE":
        yield from _dates(value)
    elif sum(c.isdigit() for c in value) >= 5:
        yield r"(?<!\w)#?" + r"[\s().-]*".join(re.escape(c) for c in value if c.isalnum()) + r"(?!\w)"


def _capital(word: str) -> str:
    """An ordinary word only where it is written as a name."""
    return f"(?-i:{re.escape(word[0].upper())})(?i:{re.escape(word[1:])})"


def _dates(value: str) -> Iterator[str]:
    try:
        day = date.fromisoformat(value[:10])
    except ValueError:
        return
    month = rf"{_MONTHS[day.month - 1][:3]}(?:{_MONTHS[day.month - 1][3:]})?\.?"
    year = rf"(?:{day.year}|'?{day.year % 100:02d})"
    for pattern in (rf"0?{day.month}[/.-]0?{day.day}[/.-]{year}", rf"0?{day.day}[/.-]0?{day.month}[/.-]{year}", rf"{month} 0?{day.day}(?:st|nd|rd|th)?(?:,? {year})?",
                    rf"0?{day.day}(?:st|nd|rd|th)?(?: of)?[- ]{month}(?:[-, ]+{year})?", rf"{day:%Y%m%d}"):
        yield rf"(?<!\w){pattern}(?!\w)"
