"""Documents as they were received: encrypted under random names, each with a key of its own, found by the hash of their content.

A large one is a file, on disk before the row that names it is committed. A small one is a row beside that row: so a transaction of many
messages is flushed once. What the row of the blob holds is the key, wrapped under the site's; with the key gone the content is gone, whatever
copies there are.
"""
from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import sqlalchemy as sa

from charthouse.adapters.storage import durable
from charthouse.adapters.storage.keys import BYTES, Keys
from charthouse.adapters.storage.schema import blob, small_blob
from charthouse.adapters.storage.sealed import seal, unseal
from charthouse.adapters.storage.together import BESIDE, later
from charthouse.record.errors import BlobDamaged

SMALL = 65_536  # bytes of content up to which it is kept in the database

# Made once: to put a statement together costs more than to run it.
_THERE = sa.select(blob.c.wrapped.is_not(None).label("whole")).where(blob.c.sha256 == sa.bindparam("hash")).execution_options(**BESIDE)
_KEY = sa.select(blob.c.file, blob.c.wrapped).where(blob.c.sha256 == sa.bindparam("hash"))
_SMALL = sa.select(small_blob.c.sealed).where(small_blob.c.file == sa.bindparam("file"))


@dataclass(frozen=True, slots=True)
class Blobs:
    """The blobs, for one transaction; `written` are the files, `new` the contents that this transaction made."""

    folder: Path
    keys: Keys
    written: list[Path] = field(default_factory=list)
    new: set[str] = field(default_factory=set)

    def put(self, connection: sa.Connection, content: bytes) -> str:
        """The hash by which `get` finds it. Content that is there already is not written again."""
        hash = sha256(content).hexdigest()
        there = None if hash in self.new else connection.execute(_THERE, {"hash": hash}).first()
        if hash in self.new or (there is not None and there.whole):
            return hash
        name, key = secrets.token_hex(16), secrets.token_bytes(BYTES)
        self._store(connection, name, seal(key, content, hash), small=len(content) <= SMALL)
        row = {"size": len(content), "file": name, "key_id": self.keys.id, "wrapped": seal(self.keys.wrapping, key, hash), "destroyed_at": None}
        if there is None:
            later(connection, blob, {"sha256": hash, **row})
            self.new.add(hash)
        else:  # destroyed once, and received anew
            connection.execute(blob.update().where(blob.c.sha256 == hash), row)
        return hash

    def get(self, connection: sa.Connection, hash: str) -> bytes:
        """Raises `BlobDamaged` when the file or its key is gone, or is not what was put."""
        row = connection.execute(_KEY, {"hash": hash}).first()
        if row is None or row.wrapped is None:
            raise BlobDamaged(blob=hash)
        return unseal(unseal(self.keys.wrapping, row.wrapped, hash), self._stored(connection, row.file, hash), hash)

    def checked(self, connection: sa.Connection, hash: str) -> bytes:
        """As `get`, and compared with its hash."""
        content = self.get(connection, hash)
        if sha256(content).hexdigest() != hash:
            raise BlobDamaged(blob=hash)
        return content

    def _store(self, connection: sa.Connection, name: str, sealed: bytes, *, small: bool) -> None:
        if small:
            later(connection, small_blob, {"file": name, "sealed": sealed})
            return
        path = path_of(self.folder, name)
        durable.write_new(path, sealed)
        self.written.append(path)

    def _stored(self, connection: sa.Connection, name: str, hash: str) -> bytes:
        sealed = connection.execute(_SMALL, {"file": name}).scalar()
        if sealed is not None:
            return bytes(sealed)
        try:
            return path_of(self.folder, name).read_bytes()
        except OSError:
            raise BlobDamaged(blob=hash) from None

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
