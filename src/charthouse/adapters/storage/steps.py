"""The results of steps: implements `ports.steps.Steps`."""
from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa

from charthouse.adapters.storage.records import Work
from charthouse.adapters.storage.schema import step
from charthouse.record.access import Access


class StepResults:
    def __init__(self, work: Work) -> None:
        self._work = work

    def result(self, access: Access, encounter: str, name: str) -> bytes | None:
        self._work.tell(replace(access.event, subject=f"result:{encounter}"))
        newest = sa.select(step.c.result).where(step.c.encounter == encounter, step.c.name == name, step.c.state == "done", step.c.result.is_not(None))
        found = self._work.connection.execute(newest.order_by(step.c.done_at.desc()).limit(1)).scalar()
        return self._work.blobs.get(self._work.connection, found) if found else None
