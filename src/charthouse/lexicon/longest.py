"""Phrases of words, laid out so that the longest one at a place of a text is found in a step or two."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
Words = tuple[str, ...]


class Phrases(Generic[T]):
    """Each phrase with what it means; a phrase may mean several things."""

    def __init__(self, entries: Iterable[tuple[Words, T]]) -> None:
        longer: dict[str, dict[str, list[tuple[Words, T]]]] = defaultdict(lambda: defaultdict(list))
        single: dict[str, list[tuple[Words, T]]] = defaultdict(list)
        for words, entry in entries:
            (longer[words[0]][words[1]] if len(words) > 1 else single[words[0]]).append((words, entry))
        self._at: dict[str, tuple[dict[str, tuple[tuple[Words, T], ...]], tuple[tuple[Words, T], ...]]] = {
            first: ({second: tuple(sorted(found, key=lambda e: -len(e[0]))) for second, found in longer[first].items()}, tuple(single[first]))
            for first in {*longer, *single}}

    def places(self, tokens: Sequence[str]) -> list[int]:
        """Where in a row of folded words a phrase may begin."""
        at = self._at
        return [i for i, token in enumerate(tokens) if token in at]

    def starting(self, tokens: Sequence[str], i: int) -> Iterable[tuple[Words, T]]:
        """The phrases that stand at place `i`, the longest first."""
        longer, single = self._at[tokens[i]]
        near = longer.get(tokens[i + 1]) if longer and i + 1 < len(tokens) else None
        if not near:
            return single
        return (*(e for e in near if len(e[0]) == 2 or tuple(tokens[i:i + len(e[0])]) == e[0]), *single)
