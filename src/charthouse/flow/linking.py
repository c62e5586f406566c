"""Two files of people, or one with itself: which records are of one person."""
from __future__ import annotations

from collections.abc import Mapping, Sequence

from charthouse.ports.linkage import PairModel
from charthouse.record.person import Pair
from charthouse.rooms.identity import followed, judged, of_row


def link(left: Sequence[Mapping[str, str]], right: Sequence[Mapping[str, str]] | None, model: PairModel) -> list[Pair]:
    """The pairs with their verdicts, in the order of the first file. With `right` None the pairs inside one file, none with itself."""
    a = [of_row(row) for row in left]
    b = a if right is None else [of_row(row) for row in right]
    pairs = judged(model.pairs(a, None if right is None else b), {p.id: p for p in a}, {p.id: p for p in b})
    return followed(pairs) if right is None else pairs
