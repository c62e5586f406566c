"""The results of steps: implements `ports.steps.Steps`."""
from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from charthouse.adapters.storage.records import Work
from charthouse.adapters.storage.schema import step
from charthouse.record.access import Access


class StepResults:
    def __init__(self, work: Work) -> None:
        self._work = work

    def result(self, access: Access, encounter: str) -> dict[str, Any] | None:
        self._work.tell(replace(access.event, subject=f"result:{encounter}"))
        newest = sa.select(step.c.result).where(step.c.encounter == encounter, step.c.name == "coding", step.c.state == "done", step.c.result.is_not(None))
        found = self._work.connection.execute(newest.order_by(step.c.done_at.desc()).limit(1)).scalar()
        made: dict[str, Any] | None = json.loads(self._work.blobs.get(self._work.connection, found)) if found else None
        return made
