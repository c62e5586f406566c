"""The ledger in the database, and its signed checkpoints outside it.

An entry is written in the same transaction as what it tells of. After a transaction the head (place and hash of the last entry) is
signed and appended to a file; who cuts the tail or puts an older database in place is found out by it.
"""
from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import sqlalchemy as sa
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from charthouse.adapters.storage.schema import event, ledger_head
from charthouse.record.event import FIRST, Entry, Event, digest, sealed

_FIELDS = tuple(Event.__dataclass_fields__)


def append(connection: sa.Connection, told: Event) -> Entry:
    """The event as the next entry. The head's row is locked first, so that two writers stand in line."""
    seq, previous = connection.execute(sa.select(ledger_head.c.seq, ledger_head.c.hash).where(ledger_head.c.id == 1).with_for_update()).one()
    entry = sealed(seq + 1, told, previous)
    connection.execute(event.insert().values(seq=entry.seq, previous=entry.previous, hash=entry.hash, **asdict(told)))
    connection.execute(ledger_head.update().where(ledger_head.c.id == 1).values(seq=entry.seq, hash=entry.hash))
    return entry


def head(connection: sa.Connection) -> tuple[int, str]:
    seq, hash = connection.execute(sa.select(ledger_head.c.seq, ledger_head.c.hash).where(ledger_head.c.id == 1)).one()
    return int(seq), str(hash)


def entries(connection: sa.Connection, since: int = 0) -> Iterator[Entry]:
    for row in connection.execute(sa.select(event).where(event.c.seq > since).order_by(event.c.seq)).yield_per(1000).mappings():
        yield Entry(seq=row["seq"], previous=row["previous"], hash=row["hash"], event=Event(**{f: row[f] for f in _FIELDS}))


class Checkpoints:
    """The file of signed heads: a line each, `{"seq", "hash", "signature"}`."""

    def __init__(self, path: Path, signing: bytes) -> None:
        self.path = path
        self._key = Ed25519PrivateKey.from_private_bytes(signing)

    def add(self, seq: int, hash: str) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        line = json.dumps({"seq": seq, "hash": hash, "signature": self._key.sign(_said(seq, hash)).hex()})
        with self.path.open("a", encoding="ascii") as file:
            file.write(line + "\n")

    def read(self) -> Iterator[tuple[int, str, bool]]:
        """(seq, hash, whether the signature holds); a torn last line, as a power cut leaves it, is passed over."""
        if not self.path.exists():
            return
        lines = self.path.read_text(encoding="ascii", errors="replace").split("\n")
        for n, line in enumerate(lines):
            if not line:
                continue
            try:
                row = json.loads(line)
                yield int(row["seq"]), str(row["hash"]), self._holds(row)
            except (ValueError, KeyError, TypeError):
                if n < len(lines) - 1:
                    yield 0, "", False

    def _holds(self, row: dict[str, str]) -> bool:
        try:
            self._key.public_key().verify(bytes.fromhex(row["signature"]), _said(int(row["seq"]), row["hash"]))
        except (InvalidSignature, ValueError):
            return False
        return True


def _said(seq: int, hash: str) -> bytes:
    return f"charthouse ledger {seq} {hash}".encode()


def fault(connection: sa.Connection, checkpoints: Checkpoints) -> str:
    """What is wrong with the ledger, naming the first bad entry; "" when all holds."""
    expected, seen = FIRST, 0
    signed: dict[int, str] = {}
    for seq, hash, holds in checkpoints.read():
        if not holds:
            return f"the checkpoint for entry {seq} was not signed by this site's key"
        if signed.setdefault(seq, hash) != hash:
            return f"entry {seq}: two checkpoints tell different hashes: an older database was put in place and written on"
    for entry in entries(connection):
        if entry.seq != seen + 1:
            return f"entry {seen + 1} is missing" if entry.seq > seen else f"entry {entry.seq} stands twice"
        if entry.previous != expected:
            return f"entry {entry.seq} does not follow the one before it"
        if entry.hash != digest(entry.seq, entry.event, entry.previous):
            return f"entry {entry.seq} was changed"
        if signed.get(entry.seq, entry.hash) != entry.hash:
            return f"entry {entry.seq} is not the one that was signed"
        expected, seen = entry.hash, entry.seq
    last, hash = head(connection)
    if (last, hash) != (seen, expected):
        return f"entry {seen + 1} is missing: the head says that there are {last}"
    if signed and max(signed) > seen:
        return f"entry {seen + 1} is missing: {max(signed)} entries were signed, {seen} are there (the tail was cut)"
    return ""


def proof(connection: sa.Connection, checkpoints: Checkpoints, seq: int) -> dict[str, object] | None:
    """The entry, the hashes from it to the next signed checkpoint, and that checkpoint; None when there is no such entry."""
    signed = next(((s, h) for s, h, holds in sorted(checkpoints.read()) if holds and s >= seq), None)
    chain = []
    for entry in entries(connection, seq - 1):
        chain.append(entry)
        if signed is None or entry.seq >= signed[0]:
            break
    if not chain or chain[0].seq != seq:
        return None
    links = [{"seq": e.seq, "previous": e.previous, "hash": e.hash} for e in chain]
    holds = all(e.hash == digest(e.seq, e.event, e.previous) for e in chain) and all(a.hash == b.previous for a, b in zip(chain, chain[1:], strict=False))
    return {"entry": asdict(chain[0].event) | links[0], "chain": links[1:], "checkpoint": {"seq": signed[0], "hash": signed[1]} if signed else None,
            "holds": holds and (signed is None or chain[-1].hash == signed[1])}
