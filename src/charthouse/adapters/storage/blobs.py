"""Documents as they were received: encrypted files under random names, each with a key of its own, found by the hash of their content.

A file is on disk before the row that names it is committed. What the row holds is the file's key, wrapped under the site's; with the
key gone the content is gone, whatever copies of the file there are.
"""
from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import sqlalchemy as sa

from charthouse.adapters.storage import durable
from charthouse.adapters.storage.keys import BYTES, Keys
from charthouse.adapters.storage.schema import blob
from charthouse.adapters.storage.sealed import seal, unseal
from charthouse.record.errors import BlobDamaged


@dataclass(frozen=True, slots=True)
class Blobs:
    """The folder of blobs, for one transaction; `written` are the files that this transaction made."""

    folder: Path
    keys: Keys
    written: list[Path] = field(default_factory=list)

    def put(self, connection: sa.Connection, content: bytes) -> str:
        """The hash by which `get` finds it. Content that is there already is not written again."""
        hash = sha256(content).hexdigest()
        if connection.execute(sa.select(blob.c.sha256).where(blob.c.sha256 == hash, blob.c.wrapped.is_not(None))).first():
            return hash
        name, key = secrets.token_hex(16), secrets.token_bytes(BYTES)
        path = path_of(self.folder, name)
        durable.write_new(path, seal(key, content, hash))
        self.written.append(path)
        row = {"size": len(content), "file": name, "key_id": self.keys.id, "wrapped": seal(self.keys.wrapping, key, hash), "destroyed_at": None}
        if not connection.execute(blob.update().where(blob.c.sha256 == hash).values(row)).rowcount:  # destroyed once, and received anew
            connection.execute(blob.insert().values(sha256=hash, **row))
        return hash

    def get(self, connection: sa.Connection, hash: str) -> bytes:
        """Raises `BlobDamaged` when the file or its key is gone, or is not what was put."""
        row = connection.execute(sa.select(blob.c.file, blob.c.wrapped).where(blob.c.sha256 == hash)).first()
        if row is None or row.wrapped is None:
            raise BlobDamaged(blob=hash)
        try:
            content = path_of(self.folder, row.file).read_bytes()
        except OSError:
            raise BlobDamaged(blob=hash) from None
        return unseal(unseal(self.keys.wrapping, row.wrapped, hash), content, hash)

    def checked(self, connection: sa.Connection, hash: str) -> bytes:
        """As `get`, and compared with its hash."""
        content = self.get(connection, hash)
        if sha256(content).hexdigest() != hash:
            raise BlobDamaged(blob=hash)
        return content

    def discard_written(self) -> None:
        """After a transaction that came to nothing: its files name nothing."""
        for path in self.written:
            path.unlink(missing_ok=True)


def path_of(folder: Path, name: str) -> Path:
    return folder / name[:2] / name


def rewrap(connection: sa.Connection, old: Keys, new: Keys) -> int:
    """The keys of all blobs wrapped under the new key; how many. The files stay as they are."""
    rows = connection.execute(sa.select(blob.c.sha256, blob.c.wrapped).where(blob.c.wrapped.is_not(None), blob.c.key_id == old.id)).all()
    for hash, wrapped in rows:
        again = seal(new.wrapping, unseal(old.wrapping, wrapped, hash), hash)
        connection.execute(blob.update().where(blob.c.sha256 == hash).values(wrapped=again, key_id=new.id))
    return len(rows)
