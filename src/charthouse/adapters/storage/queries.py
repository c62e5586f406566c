"""Queries to providers in the database: implements `ports.queries`."""
from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from charthouse.adapters.storage.records import Work
from charthouse.adapters.storage.schema import encounter, patient, query_told
from charthouse.adapters.storage.schema import query as table
from charthouse.adapters.storage.scope import within
from charthouse.adapters.storage.upsert import upsert
from charthouse.record.access import Access, Scope
from charthouse.record.query import OPEN, Answer, Query, State, draft_of


class StoredQueries:
    def __init__(self, work: Work) -> None:
        self._work = work
        self._execute = work.connection.execute

    def keep(self, access: Access, q: Query) -> None:
        self._work.tell(access.event)
        a = q.answer
        answer = json.dumps({"outcome": a.outcome, "choice": a.choice, "words": a.words, "by": a.by, "document": a.document}) if a else ""
        self._execute(upsert(self._work.connection, table, {"number": q.number}, {
            "encounter": q.draft.encounter, "draft": json.dumps(q.draft.as_dict()), "answer": answer, "state": q.state, "kind": q.draft.kind, "addressee": q.draft.to, "actor": q.by, "shown": q.shown, "why": q.why,
            "made_at": q.made_at, "sent_at": q.sent_at, "seen_at": q.seen_at, "due": q.due, "answered_at": a.at if a else None, "closed_at": q.closed_at, "escalated": q.escalated, "handed_to": q.handed_to, "concurrent": q.concurrent}))

    def get(self, access: Access, number: str) -> Query:
        row = self._execute(sa.select(table).where(table.c.number == number)).mappings().one()
        return _query(row)

    def of(self, access: Access, visit: str) -> tuple[Query, ...]:
        return tuple(map(_query, self._execute(sa.select(table).where(table.c.encounter == visit).order_by(table.c.made_at.desc())).mappings()))

    def listed(self, access: Access, scope: Scope, states: tuple[State, ...], *, to: str = "") -> tuple[tuple[Query, str], ...]:
        self._work.tell(access.event)
        where = [*within(scope, encounter.c.facility, patient.c.restricted), table.c.state.in_(states), *([sa.or_(table.c.addressee == to, table.c.handed_to == to)] if to else [])]
        rows = self._execute(sa.select(table, sa.func.trim(patient.c.family + ", " + patient.c.given, ", ").label("name")).select_from(table.join(encounter, encounter.c.id == table.c.encounter).join(
            patient, patient.c.id == encounter.c.patient)).where(*where).order_by(table.c.due.asc().nulls_last(), table.c.number)).mappings()
        return tuple((_query(row), row["name"] or "") for row in rows)


class StoredQueryMessages:
    def __init__(self, work: Work) -> None:
        self._work = work
        self._execute = work.connection.execute

    def untold(self, access: Access, channel: str, now: datetime) -> tuple[Query, ...]:
        self._work.tell(access.event)
        mark = sa.case((table.c.state.in_(OPEN), "asked"), else_=table.c.state) + "/" + sa.cast(table.c.escalated, sa.Text)
        told = query_told.c
        new = sa.and_(sa.func.coalesce(told.mark, "") == "", table.c.state.in_(OPEN))
        changed = sa.and_(sa.func.coalesce(told.mark, "") != "", told.mark != mark)
        rows = self._execute(sa.select(table).select_from(table.outerjoin(query_told, sa.and_(told.query == table.c.number, told.channel == channel))).where(
            table.c.sent_at.is_not(None), sa.or_(new, changed), sa.or_(told.next_at.is_(None), told.next_at <= now)).order_by(table.c.made_at, table.c.number).limit(AT_ONCE)).mappings()
        return tuple(map(_query, rows))

    def note(self, access: Access, number: str, channel: str, mark: str, why: str, until: datetime) -> None:
        keys = {"query": number, "channel": channel}
        if mark:
            self._work.tell(access.event)
            values: dict[str, Any] = {"mark": mark, "next_at": None, "told_at": datetime.fromisoformat(access.event.at), "why": "", "tries": 0}
        else:
            values = {"next_at": until, "why": why}
        self._execute(upsert(self._work.connection, query_told, keys, values, new={"mark": "", "tries": 0, "told_at": None}))


AT_ONCE = 50


def _query(r: Any) -> Query:
    said = json.loads(r["answer"]) if r["answer"] else None
    answer = Answer(**said, at=_utc(r["answered_at"])) if said else None
    return Query(number=r["number"], draft=draft_of(json.loads(r["draft"])), state=r["state"], made_at=_utc(r["made_at"]) or datetime.now(UTC), by=r["actor"], shown=r["shown"], concurrent=r["concurrent"], sent_at=_utc(r["sent_at"]),
                 seen_at=_utc(r["seen_at"]), due=_utc(r["due"]), escalated=r["escalated"], handed_to=r["handed_to"], answer=answer, closed_at=_utc(r["closed_at"]), why=r["why"])


def _utc(at: datetime | None) -> datetime | None:
    return None if at is None else at if at.tzinfo else at.replace(tzinfo=UTC)
