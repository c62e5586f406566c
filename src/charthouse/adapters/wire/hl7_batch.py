"""A file of HL7 v2 messages: one, several, or a batch with FHS, BHS, BTS and FTS, whose counts are checked (HL7 v2.8.2, chapter 2.10.3)."""
from __future__ import annotations

import re
from collections.abc import Iterator

_HEAD = re.compile(rb"(?:MSH|FHS|BHS|BTS|FTS)(?=[^A-Za-z0-9\s])")
_ENDS = b"\r\n\x0b\x1c"
_BOMS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"M\x00S\x00H\x00", "utf-16-le"), (b"\x00M\x00S\x00H", "utf-16-be"))


def as_bytes(content: bytes) -> tuple[bytes, str]:
    """(content, note): what came as UTF-16 in UTF-8, and without a byte order mark."""
    for mark, codec in _BOMS:
        if content.startswith(mark):
            return content.decode(codec, "replace").removeprefix("\ufeff").encode("utf-8", "replace"), "read as UTF-16"
    return content.removeprefix(b"\xef\xbb\xbf"), ""


def begins(content: bytes) -> bool:
    """Whether a message or a batch begins in the first lines."""
    return bool(re.search(rb"(?:\A|[\r\n\x0b])[ \t]*(?:MSH|FHS|BHS)[^A-Za-z0-9\s][^\r\n]{3}", as_bytes(content[:4096])[0]))


def parts(content: bytes) -> Iterator[bytes | str]:
    """Each message as bytes, and each thing to be told of the file as text."""
    heads = list(_heads(content))
    if heads and content[:heads[0][1]].strip(b" \t\r\n\x0b\x1c\x00"):
        yield "before the first message stands something that is no segment"
    count = _Count()
    for i, (name, start) in enumerate(heads):
        end = heads[i + 1][1] if i + 1 < len(heads) else len(content)
        piece = content[start:end].rstrip(b"\r\n\x0b\x1c \t\x00")
        if name == b"MSH":
            count.messages += 1
            yield piece
        else:
            yield from count.told(name, piece)
    yield from count.left()


def _heads(content: bytes) -> Iterator[tuple[bytes, int]]:
    """(name, offset) of each line that begins a message or frames a batch."""
    if content.startswith(b"MSH") and content.find(b"MSH", 3) < 0 and content.find(b"HS", 3) < 0 and content.find(b"TS", 3) < 0:
        yield b"MSH", 0
        return
    for found in _HEAD.finditer(content):
        start = found.start()
        before = start - 1
        while before >= 0 and content[before] in b" \t" and start - before < 80:
            before -= 1
        if before < 0 or content[before] in _ENDS:
            yield found.group(), start


class _Count:
    """What a batch and a file say of their number, against what was there."""

    def __init__(self) -> None:
        self.messages = 0
        self.batches = 0
        self._before = 0
        self._open: list[bytes] = []

    def told(self, name: bytes, line: bytes) -> Iterator[str]:
        first, *rest = re.split(rb"[\r\n\x0b\x1c]+", line, maxsplit=1)
        if name in (b"BHS", b"FHS"):
            self._open.append(name)
            self._before = self.messages if name == b"BHS" else self._before
        else:
            opening = b"BHS" if name == b"BTS" else b"FHS"
            if opening in self._open:
                self._open.remove(opening)
            else:
                yield f"{name.decode()} closes what no {opening.decode()} opened"
            there = self.messages - self._before if name == b"BTS" else self.batches + (name == b"FTS" and not self.batches and bool(self.messages))
            self.batches += name == b"BTS"
            yield from _compared(name.decode(), first, there, "messages" if name == b"BTS" else "batches")
        if rest and rest[0].strip():
            yield f"after {name.decode()} stand lines that are no message"

    def left(self) -> Iterator[str]:
        for name in self._open:
            yield f"{name.decode()} was never closed; the file may be cut off"


def _compared(name: str, line: bytes, there: int, what: str) -> Iterator[str]:
    said = line.split(line[3:4])[1:2] if len(line) > 3 else []
    digits = said[0].strip() if said else b""
    if digits.isdigit() and len(digits) < 12 and int(digits) != there:
        yield f"{name}-1 says {int(digits)} {what}, {there} are there"
