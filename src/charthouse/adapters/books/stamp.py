"""The stamp of a code book: from what exactly it was compiled, so that an old one is noticed in milliseconds."""
from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

from charthouse.adapters.books import lexicon, procedures, schema
from charthouse.adapters.books.added import Added
from charthouse.adapters.books.sources import PACKAGED, packaged


def of(added: Added) -> str:
    """A hash over names, versions, sizes and times of every source; no file is read."""
    parts = [f"schema {schema.SCHEMA}"]
    parts += [source.fingerprint for name in sorted(PACKAGED) if (source := packaged(name))]
    parts += [f"{p.name}|{p.stat().st_size}|{p.stat().st_mtime_ns}" for p in (*lexicon.tables(), *procedures.paths())]
    parts += [source.fingerprint for _, source in added.files]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def write(book: sqlite3.Connection, added: Added) -> None:
    book.execute("INSERT INTO stamp VALUES ('sources', ?)", (of(added),))


def is_current(path: Path, added: Added) -> bool:
    """Whether the book at `path` was compiled from what is installed and added now."""
    if not path.exists():
        return False
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as book:
            row = book.execute("SELECT value FROM stamp WHERE key = 'sources'").fetchone()
    except sqlite3.DatabaseError:
        return False
    return row is not None and row[0] == of(added)
