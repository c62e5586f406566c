"""A batch engine: does the same work on many parts of an input, on as many workers as it has."""
from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A numbered piece of the input: some hundred rows as an Arrow record batch."""

    number: int
    rows: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What became of a part: rows, how many of them hold an error. `before`: an earlier run had done it; `lost`: its worker
    died each time it was tried, and nothing was written."""

    number: int
    rows: int
    failed: int
    before: bool = False
    lost: bool = False


class Batch(Protocol):
    def run(self, work: Callable[[Part], Done], parts: Iterable[Part]) -> Iterator[Done]:
        """Each part done, in any order. Parts are taken from the input only as workers get free, so that memory does not
        grow with it; a part whose worker dies is tried again. `work` can be pickled."""
        ...
