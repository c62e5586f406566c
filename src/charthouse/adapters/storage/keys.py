"""The site's keys: one file that only its owner may read, or the environment.

The master key encrypts the database (SQLCipher) and wraps the key of each blob; blobs have keys of their own, so that one can
be destroyed without the others (crypto-shredding). The signing key signs the ledger's checkpoints. AES-256-GCM, Ed25519.
"""
from __future__ import annotations

import base64
import json
import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path

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


def made() -> Keys:
    """New keys."""
    return Keys(secrets.token_hex(4), secrets.token_bytes(BYTES), secrets.token_bytes(BYTES))


def renewed(old: Keys) -> Keys:
    """A new master key; the signing key stays, or older checkpoints could not be checked."""
    return Keys(secrets.token_hex(4), secrets.token_bytes(BYTES), old.signing)


def read(path: Path) -> Keys:
    """From `CHARTHOUSE_KEY` where set, else from the file. Raises `KeyNotFound`, `KeyReadable` or `BadKey`."""
    given = os.environ.get(VARIABLE)
    if given:
        return _parsed(given, VARIABLE)
    if not path.exists():
        raise KeyNotFound(path=path)
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        raise KeyReadable(path=path, mode=f"{mode:o}")
    return _parsed(path.read_text(encoding="ascii"), str(path))


def write(path: Path, keys: Keys) -> None:
    """Whole or not at all, readable by the owner only."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_suffix(".part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
        file.write(_printed(keys) + "\n")
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def _printed(keys: Keys) -> str:
    return json.dumps({"id": keys.id, "master": base64.b64encode(keys.master).decode(), "signing": base64.b64encode(keys.signing).decode()})


def _parsed(text: str, source: str) -> Keys:
    try:
        row = json.loads(text)
        keys = Keys(str(row["id"]), base64.b64decode(row["master"]), base64.b64decode(row["signing"]))
    except (ValueError, KeyError, TypeError):
        raise BadKey(source=source) from None
    if len(keys.master) != BYTES or len(keys.signing) != BYTES:
        raise BadKey(source=source)
    return keys
