"""What the HCPCS tables hold, and how a line of services says why."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from charthouse.record.code import CodeLine, Status, System
from charthouse.record.document import Span
from charthouse.record.ruling import Ruling
from charthouse.rulebook.codebook import CodeBook

CPT = "CPT, American Medical Association; 45 CFR 162.1002"
_CITED = {"HCPCS": "HCPCS Level II (CMS); 45 CFR 162.1002", "CPT": CPT}
UNMEASURED = 0.5  # the confidence of a line whose precision nobody has measured: never `auto`


@dataclass(frozen=True, slots=True, kw_only=True)
class Drug:
    """A drug's code, the amount of one unit, and how it is given: `injection`, `inhaled`, `implant` or `any`."""

    code: str
    amount: float
    measure: str
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A supply or service: the act that the note must say, and whom it is for. Ages in completed years, both included."""

    code: str
    act: str
    sex: str
    ages: tuple[int, int] | None
    minutes: int
    citation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceTables:
    """The rows by the name that reading gives."""

    drugs: Mapping[str, Drug]
    services: Mapping[str, tuple[Service, ...]]


def ruling(rule: str, verdict: Any, message: str, citation: str, *, subject: str, spans: tuple[Span, ...] = (), edition: str = "") -> Ruling:
    return Ruling(rule=rule, verdict=verdict, message=message, citation=citation, subject=subject, edition=edition, spans=spans)


def covering(book: CodeBook, name: str, on: date) -> str:
    """The edition of a book that covers the date; "" when none is loaded."""
    return next((e.edition for e in reversed(book.editions()) if e.book == name and e.covers(on)), "")


def line(system: System, code: str, spans: tuple[Span, ...], reasons: tuple[Ruling, ...], book: CodeBook, on: date, *, units: int | None = None, off: bool = False) -> CodeLine:
    """A line to review, or one left off; checked against the book of its system where that is loaded."""
    edition = covering(book, system, on)
    invalid = bool(edition) and not book.valid(code, on)
    if invalid:
        reasons = (ruling("services/invalid", "suppressed", f"{code} is not valid on this date.", _CITED[system], subject=code, edition=edition), *reasons)
    elif not edition:
        reasons = (*reasons, ruling("services/unchecked", "not loaded", f"No {system} file is loaded for this date: not checked.", _CITED[system], subject=code))
    entry = book.entry(code) if edition else None
    status: Status = "suppressed" if off or invalid else "review"
    return CodeLine(system=system, code=code, title=entry.title if entry else "", role="procedure", status=status, confidence=0.02 if status == "suppressed" else UNMEASURED,
                    evidence=tuple(dict.fromkeys(spans)), reasons=reasons, edition=edition, units=units)
