"""Where an export is put: a new folder, or a new ZIP file. Until it is closed it has another name."""
from __future__ import annotations

import os
import shutil
import zipfile
from pathlib import Path

from charthouse.ports.copying import Out
from charthouse.record.errors import CannotWrite, NotEmpty


def out(where: Path) -> Out:
    """Raises `NotEmpty` where something is already."""
    if where.exists():
        raise NotEmpty(where=where)
    part = where.with_name(f"{where.name}.part")
    shutil.rmtree(part, ignore_errors=True) if part.is_dir() else part.unlink(missing_ok=True)
    try:
        part.parent.mkdir(parents=True, exist_ok=True)
        return ZipOut(where, part) if where.suffix.lower() == ".zip" else FolderOut(where, part)
    except OSError as error:
        raise CannotWrite(path=where, why=error.strerror) from None


class FolderOut:
    """Files for the owner only."""

    def __init__(self, where: Path, part: Path) -> None:
        self._where, self._part = where, part
        part.mkdir(mode=0o700)

    def put(self, name: str, content: bytes) -> None:
        path = self._part / name
        try:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content)
        except OSError as error:
            raise CannotWrite(path=self._where, why=error.strerror) from None

    def read(self, name: str) -> bytes:
        return (self._part / name).read_bytes()

    def close(self) -> None:
        self._part.rename(self._where)

    def discard(self) -> None:
        shutil.rmtree(self._part, ignore_errors=True)


class ZipOut:
    """Not encrypted: it goes to whoever may have it, over a way that keeps it."""

    def __init__(self, where: Path, part: Path) -> None:
        self._where, self._part = where, part
        self._file = os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b")
        self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED)

    def put(self, name: str, content: bytes) -> None:
        try:
            self._zip.writestr(name, content)
        except OSError as error:
            raise CannotWrite(path=self._where, why=error.strerror) from None

    def read(self, name: str) -> bytes:
        return self._zip.read(name)

    def close(self) -> None:
        self._zip.close()
        self._file.close()
        self._part.rename(self._where)

    def discard(self) -> None:
        self._file.close()
        self._part.unlink(missing_ok=True)
