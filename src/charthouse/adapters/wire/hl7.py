"""HL7 v2 messages taken apart: delimiters from MSH-1 and MSH-2, segments with their place, fields read with their escapes undone.

Tolerant: segments may end with CR, LF or both; what is no segment is told in `notes` and never dropped in silence. HL7 v2.8.2, chapter 2.
"""
from __future__ import annotations

import re
from collections.abc import Iterator, Set
from datetime import tzinfo
from functools import lru_cache
from typing import NamedTuple

from charthouse.adapters.wire.hl7_text import decoded, marks, unescaped
from charthouse.adapters.wire.hl7_time import zone_of
from charthouse.record.errors import NotAMessage

TEXTS = frozenset({"TX", "FT", "ST", "ED", ""})  # value types in which a line break of the sender may stand


_EMPTY = [""] * 9


class Delimiters(NamedTuple):
    field: str = "|"
    component: str = "^"
    repetition: str = "~"
    escape: str = "\\"
    subcomponent: str = "&"


class Segment(NamedTuple):
    """`fields[n]` is field n as sent (MSH-1 is the delimiter itself); `line` counts from 1, `start` is its offset in the message's text."""

    name: str
    fields: list[str]
    line: int
    start: int

    def __call__(self, n: int) -> str:
        """Field n as sent, "" where the segment is shorter."""
        return self.fields[n] if n < len(self.fields) else ""


class Message:
    """A message: `text` is it decoded, its lines ended with CR, `segments` in order, `notes` what was odd,
    `zone` the zone of MSH-7, which holds for every time without one."""

    __slots__ = ("_firsts", "_marked", "by", "notes", "segments", "text", "zone")

    def __init__(self, text: str, by: Delimiters, segments: list[Segment], notes: list[str]) -> None:
        self.text, self.by, self.segments, self.notes = text, by, segments, notes
        self.zone: tzinfo | None = zone_of(segments[0](7))
        self._marked = marks(by)
        self._firsts = {s.name: s for s in reversed(segments)}

    def first(self, name: str) -> Segment | None:
        return self._firsts.get(name)

    def names(self) -> Set[str]:
        """The names of its segments."""
        return self._firsts.keys()

    def at(self, segment: Segment, n: int, component: int = 1, sub: int = 1) -> str:
        """A component of field n, first repetition; `""` (HL7's "delete it") and blanks are "". `sub` 0 is the whole component."""
        fields = segment.fields
        if n >= len(fields):
            return ""
        field = fields[n]
        if component == 1 and sub < 2 and (field.isalnum() or not self._marked(field)):  # most fields: nothing to take apart
            return field
        return self.part(field, component, sub) if field else ""

    def part(self, field: str, component: int = 1, sub: int = 1) -> str:
        """The same of a field, or of one of its repetitions."""
        by = self.by
        if by.repetition in field:
            field = field.split(by.repetition, 1)[0]
        if component > 1 or by.component in field:
            parts = field.split(by.component, component)
            if len(parts) < component:
                return ""
            field = parts[component - 1]
        if sub and (sub > 1 or by.subcomponent in field):
            subs = field.split(by.subcomponent, sub)
            if len(subs) < sub:
                return ""
            field = subs[sub - 1]
        return self.clean(field) if self._marked(field) else field

    def parts(self, field: str) -> list[str]:
        """All components of a field, first repetition; at least nine."""
        by = self.by
        if by.repetition in field:
            field = field.split(by.repetition, 1)[0]
        found = field.split(by.component)
        if by.escape in field or by.subcomponent in field or '"' in field:
            found = [self.part(c) for c in found]
        if " " in field:
            found = [c.strip() for c in found]
        return found + _EMPTY[len(found):]

    def clean(self, value: str) -> str:
        """A value with its escapes undone, without blanks around it."""
        value = value.strip()
        return "" if value == '""' else unescaped(value, self.by).strip() if self.by.escape in value else value

    def repeated(self, field: str) -> list[str]:
        """The repetitions of a field, those that say something."""
        return [r for r in field.split(self.by.repetition) if r.strip() not in ("", '""')] if field else []


def parse(raw: bytes, charset: str = "") -> Message:
    """The message. `charset` overrules MSH-18 (for what came as UTF-16). Raises `NotAMessage` for what does not begin with MSH."""
    raw = raw.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n\x0b")
    by, notes = _delimiters(raw)
    text, note = decoded(raw, charset or _declared(raw))
    if note:
        notes.append(note)
    if "\n" in text:
        text = text.replace("\r\n", "\r").replace("\n", "\r")
    segments, loose = _segments(text, by)
    notes.extend(loose.told())
    segments[0].fields.insert(1, by.field)
    return Message(text, by, segments, notes)


