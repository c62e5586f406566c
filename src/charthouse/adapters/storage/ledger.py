"""The ledger in the database: entries are appended in the transaction of what they tell of, and checked from the first to the last.

The head (place and hash of the last entry) is signed at the end of the same transaction, so nobody can append without the site's key. That it is the
newest head, and the whole chain the one that was written, is shown by the checkpoints outside the database (`checkpoints.py`).
"""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from itertools import pairwise

import sqlalchemy as sa

from charthouse.adapters.storage.checkpoints import Signer
from charthouse.adapters.storage.schema import event, ledger_head
from charthouse.adapters.storage.together import BESIDE, later
from charthouse.record.event import FIRST, Entry, Event, digest, sealed

_FIELDS = tuple(Event.__dataclass_fields__)
Signed = dict[int, str]  # the hash of an entry as a checkpoint signed it, by place


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and the first bad entry. In a chain that was made anew it is the first after the last that was signed as it stands."""

    seq: int
    why: str


class Appending:
    """The ledger in one transaction. `append` as often as needed, then `end`: the head is signed once."""

    def __init__(self, connection: sa.Connection, signer: Signer) -> None:
        self._connection, self._signer = connection, signer
        self.last: Entry | None = None

    def append(self, told: Event) -> None:
        """The event as the next entry. The head's row is locked first, so that two writers stand in line."""
        seq, previous = (self.last.seq, self.last.hash) if self.last else self.lock()
        self.last = sealed(seq + 1, told, previous)
        later(self._connection, event, {"seq": self.last.seq, "previous": self.last.previous, "hash": self.last.hash} | _plain(told))

    def lock(self) -> tuple[int, str]:
        """The head, that of this transaction until it ends. Before rows that another writer may lock after it."""
        seq, hash, _ = self._connection.execute(_LOCKED).one()
        return seq, hash

    def end(self) -> None:
        if self.last is not None:
            self._connection.execute(ledger_head.update().where(ledger_head.c.id == 1), self._signer.line(self.last.seq, self.last.hash))


def begin(connection: sa.Connection, signer: Signer) -> None:
    """The head before the first entry."""
    connection.execute(ledger_head.insert().values(id=1, **signer.line(0, FIRST)))


def length(connection: sa.Connection) -> int:
    """How many entries the head says that there are."""
    return int(connection.execute(sa.select(ledger_head.c.seq)).scalar_one())


def entries(connection: sa.Connection, since: int = 0) -> Iterator[Entry]:
    """In order, those after `since`."""
    for row in connection.execute(sa.select(event).where(event.c.seq > since).order_by(event.c.seq)).yield_per(1000).mappings():
        yield Entry(seq=row["seq"], previous=row["previous"], hash=row["hash"], event=Event(**{f: row[f] for f in _FIELDS}))


def fault(connection: sa.Connection, signed: Signed, signer: Signer) -> Fault | None:
    """None when all holds. An edit, an insertion, a deletion and a change of order break the chain; a chain that was made anew, a cut
    tail and an older database put back do not agree with what was signed (`signed`: by checkpoints)."""
    expected, seen, held = FIRST, 0, 0
    for entry in entries(connection):
        if entry.seq != seen + 1:
            return Fault(seen + 1, f"entry {seen + 1} is missing") if entry.seq > seen else Fault(entry.seq, f"entry {entry.seq} was put in")
        if entry.previous != expected:
            return Fault(entry.seq, f"entry {entry.seq} does not follow the one before it")
        if entry.hash != digest(entry.seq, entry.event, entry.previous):
            return Fault(entry.seq, f"entry {entry.seq} was changed")
        if signed.get(entry.seq, entry.hash) != entry.hash:
            which = f"entry {entry.seq}" if held + 1 == entry.seq else f"an entry from {held + 1} to {entry.seq}"
            return Fault(held + 1, f"{which} is not what was signed")
        if entry.seq in signed:
            held = entry.seq
        expected, seen = entry.hash, entry.seq
    last, hash, signature = connection.execute(_HEAD).first() or (0, FIRST, "")
    if not signer.holds(last, hash, signature):
        return Fault(held + 1, f"entry {held + 1}, or a later one, is not from this site: the head is not signed by it")
    return _end(last, hash, signed, seen, expected)


def _end(last: int, hash: str, signed: Signed, seen: int, expected: str) -> Fault | None:
    """The chain that was seen, against the head and the last checkpoint."""
    if last < seen:
        return Fault(last + 1, f"entry {last + 1} was put in: the head says that there are {last}")
    if last > seen:
        return Fault(seen + 1, f"entry {seen + 1} is missing: the head says that there are {last}")
    if hash != expected:
        return Fault(seen, f"entry {seen} is not the one that the head names")
    if signed and max(signed) > seen:
        return Fault(seen + 1, f"entry {seen + 1} is missing: {max(signed)} were signed, {seen} are there (the tail was cut, or an older database put back)")
    return None


def proof(connection: sa.Connection, signed: Signed, seq: int) -> dict[str, object] | None:
    """The entry, the hashes from it to the next signed one; None when there is no such entry."""
    upto = min((s for s in signed if s >= seq), default=None)
    chain = []
    for entry in entries(connection, seq - 1):
        chain.append(entry)
        if upto is None or entry.seq >= upto:
            break
    if not chain or chain[0].seq != seq:
        return None
    whole = all(e.hash == digest(e.seq, e.event, e.previous) for e in chain)
    linked = all(a.hash == b.previous and a.seq + 1 == b.seq for a, b in pairwise(chain))
    return {"entry": _spelled(chain[0]), "chain": [_spelled(e) for e in chain[1:]], "checkpoint": upto,
            "holds": whole and linked and upto is not None and chain[-1].seq == upto and chain[-1].hash == signed[upto]}


def _plain(told: Event) -> dict[str, str]:
    return {field: getattr(told, field) for field in _FIELDS}


def _spelled(entry: Entry) -> dict[str, object]:
    return {"seq": entry.seq, "previous": entry.previous, **asdict(entry.event), "hash": entry.hash}


_HEAD = sa.select(ledger_head.c.seq, ledger_head.c.hash, ledger_head.c.signature).where(ledger_head.c.id == 1)
_LOCKED = _HEAD.with_for_update().execution_options(**BESIDE)
