"""Rows of one transaction that wait for each other, so that many go to the database at once: a server is asked less often.

Only rows that are made new, of the tables named below. Before any statement that is not marked `BESIDE`, and at the end, all that wait are inserted: so
whatever reads or changes those tables finds them.
"""
from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from charthouse.adapters.storage.schema import record

NAMES = ("blob", "small_blob", "event", "document", "message", "happening")
ORDER = tuple(t for t in record.sorted_tables if t.name in NAMES)  # what is named comes before what names it
BESIDE = {"beside": True}  # the execution option of a statement that touches none of them
MOST = 200  # rows of a table that wait
_KEY = "charthouse.together"


@contextmanager
def together(connection: sa.Connection) -> Iterator[None]:
    """Within, rows wait."""
    connection.info[_KEY] = {}
    try:
        yield
        flush(connection)
    finally:
        del connection.info[_KEY]


def later(connection: sa.Connection, table: sa.Table, row: dict[str, Any]) -> None:
    """Insert the row in time; at once where nothing waits."""
    waiting = connection.info.get(_KEY)
    if waiting is None:
        connection.execute(table.insert(), row)
        return
    rows = waiting.setdefault(table, [])
    rows.append(row)
    if len(rows) >= MOST:
        flush(connection)


def flush(connection: sa.Connection) -> None:
    waiting = connection.info.get(_KEY)
    if waiting:
        due = [(table, waiting.pop(table)) for table in ORDER if table in waiting]
        for table, rows in due:
            connection.execute(table.insert(), rows)


def watch(engine: sa.Engine) -> None:
    """Make the engine's statements wait for no row that they might ask for."""

    @sa.event.listens_for(engine, "before_cursor_execute")
    def first(connection: sa.Connection, cursor: Any, statement: Any, parameters: Any, context: Any, executemany: bool) -> None:
        if context is None or not context.execution_options.get("beside"):
            flush(connection)
