"""The tables of kinds of documents, read once."""
from __future__ import annotations

from functools import lru_cache

from charthouse.flow.tables import rows
from charthouse.rooms.intake import Kinds, kinds_of


@lru_cache(maxsize=1)
def kinds() -> Kinds:
    return kinds_of(rows("intake", "kinds.tsv"), rows("intake", "loinc.tsv"))  # type: ignore[arg-type]
