"""Audits in the database: implements `ports.audits`."""
from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from charthouse.adapters.storage.records import Work
from charthouse.adapters.storage.schema import audit, audited, encounter, patient, search_code, work_item
from charthouse.adapters.storage.schema import audit_finding as table
from charthouse.adapters.storage.scope import within
from charthouse.record.access import Access, Scope
from charthouse.record.audit import Aim, Assigned, Audit, Audited, Finding
from charthouse.record.document import Span
from charthouse.record.errors import AlreadyThere
from charthouse.record.ruling import Ruling

_SEEN = audited.join(encounter, encounter.c.id == audited.c.encounter).join(patient, patient.c.id == encounter.c.patient)


class StoredAudits:
    def __init__(self, work: Work) -> None:
        self._work = work
        self._execute = work.connection.execute

    def finished(self, access: Access, scope: Scope, since: date, until: date, aim: Aim) -> tuple[str, ...]:
        first, after = (datetime(d.year, d.month, d.day, tzinfo=UTC) for d in (since, until + timedelta(days=1)))
        alone = sa.and_(work_item.c.state.in_(("alone", "sampled")), sa.func.substr(sa.func.coalesce(encounter.c.discharged, encounter.c.admitted), 1, 10).between(since.isoformat(), until.isoformat()))
        by_person = sa.and_(work_item.c.state == "finished", work_item.c.finished_at >= first, work_item.c.finished_at < after)
        rows = self._execute(sa.select(encounter.c.id).select_from(encounter.join(patient, patient.c.id == encounter.c.patient).join(work_item, work_item.c.encounter == encounter.c.id)).where(
            *within(scope, encounter.c.facility, patient.c.restricted), sa.or_(alone, by_person), *_aimed(aim)).order_by(encounter.c.id))
        return tuple(rows.scalars())

    def keep(self, access: Access, new: Audit) -> None:
        self._work.tell(replace(access.event, subject=f"audit:{new.id}"))
        self._execute(audit.insert().values(id=new.id, name=new.name, made_at=new.made_at, actor=new.by, seed=new.seed, population=new.population, how=new.how, aim=new.aim))
        for c in new.charts:
            self._execute(audited.insert().values(audit=new.id, encounter=c.encounter, coder=c.coder, coder_shown=c.coder_shown, setting=c.setting, theirs=_spelled(c.theirs), their_drg=c.their_drg, engine=_spelled(c.engine),
                                                  mine="[]", my_drg="", actor="", shown="", at=None))

    def listed(self, access: Access, scope: Scope) -> tuple[Audit, ...]:
        self._work.tell(access.event)
        charts: dict[str, list[Audited]] = {}
        for row in self._execute(sa.select(audited).select_from(_SEEN).where(*within(scope, encounter.c.facility, patient.c.restricted)).order_by(audited.c.encounter)).mappings():
            charts.setdefault(row["audit"], []).append(_chart(row))
        rows = self._execute(sa.select(audit).order_by(audit.c.made_at.desc())).mappings()
        return tuple(Audit(id=r["id"], name=r["name"], made_at=_utc(r["made_at"]), by=r["actor"], seed=r["seed"], population=r["population"], how=r["how"], aim=r["aim"], charts=tuple(charts[r["id"]])) for r in rows if r["id"] in charts)

    def chart(self, access: Access, of: str, visit: str) -> Audited | None:
        row = self._execute(sa.select(audited).where(audited.c.audit == of, audited.c.encounter == visit)).mappings().first()
        return _chart(row) if row else None

    def coded(self, access: Access, c: Audited) -> None:
        self._work.tell(replace(access.event, reason=f"audit {c.audit}"))
        changed = self._execute(audited.update().where(audited.c.audit == c.audit, audited.c.encounter == c.encounter, audited.c.at.is_(None)).values(
            mine=_spelled(c.mine), my_drg=c.my_drg, actor=c.by, shown=c.shown, at=c.at))
        if not changed.rowcount:
            raise AlreadyThere()

    def settle(self, access: Access, c: Audited) -> None:
        self._work.tell(replace(access.event, reason=f"audit {c.audit}"))
        self._execute(audited.update().where(audited.c.audit == c.audit, audited.c.encounter == c.encounter).values(agreed=_spelled(c.agreed), agreed_drg=c.agreed_drg, settled_at=c.settled_at))


