"""Requests for records, wired: the letter read in the limited child."""
from __future__ import annotations

from pathlib import Path

from charthouse.record.errors import BadRequest


def text_of(letter: Path) -> str:
    """Of text, PDF or a picture. Raises `BadRequest`, `UnreadableDocument`."""
    from charthouse.adapters.readers.child import warm

    if not letter.is_file():
        raise BadRequest(why=f"There is no file {letter}")
    return "\n".join(d.text for a in warm().read(letter.read_bytes(), letter.name) for d in a.documents)
