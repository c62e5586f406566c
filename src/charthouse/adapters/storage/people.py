"""Who is one person: the records that were merged into each other, as a condition of a query."""
from __future__ import annotations

import sqlalchemy as sa

from charthouse.adapters.storage.schema import patient


def everyone(id: str) -> sa.Select[tuple[str]]:
    """The ids of all records of the person whose record this is, this one too."""
    family = sa.select(sa.literal(id).label("id")).cte(recursive=True)
    other = patient.alias("of_family")
    into, folded = sa.and_(other.c.id == family.c.id, other.c.merged_into.is_not(None)), other.c.merged_into == family.c.id
    family = family.union(sa.select(sa.case((folded, other.c.id), else_=other.c.merged_into)).select_from(other.join(family, sa.or_(into, folded))))
    return sa.select(family.c.id)
