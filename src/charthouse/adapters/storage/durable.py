"""Files that are on disk once we say so: content flushed, then the name, then the folder that holds the name."""
from __future__ import annotations

import os
from pathlib import Path


def folder(path: Path) -> Path:
    """The folder, made for the owner only, its own name on disk."""
    if not path.exists():
        folder(path.parent)
        path.mkdir(mode=0o700, exist_ok=True)
        flush_folder(path.parent)
    return path


def write_new(path: Path, content: bytes) -> None:
    """A file that was not there before, readable by the owner only."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    flush_folder(path.parent)


def write_whole(path: Path, content: bytes) -> None:
    """The new content or, after a crash, the old: never a part."""
    part = folder(path.parent) / f"{path.name}.part"
    part.unlink(missing_ok=True)
    write_new(part, content)
    part.replace(path)
    flush_folder(path.parent)


def flush_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
