"""The batch engine of one process: part after part."""
from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from charthouse.ports.batch import Done, Part


class LocalBatch:
    def run(self, work: Callable[[Part], Done], parts: Iterable[Part]) -> Iterator[Done]:
        return map(work, parts)
