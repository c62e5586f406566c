"""What reports are made of: implements `ports.reporting`."""
from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from charthouse.adapters.storage.deciding import act_of
from charthouse.adapters.storage.records import Work
from charthouse.adapters.storage.schema import act, completion, encounter, patient, query, search_code, step, work_item
from charthouse.adapters.storage.scope import Condition, within
from charthouse.record.access import Access, Scope
from charthouse.record.act import Act
from charthouse.record.report import CodeFigure, LackFigure, QueryFigure, StayFigure, VisitFigure

_DAY = sa.func.substr(sa.case((encounter.c.setting == "inpatient", sa.func.coalesce(encounter.c.discharged, encounter.c.admitted)), else_=encounter.c.admitted), 1, 10)
_ENGINE = sa.select(step.c.key).where(step.c.encounter == encounter.c.id, step.c.name == "coding", step.c.state == "done").order_by(step.c.done_at.desc()).limit(1).scalar_subquery().label("engine")
_OF = encounter.join(patient, patient.c.id == encounter.c.patient)


class DepartmentReporting:
    def __init__(self, work: Work) -> None:
        self._work = work
        self._execute = work.connection.execute

    def visits(self, access: Access, scope: Scope, since: date, until: date) -> tuple[VisitFigure, ...]:
        self._work.tell(access.event)
        rows = self._execute(sa.select(
            encounter.c.id, encounter.c.facility, encounter.c.setting, encounter.c.unit, encounter.c.payer, encounter.c.admitted, encounter.c.discharged, sa.func.coalesce(work_item.c.state, "waiting").label("work"),
            work_item.c.reasons, work_item.c.drg, work_item.c.weight, work_item.c.finished_at, work_item.c.finished_by, _ENGINE).select_from(_OF.outerjoin(work_item, work_item.c.encounter == encounter.c.id)).where(
            *_within(scope, since, until)))
        return tuple(VisitFigure(encounter=r.id, facility=r.facility, setting=r.setting, unit=r.unit, payer=r.payer, admitted=date.fromisoformat(r.admitted[:10]),
                                 discharged=date.fromisoformat(r.discharged[:10]) if r.discharged else None, state=r.work, reasons=tuple((r.reasons or "").split()), drg=r.drg or "", weight=r.weight,
                                 finished_at=_utc(r.finished_at), finished_by=r.finished_by or "", engine=(r.engine or "").rpartition("-")[2][:8]) for r in rows)

    def acts(self, access: Access, scope: Scope, since: date, until: date) -> tuple[tuple[str, str, Act], ...]:
        rows = self._execute(sa.select(act, encounter.c.setting).select_from(_OF.join(act, act.c.encounter == encounter.c.id)).where(*_within(scope, since, until)).order_by(act.c.encounter, act.c.n)).mappings()
        return tuple((r["encounter"], r["setting"], act_of(r)) for r in rows)

    def codes(self, access: Access, scope: Scope, since: date, until: date) -> tuple[CodeFigure, ...]:
        rows = self._execute(sa.select(search_code, encounter.c.admitted, encounter.c.discharged, encounter.c.setting).select_from(_OF.join(search_code, search_code.c.encounter == encounter.c.id)).where(*_within(scope, since, until)))
        return tuple(CodeFigure(system=r.system, code=r.code, first=r.role in ("principal", "first-listed", "first_listed"), days=_days(r)) for r in rows)

    def lacks(self, access: Access, scope: Scope, since: date, until: date) -> tuple[LackFigure, ...]:
        rows = self._execute(sa.select(completion.c.encounter, completion.c.state, completion.c.lacks).select_from(_OF.join(completion, completion.c.encounter == encounter.c.id)).where(*_within(scope, since, until)))
        return tuple(LackFigure(encounter=r.encounter, state=r.state, kind=one.get("kind", ""), what=one.get("what", ""), owner=one.get("owner", ""), due=date.fromisoformat(one["due"]) if one.get("due") else None)
                     for r in rows for one in (json.loads(r.lacks) or [{}]))

    def stays(self, access: Access, scope: Scope, since: date, until: date) -> tuple[StayFigure, ...]:
        rows = self._execute(sa.select(encounter.c.admitted, encounter.c.discharged).select_from(_OF).where(
            *within(scope, encounter.c.facility, patient.c.restricted), encounter.c.state.not_in(("cancelled", "destroyed")), encounter.c.setting == "inpatient",
            sa.func.substr(encounter.c.admitted, 1, 10) <= until.isoformat(), sa.or_(encounter.c.discharged.is_(None), sa.func.substr(encounter.c.discharged, 1, 10) >= since.isoformat())))
        return tuple(StayFigure(admitted=date.fromisoformat(r.admitted[:10]), discharged=date.fromisoformat(r.discharged[:10]) if r.discharged else None) for r in rows)
    def queries(self, access: Access, scope: Scope, since: date, until: date) -> tuple[QueryFigure, ...]:
        first, after = datetime(since.year, since.month, since.day, tzinfo=UTC), datetime(until.year, until.month, until.day, tzinfo=UTC) + timedelta(days=1)
        rows = self._execute(sa.select(query).select_from(query.join(encounter, encounter.c.id == query.c.encounter).join(patient, patient.c.id == encounter.c.patient)).where(
            *within(scope, encounter.c.facility, patient.c.restricted), query.c.sent_at >= first, query.c.sent_at < after)).mappings()
        return tuple(QueryFigure(kind=r["kind"], state=r["state"], sent_at=_utc(r["sent_at"]) or first, due=_utc(r["due"]), answered_at=_utc(r["answered_at"]), outcome=_outcome(r["answer"]), to=r["addressee"]) for r in rows)


def _within(scope: Scope, since: date, until: date) -> list[Condition]:
    return [*within(scope, encounter.c.facility, patient.c.restricted), encounter.c.state.not_in(("cancelled", "destroyed")), since.isoformat() <= _DAY, until.isoformat() >= _DAY]


def _days(r: Any) -> int | None:
    if r.setting != "inpatient" or not r.discharged:
        return None
    return max((date.fromisoformat(r.discharged[:10]) - date.fromisoformat(r.admitted[:10])).days, 1)


def _outcome(answer: str) -> str:
    return str(json.loads(answer)["outcome"]) if answer else ""


def _utc(at: Any) -> datetime | None:
    return None if at is None else at if at.tzinfo else at.replace(tzinfo=UTC)
