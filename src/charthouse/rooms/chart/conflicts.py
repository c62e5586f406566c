"""Documents of one chart that contradict each other: two discharge summaries, dates outside the stay, another side at the operation."""
from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

from charthouse.record.chart import Chart
from charthouse.record.deficiency import Deficiency
from charthouse.record.document import Document, Span, quote
from charthouse.record.filing import Visit
from charthouse.record.ruling import Ruling
from charthouse.rooms.chart.dates import dates
from charthouse.rooms.chart.requirements import of_kind

ENTRIES = "42 CFR 482.24(c)(1)"
SIDE = "Joint Commission Universal Protocol, UP.01.01.01; 42 CFR 482.51(b)(6)"
BEFORE = {"history_and_physical": 30, "consent": 90, "anesthesia_evaluation": 30, "emergency_note": 3, "ems_report": 3}  # days before admission that a document may bear
AFTER = frozenset({"discharge_summary", "operative_note", "laboratory_report", "pathology_report", "radiology_report", "letter", "case_management_note", "social_work_note"})
_AMENDS = re.compile(r"\b(?:addendum|amended|amendment|corrected|revised|final version)\b", re.I)
_SAID = {"admission": re.compile(r"\b(?:date of admission|admission date|admitted|admission|admit date)\b[ \t:]*(?:on )?", re.I),
         "discharge": re.compile(r"\b(?:date of discharge|discharge date|discharged|discharge)\b[ \t:]*(?:on )?", re.I)}
_PARTS = ("knee", "hip", "shoulder", "elbow", "wrist", "ankle", "hand", "foot", "breast", "kidney", "ureter", "eye", "cataract", "ear", "lung", "ovary", "testis", "testicle", "carotid",
          "femur", "tibia", "humerus", "radius", "clavicle", "thumb", "inguinal", "groin", "arm", "leg", "thigh", "calf", "forearm", "tonsil", "adrenal", "thyroid")
_SIDES = {"right": "right", "rt": "right", "r": "right", "left": "left", "lt": "left", "l": "left", "bilateral": "bilateral", "both": "bilateral"}
_SIDED = re.compile(rf"\b(?P<side>right|left|bilateral|both|rt|lt|R|L)\b\.?(?:[ \t]+[a-z-]+){{0,2}}?[ \t]+(?P<part>{'|'.join(_PARTS)})s?\b", re.I)
_TURNED = re.compile(rf"\b(?P<part>{'|'.join(_PARTS)})s?\b,[ \t]+(?P<side>right|left|bilateral)\b", re.I)  # "Primary osteoarthritis, knee, right"
_OPERATED = re.compile(r"^[^\n]*\b(?:procedures?|operations?|(?:pre|post)-?\s?op(?:erative)? diagnos[ie]s)\b[^\n]*(?:\n[^\n:]+$)?", re.I | re.M)


def conflicts(chart: Chart, visit: Visit) -> Iterator[Deficiency]:
    """Each a deficiency of the provider who wrote the later document."""
    yield from _two_summaries(chart)
    yield from _outside(chart, visit)
    yield from _said_otherwise(chart, visit)
    yield from _other_side(chart)


def _conflict(rule: str, message: str, citation: str, document: Document, spans: tuple[Span, ...] = ()) -> Deficiency:
    ruling = Ruling(rule=rule, verdict="error", message=message, citation=citation, subject=document.id, spans=spans)
    return Deficiency(kind="conflicting", ruling=ruling, what=document.kind, owner=document.author, document=document.id)


def _two_summaries(chart: Chart) -> Iterator[Deficiency]:
    summaries = of_kind(chart, "discharge_summary")
    first, *others = summaries or (None,)
    for other in others:
        if first is not None and other.sha256 != first.sha256 and not _AMENDS.search(other.text[:300]):
            yield _conflict("chart/two-discharge-summaries", f"A second discharge summary that does not say that it amends the first ({first.id})", "42 CFR 482.24(c)(4)(vii)", other,
                            (_head(first), _head(other)))


def _head(document: Document) -> Span:
    start = len(document.text) - len(document.text.lstrip())
    return quote(document, start, start + len(document.text[start:].partition("\n")[0]))


def _outside(chart: Chart, visit: Visit) -> Iterator[Deficiency]:
    """Days that a document of this stay cannot bear."""
    admitted, discharged = visit.admitted.date(), visit.discharged.date() if visit.discharged else None
    for d in chart.documents:
        if d.service_date is None or visit.setting != "inpatient":
            continue
        if d.service_date < admitted - timedelta(days=BEFORE.get(d.kind, 1)):
            yield _conflict("chart/dated-before-admission", f"Dated {d.service_date}, before the admission on {admitted}", ENTRIES, d)
        if discharged and d.kind not in AFTER and d.service_date > discharged + timedelta(days=1):
            yield _conflict("chart/dated-after-discharge", f"Dated {d.service_date}, after the discharge on {discharged}", ENTRIES, d)


def _said_otherwise(chart: Chart, visit: Visit) -> Iterator[Deficiency]:
    """A discharge summary whose own dates are not those of the visit."""
    days = {"admission": visit.admitted.date(), "discharge": visit.discharged.date() if visit.discharged else None}
    for d in of_kind(chart, "discharge_summary") if visit.setting == "inpatient" else ():
        for what, said in _SAID.items():
            found = next(((day, place, end) for m in said.finditer(d.text[:1500]) for day, place, end in dates(d.text, m.end(), m.end() + 14) if not d.text[m.end():place].strip()), None)
            known = days[what]
            if found and known and found[0] != known:
                yield _conflict("chart/dates-differ", f"The summary gives {found[0]} as the day of {what}, the visit {known}", ENTRIES, d, (quote(d, found[1], found[2]),))


def _other_side(chart: Chart) -> Iterator[Deficiency]:
    """The operation against the examination and the consent before it: one part of the body, another side."""
    for note in of_kind(chart, "operative_note"):
        done = {part: (side, span) for m in _OPERATED.finditer(note.text) for part, side, span in _sided(note, m.start(), m.end())}
        for before in (*of_kind(chart, "history_and_physical"), *of_kind(chart, "consent")):
            said: dict[str, list[tuple[str, Span]]] = {}
            for part, side, span in _sided(before, 0, len(before.text)):
                said.setdefault(part, []).append((side, span))
            for part, (side, span) in done.items():
                sides = {s for s, _ in said.get(part, [])}
                if sides and side not in sides and "bilateral" not in sides | {side}:
                    yield _conflict("chart/side-differs", f"The operation was on the {side} {part}; {before.kind.replace('_', ' ')} ({before.id}) has the {' and '.join(sorted(sides))}",
                                    SIDE, note, (span, said[part][0][1]))


def _sided(document: Document, start: int, end: int) -> Iterator[tuple[str, str, Span]]:
    for pattern in (_SIDED, _TURNED):
        for found in pattern.finditer(document.text, start, end):
            side = found["side"]
            if len(side) > 1 or side.isupper():
                yield found["part"].lower(), _SIDES[side.lower()], quote(document, *found.span())


