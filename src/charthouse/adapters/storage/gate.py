"""What the gate remembers of a site, in one SQLite file: validated charts, the mix of late, the rate asked for, what was learned.

No text of a chart: hashes, codes, scores. Each call is one transaction, so a crash leaves what was there before or all of the new.
"""
from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

Data = Mapping[str, Any]
KEPT = 1000  # charts of late that are remembered for each setting
_TABLES = """
CREATE TABLE IF NOT EXISTS chart (id TEXT PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS late (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE NOT NULL, setting TEXT NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS promise (one INTEGER PRIMARY KEY CHECK (one = 1), error REAL NOT NULL, confidence REAL NOT NULL);
CREATE TABLE IF NOT EXISTS learned (setting TEXT PRIMARY KEY, body TEXT NOT NULL);
"""


class SqliteGate:
    """The file at `path`, made with its first write. Reading where there is none finds nothing."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def charts(self) -> list[dict[str, Any]]:
        return [json.loads(body) for (body,) in self._read("SELECT body FROM chart ORDER BY id")]

    def late(self, setting: str) -> list[dict[str, Any]]:
        """The charts coded of late, oldest first."""
        return [json.loads(body) for (body,) in self._read("SELECT body FROM late WHERE setting = ? ORDER BY number", setting)]

    def promise(self) -> tuple[float, float] | None:
        """(error rate, confidence), where the site has set them."""
        return next(iter(self._read("SELECT error, confidence FROM promise")), None)

    def learned(self) -> dict[str, dict[str, Any]]:
        return {setting: json.loads(body) for setting, body in self._read("SELECT setting, body FROM learned")}

    def put_charts(self, charts: Iterable[Data]) -> None:
        """A chart that is there already is replaced."""
        with self._writing() as db:
            db.executemany("INSERT OR REPLACE INTO chart VALUES (?, ?)", [(c["id"], json.dumps(c)) for c in charts])

    def put_late(self, setting: str, charts: Iterable[tuple[str, Data]]) -> None:
        """(hash, what was seen) of charts just coded; one that is coded again counts once. Old ones go."""
        with self._writing() as db:
            db.executemany("INSERT OR REPLACE INTO late (id, setting, body) VALUES (?, ?, ?)", [(id, setting, json.dumps(body)) for id, body in charts])
            db.execute("DELETE FROM late WHERE setting = ?1 AND number NOT IN (SELECT number FROM late WHERE setting = ?1 ORDER BY number DESC LIMIT ?2)", (setting, KEPT))

    def put_promise(self, error: float, confidence: float) -> None:
        with self._writing() as db:
            db.execute("INSERT OR REPLACE INTO promise VALUES (1, ?, ?)", (error, confidence))

    def put_learned(self, learned: Mapping[str, Data], *, anew: bool) -> None:
        """`anew`: in place of all that was learned, and the mix of late begins anew; else in place of those settings only."""
        with self._writing() as db:
            if anew:
                db.execute("DELETE FROM learned")
                db.execute("DELETE FROM late")
            db.executemany("INSERT OR REPLACE INTO learned VALUES (?, ?)", [(setting, json.dumps(body)) for setting, body in learned.items()])

    def _read(self, query: str, *values: object) -> list[Any]:
        if not self.path.exists():
            return []
        db = sqlite3.connect(self.path, timeout=30)
        try:
            return db.execute(query, values).fetchall()
        finally:
            db.close()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        db = sqlite3.connect(self.path, timeout=30, isolation_level=None)
        try:
            db.execute("PRAGMA synchronous = FULL")
            for statement in _TABLES.split(";\n"):
                db.execute(statement)
            db.execute("BEGIN IMMEDIATE")
            yield db
            db.execute("COMMIT")
        finally:
            db.close()  # without its COMMIT nothing of it stays
