"""Plain text: one document, exactly as sent. What no other reader knows is text or refused."""
from __future__ import annotations

from collections.abc import Iterator

from charthouse.record.errors import UnreadableDocument
from charthouse.record.plain import decoded
from charthouse.record.received import Arrival, ReadDocument

LARGEST = 4_000_000  # bytes of one document: some 1,000 pages


class TextReader:
    name = "text"

    def knows(self, content: bytes, name: str) -> bool:
        return True

    def read(self, content: bytes, name: str) -> Iterator[Arrival]:
        if len(content) > LARGEST:
            raise UnreadableDocument(file=name, why=f"it has {len(content)} bytes; a text has at most {LARGEST}")
        text, note = decoded(content, name)
        if not text.strip():
            raise UnreadableDocument(file=name, why="it is empty")
        if "\x00" in text:
            raise UnreadableDocument(file=name, why="it holds NUL characters, so it is a binary file or damaged")
        yield Arrival(documents=(ReadDocument(text=text, notes=(note,) if note else ()),))
