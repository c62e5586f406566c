"""Legal holds in the database: implements `ports.retention.Holds`. Each method writes its event before anything else."""
from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import sqlalchemy as sa

from charthouse.adapters.storage.ids import new_id
from charthouse.adapters.storage.people import everyone
from charthouse.adapters.storage.records import Work
from charthouse.adapters.storage.schema import encounter, hold, patient
from charthouse.record.access import Access
from charthouse.record.errors import DoneBefore
from charthouse.record.retention import Hold


class LegalHolds:
    def __init__(self, work: Work) -> None:
        self._work = work

    def place(self, access: Access, about: str, encounter: str, reason: str) -> str:
        id = new_id()
        self._work.tell(replace(access.event, version=id))
        self._work.connection.execute(hold.insert().values(id=id, patient=about, encounter=encounter or None, reason=reason, placed_by=access.event.actor,
                                                           placed_at=datetime.fromisoformat(access.event.at)))
        return id

    def lift(self, access: Access, id: str, reason: str) -> None:
        self._work.tell(replace(access.event, version=id))
        lifted = hold.update().where(hold.c.id == id, hold.c.lifted_at.is_(None))
        if not self._work.connection.execute(lifted.values(lifted_by=access.event.actor, lifted_at=datetime.now(UTC), why_lifted=reason)).rowcount:
            raise DoneBefore(what="hold", id=id, state="lifted")

    def standing(self, access: Access, facility: str) -> tuple[Hold, ...]:
        """Those over patients who were registered or seen at the facility."""
        self._work.tell(access.event)
        here = sa.or_(hold.c.patient.in_(sa.select(patient.c.id).where(patient.c.facility == facility)),
                      hold.c.patient.in_(sa.select(encounter.c.patient).where(encounter.c.facility == facility)))
        rows = self._work.connection.execute(sa.select(hold).where(hold.c.lifted_at.is_(None), here).order_by(hold.c.id)).mappings()
        return tuple(Hold(id=r["id"], patient=r["patient"], encounter=r["encounter"] or "", reason=r["reason"], placed_by=r["placed_by"], placed_at=r["placed_at"]) for r in rows)


def over(connection: sa.Connection, who: str, visit: str) -> tuple[str, ...]:
    """The holds that stand over an encounter: its own, and those over its patient, whoever was merged into whom since."""
    query = sa.select(hold.c.id).where(hold.c.lifted_at.is_(None), sa.or_(hold.c.encounter == visit, sa.and_(hold.c.encounter.is_(None), hold.c.patient.in_(everyone(who)))))
    return tuple(connection.execute(query.order_by(hold.c.id)).scalars())
