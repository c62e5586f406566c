"""Insert a row, or change the one that has its key: the same words for SQLite and PostgreSQL."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite


def upsert(connection: sa.Connection, table: sa.Table, key: Mapping[str, Any], values: Mapping[str, Any], *, new: Mapping[str, Any] | None = None) -> Any:
    """`new`: what the other columns of a new row hold."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    return dialect.insert(table).values(**{**(new or {}), **key, **values}).on_conflict_do_update(index_elements=list(key), set_=dict(values))
