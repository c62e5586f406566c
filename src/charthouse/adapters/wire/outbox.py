"""A folder that files for payers are put in, for whatever carries them on: a clearing house's client, an SFTP job."""
from __future__ import annotations

from pathlib import Path

from charthouse.adapters.storage import durable
from charthouse.record.errors import CannotSend


class FolderOutbox:
    """Implements `ports.outbox.Outbox`. A file appears under its name only when all of it is on disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, name: str, content: bytes) -> None:
        whole = self._folder / name
        try:
            if whole.exists() and whole.read_bytes() != content:
                raise CannotSend(where=self._folder, why=f"{name} is there already and says something else")
            durable.write_whole(durable.folder(self._folder) / name, content)
        except OSError as error:
            raise CannotSend(where=self._folder, why=error.strerror or type(error).__name__) from None
