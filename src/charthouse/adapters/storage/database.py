"""Opening the database: SQLite through SQLCipher, encrypted at rest, or PostgreSQL by one setting.

SQLite runs with a write-ahead log that is flushed at each commit (`synchronous=FULL`): acknowledged means on disk. Versions
before 3.51.3 can lose a committed write when the log is reset while a reader runs (sqlite.org, "WAL-reset bug"); they are refused.
"""
from __future__ import annotations

from pathlib import Path
from typing import Any

import sqlalchemy as sa

from charthouse.record.errors import DatabaseUnreachable, SqliteTooOld, WrongKey

LEAST = (3, 51, 3)
BUSY = 30_000  # milliseconds that a writer waits for another
CACHE = 65_536  # KiB of decrypted pages that a connection keeps at most: a search visits many, and to decrypt one costs more than to look into it


def new_enough() -> str:
    """The version of SQLite. Raises `SqliteTooOld`."""
    import sqlcipher3

    if sqlcipher3.sqlite_version_info < LEAST:
        raise SqliteTooOld(there=sqlcipher3.sqlite_version, least=".".join(map(str, LEAST)))
    return str(sqlcipher3.sqlite_version)


def connect(path: Path, key: bytes) -> Any:
    """A connection to an encrypted file. Raises `WrongKey` when this key does not open it."""
    import sqlcipher3

    connection = sqlcipher3.connect(str(path), isolation_level=None, check_same_thread=False)
    connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
    connection.execute(f"PRAGMA busy_timeout = {BUSY}")
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlcipher3.DatabaseError:
        connection.close()
        raise WrongKey(where=path) from None
    return connection


def sqlite(path: Path, key: bytes, *, synchronous: str = "FULL") -> sa.Engine:
    """Raises `SqliteTooOld`; at the first use, `WrongKey`. `synchronous` is there for the power-cut test."""
    import sqlcipher3

    new_enough()

    def creator() -> Any:
        connection = connect(path, key)
        for pragma in ("journal_mode = WAL", f"synchronous = {synchronous}", "foreign_keys = ON", "secure_delete = ON", f"cache_size = -{CACHE}"):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    engine = sa.create_engine("sqlite://", module=sqlcipher3, creator=creator, hide_parameters=True, poolclass=sa.pool.QueuePool)

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:  # a writer takes the lock at once, or two could wait for each other
        connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writes") else "BEGIN")

    return engine


def postgresql(url: str) -> sa.Engine:
    """`postgresql://...`, with psycopg 3. Raises `DatabaseUnreachable` for what is no such URL."""
    try:
        named = sa.make_url(url)
    except sa.exc.ArgumentError:
        raise DatabaseUnreachable(why="the setting is not a URL") from None
    if named.get_backend_name() != "postgresql":
        raise DatabaseUnreachable(why="the setting does not begin with postgresql://")
    always = {"options": "-c synchronous_commit=on"}  # whatever the server's default: acknowledged means on disk
    return sa.create_engine(named.set(drivername="postgresql+psycopg"), connect_args=always, pool_pre_ping=True, hide_parameters=True)


def snapshot(engine: sa.Engine) -> sa.Engine:
    """For reading only: one transaction sees one state of all tables, also while others write."""
    return engine.execution_options(isolation_level="REPEATABLE READ") if engine.dialect.name == "postgresql" else engine
