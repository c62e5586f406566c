"""From bytes to a `Document`: the text exactly as sent, or an error that says why it is not one."""
from __future__ import annotations

import codecs
import hashlib
from datetime import date

from charthouse.record.document import Document
from charthouse.record.errors import EmptyNote, NoteTooLarge, UnreadableDocument

LARGEST = 4_000_000  # bytes of one document: some 1,000 pages
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def receive(content: bytes, *, id: str, kind: str = "note", author: str = "", service_date: date | None = None, source: str = "") -> Document:
    """The document. Raises `EmptyNote`, `NoteTooLarge`, or `UnreadableDocument` for what is not text."""
    if len(content) > LARGEST:
        raise NoteTooLarge(size=len(content), limit=LARGEST)
    text, note = _decode(content, source or id)
    return from_text(text, id=id, kind=kind, author=author, service_date=service_date, source=source, notes=(note,) if note else (),
                     sha256=hashlib.sha256(content).hexdigest())


def from_text(text: str, *, id: str, kind: str = "note", author: str = "", service_date: date | None = None, source: str = "",
              notes: tuple[str, ...] = (), sha256: str = "") -> Document:
    """A document of text that came as text (a field of a message). The same limits and errors."""
    if len(text) > LARGEST:
        raise NoteTooLarge(size=len(text), limit=LARGEST)
    if not text.strip():
        raise EmptyNote()
    if "\x00" in text:
        raise UnreadableDocument(file=source or id, why="it holds NUL characters, so it is a binary file or damaged")
    return Document(id=id, text=text, sha256=sha256 or hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(), kind=kind, author=author,
                    service_date=service_date, source=source, notes=notes)


def _decode(content: bytes, name: str) -> tuple[str, str]:
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            return _strict(content, encoding, name), "" if encoding == "utf-8-sig" else f"read as {encoding.upper()}"
    if b"\x00" in content[:4096]:
        raise UnreadableDocument(file=name, why="it is a binary file, not text")
    try:
        return content.decode("utf-8"), ""
    except UnicodeDecodeError:
        pass
    text = _strict(content, "cp1252", name)
    odd = sum(c < " " and c not in "\t\n\r\f" for c in text)
    if odd > len(text) / 100 + 2:
        raise UnreadableDocument(file=name, why="it is a binary file, not text")
    return text, "not valid UTF-8; read as Windows-1252"


def _strict(content: bytes, encoding: str, name: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise UnreadableDocument(file=name, why=f"it is neither UTF-8 nor valid {encoding}") from None
