"""Redacting a text, with the tables of the room `release`, which are read once."""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, cast

from charthouse.flow.tables import rows
from charthouse.record.release import Removal
from charthouse.rooms import release
from charthouse.rooms.release import Names

redacted = release.redacted


@lru_cache(maxsize=1)
def tables() -> Names:
    """Names, words, places and weights as they ship."""
    def bits(cell: str) -> int | None:
        return int(cell) if cell else None

    return Names(
        names={word: (bits(given), bits(family)) for word, given, family in rows("release", "names.tsv")}, words=dict(cast(Iterable[tuple[str, str]], rows("release", "words.tsv"))),
        places=frozenset(place for (place,) in rows("release", "places.tsv")), weights={tell: float(weight) for tell, weight in rows("release", "name_weights.tsv")})


def removals(text: str, known: Mapping[str, Any] | None = None) -> tuple[Removal, ...]:
    """What must go from a text, in order. `known`: what is known of the patient and others, field to value."""
    return release.removals(text, known or {}, tables())
