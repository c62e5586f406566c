"""A record read whole: implements `ports.copying.Copying`. Every table that names patients or visits is in it, also those that are added later."""
from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa

from charthouse.adapters.storage.people import everyone
from charthouse.adapters.storage.records import NAMED, Work
from charthouse.adapters.storage.schema import document, encounter, identifier, identity_key, patient, record, search_code
from charthouse.adapters.storage.scope import at, within
from charthouse.record.access import Access, Scope
from charthouse.record.export import Rows, WholeRecord
from charthouse.record.filing import Registration


class RecordCopying:
    """In one transaction."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def patients(self, access: Access, scope: Scope, *, after: str, most: int) -> tuple[str, ...]:
        self._work.tell(access.event)
        seen = within(scope, patient.c.facility, patient.c.restricted)
        return tuple(self._work.connection.execute(sa.select(patient.c.id).where(patient.c.id > after, *seen).order_by(patient.c.id).limit(most)).scalars())

    def whole(self, access: Access, id: str, scope: Scope) -> WholeRecord:
        connection = self._work.connection
        who = connection.execute(sa.select(patient).where(patient.c.id == id)).mappings().one()
        self._work.tell(replace(access.event, version=str(who["version"])))
        numbers = connection.execute(sa.select(identifier.c.system, identifier.c.value).where(identifier.c.patient.in_(everyone(id))).order_by(identifier.c.since, identifier.c.value)).all()
        visits = sa.select(encounter.c.id).where(encounter.c.patient.in_(everyone(id)), at(scope, encounter.c.facility))
        others = connection.execute(sa.select(sa.func.count()).where(encounter.c.patient.in_(everyone(id)), ~at(scope, encounter.c.facility))).scalar_one()
        return WholeRecord(patient=id, registration=Registration(identifiers=tuple((s, v) for s, v in numbers), **{n: who[n] for n in NAMED}), left_out=others,
                           tables={table.name: rows for table in (*record.sorted_tables, search_code) if (rows := _rows(connection, table, id, visits, scope))})

    def content(self, access: Access, sha256: str) -> bytes:
        self._work.tell(replace(access.event, version=sha256))
        return self._work.blobs.checked(self._work.connection, sha256)


def _rows(connection: sa.Connection, table: sa.Table, id: str, visits: sa.Select[Any], scope: Scope) -> Rows:
    """In the order in which they were made: ids are time-ordered."""
    condition = _of(table, id, visits, scope)
    if condition is None:
        return ()
    found = connection.execute(sa.select(table).where(condition).order_by(*table.primary_key.columns)).mappings()
    return tuple({name: _spelled(value) for name, value in row.items()} for row in found)


def _of(table: sa.Table, id: str, visits: sa.Select[Any], scope: Scope) -> sa.ColumnElement[bool] | None:
    if table is identity_key:  # made of what stands in `patient`
        return None
    if table is patient:
        return patient.c.id.in_(everyone(id))
    if table is encounter:
        return encounter.c.id.in_(visits)
    if table is document:
        return sa.and_(document.c.patient.in_(everyone(id)), at(scope, document.c.facility))
    if "encounter" in table.c:
        unplaced = sa.and_(table.c.encounter.is_(None), table.c.patient.in_(everyone(id))) if "patient" in table.c else sa.false()
        return sa.or_(table.c.encounter.in_(visits), unplaced)
    return table.c.patient.in_(everyone(id)) if "patient" in table.c else None


def _spelled(value: Any) -> Any:
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value.hex() if isinstance(value, bytes) else value
