"""Redacting a text, with the tables of the room `release`, which are read once."""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, cast

from charthouse.flow.tables import rows
from charthouse.ports.redaction import PageRedaction
from charthouse.record.errors import NotRedacted
from charthouse.record.release import Painted, Removal
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


ROUNDS = 3  # what the second reading still sees is painted, too, and it is read again


def pages(content: bytes, name: str, known: Mapping[str, Any], by_hand: Sequence[Painted], work: PageRedaction) -> tuple[bytes, tuple[Painted, ...]]:
    """A PDF of pixels without what tells whose it is, and its boxes. Every reader looks, what one finds is looked for in what the others saw; the result is read again by other means, and is given
    only when none reads anything of it any more. Raises `UnreadableDocument`, `NotRedacted`."""
    found, secrets = release.boxes(work.looked(content, name), known, tables())
    secrets |= release.known_secrets(known, tables())
    all_ = release.merged([*by_hand, *found])
    left: tuple[tuple[int, str], ...] = ()
    for _ in range(ROUNDS):
        pdf = work.painted(content, name, _by_page(all_))
        seen = work.reread(pdf, name)
        left = release.leaks(seen, secrets)
        if not left:
            return pdf, all_
        more = release.again([s for s in seen if s["words"]], secrets)
        if not more:
            break
        all_ = release.merged([*all_, *more])
    raise NotRedacted(where="; ".join(f"page {page} ({reader})" if page else f"the file ({reader})" for page, reader in left[:6]))


def _by_page(all_: Iterable[Painted]) -> dict[int, list[tuple[float, float, float, float]]]:
    by: dict[int, list[tuple[float, float, float, float]]] = {}
    for p in all_:
        by.setdefault(p.page, []).append(p.box)
    return by
