"""The tables of kinds of documents, read once."""
from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files

from charthouse.rooms.intake import Kinds, kinds_of


@lru_cache(maxsize=1)
def kinds() -> Kinds:
    return kinds_of(_rows("kinds.tsv"), _rows("loinc.tsv"))  # type: ignore[arg-type]


def _rows(name: str) -> Iterator[tuple[str, ...]]:
    text = (files("charthouse") / "rooms" / "intake" / name).read_text(encoding="utf-8")
    return (tuple(line.split("\t")) for line in text.splitlines() if line and not line.startswith("#"))
