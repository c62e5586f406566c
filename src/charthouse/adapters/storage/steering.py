"""The lists themselves, pauses of the gate and settings of the site in the database: implements `ports.worklists.Worklists` and `Steering`. No chart is in these tables."""
from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from charthouse.adapters.storage.records import Work
from charthouse.adapters.storage.schema import gate_pause, setting, worklist
from charthouse.adapters.storage.upsert import upsert
from charthouse.record.access import Access
from charthouse.record.worklist import Pause, Rules, Worklist


class StoredWorklists:
    def __init__(self, work: Work) -> None:
        self._work = work
        self._execute = work.connection.execute

    def lists(self) -> tuple[Worklist, ...]:
        rows = self._execute(sa.select(worklist).order_by(worklist.c.place, worklist.c.id)).mappings()
        return tuple(Worklist(id=r["id"], name=r["name"], rules=_rules(json.loads(r["rules"])), order=r["sort"], place=r["place"]) for r in rows)

    def put(self, access: Access, new: Worklist, said: Mapping[str, object]) -> None:
        self._tell(access, f"worklist:{new.id}")
        self._execute(upsert(self._work.connection, worklist, {"id": new.id}, {"name": new.name, "rules": json.dumps(dict(said)), "sort": new.order, "place": new.place}))

    def remove(self, access: Access, id: str) -> None:
        self._tell(access, f"worklist:{id}")
        self._execute(worklist.delete().where(worklist.c.id == id))

    def _tell(self, access: Access, subject: str) -> None:
        self._work.tell(replace(access.event, subject=subject))


class StoredSteering:
    def __init__(self, work: Work) -> None:
        self._work = work
        self._execute = work.connection.execute

    def pauses(self) -> tuple[Pause, ...]:
        rows = self._execute(sa.select(gate_pause).order_by(gate_pause.c.facility, gate_pause.c.unit)).mappings()
        return tuple(Pause(facility=r["facility"], unit=r["unit"], by=r["actor"], at=_utc(r["at"]), why=r["why"]) for r in rows)

    def pause(self, access: Access, pause: Pause) -> None:
        self._tell(access, f"gate:{pause.facility}/{pause.unit}", "paused")
        self._execute(upsert(self._work.connection, gate_pause, {"facility": pause.facility, "unit": pause.unit}, {"actor": pause.by, "at": pause.at, "why": pause.why}))

    def resume(self, access: Access, facility: str, unit: str) -> None:
        self._tell(access, f"gate:{facility}/{unit}", "resumed")
        self._execute(gate_pause.delete().where(gate_pause.c.facility == facility, gate_pause.c.unit == unit))

    def setting(self, name: str) -> str:
        return str(self._execute(sa.select(setting.c.value).where(setting.c.name == name)).scalar() or "")

    def set(self, access: Access, name: str, value: str) -> None:
        self._tell(access, f"setting:{name}", value)
        self._execute(upsert(self._work.connection, setting, {"name": name}, {"value": value}))

    def _tell(self, access: Access, subject: str, reason: str) -> None:
        self._work.tell(replace(access.event, subject=subject, reason=reason))


def _rules(said: dict[str, Any]) -> Rules:
    read: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in said.items()}
    return Rules(**read)


def _utc(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)
