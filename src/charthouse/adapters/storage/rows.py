"""A row of a table as a line of JSON, and back: bytes in base64, times and dates in ISO 8601."""
from __future__ import annotations

import base64
import json
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa


def spelled(row: dict[str, Any]) -> bytes:
    return json.dumps({name: _out(value) for name, value in row.items()}).encode() + b"\n"


def read(table: sa.Table, line: bytes) -> dict[str, Any]:
    """Raises ValueError or KeyError for what `spelled` did not write."""
    row = json.loads(line)
    return {name: None if value is None else _in(table.c[name].type, value) for name, value in row.items()}


def _out(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value


def _in(type: sa.types.TypeEngine[Any], value: Any) -> Any:
    if isinstance(type, sa.LargeBinary):
        return base64.b64decode(value, validate=True)
    if isinstance(type, sa.DateTime):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(type, sa.Date) else value
