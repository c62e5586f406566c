"""Audits in the database: implements `ports.audits`."""
from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from charthouse.adapters.storage.records import Work
from charthouse.adapters.storage.schema import audit, audited, encounter, patient, work_item
from charthouse.adapters.storage.scope import within
from charthouse.record.access import Access, Scope
from charthouse.record.audit import Assigned, Audit, Audited
from charthouse.record.errors import AlreadyThere

_SEEN = audited.join(encounter, encounter.c.id == audited.c.encounter).join(patient, patient.c.id == encounter.c.patient)


class StoredAudits:
    def __init__(self, work: Work) -> None:
        self._work = work
        self._execute = work.connection.execute

    def finished(self, access: Access, scope: Scope, since: date, until: date) -> tuple[str, ...]:
        first, after = (datetime(d.year, d.month, d.day, tzinfo=UTC) for d in (since, until + timedelta(days=1)))
        alone = sa.and_(work_item.c.state.in_(("alone", "sampled")), sa.func.substr(sa.func.coalesce(encounter.c.discharged, encounter.c.admitted), 1, 10).between(since.isoformat(), until.isoformat()))
        by_person = sa.and_(work_item.c.state == "finished", work_item.c.finished_at >= first, work_item.c.finished_at < after)
        rows = self._execute(sa.select(encounter.c.id).select_from(encounter.join(patient, patient.c.id == encounter.c.patient).join(work_item, work_item.c.encounter == encounter.c.id)).where(
            *within(scope, encounter.c.facility, patient.c.restricted), sa.or_(alone, by_person)).order_by(encounter.c.id))
        return tuple(rows.scalars())

    def keep(self, access: Access, new: Audit) -> None:
        self._work.tell(replace(access.event, subject=f"audit:{new.id}"))
        self._execute(audit.insert().values(id=new.id, name=new.name, made_at=new.made_at, actor=new.by, seed=new.seed, population=new.population))
        for c in new.charts:
            self._execute(audited.insert().values(audit=new.id, encounter=c.encounter, coder=c.coder, coder_shown=c.coder_shown, setting=c.setting, theirs=_spelled(c.theirs), their_drg=c.their_drg,
                                                  mine="[]", my_drg="", actor="", shown="", at=None))

    def listed(self, access: Access, scope: Scope) -> tuple[Audit, ...]:
        self._work.tell(access.event)
        charts: dict[str, list[Audited]] = {}
        for row in self._execute(sa.select(audited).select_from(_SEEN).where(*within(scope, encounter.c.facility, patient.c.restricted)).order_by(audited.c.encounter)).mappings():
            charts.setdefault(row["audit"], []).append(_chart(row))
        rows = self._execute(sa.select(audit).order_by(audit.c.made_at.desc())).mappings()
        return tuple(Audit(id=r["id"], name=r["name"], made_at=_utc(r["made_at"]), by=r["actor"], seed=r["seed"], population=r["population"], charts=tuple(charts[r["id"]])) for r in rows if r["id"] in charts)

    def chart(self, access: Access, of: str, visit: str) -> Audited | None:
        row = self._execute(sa.select(audited).where(audited.c.audit == of, audited.c.encounter == visit)).mappings().first()
        return _chart(row) if row else None

    def coded(self, access: Access, c: Audited) -> None:
        self._work.tell(replace(access.event, reason=f"audit {c.audit}"))
        changed = self._execute(audited.update().where(audited.c.audit == c.audit, audited.c.encounter == c.encounter, audited.c.at.is_(None)).values(
            mine=_spelled(c.mine), my_drg=c.my_drg, actor=c.by, shown=c.shown, at=c.at))
        if not changed.rowcount:
            raise AlreadyThere()


def _spelled(codes: Sequence[Assigned]) -> str:
    return json.dumps([asdict(c) for c in codes])


def _chart(r: Any) -> Audited:
    return Audited(audit=r["audit"], encounter=r["encounter"], coder=r["coder"], coder_shown=r["coder_shown"], setting=r["setting"], theirs=tuple(Assigned(**c) for c in json.loads(r["theirs"])),
                   their_drg=r["their_drg"], mine=tuple(Assigned(**c) for c in json.loads(r["mine"])), my_drg=r["my_drg"], by=r["actor"], shown=r["shown"], at=_utc(r["at"]) if r["at"] else None)


def _utc(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)
