"""The tables of the rooms (`rooms/ROOM/NAME.tsv`), row by row."""
from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files


def rows(room: str, name: str) -> Iterator[tuple[str, ...]]:
    """Lines that begin with # are comments."""
    text = (files("charthouse") / "rooms" / room / name).read_text(encoding="utf-8")
    return (tuple(line.split("\t")) for line in text.splitlines() if line and not line.startswith("#"))
