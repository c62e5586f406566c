"""A model of linkage: which records of two files are of one person, and how probably."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from charthouse.record.person import Pair, Person


class PairModel(Protocol):
    def pairs(self, left: Sequence[Person], right: Sequence[Person] | None) -> list[Pair]:
        """The pairs that are not out of the question, without verdicts; with `right` None those inside one file. It is trained on the records
        themselves where they are enough. The same records give the same pairs."""
        ...