def _segments(text: str, by: Delimiters) -> tuple[list[Segment], _Loose]:
    segments: list[Segment] = []
    loose, field = _Loose(by), by.field
    start = 0
    for line, whole in enumerate(text.split("\r"), 1):
        body, here = whole, start
        start += len(whole) + 1
        if body[3:4] != field or not _is_name(body[:3]):
            body = body.strip("\x0b\x1c\x00 \t")
            if not body:
                continue
            if not _is_name(body[:3]) or body[3:4] not in ("", field):
                loose.add(segments[-1], whole, line)
                continue
        if loose.lines:
            loose.join(segments[-1])
        segments.append(Segment(body[:3], body.split(field), line, here))
    loose.join(segments[-1])
    return segments, loose


class _Loose:
    """Lines that are no segment: the rest of a text whose sender did not escape its line breaks, else only told."""

    def __init__(self, by: Delimiters) -> None:
        self._by = by
        self.lines: list[str] = []
        self._read_on: list[int] = []
        self._left: list[int] = []

    def add(self, last: Segment, body: str, line: int) -> None:
        within = (last.name == "OBX" and last(2) in TEXTS and len(last.fields) == 6) or (last.name == "NTE" and len(last.fields) >= 4)
        if within and not (self.lines and self._by.field in self.lines[-1]):
            self.lines.append(body)
            self._read_on.append(line)
        else:
            self._left.append(line)

    def join(self, last: Segment) -> None:
        if self.lines:
            first, *rest = "\n".join(self.lines).split(self._by.field)
            last.fields[-1] += "\n" + first
            last.fields.extend(rest)
            self.lines.clear()

    def told(self) -> Iterator[str]:
        if self._read_on:
            yield f"{_ranges(self._read_on)} no segment; read on from the line before"
        if self._left:
            yield f"{_ranges(self._left)} no segment; to be found only in the message as received"


def _ranges(lines: list[int]) -> str:
    """"line 4 is", "lines 4-9, 12 are"; at most twenty."""
    found: list[list[int]] = []
    for line in lines:
        if found and line == found[-1][1] + 1:
            found[-1][1] = line
        else:
            found.append([line, line])
    said = ", ".join(str(a) if a == b else f"{a}-{b}" for a, b in found[:20])
    return f"line {said} is" if len(lines) == 1 else f"lines {said}{' and more' if len(found) > 20 else ''} are"


@lru_cache(maxsize=1024)
def _is_name(name: str) -> bool:
    return len(name) == 3 and name.isascii() and name.isalnum() and name.isupper() and name[0].isalpha()


def _delimiters(raw: bytes) -> tuple[Delimiters, list[str]]:
    if not raw.startswith(b"MSH") or len(raw) < 8:
        raise NotAMessage(file="What came", why="it does not begin with an MSH segment")
    head = raw[3:12].decode("latin-1")
    field = head[0]
    if field.isalnum() or field.isspace() or not "\x20" < field < "\x7f":
        raise NotAMessage(file="What came", why="MSH-1 names no delimiter of fields")
    said = re.split(r"[\r\n]", head[1:].split(field, 1)[0])[0][:4]
    whole = (said + "^~\\&"[len(said):]) if len(said) < 4 else said
    if len({field, *whole}) < 5 or any(c.isalnum() or c.isspace() for c in whole):
        return Delimiters(field), ["MSH-2 does not name four delimiters; the usual ones were taken"]
    return Delimiters(field, *whole), [] if len(said) == 4 else ["MSH-2 names fewer than four delimiters; the usual ones were taken for the rest"]


def _declared(raw: bytes) -> str:
    """MSH-18, first repetition."""
    fields = re.split(rb"[\r\n]", raw, maxsplit=1)[0].split(raw[3:4], 18)
    return fields[17].decode("latin-1").split("~")[0].strip() if len(fields) > 17 else ""


def groups(message: Message) -> Iterator[Message]:
    """The message once for each patient in it: what stands before the first PID belongs to all (ORU^R01 and ADT^A40 may hold several)."""
    starts = [i for i, s in enumerate(message.segments) if s.name == "PID"]
    if len(starts) < 2:
        yield message
        return
    head = message.segments[:starts[0]]
    for n, (start, end) in enumerate(zip(starts, [*starts[1:], len(message.segments)], strict=True)):
        yield Message(message.text, message.by, head + message.segments[start:end], message.notes if n == 0 else [])
