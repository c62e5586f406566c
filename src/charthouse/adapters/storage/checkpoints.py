"""The ledger's checkpoints: after each transaction its last entry is signed (Ed25519) and appended to a file outside the database.

The file shows a cut tail, an older database put back and a chain made anew, as long as it was not cut by the same hand. So a copy of it
belongs where the owner of the database cannot write.
"""
from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from charthouse.record.errors import LedgerBroken


class Signer:
    """Signs the ledger's head: place and hash of the last entry."""

    def __init__(self, key: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(key)
        self._public = self._key.public_key()

    def line(self, seq: int, hash: str) -> dict[str, object]:
        return {"seq": seq, "hash": hash, "signature": self._key.sign(_said(seq, hash)).hex()}

    def holds(self, seq: int, hash: str, signature: str) -> bool:
        try:
            self._public.verify(bytes.fromhex(signature), _said(seq, hash))
        except (InvalidSignature, ValueError):
            return False
        return True

    def public(self) -> str:
        """The key with which anybody can check a signature, in hexadecimal."""
        return self._public.public_bytes_raw().hex()


class Checkpoints:
    """The file: a line each, `{"seq", "hash", "signature"}`."""

    def __init__(self, path: Path, signer: Signer) -> None:
        self.path, self.signer = path, signer

    def add(self, seq: int, hash: str) -> None:
        line = json.dumps(self.signer.line(seq, hash)) + "\n"
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            size = os.fstat(handle).st_size
            torn = size and os.pread(handle, 1, size - 1) != b"\n"
            os.write(handle, (f"\n{line}" if torn else line).encode())
        finally:
            os.close(handle)

    def signed(self) -> dict[int, str]:
        """Hashes by place. A line that a power cut tore is passed over, it says nothing; raises `LedgerBroken` for one that this site
        did not sign, and for two that tell different hashes of one entry."""
        found: dict[int, str] = {}
        for row in self._rows():
            seq, hash = int(row["seq"]), str(row["hash"])
            if not self.signer.holds(seq, hash, str(row["signature"])):
                raise LedgerBroken(why=f"the checkpoint of entry {seq} was not signed by this site")
            if found.setdefault(seq, hash) != hash:
                raise LedgerBroken(why=f"entry {seq} was signed twice with different hashes: an older database was put back and written on")
        return found

    def _rows(self) -> list[dict[str, Any]]:
        rows = []
        for line in self.path.read_text(encoding="ascii", errors="replace").split("\n") if self.path.exists() else ():
            try:
                row = json.loads(line)
                int(row["seq"]), row["hash"], row["signature"]
            except (ValueError, KeyError, TypeError):
                continue
            rows.append(row)
        return rows


def _said(seq: int, hash: str) -> bytes:
    return f"charthouse ledger {seq} {hash}".encode()
