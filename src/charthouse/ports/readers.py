"""A reader of one format: bytes in, what they say out."""
from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from charthouse.record.received import Arrival


class FileReader(Protocol):
    """Pure in what it gives: the same bytes, the same arrivals. It runs in a child process with limits on memory, time and output, so it may
    be killed; it must be picklable and open no network."""

    @property
    def name(self) -> str:
        """"hl7v2", "pdf", ...; stands in the provenance of what it read."""
        ...

    def knows(self, content: bytes, name: str) -> bool:
        """Whether this is its format, by the content first; the file's name only where contents cannot tell."""
        ...

    def read(self, content: bytes, name: str) -> Iterator[Arrival]:
        """What stands in it, one arrival a message, bundle or document. Raises `UnreadableDocument` for a whole file that cannot be read,
        and nothing else; a bad part of it becomes an arrival with only `notes`."""
        ...
