"""Who is one person: the records that were merged into each other. `patient.merged_into` points one step."""
from __future__ import annotations

import sqlalchemy as sa

from charthouse.adapters.storage.schema import patient


def everyone(id: str) -> sa.Select[tuple[str]]:
    """The ids of all records of the person whose record this is, this one too: for the condition of a query."""
    family = sa.select(sa.literal(id).label("id")).cte(recursive=True)
    other = patient.alias("of_family")
    into, folded = sa.and_(other.c.id == family.c.id, other.c.merged_into.is_not(None)), other.c.merged_into == family.c.id
    family = family.union(sa.select(sa.case((folded, other.c.id), else_=other.c.merged_into)).select_from(other.join(family, sa.or_(into, folded))))
    return sa.select(family.c.id)


def survivor(connection: sa.Connection, id: str) -> str:
    """Whom a record was merged into, in the end; itself when it was not."""
    return str(connection.execute(sa.select(patient.c.id).where(patient.c.id.in_(everyone(id)), patient.c.merged_into.is_(None))).scalar() or id)


def folded_into(connection: sa.Connection, id: str) -> list[str]:
    """A record and all that were merged into it, and into those; not what it was merged into."""
    down = sa.select(patient.c.id).where(patient.c.id == id).cte(recursive=True)
    down = down.union_all(sa.select(patient.c.id).join(down, patient.c.merged_into == down.c.id))
    return list(connection.execute(sa.select(down.c.id).order_by(down.c.id)).scalars())
