"""Attempts at training cases in the database: implements `ports.training`."""
from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC

import sqlalchemy as sa

from charthouse.adapters.storage.ids import new_id
from charthouse.adapters.storage.records import Work
from charthouse.adapters.storage.schema import training_attempt as table
from charthouse.record.access import Access
from charthouse.record.audit import Assigned
from charthouse.record.training import Attempt


class StoredTraining:
    def __init__(self, work: Work) -> None:
        self._work = work
        self._execute = work.connection.execute

    def add(self, access: Access, a: Attempt) -> None:
        self._work.tell(access.event)
        self._execute(table.insert().values(id=new_id(), person=a.person, shown=a.shown, case=a.case, codes=json.dumps([asdict(c) for c in a.codes]), right=a.right, over=a.over, under=a.under, at=a.at))

    def of(self, access: Access, person: str = "") -> tuple[Attempt, ...]:
        self._work.tell(access.event)
        rows = self._execute(sa.select(table).where(*([table.c.person == person] if person else [])).order_by(table.c.at, table.c.id)).mappings()
        return tuple(Attempt(person=r["person"], shown=r["shown"], case=r["case"], codes=tuple(Assigned(**c) for c in json.loads(r["codes"])), right=r["right"], over=r["over"], under=r["under"],
                             at=r["at"] if r["at"].tzinfo else r["at"].replace(tzinfo=UTC)) for r in rows)
