"""Originals inside OBX-5: PDF, images and RTF, in one piece or spread over OBX that follow each other (HL7 v2.8.2, chapter 2A.2.24, ED)."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from charthouse.adapters.readers.hl7_media import bytes_of, is_known, media_of
from charthouse.adapters.wire.hl7 import Delimiters
from charthouse.adapters.wire.hl7_text import unescaped


class Embedded(NamedTuple):
    content: bytes
    media: str
    title: str


@dataclass(slots=True)
class _Original:
    """An original as it comes in: its pieces, and what the sender says of it. `depth` is how many groups of RTF are open."""

    title: str
    line: int = 0
    kind: str = ""
    subtype: str = ""
    encoding: str = ""
    pieces: list[str] = field(default_factory=list)
    depth: int = 0


class Originals:
    """Gathers the originals of a run of OBX."""

    def __init__(self, by: Delimiters) -> None:
        self._by = by
        self._all: list[_Original] = []
        self._notes: list[str] = []

    def rtf(self, value: str, title: str) -> bool:
        """Whether a line of text (TX, FT, ST) is RTF, or goes on with one that is not at its end."""
        begins = value.lstrip()[:6].startswith(("{\\rtf", "{\\E\\rt"))
        last = self._all[-1] if self._all else None
        goes_on = last is not None and last.depth > 0 and last.title == title
        if not (begins or goes_on):
            return False
        text = unescaped(value, self._by)
        if not goes_on or last is None:
            last = _Original(title)
            self._all.append(last)
        last.pieces.append(text)
        last.depth += text.count("{") - text.count("\\{") - text.count("}") + text.count("\\}")
        return True

    def encapsulated(self, field: str, title: str, line: int) -> list[str]:
        """Take an ED; lines where it is plain text."""
        kind, subtype, encoding, data = _taken_apart(field, self._by.component)
        if not data.strip():
            self._notes.append(f"OBX in line {line} says that it holds a document and holds none")
            return []
        if encoding.lower() in ("a", "ascii", "text", ""):
            plain = unescaped(data, self._by)
            if media_of(plain.encode(), kind, subtype) in ("text/plain", "application/octet-stream"):
                return [text.rstrip() for text in plain.split("\n")]
            self._all.append(_Original(title, line, kind, subtype, "A", [plain]))
            return []
        last = self._all[-1] if self._all else None
        if last is not None and last.encoding.lower() == encoding.lower() and last.title == title and _goes_on(last, data):
            last.pieces.append(data)
        else:
            self._all.append(_Original(title, line, kind, subtype, encoding, [data]))
        return []

    def found(self) -> tuple[list[Embedded], list[str]]:
        """(originals, notes)."""
        return [self._whole(one) for one in self._all], self._notes

    def _whole(self, one: _Original) -> Embedded:
        if one.encoding in ("", "A"):
            text = "\n".join(one.pieces)
            media = "text/rtf" if not one.encoding else media_of(text.encode(), one.kind, one.subtype)
            return Embedded(_rtf(text) if media == "text/rtf" else text.encode(), media, one.title)
        data = "".join(one.pieces)
        content, note = bytes_of(data, one.encoding)
        if note:
            self._notes.append(f"OBX in line {one.line}: {note}" + ("; it is kept as it was sent" if content is None else ""))
        content = data.encode() if content is None else content
        return Embedded(content, media_of(content, one.kind, one.subtype), one.title)


def _goes_on(last: _Original, data: str) -> bool:
    """Whether data go on with the original before: that one began as a file does, these do not."""
    return is_known(_beginning(last.pieces[0], last.encoding)) and not is_known(_beginning(data, last.encoding))


def _beginning(data: str, encoding: str) -> bytes:
    return bytes_of(data.lstrip()[:32], encoding)[0] or b""


def _rtf(text: str) -> bytes:
    """RTF is ASCII; what is not is written as RTF writes it."""
    return "".join(c if c < "\x80" else f"\\u{_signed(c)}?" for c in text).encode("ascii", "replace")


def _signed(c: str) -> int:
    number = min(ord(c), 0xFFFD)
    return number if number < 32768 else number - 65536


def _taken_apart(field: str, component: str) -> tuple[str, str, str, str]:
    """ED: source ^ type ^ subtype ^ encoding ^ data. Data may hold the delimiter where its sender forgot to escape it; some senders leave a part out."""
    parts = field.split(component, 4)
    if len(parts) == 5:
        return parts[1].strip(), parts[2].strip(), parts[3].strip(), parts[4]
    where = next((i for i, p in enumerate(parts) if p.strip().lower() in ("base64", "hex", "a")), None)
    if where is not None and where + 1 < len(parts):
        return (parts[where - 2].strip() if where > 1 else ""), (parts[where - 1].strip() if where else ""), parts[where].strip(), component.join(parts[where + 1:])
    return ("", "", "Base64", field) if len(parts) == 1 else ("", parts[0].strip(), "Base64", "")
