"""The ledger of steps in the database: implements `ports.steps.Steps` over the table `step`, a row a run.

A run is `due`, `leased`, `done`, `quarantined`, or `superseded` (by a newer version of the visit before it was done). "Due again" is a query: visits
whose version, with what codes them, has no row yet. It looks only at patients of whom the ledger told since it looked last (`noted`). Leasing is a transaction of its own, so that a try counts even when its process dies.
"""
from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from charthouse.adapters.storage import ledger
from charthouse.adapters.storage.records import READY, Work
from charthouse.adapters.storage.schema import event, noted, patient, step
from charthouse.ports.steps import Lease
from charthouse.record.access import Access
from charthouse.record.errors import LeaseLost, StepDied

TRIES = 2
AT_ONCE = 500  # visits that are noted as due at once


class StepLedger:
    def __init__(self, work: Work) -> None:
        self._work = work
        self._execute = work.connection.execute

    def lease(self, access: Access, name: str, made: str, worker: str, seconds: float) -> Lease | None:
        now = _now(access)
        self._take_back(access, name, worker, now)
        row = self._next(name, made, now)
        if row is None and self._note_due(name, made, now):
            row = self._next(name, made, now)
        if row is None:
            return None
        lease = Lease(encounter=row.encounter, facility=row.facility, name=name, key=row.key, tries=row.tries + 1, worker=worker)
        self._execute(step.update().where(_same(lease)), {
            "state": "leased", "leased_until": now + timedelta(seconds=seconds), "worker": worker, "tries": lease.tries})
        return lease

    def hold(self, access: Access, lease: Lease, seconds: float) -> bool:
        return self._end(lease, {"leased_until": _now(access) + timedelta(seconds=seconds)})

    def done(self, access: Access, lease: Lease, result: bytes, seconds: float) -> None:
        self._work.tell(replace(access.event, version=lease.key))
        kept = self._work.blobs.put(self._work.connection, result)
        self._ended(lease, {"state": "done", "result": kept, "done_at": _now(access), "seconds": seconds, "why": "", "leased_until": None})

    def failed(self, access: Access, lease: Lease, why: str, seconds: float) -> bool:
        self._work.tell(replace(access.event, version=lease.key, reason=why))
        over = lease.tries >= TRIES
        state = {"state": "quarantined", "done_at": _now(access)} if over else {"state": "due", "due_at": _now(access)}
        self._ended(lease, {**state, "why": why, "seconds": seconds, "leased_until": None})
        return over

    def retry(self, access: Access, encounter: str) -> int:
        self._work.tell(access.event)
        again = {"state": "due", "tries": 0, "due_at": _now(access), "done_at": None}
        return int(self._execute(step.update().where(step.c.encounter == encounter, step.c.state == "quarantined"), again).rowcount)

    def result(self, access: Access, encounter: str, name: str) -> bytes | None:
        self._work.tell(access.event)
        kept = self._execute(sa.select(step.c.result).where(step.c.encounter == encounter, step.c.name == name, step.c.state == "done")
                             .order_by(step.c.done_at.desc()).limit(1)).scalar()
        return None if kept is None else self._work.blobs.get(self._work.connection, kept)

    def _take_back(self, access: Access, name: str, worker: str, now: datetime) -> None:
        """From processes that died, or hung."""
        left = sa.and_(step.c.name == name, step.c.state == "leased", sa.or_(step.c.leased_until < now, step.c.worker == worker))
        if not self._execute(sa.select(step.c.key).where(left).limit(1)).first():
            return
        self._work.ledger.lock()
        over = self._execute(sa.select(step.c.encounter, step.c.key).where(left, step.c.tries >= TRIES).with_for_update()).all()
        for encounter, key in over:
            self._work.tell(replace(access.event, subject=f"encounter:{encounter}", version=key, reason=StepDied.code))
            self._execute(step.update().where(left, step.c.encounter == encounter, step.c.key == key), {
                "state": "quarantined", "why": StepDied.code, "done_at": now, "leased_until": None})
        self._execute(step.update().where(left, step.c.tries < TRIES), {"state": "due", "why": StepDied.code, "due_at": now, "leased_until": None})

    def _next(self, name: str, made: str, now: datetime) -> Any:
        """The oldest that is due and still of the visit's version; those that are not are set aside."""
        due = (sa.select(step.c.encounter, step.c.key, step.c.tries, READY.c.facility, READY.c.version)
               .join_from(step, READY, READY.c.id == step.c.encounter).where(step.c.name == name, step.c.state == "due", step.c.due_at <= now)
               .order_by(step.c.due_at, step.c.encounter).limit(1).with_for_update(of=step, skip_locked=True))
        while (row := self._execute(due).first()) is not None and row.key != f"{row.version}-{made}":
            self._execute(step.update().where(step.c.encounter == row.encounter, step.c.name == name, step.c.key == row.key), {"state": "superseded"})
        return row

    def _note_due(self, name: str, made: str, now: datetime) -> bool:
        """Write down what is due and has no row yet; whether there was any. What an older version left open is superseded."""
        head, seen = ledger.length(self._work.connection), self._execute(sa.select(noted.c.seq).where(noted.c.name == name, noted.c.made == made)).scalar()
        if head == seen:
            return False
        key = sa.cast(READY.c.version, sa.Text).concat(f"-{made}")
        known = sa.select(step.c.key).where(step.c.encounter == READY.c.id, step.c.name == name, step.c.key == key).exists()
        new = sa.select(READY.c.id, sa.literal(name), key, sa.literal("due"), sa.literal(now, step.c.due_at.type), sa.literal(""), sa.literal(0),
                        sa.literal("")).where(~known, changed_since(seen)).order_by(READY.c.id).limit(AT_ONCE)
        columns = ["encounter", "name", "key", "state", "due_at", "worker", "tries", "why"]
        dialect = postgresql if self._work.connection.dialect.name == "postgresql" else sqlite
        number = self._execute(dialect.insert(step).from_select(columns, new).on_conflict_do_nothing().execution_options(preserve_rowcount=True)).rowcount
        if number < AT_ONCE:
            self._execute(dialect.insert(noted).values(name=name, made=made, seq=head).on_conflict_do_update(index_elements=["name", "made"], set_={"seq": head}))
        if not number:
            return False
        of = sa.select(key).where(READY.c.id == step.c.encounter).scalar_subquery()
        self._execute(step.update().where(step.c.name == name, step.c.state.in_(("due", "quarantined")), step.c.key != of), {"state": "superseded"})
        return True

    def _ended(self, lease: Lease, values: dict[str, Any]) -> None:
        if not self._end(lease, values):
            raise LeaseLost()

    def _end(self, lease: Lease, values: dict[str, Any]) -> bool:
        own = (step.c.state == "leased", step.c.worker == lease.worker, step.c.tries == lease.tries)
        return bool(self._execute(step.update().where(_same(lease), *own), values).rowcount)


def changed_since(seq: int | None) -> sa.ColumnElement[bool]:
    """Of `READY`: visits of the patients of whom the ledger has told more than reading and coding since that entry; all when none is given."""
    if seq is None:
        return sa.true()
    told = sa.select(event.c.patient).where(event.c.seq > seq, event.c.action.not_in(("chart.read", "code.propose")), event.c.patient != "")
    merged = sa.select(patient.c.id).where(patient.c.merged_into.is_not(None))  # of these the ledger tells under the survivor's id
    return sa.or_(READY.c.patient.in_(told), READY.c.patient.in_(merged))


def _same(lease: Lease) -> sa.ColumnElement[bool]:
    return sa.and_(step.c.encounter == lease.encounter, step.c.name == lease.name, step.c.key == lease.key)


def _now(access: Access) -> datetime:
    return datetime.fromisoformat(access.event.at)
