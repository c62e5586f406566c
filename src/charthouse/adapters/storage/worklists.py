"""Visits in worklists in the database: implements `ports.worklists.WorkItems`. A list is a query over visits and their items; nothing is copied into it, so it cannot be out of step."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from charthouse.adapters.storage.filters import number_of
from charthouse.adapters.storage.records import Work
from charthouse.adapters.storage.schema import encounter, patient, work_item
from charthouse.adapters.storage.scope import within
from charthouse.adapters.storage.upsert import upsert
from charthouse.record.access import Access, Scope
from charthouse.record.worklist import Item, Order, Rules, Standing

_EMPTY: dict[str, Any] = {"state": "waiting", "confidence": None, "reasons": "", "drg": "", "weight": None, "undecided": 0, "questions": 0, "finished_at": None, "finished_by": "", "assignee": "", "assigned_to": "",
                          "lease": "", "leased_by": "", "leased_until": None, "priority": 0}
_state = sa.func.coalesce(work_item.c.state, "waiting")
_assignee = sa.func.coalesce(work_item.c.assignee, "")
_day = sa.case((encounter.c.setting == "inpatient", sa.func.substr(encounter.c.discharged, 1, 10)), else_=sa.func.substr(encounter.c.admitted, 1, 10))
_of = encounter.join(patient, patient.c.id == encounter.c.patient).outerjoin(work_item, work_item.c.encounter == encounter.c.id)
_GONE = ("cancelled", "destroyed")


class VisitItems:
    def __init__(self, work: Work) -> None:
        self._work = work
        self._execute = work.connection.execute

    def count(self, access: Access, rules: Rules, scope: Scope, me: str, today: date) -> int:
        return int(self._execute(sa.select(sa.func.count()).select_from(_of).where(*_belongs(rules, scope, me, today))).scalar_one())

    def rows(self, access: Access, rules: Rules, order: Order, scope: Scope, me: str, today: date, *, first: int, most: int, words: str = "", free: bool = False) -> tuple[Item, ...]:
        self._tell(access)
        where = [*_belongs(rules, scope, me, today), *(_says(w) for w in words.lower().split())]
        if free:
            now = datetime.fromisoformat(access.event.at)
            where += [_assignee.in_(("", me)), sa.or_(work_item.c.lease.is_(None), work_item.c.lease.in_(("", me)), work_item.c.leased_until < now)]
        query = _items().where(*where).order_by(*_order(order)).offset(first).limit(most)
        return tuple(map(_item, self._execute(query).mappings()))

    def _at(self, id: str) -> Item:
        return _item(self._execute(_items().where(encounter.c.id == id)).mappings().one())

    def stand(self, access: Access, id: str, standing: Standing) -> None:
        self._set(id, {"state": standing.state, "confidence": standing.confidence, "reasons": " ".join(standing.reasons), "drg": standing.drg, "weight": standing.weight,
                       "undecided": standing.undecided, "questions": standing.questions, "finished_at": standing.finished_at, "finished_by": standing.finished_by})

    def lease(self, access: Access, id: str, shown: str, until: datetime | None) -> Item:
        self._work.ledger.lock()
        now, who, at = datetime.fromisoformat(access.event.at), access.event.actor, self._at(id)
        if at.lease and at.lease != who and at.leased_until is not None and at.leased_until > now:
            return at
        if until is None:
            self._set(id, {"lease": "", "leased_by": "", "leased_until": None})
            return replace(at, lease="", leased_by="", leased_until=None)
        if at.lease != who:
            self._tell(access)
        self._set(id, {"lease": who, "leased_by": shown, "leased_until": until})
        return replace(at, lease=who, leased_by=shown, leased_until=until)

    def assign(self, access: Access, id: str, assignee: str, shown: str, priority: int | None) -> None:
        self._tell(access)
        self._set(id, {"assignee": assignee, "assigned_to": shown} | ({} if priority is None else {"priority": priority}))

    def places(self, access: Access, scope: Scope) -> Sequence[tuple[str, str, str]]:
        columns = (encounter.c.facility, encounter.c.unit, encounter.c.payer)
        return [tuple(row) for row in self._execute(sa.select(*columns).select_from(encounter.join(patient, patient.c.id == encounter.c.patient)).where(
            *within(scope, encounter.c.facility, patient.c.restricted)).distinct().order_by(*columns))]

    def _set(self, id: str, values: dict[str, Any]) -> None:
        self._execute(upsert(self._work.connection, work_item, {"encounter": id}, values, new=_EMPTY))

    def _tell(self, access: Access) -> None:
        self._work.tell(access.event)


def _items() -> sa.Select[Any]:
    return sa.select(encounter, sa.func.trim(patient.c.family + ", " + patient.c.given, ", ").label("name"), number_of(encounter.c.patient).label("of_patient"),
                     _state.label("work_state"), *(work_item.c[name] for name in _EMPTY if name != "state")).select_from(_of)


def _belongs(rules: Rules, scope: Scope, me: str, today: date) -> list[sa.ColumnElement[bool]]:
    """As `rooms.worklists.belongs` says it; a test holds the two together."""
    where = [*within(scope, encounter.c.facility, patient.c.restricted), encounter.c.state.not_in(_GONE)]
    for column, wanted in ((_state, rules.states), (encounter.c.setting, rules.settings), (encounter.c.facility, rules.facilities), (encounter.c.unit, rules.units), (encounter.c.payer, rules.payers)):
        if wanted:
            where.append(column.in_(wanted))
    if rules.reasons:
        padded = sa.literal(" ") + work_item.c.reasons + " "
        where.append(sa.or_(*(padded.contains(f" {r} ", autoescape=True) for r in rules.reasons)))
    if rules.days_at_least:
        where.append(_day <= (today - timedelta(days=rules.days_at_least)).isoformat())
    if rules.days_at_most is not None:
        where.append(sa.or_(_day >= (today - timedelta(days=rules.days_at_most)).isoformat(), _day.is_(None)))
    if rules.confidence_below is not None:
        where.append(work_item.c.confidence < rules.confidence_below)
    if rules.weight_at_least is not None:
        where.append(sa.func.coalesce(work_item.c.weight, 0.0) >= rules.weight_at_least)
    if rules.questions_at_least:
        where.append(sa.func.coalesce(work_item.c.questions, 0) >= rules.questions_at_least)
    if rules.assigned:
        where.append(_assignee == (me if rules.assigned == "me" else ""))
    return where


def _says(word: str) -> sa.ColumnElement[bool]:
    said = (patient.c.family, patient.c.given, encounter.c.unit, encounter.c.payer, encounter.c.number, encounter.c.attending, work_item.c.drg, work_item.c.reasons, work_item.c.assigned_to)
    return sa.or_(*(sa.func.lower(sa.func.coalesce(column, "")).contains(word, autoescape=True) for column in said), sa.func.lower(number_of(encounter.c.patient)) == word)


def _order(order: Order) -> tuple[Any, ...]:
    by = {"oldest": (), "unsure": (sa.func.coalesce(work_item.c.confidence, -1.0),), "surest": (sa.func.coalesce(work_item.c.confidence, -1.0).desc(),),
          "heaviest": (sa.func.coalesce(work_item.c.weight, 0.0).desc(),)}[order]
    return (sa.func.coalesce(work_item.c.priority, 0).desc(), *by, _day.asc().nulls_last(), encounter.c.id)


def _item(r: Any) -> Item:
    values = {name: r[name] if r[name] is not None else empty for name, empty in _EMPTY.items() if name != "state"}
    for name in ("finished_at", "leased_until"):
        values[name] = _utc(values[name]) if values[name] else None
    return Item(encounter=r["id"], patient=r["patient"], name=r["name"] or "", number=r["of_patient"] or "", facility=r["facility"], setting=r["setting"], unit=r["unit"], payer=r["payer"],
                attending=r["attending"], admitted=date.fromisoformat(r["admitted"][:10]), discharged=date.fromisoformat(r["discharged"][:10]) if r["discharged"] else None,
                **values | {"state": r["work_state"], "reasons": tuple(values["reasons"].split())})


def _utc(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)
