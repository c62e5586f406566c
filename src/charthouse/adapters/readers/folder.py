"""A watched folder: a file is taken when it is complete, then moved to `done/` or `refused/`. Taken is on disk before it is moved, so after a crash it is there
to be taken again, and the record knows it already."""
from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from charthouse.adapters.storage import durable
from charthouse.record.errors import FolderInUse

_UNFINISHED = (".part", ".tmp", ".crdownload", ".filepart", ".partial")
Seen = dict[Path, tuple[int, int]]  # size and time of change when it was looked at last


@dataclass(slots=True)
class Watched:
    """`taken` gives "" for a file that is in the record, else why it was refused."""

    folder: Path
    _seen: Seen = field(default_factory=dict)
    _lock: IO[bytes] | None = None

    def begin(self) -> None:
        """Raises `FolderInUse`."""
        try:
            for name in ("done", "refused"):
                durable.folder(self.folder / name)
            self._lock = (self.folder / ".charthouse-watch").open("wb")
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FolderInUse(folder=self.folder, why="another process watches it") from None
        except OSError as error:
            raise FolderInUse(folder=self.folder, why=error.strerror or type(error).__name__) from None

    def complete(self) -> Iterator[Path]:
        """Files that are as they were when they were last looked at, the oldest first."""
        now: Seen = {}
        for path in self.folder.iterdir():
            try:
                stat = path.stat()
            except OSError:
                continue  # moved away meanwhile
            if path.is_file() and not path.name.startswith(".") and not path.name.lower().endswith(_UNFINISHED):
                now[path] = stat.st_size, stat.st_mtime_ns
        ready = [p for p, state in now.items() if self._seen.get(p) == state]
        self._seen = now
        yield from sorted(ready, key=lambda p: (now[p][1], p.name))

    def take(self, path: Path, taken: Callable[[bytes, str], str]) -> tuple[Path, str]:
        """Where it went, and why it was refused."""
        try:
            refused = taken(path.read_bytes(), path.name)
        except OSError as error:
            refused = f"it cannot be opened ({error.strerror or type(error).__name__})"
        self._seen.pop(path, None)
        where = self.folder / ("refused" if refused else "done")
        target = _free(where / path.name)
        if refused:
            note = target.with_name(f"{target.name}.reason.txt")
            durable.write_whole(note, f"{refused}\n".encode())
        os.replace(path, target)
        durable.flush_folder(where)
        durable.flush_folder(self.folder)
        return target, refused


def _free(path: Path) -> Path:
    """The name, or with a number where a file of that name is there."""
    n, target = 1, path
    while target.exists() or target.with_name(f"{target.name}.reason.txt").exists():
        n += 1
        target = path.with_name(f"{path.stem}-{n}{path.suffix}")
    return target
