"""The site's keys: one file that only its owner may read, or the environment.

From the master key come the key of the database (SQLCipher) and the key that wraps the keys of blobs (HKDF-SHA256, RFC 5869). Blobs have
keys of their own, so that one can be destroyed without the others (crypto-shredding). The signing key signs the ledger's checkpoints.
"""
from __future__ import annotations

import base64
import json
import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

from charthouse.adapters.storage.durable import write_whole
from charthouse.record.errors import BadKey, KeyNotFound, KeyReadable

BYTES = 32
VARIABLE = "CHARTHOUSE_KEY"


@dataclass(frozen=True, slots=True)
class Keys:
    """`id` names the master key, so that what it wrapped can be told from what an older one wrapped."""

    id: str
    master: bytes
    signing: bytes

    def __repr__(self) -> str:
        return f"Keys({self.id})"

    @property
    def database(self) -> bytes:
        return _derived(self.master, b"charthouse database")

    @property
    def wrapping(self) -> bytes:
        return _derived(self.master, b"charthouse blob keys")


def made() -> Keys:
    """New keys."""
    return Keys(secrets.token_hex(4), secrets.token_bytes(BYTES), secrets.token_bytes(BYTES))


def renewed(old: Keys) -> Keys:
    """A new master key; the signing key stays, or older checkpoints could not be checked."""
    return Keys(secrets.token_hex(4), secrets.token_bytes(BYTES), old.signing)


def from_environment() -> bool:
    return bool(os.environ.get(VARIABLE))


def read(path: Path) -> Keys:
    """From `CHARTHOUSE_KEY` where set, else from the file. Raises `KeyNotFound`, `KeyReadable` or `BadKey`."""
    given = os.environ.get(VARIABLE)
    return parsed(given, VARIABLE) if given else read_file(path)


def read_file(path: Path) -> Keys:
    if not path.exists():
        raise KeyNotFound(path=path)
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        raise KeyReadable(path=path, mode=f"{mode:o}")
    return parsed(path.read_text(encoding="ascii", errors="replace"), str(path))


def write(path: Path, keys: Keys) -> None:
    """Whole or not at all, readable by the owner only."""
    write_whole(path, (printed(keys) + "\n").encode())


def printed(keys: Keys) -> str:
    return json.dumps({"id": keys.id, "master": base64.b64encode(keys.master).decode(), "signing": base64.b64encode(keys.signing).decode()})


def parsed(text: str, source: str) -> Keys:
    try:
        row = json.loads(text)
        keys = Keys(str(row["id"]), base64.b64decode(row["master"], validate=True), base64.b64decode(row["signing"], validate=True))
    except (ValueError, KeyError, TypeError):
        raise BadKey(source=source) from None
    if len(keys.master) != BYTES or len(keys.signing) != BYTES:
        raise BadKey(source=source)
    return keys


def _derived(master: bytes, use: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(algorithm=SHA256(), length=BYTES, salt=None, info=use).derive(master)
