"""The master patient index, as the desk sees it: who may be whom, what was merged, and what waits for a person.

A merge moves nothing. Numbers, visits and documents stay with the record that they came to; the folded record points to its survivor, and
who reads it is led there. So taking a merge apart gives each record back what was its own, also what arrived in between.
"""
from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

from charthouse.record.access import Access
from charthouse.record.filing import Registration
from charthouse.record.identity import Candidate, Merge, Suspected

Number = tuple[str, str]  # (system, value)


class Index(Protocol):
    """Records by number and by likeness, and their merges. Events are written first, as in `ports.store.Records`."""

    def candidates(self, access: Access, numbers: Sequence[Number], keys: Sequence[str]) -> tuple[Candidate, ...]:
        """Every record that has one of the numbers, and the fifty that share most keys."""
        ...

    def key(self, patient: str, keys: Sequence[str]) -> None:
        """Let a record be found under these too. It shows nothing."""
        ...

    def link(self, access: Access, patient: str, registration: Registration) -> None:
        """What a further registration of this record says: new numbers are added, details that changed replace the former ones, which are
        kept. What it does not say stays."""
        ...

    def merge(self, access: Access, survivor: str, folded: str) -> str:
        """The merge's id. Each is first followed to its own survivor. Raises `SamePatient` when they are one already."""
        ...

    def unmerge(self, access: Access, merge: Merge) -> None:
        """Raises `AlreadyUndone`."""
        ...

    def lineage(self, access: Access, patient: str) -> tuple[Merge, ...]:
        """Every merge, undone ones too, among the records that are, or ever were, one with this one; in order of time."""
        ...


class Duplicates(Protocol):
    """The worklist of records that may be of one person."""

    def suspect(self, a: str, b: str, probability: float, why: str) -> str:
        """The pair's id, as it is in the list; a pair that was decided stays decided. It shows nothing."""
        ...

    def waiting(self, access: Access, limit: int) -> tuple[Suspected, ...]:
        """Open and proposed ones, the most probable first. Pairs that are one record by now are left out."""
        ...

    def pair(self, id: str) -> Suspected | None: ...

    def merged(self, id: str) -> Merge | None:
        """A merge: which two records it is about."""
        ...

    def propose(self, access: Access, id: str, survivor: str) -> None:
        """That they are one person, and which record stays; in place of an earlier proposal or decision. Raises `SamePatient`."""
        ...

    def decide(self, access: Access, id: str, decision: Literal["same", "different"]) -> None: ...
