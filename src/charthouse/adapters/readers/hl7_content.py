"""What a run of OBX says: its lines as text, what is embedded in it, its coded results (HL7 v2.8.2, chapter 7.4.2)."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from charthouse.adapters.readers.hl7_media import bytes_of, is_text, media_of
from charthouse.adapters.readers.tables import system
from charthouse.adapters.wire.hl7 import Message, Segment
from charthouse.adapters.wire.hl7_text import unescaped
from charthouse.adapters.wire.hl7_time import day_of
from charthouse.record.received import Entry

LINES = frozenset({"TX", "FT", "ST", ""})
_CODED = frozenset({"CE", "CWE", "CNE", "CF", "IS", "ID"})
_TIMES = frozenset({"DT", "TS", "TM", "DTM"})
_POINTERS = frozenset({"RP"})


class Embedded(NamedTuple):
    content: bytes
    media: str
    title: str


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
    segments = list(segments)
    content = Content()
    texts = [s for s in segments if s.name == "OBX" and s(2) in LINES]
    several = len({_name(message, s) for s in texts}) > 1
    under = ""
    for segment in segments:
        if segment.name == "NTE":
            content.lines.extend(_lines(message, segment(3)))
            continue
        kind, name = segment(2), _name(message, segment)
        if kind == "ED" or (kind in LINES and segment(5).lstrip().startswith(("{\\rtf", "{\\E\\rtf"))):
            _embed(message, segment, name, content)
        elif kind in LINES and not _measured(message, segment):
            if several and name != under:
                content.lines.extend(["", name] if content.lines else [name])
            content.lines.extend(_lines(message, segment(5)))
        else:
            _result(message, segment, name, content)
        under = name
    return content


def _name(message: Message, obx: Segment) -> str:
    return message.part(obx(3), 2) or message.part(obx(3), 9) or message.part(obx(3))


def _lines(message: Message, field: str) -> list[str]:
    """A text with its escapes undone; each repetition is a line of its own. An empty OBX-5 is an empty line."""
    if field.strip() == '""':
        return [""]
    return [line.rstrip() for part in field.split(message.by.repetition) for line in unescaped(part, message.by).split("\n")]


def _measured(message: Message, obx: Segment) -> bool:
    """A short answer with units, a range or a flag is a result, even when it is sent as text."""
    return bool(obx(6).strip() or obx(7).strip() or obx(8).strip())


def _result(message: Message, obx: Segment, name: str, content: Content) -> None:
    value, part = _value(message, obx), message.part
    if obx(2) in _POINTERS:
        content.notes.append(f"OBX in line {obx.line} only points to something outside")
    if not (value or part(obx(3))):
        return
    unit, flag = part(obx(6)) or part(obx(6), 2), part(obx(8))
    reading = " ".join(filter(None, (value, unit)))
    extra = "".join((f" (reference {part(obx(7))})" if part(obx(7)) else "", f" [{flag}]" if flag and flag != "N" else ""))
    if value:
        content.lines.append(f"{name}: {reading}{extra}" if name else f"{reading}{extra}")
    content.entries.append(Entry(kind="result", system=system(part(obx(3), 3)), code=part(obx(3)), display=name, value=reading, on=day_of(part(obx(14))),
                                 status=part(obx(11))))


def _value(message: Message, obx: Segment) -> str:
    """OBX-5 as a person reads it."""
    kind, part = obx(2), message.part
    said = []
    for one in message.repeated(obx(5)):
        if kind in _CODED:
            said.append(part(one, 2) or part(one, 9) or part(one, 5) or part(one))
        elif kind == "SN":
            said.append("".join(part(one, n) for n in (1, 2, 3, 4)))
        elif kind in _TIMES:
            day = day_of(part(one))
            said.append(day.isoformat() if day and len(part(one)) == 8 else part(one))
        else:
            said.append(" ".join(filter(None, (message.clean(c).replace(message.by.subcomponent, " ") for c in one.split(message.by.component)))))
    return ", ".join(filter(None, said))


def _embed(message: Message, obx: Segment, name: str, content: Content) -> None:
    by, field = message.by, obx(5)
    if obx(2) != "ED":
        content.embedded.append(Embedded(_rtf(unescaped(field, by)), "text/rtf", name))
        return
    kind, subtype, encoding, data = _encapsulated(field, by.component)
    if not data.strip():
        content.notes.append(f"OBX in line {obx.line} says that it holds a document and holds none")
        return
    if encoding.lower() in ("a", "ascii", "text", ""):
        plain = unescaped(data, by)
        media = media_of(plain.encode(), kind, subtype)
        if is_text(media) or media == "application/octet-stream":
            content.lines.extend(line.rstrip() for line in plain.split("\n"))
        else:
            content.embedded.append(Embedded(_rtf(plain) if media == "text/rtf" else plain.encode(), media, name))
        return
    found, note = bytes_of(data, encoding)
    if note:
        content.notes.append(f"OBX in line {obx.line}: {note}" + ("; it is kept as it was sent" if found is None else ""))
    found = data.encode() if found is None else found
    content.embedded.append(Embedded(found, media_of(found, kind, subtype), name))


def _rtf(text: str) -> bytes:
    """RTF is ASCII; what is not is written as RTF writes it."""
    return "".join(c if c < "\x80" else f"\\u{_signed(c)}?" for c in text).encode("ascii", "replace")


def _signed(c: str) -> int:
    number = min(ord(c), 0xFFFD)
    return number if number < 32768 else number - 65536


def _encapsulated(field: str, component: str) -> tuple[str, str, str, str]:
    """ED: source ^ type ^ subtype ^ encoding ^ data. Data may hold the delimiter where its sender forgot to escape it; some senders leave a part out."""
    parts = field.split(component, 4)
    if len(parts) == 5:
        return parts[1].strip(), parts[2].strip(), parts[3].strip(), parts[4]
    at = next((i for i, p in enumerate(parts) if p.strip().lower() in ("base64", "hex", "a")), None)
    if at is not None and at + 1 < len(parts):
        return (parts[at - 2].strip() if at > 1 else ""), (parts[at - 1].strip() if at else ""), parts[at].strip(), component.join(parts[at + 1:])
    return ("", "", "Base64", field) if len(parts) == 1 else ("", parts[0].strip(), "Base64", "")
