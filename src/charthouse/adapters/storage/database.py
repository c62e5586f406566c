"""Opening the database: SQLite through SQLCipher, encrypted at rest, or PostgreSQL by one setting.

SQLite runs with a write-ahead log that is flushed at each commit (`synchronous=FULL`): acknowledged means on disk. Versions
before 3.51.3 can lose a committed write when the log is reset while a reader runs (sqlite.org, "WAL-reset bug"); they are refused.
"""
from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa

from charthouse.record.errors import SqliteTooOld, WrongKey

LEAST = (3, 51, 3)
BUSY = 30_000  # milliseconds that a writer waits for another


def sqlite(path: Path, master: bytes, *, synchronous: str = "FULL") -> sa.Engine:
    """Raises `SqliteTooOld`; `WrongKey` for a file that this key does not open. `synchronous` is there for the power-cut test."""
    import sqlcipher3

    if sqlcipher3.sqlite_version_info < LEAST:
        raise SqliteTooOld(there=sqlcipher3.sqlite_version, least=".".join(map(str, LEAST)))

    def connect() -> Any:
        connection = sqlcipher3.connect(str(path), isolation_level=None, check_same_thread=False)
        connection.execute(f"PRAGMA key = \"x'{master.hex()}'\"")
        try:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlcipher3.DatabaseError:
            connection.close()
            raise WrongKey(path=path) from None
        for pragma in ("journal_mode = WAL", f"synchronous = {synchronous}", "foreign_keys = ON", f"busy_timeout = {BUSY}"):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    engine = sa.create_engine("sqlite://", module=sqlcipher3, creator=connect, poolclass=sa.pool.QueuePool)

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:  # a writer takes the lock at once, or two could wait for each other
        connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN")

    return engine


def postgresql(url: str) -> sa.Engine:
    """`postgresql://...`, with psycopg 3."""
    return sa.create_engine(sa.make_url(url).set(drivername="postgresql+psycopg"), pool_pre_ping=True)
