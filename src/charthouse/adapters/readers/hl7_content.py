"""What a run of OBX says: its lines as text, what is embedded in it, its coded results (HL7 v2.8.2, chapter 7.4.2)."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from charthouse.adapters.readers.hl7_originals import Embedded, Originals
from charthouse.adapters.readers.tables import system
from charthouse.adapters.wire.hl7 import Message, Segment
from charthouse.adapters.wire.hl7_text import unescaped
from charthouse.adapters.wire.hl7_time import day_of
from charthouse.record.received import Entry

LINES = frozenset({"TX", "FT", "ST", ""})
_CODED = frozenset({"CE", "CWE", "CNE", "CF", "IS", "ID"})
_TIMES = frozenset({"DT", "TS", "TM", "DTM"})
_POINTERS = frozenset({"RP"})


@dataclass(slots=True)
class Content:
    """`lines` of its text in order; `embedded` originals; `entries` of results; `notes`."""

    lines: list[str] = field(default_factory=list)
    embedded: list[Embedded] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def text(self) -> str:
        return "\n".join(self.lines).strip("\n")


def content_of(message: Message, segments: Iterable[Segment]) -> Content:
    """OBX that follow each other under one name (OBX-3) are one text; where there are several names, each stands above its lines."""
    content, originals = Content(), Originals(message.by)
    segments = list(segments)
    named = {field: _named(message, field) for field in {s(3) for s in segments if s.name == "OBX"}}
    several = len({named[s(3)][0] for s in segments if s.name == "OBX" and s(2) in LINES}) > 1
    under = ""
    for segment in segments:
        if segment.name == "NTE":
            content.lines.extend(_lines(message, segment(3)))
            continue
        fields = segment.fields
        kind, value = (fields[2], fields[5]) if len(fields) > 5 else (segment(2), "")
        name, code, coded = named[segment(3)]
        if kind == "ED":
            content.lines.extend(originals.encapsulated(value, name, segment.line))
        elif kind in LINES and originals.rtf(value, name):
            pass
        elif kind in LINES and not (kind == "ST" and _measured(segment)):
            if several and name != under:
                content.lines.extend(["", name] if content.lines else [name])
            content.lines.extend(_lines(message, value))
        else:
            _result(message, segment, (name, code, coded), content)
        under = name
    content.embedded, notes = originals.found()
    content.notes.extend(notes)
    return content


def _named(message: Message, field: str) -> tuple[str, str, str]:
    """(name, code, system) of OBX-3."""
    parts = message.parts(field)
    return parts[1] or parts[8] or parts[0], parts[0], parts[2]


def _lines(message: Message, field: str) -> list[str]:
    """A text with its escapes undone; each repetition is a line of its own. An empty OBX-5 is an empty line."""
    if message.by.repetition not in field and message.by.escape not in field and "\n" not in field:
        return ["" if field == '""' else field.rstrip()]
    return [line.rstrip() for part in field.split(message.by.repetition) for line in unescaped(part, message.by).split("\n")]


def _measured(obx: Segment) -> bool:
    """A string with units, a range or a flag is a result, even though it is sent as text."""
    return any(map(str.strip, obx.fields[6:9]))


def _result(message: Message, obx: Segment, named: tuple[str, str, str], content: Content) -> None:
    name, code, coded = named
    value, at = _value(message, obx), message.at
    if obx(2) in _POINTERS:
        content.notes.append(f"OBX in line {obx.line} only points to something outside")
    if not (value or code):
        return
    unit, flag, reference = at(obx, 6) or at(obx, 6, 2), at(obx, 8), at(obx, 7)
    reading = f"{value} {unit}" if value and unit else value
    if value:
        extra = (f" (reference {reference})" if reference else "") + (f" [{flag}]" if flag and flag != "N" else "")
        content.lines.append(f"{name}: {reading}{extra}" if name else f"{reading}{extra}")
    content.entries.append(Entry(kind="result", system=system(coded), code=code, display=name, value=reading, on=day_of(at(obx, 14)), status=at(obx, 11)))


def _value(message: Message, obx: Segment) -> str:
    """OBX-5 as a person reads it."""
    kind, part, by = obx(2), message.part, message.by
    whole = obx(5)
    if kind == "NM" and by.repetition not in whole:
        return part(whole)
    said = []
    for one in message.repeated(whole):
        if kind in _CODED:
            said.append(part(one, 2) or part(one, 9) or part(one, 5) or part(one))
        elif kind == "SN":
            said.append("".join(part(one, n) for n in (1, 2, 3, 4)))
        elif kind in _TIMES:
            day = day_of(part(one))
            said.append(day.isoformat() if day and len(part(one)) == 8 else part(one))
        else:
            said.append(" ".join(filter(None, (message.clean(c).replace(by.subcomponent, " ") for c in one.split(by.component)))))
    return ", ".join(filter(None, said))
