"""Completion in the database: implements `ports.completion.Completion`. Each method writes its event before anything else."""
from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from charthouse.adapters.storage.records import Work, visit_of
from charthouse.adapters.storage.schema import completion, encounter
from charthouse.record.access import Access
from charthouse.record.deficiency import Deficiency
from charthouse.record.filing import Visit


class ChartCompletion:
    def __init__(self, work: Work) -> None:
        self._work = work

    def visit(self, access: Access, id: str) -> tuple[Visit, int]:
        row: Any = self._work.connection.execute(sa.select(encounter).where(encounter.c.id == id)).mappings().one()
        self._work.tell(replace(access.event, version=str(row["version"])))
        return visit_of(row), row["version"]

    def unfinished(self, access: Access, facility: str) -> tuple[str, ...]:
        self._work.tell(access.event)
        done = sa.exists().where(completion.c.encounter == encounter.c.id, completion.c.version == encounter.c.version, completion.c.state == "complete")
        query = sa.select(encounter.c.id).where(encounter.c.facility == facility, encounter.c.discharged.is_not(None), encounter.c.state.not_in(("destroyed", "cancelled")), ~done)
        return tuple(self._work.connection.execute(query.order_by(encounter.c.discharged, encounter.c.id)).scalars())

    def settle(self, access: Access, id: str, version: int, state: str, lacks: tuple[Deficiency, ...]) -> None:
        said = [{"kind": d.kind, "what": d.what, "owner": d.owner, "due": d.due.isoformat() if d.due else None} for d in lacks]
        values = {"version": version, "state": state, "at": datetime.now(UTC), "lacks": json.dumps(said)}
        if not self._work.connection.execute(completion.update().where(completion.c.encounter == id).values(values)).rowcount:
            self._work.connection.execute(completion.insert().values(encounter=id, **values))
