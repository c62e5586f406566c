"""From bytes to a `Document`: the text exactly as sent, or an error that says why it is not one."""
from __future__ import annotations

import hashlib
from datetime import date

from charthouse.record.document import Document
from charthouse.record.errors import EmptyNote, NoteTooLarge, UnreadableDocument
from charthouse.record.plain import decoded

LARGEST = 4_000_000  # bytes of one document: some 1,000 pages


def receive(content: bytes, *, id: str, kind: str = "note", author: str = "", service_date: date | None = None, source: str = "") -> Document:
    """The document. Raises `EmptyNote`, `NoteTooLarge`, or `UnreadableDocument` for what is not text."""
    if len(content) > LARGEST:
        raise NoteTooLarge(size=len(content), limit=LARGEST)
    text, note = decoded(content, source or id)
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
