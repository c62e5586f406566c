"""The master patient index in the database: implements `ports.index.Index`."""
from __future__ import annotations

import sqlalchemy as sa

from charthouse.adapters.storage.records import Work
from charthouse.adapters.storage.schema import identifier, patient
from charthouse.record.access import Access
from charthouse.record.filing import Registration
from charthouse.record.identity import Candidate

_NAMED = ("facility", "family", "given", "birth_date", "sex", "address", "postcode", "phone", "restricted", "said_at")


class NumberIndex:
    def __init__(self, work: Work) -> None:
        self._work = work

    def candidates(self, access: Access, registration: Registration) -> tuple[Candidate, ...]:
        self._work.tell(access.event)
        numbers = registration.identifiers
        if not numbers:
            return ()
        same = sa.or_(*(sa.and_(identifier.c.system == system, identifier.c.value == value) for system, value in numbers))
        found = dict.fromkeys(survivor(self._work.connection, row.patient) for row in self._work.connection.execute(sa.select(identifier.c.patient).where(same)))
        return tuple(Candidate(patient=id, registration=self._registration(id)) for id in found)

    def _registration(self, id: str) -> Registration:
        row = self._work.connection.execute(sa.select(patient).where(patient.c.id == id)).mappings().one()
        rows = self._work.connection.execute(
            sa.select(identifier.c.system, identifier.c.value).select_from(identifier).join(patient, patient.c.id == identifier.c.patient)
            .where(sa.or_(patient.c.id == id, patient.c.merged_into == id)))
        return Registration(identifiers=tuple((r.system, r.value) for r in rows), **{name: row[name] for name in _NAMED})


def survivor(connection: sa.Connection, id: str) -> str:
    """The patient that this one was folded into, and so on; itself when it was not."""
    seen = {id}
    while into := connection.execute(sa.select(patient.c.merged_into).where(patient.c.id == id)).scalar():
        if into in seen:
            break
        seen.add(into)
        id = into
    return id
