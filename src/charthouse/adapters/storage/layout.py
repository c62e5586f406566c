"""Where a site lies: the data folder, and the database when that is PostgreSQL."""
from __future__ import annotations

import fcntl
import os
from dataclasses import dataclass
from pathlib import Path

from charthouse.record.errors import SiteBusy


@dataclass(frozen=True, slots=True)
class Layout:
    """`database` is "" for SQLite in the folder, else `postgresql://...`."""

    folder: Path
    database: str = ""

    @property
    def keys(self) -> Path:
        return self.folder / "keys.json"

    @property
    def next_keys(self) -> Path:
        """Only there while the key is being rotated."""
        return self.folder / "keys.next.json"

    @property
    def record(self) -> Path:
        return self.folder / "record.sqlite"

    @property
    def blobs(self) -> Path:
        return self.folder / "blobs"

    @property
    def checkpoints(self) -> Path:
        return self.folder / "checkpoints.ndjson"

    @property
    def where(self) -> str:
        """For a person: never the password of a database."""
        from sqlalchemy import make_url

        return make_url(self.database).render_as_string() if self.database else str(self.record)


class Lock:
    """Held by each process that has the site open, shared; alone by one that changes the key. The kernel lets go of it with the process."""

    def __init__(self, folder: Path) -> None:
        self._handle = os.fdopen(os.open(folder / "site.lock", os.O_RDWR | os.O_CREAT, 0o600), "rb")
        fcntl.flock(self._handle, fcntl.LOCK_SH)

    def alone(self) -> None:
        """Raises `SiteBusy` when another process has the site open."""
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            fcntl.flock(self._handle, fcntl.LOCK_SH)
            raise SiteBusy() from None

    def shared(self) -> None:
        fcntl.flock(self._handle, fcntl.LOCK_SH)

    def release(self) -> None:
        self._handle.close()
