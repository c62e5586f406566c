"""The queue of steps in numbers: what `status` and the metrics show. Names of steps and states, counts and times; nothing of a chart."""
from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa

from charthouse.adapters.storage import ledger
from charthouse.adapters.storage.records import FILED, READY
from charthouse.adapters.storage.schema import noted, step
from charthouse.adapters.storage.steps import changed_since
from charthouse.ports.steps import BUCKETS, Ended, Queue


def queue(connection: sa.Connection, now: datetime, *, with_ended: bool = False) -> Queue:
    """`due` counts also what no worker has noted yet: visits that have no run of their version. `with_ended` looks at every run there was."""
    state = {row[0]: int(row[1]) for row in connection.execute(sa.select(step.c.state, sa.func.count()).group_by(step.c.state))}
    since = connection.execute(sa.select(sa.func.min(step.c.due_at)).where(step.c.state.in_(("due", "leased")))).scalar()
    version = sa.cast(READY.c.version, sa.Text).concat("-%")
    seen = connection.execute(sa.select(sa.func.max(noted.c.seq))).scalar()
    unknown = connection.execute(sa.select(sa.func.count(), sa.func.min(READY.c.received)).where(
        ~sa.select(step.c.key).where(step.c.encounter == READY.c.id, step.c.key.like(version)).exists(), changed_since(seen))).one()
    oldest = min((at if at.tzinfo else at.replace(tzinfo=UTC) for at in (since, unknown[1]) if at is not None), default=now)
    return Queue(due=state.get("due", 0) + unknown[0], leased=state.get("leased", 0), done=state.get("done", 0), quarantined=state.get("quarantined", 0),
                 oldest=max(0.0, (now - oldest).total_seconds()), documents=int(connection.execute(FILED).scalar_one()), entries=ledger.length(connection),
                 ended=_ended(connection) if with_ended else ())


def quarantined(connection: sa.Connection) -> list[tuple[str, str, str]]:
    """(encounter, step, code of the error), those that became so first first."""
    found = connection.execute(sa.select(step.c.encounter, step.c.name, step.c.why).where(step.c.state == "quarantined").order_by(step.c.done_at))
    return [(encounter, name, why) for encounter, name, why in found]


def _ended(connection: sa.Connection) -> tuple[Ended, ...]:
    took = [sa.func.sum(sa.case((step.c.seconds <= most, 1), else_=0)) for most in BUCKETS]
    rows = connection.execute(sa.select(step.c.name, step.c.state, sa.func.count(), sa.func.sum(step.c.tries), sa.func.coalesce(sa.func.sum(step.c.seconds), 0.0), *took)
                              .where(step.c.state.in_(("done", "quarantined"))).group_by(step.c.name, step.c.state).order_by(step.c.name, step.c.state))
    return tuple(Ended(name=r[0], state=r[1], runs=r[2], tries=int(r[3]), seconds=float(r[4]), took=tuple(map(int, r[5:]))) for r in rows)
