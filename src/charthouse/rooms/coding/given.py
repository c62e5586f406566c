"""Procedure codes that came with the encounter: assigned by a person, checked here for validity, coded as given."""
from __future__ import annotations

import re

from charthouse.record.chart import Encounter
from charthouse.record.code import CodeLine
from charthouse.record.ruling import Ruling
from charthouse.rulebook.codebook import CodeBook
from charthouse.rulebook.editions import choose

FIVE = re.compile(r"[A-Z\d]\d{3}[A-Z\d]")  # a code of CPT or HCPCS Level II


def given(encounter: Encounter, book: CodeBook) -> tuple[CodeLine, ...]:
    """A code line for each; one that is not valid on the date is left off with the reason. No quotation: nothing was read."""
    codes = [code for code in encounter.procedures if not FIVE.fullmatch(code)]
    if not codes:
        return ()
    edition = choose(book.editions(), "ICD-10-PCS", encounter.on).edition
    return tuple(_line(code, encounter, book, edition) for code in codes)


def _line(code: str, encounter: Encounter, book: CodeBook, edition: str) -> CodeLine:
    entry = book.entry(code)
    valid = entry is not None and entry.system == "ICD-10-PCS" and book.valid(code, encounter.on)
    message = "Assigned by a person and sent with the encounter." if valid else "Sent with the encounter, but not a valid ICD-10-PCS code on this date."
    reason = Ruling(rule="coding/given" if valid else "coding/given-invalid", verdict="applied" if valid else "suppressed", message=message,
                    citation="ICD-10-PCS tables; 45 CFR 162.1002", subject=code, edition=edition)
    return CodeLine(system="ICD-10-PCS", code=code, title=entry.title if entry else "", role="procedure", status="auto" if valid else "suppressed",
                    confidence=1.0 if valid else 0.0, evidence=(), reasons=(reason,), edition=edition)
