"""Acts on the codes of visits in the database: implements `ports.deciding`."""
from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from charthouse.adapters.storage.records import Work, registrations, visit_of
from charthouse.adapters.storage.schema import act as table
from charthouse.adapters.storage.schema import encounter as visits
from charthouse.adapters.storage.schema import step
from charthouse.record.access import Access
from charthouse.record.act import Act, Coded
from charthouse.record.errors import ChartChanged


class ChartDeciding:
    def __init__(self, work: Work) -> None:
        self._work = work

    def coded(self, access: Access, encounter: str) -> Coded:
        visit = self._work.connection.execute(sa.select(visits).where(visits.c.id == encounter)).mappings().one()
        kept = self._work.connection.execute(sa.select(step.c.result, step.c.done_at).where(step.c.encounter == encounter, step.c.name == "coding", step.c.state == "done")
                                             .order_by(step.c.done_at.desc()).limit(1)).first()
        rows = self._work.connection.execute(sa.select(table).where(table.c.encounter == encounter).order_by(table.c.n)).mappings()
        return Coded(visit=visit_of(visit), registration=registrations(self._work.connection, [visit["patient"]])[0][1], made_at=_utc(kept.done_at) if kept else None, proposal=kept.result if kept else "", acts=tuple(map(act_of, rows)))

    def proposal(self, access: Access, hash: str) -> bytes:
        return self._work.blobs.get(self._work.connection, hash)

    def add(self, access: Access, encounter: str, act: Act, after: int) -> Act:
        self._work.ledger.lock()
        last = self._work.connection.execute(sa.select(sa.func.max(table.c.n)).where(table.c.encounter == encounter)).scalar() or 0
        if last != after:
            raise ChartChanged()
        kept = replace(act, n=after + 1, by=access.event.actor, at=datetime.fromisoformat(access.event.at))
        self._work.tell(replace(access.event, reason=act.what))
        document, begin, until = kept.span or ("", 0, 0)
        self._work.connection.execute(table.insert().values(
            encounter=encounter, n=kept.n, at=kept.at, actor=kept.by, shown=kept.shown, what=kept.what, line=kept.line, system=kept.system, code=kept.code, put=kept.to, value=kept.value,
            reason=kept.reason, note=kept.note, document=document, begin=begin, until=until))
        return kept


def act_of(row: Any) -> Act:
    return Act(n=row["n"], what=row["what"], line=row["line"], system=row["system"], code=row["code"], to=row["put"], value=row["value"], reason=row["reason"], note=row["note"],
               span=(row["document"], row["begin"], row["until"]) if row["document"] else None, by=row["actor"], shown=row["shown"], at=_utc(row["at"]))


def _utc(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)
