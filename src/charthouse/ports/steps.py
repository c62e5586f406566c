"""The ledger of steps: which run of which step is due, who does it, and what came of it. No method opens a chart, but `result`."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from charthouse.record.access import Access

BUCKETS = (0.1, 0.5, 1.0, 5.0, 30.0, 120.0)  # seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """One run, lent to one worker. `key` is what the run depends on: the version of the visit and what codes it (`made`). `tries` counts
    this one; it tells a worker's later lease of the same run from an earlier one."""

    encounter: str
    facility: str
    name: str
    key: str
    tries: int
    worker: str

    @property
    def version(self) -> int:
        """Of the chart that is leased: the key begins with it."""
        return int(self.key.partition("-")[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """The runs of a step that came to an end: `took` counts those that took at most so many seconds (`BUCKETS`)."""

    name: str
    state: str
    runs: int
    tries: int
    seconds: float
    took: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """All steps in numbers."""

    due: int
    leased: int
    done: int
    quarantined: int
    oldest: float  # seconds since the oldest of what is not done became due; 0 when all is done
    documents: int
    entries: int
    ended: tuple[Ended, ...]


class Steps(Protocol):
    """Times are those of the access's event. What is lent and not heard of by its time is lent anew."""

    def lease(self, access: Access, name: str, made: str, worker: str, seconds: float) -> Lease | None:
        """The run of the step that has been due longest, lent for so long; None when none is due. A visit is due whose version, or what codes
        it, has no run yet. A worker has one at a time: what it still holds was left by a process that died. What was tried twice is quarantined."""
        ...

    def hold(self, access: Access, lease: Lease, seconds: float) -> bool:
        """Lend it for so long from now; False when it is another's by now."""
        ...

    def done(self, access: Access, lease: Lease, result: bytes, seconds: float) -> None:
        """Keep the result and mark the run done, in the transaction of the event. Raises `LeaseLost` when it is another's by now."""
        ...

    def failed(self, access: Access, lease: Lease, why: str, seconds: float) -> bool:
        """Due again, or quarantined when it was tried twice: whether that. `why` is the code of an error. Raises `LeaseLost`."""
        ...

    def retry(self, access: Access, encounter: str) -> int:
        """What is quarantined of the visit is due again, with two new tries: how many."""
        ...

    def result(self, access: Access, encounter: str, name: str) -> bytes | None:
        """Of the run that was done last."""
        ...
