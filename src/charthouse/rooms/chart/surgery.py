"""Whether there was an operation, when, by whom and under anaesthesia, with the words that say so."""
from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from charthouse.record.chart import Chart
from charthouse.record.document import Document, Span, quote
from charthouse.rooms.chart.requirements import is_kind, of_kind

_AFTER = re.compile(r"\bPOD\s*#?\s*\d|\bpost-?op(?:erative)? day\b|\b(?:taken|brought|went|returned) to the (?:OR|operating (?:room|theatre))\b", re.I)
_ANAESTHESIA = re.compile(r"\bana?esthesia\b[ \t]*:?[ \t]*(?P<sort>[^\n]{2,60})", re.I)
_LOCAL = re.compile(r"^\W*(?:local|none|topical|no\b)", re.I)
_SEDATED = re.compile(r"general|spinal|epidural|regional|MAC\b|monitored|block|sedation|GETA|LMA", re.I)
_SURGEON = re.compile(r"\bsurgeon\b[ \t]*:?[ \t]*(?P<name>[A-Z][^\n:,]{2,40}?)(?=\s{2,}|[\n,;]|$|\s+(?:MD|DO|DDS|DPM|FACS)\b)", re.I)
_URGENT = re.compile(r"\b(?:emergen(?:cy|t)|emergently|stat|exploratory)\b", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surgery:
    """`on` is None where no document dates it. `spans` say that it was."""

    on: date | None
    surgeon: str
    anaesthesia: bool
    urgent: bool
    spans: tuple[Span, ...]


def surgery(chart: Chart) -> Surgery | None:
    """From the operative report; without one, from what other documents say of an operation, or a procedure of section 0 that a person coded."""
    notes = of_kind(chart, "operative_note")
    if notes:
        return _reported(notes[0])
    marks = [d for d in chart.documents if is_kind(d, "anesthesia_record")]
    said = next(((d, f) for d in chart.documents if (f := _AFTER.search(d.text)) is not None), None)
    coded = any(code.startswith("0") for code in chart.encounter.procedures)
    if not (marks or said or coded):
        return None
    spans = (quote(said[0], *said[1].span()),) if said else ()
    return Surgery(on=marks[0].service_date if marks else None, surgeon="", anaesthesia=bool(marks), urgent=False, spans=spans)


def _reported(note: Document) -> Surgery:
    sort, who = _ANAESTHESIA.search(note.text), _SURGEON.search(note.text)
    under = sort is not None and bool(_SEDATED.search(sort["sort"])) and not _LOCAL.match(sort["sort"])
    spans = tuple(quote(note, *found.span()) for found in (sort, who) if found)
    urgent = _URGENT.search(note.text[:600]) is not None
    return Surgery(on=note.service_date, surgeon=who["name"].strip() if who else note.author, anaesthesia=under, urgent=urgent, spans=spans)
