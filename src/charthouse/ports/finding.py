"""Finding in the record: the index of what is filed and coded, written in the transaction of what it tells of."""
from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Protocol

from charthouse.record.access import Access, Scope
from charthouse.record.finding import AssignedCode, CodedVisit, Found, Question


class Finding(Protocol):
    """Each method writes the event of its `Access`. Nothing outside the scope is found, counted or shown."""

    def find(self, access: Access, question: Question, scope: Scope, *, first: int, most: int) -> Found:
        """`most` hits from number `first` (0 is the best). Each patient who is shown gets an entry in the ledger."""
        ...

    def visits(self, access: Access, scope: Scope, since: date, until: date) -> Iterator[CodedVisit]:
        """The coded visits that ended, or for outpatients began, in these days (both included), in order of time."""
        ...

    def coded(self, access: Access, encounter: str, codes: Sequence[AssignedCode]) -> None:
        """The codes that stand on the visit now, in place of those before; part of the use that keeps its result, which tells."""
        ...

    def enter(self, access: Access, document: str) -> None:
        """A document whose text came later than its filing, or was read anew."""
        ...

    def forget(self, access: Access, document: str) -> None:
        """Take a document out, every word of it, before its text is destroyed. Other documents with the same text stay."""
        ...

    def rebuild(self, access: Access, tell: Callable[[str, int, int], None]) -> int:
        """The whole index anew from the record; how many documents are in it."""
        ...