class StoredFindings:
    def __init__(self, work: Work) -> None:
        self._work = work
        self._execute = work.connection.execute

    def put(self, access: Access, of: str, visit: str, findings: tuple[Finding, ...]) -> None:
        at = (table.c.audit == of, table.c.encounter == visit)
        self._execute(table.delete().where(*at, table.c.state == "open", table.c.replied_at.is_(None)))
        kept = {(r.rule, r.subject) for r in self._execute(sa.select(table.c.rule, table.c.subject).where(*at))}
        for f in findings:
            if (f.ruling.rule, f.ruling.subject) not in kept:
                self._execute(table.insert().values(audit=of, encounter=visit, rule=f.ruling.rule, subject=f.ruling.subject, **_values(f)))

    def of(self, access: Access, of: str, visit: str) -> tuple[Finding, ...]:
        return tuple(map(_finding, self._execute(sa.select(table).where(table.c.audit == of, table.c.encounter == visit).order_by(table.c.rule, table.c.subject)).mappings()))

    def listed(self, access: Access, scope: Scope, *, review: bool, states: tuple[str, ...], coder: str = "") -> tuple[tuple[Finding, str], ...]:
        self._work.tell(access.event)
        seen = table.join(encounter, encounter.c.id == table.c.encounter).join(patient, patient.c.id == encounter.c.patient)
        where = [*within(scope, encounter.c.facility, patient.c.restricted), table.c.state.in_(states), *([table.c.audit == ""] if review else []), *([table.c.coder == coder] if coder else [])]
        rows = self._execute(sa.select(table, encounter.c.unit.label("of_unit")).select_from(seen).where(*where).order_by(table.c.made_at.desc(), table.c.encounter, table.c.rule, table.c.subject).limit(MOST)).mappings()
        return tuple((_finding(r), r["of_unit"]) for r in rows)

    def change(self, access: Access, f: Finding) -> None:
        self._work.tell(access.event)
        self._execute(table.update().where(table.c.audit == f.audit, table.c.encounter == f.encounter, table.c.rule == f.ruling.rule, table.c.subject == f.ruling.subject).values(**_values(f)))

    def agreed(self, access: Access, visit: str) -> tuple[tuple[Assigned, ...], tuple[Assigned, ...]] | None:
        row = self._execute(sa.select(audited).where(audited.c.encounter == visit, audited.c.settled_at.is_not(None), audited.c.engine != "[]").order_by(audited.c.settled_at.desc()).limit(1)).mappings().first()
        return (_chart(row).engine, _chart(row).agreed) if row else None


MOST = 5000


def _aimed(aim: Aim) -> list[sa.ColumnElement[bool]]:
    where: list[sa.ColumnElement[bool]] = []
    if aim.coder:
        where.append(work_item.c.state.in_(("alone", "sampled")) if aim.coder == "gate" else work_item.c.finished_by == aim.coder)
    where += [column == said for column, said in ((encounter.c.setting, aim.setting), (encounter.c.unit, aim.unit), (work_item.c.drg, aim.drg)) if said]
    if aim.family:
        of = sa.select(search_code.c.encounter).where(search_code.c.bare.startswith(aim.family.replace(".", "").upper(), autoescape=True))
        where.append(encounter.c.id.in_(of))
    if aim.rule:
        where.append(encounter.c.id.in_(sa.select(table.c.encounter).where(table.c.audit == "", table.c.rule == aim.rule)))
    return where


def _values(f: Finding) -> dict[str, Any]:
    return {"direction": f.direction, "ruling": json.dumps(f.ruling.as_dict()), "recoded": f.to, "drg": f.drg, "coder": f.coder, "coder_shown": f.coder_shown, "state": f.state, "why": f.why, "actor": f.by, "shown": f.shown,
            "reply": f.reply, "made_at": f.made_at, "at": f.at, "replied_at": f.replied_at, "studied_at": f.studied_at}


def _finding(r: Any) -> Finding:
    said = json.loads(r["ruling"])
    ruling = Ruling(**said | {"spans": tuple(Span(**s) for s in said["spans"])})
    moments = {name: _utc(r[name]) if r[name] else None for name in ("made_at", "at", "replied_at", "studied_at")}
    return Finding(audit=r["audit"], encounter=r["encounter"], ruling=ruling, direction=r["direction"], to=r["recoded"], drg=r["drg"], coder=r["coder"], coder_shown=r["coder_shown"], state=r["state"], why=r["why"],
                   by=r["actor"], shown=r["shown"], reply=r["reply"], **moments)


def _spelled(codes: Sequence[Assigned]) -> str:
    return json.dumps([asdict(c) for c in codes])


def _chart(r: Any) -> Audited:
    return Audited(audit=r["audit"], encounter=r["encounter"], coder=r["coder"], coder_shown=r["coder_shown"], setting=r["setting"], theirs=tuple(Assigned(**c) for c in json.loads(r["theirs"])),
                   their_drg=r["their_drg"], engine=tuple(Assigned(**c) for c in json.loads(r["engine"])), mine=tuple(Assigned(**c) for c in json.loads(r["mine"])), my_drg=r["my_drg"], by=r["actor"], shown=r["shown"], at=_utc(r["at"]) if r["at"] else None,
                   agreed=tuple(Assigned(**c) for c in json.loads(r["agreed"])), agreed_drg=r["agreed_drg"], settled_at=_utc(r["settled_at"]) if r["settled_at"] else None)


def _utc(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)
