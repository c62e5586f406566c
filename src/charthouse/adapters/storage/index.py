"""The master patient index in the database: implements `ports.index.Index`."""
from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from charthouse.adapters.storage.records import Work
from charthouse.adapters.storage.schema import identifier, patient
from charthouse.record.access import Access
from charthouse.record.filing import Registration
from charthouse.record.identity import Candidate

_NAMED = ("facility", "family", "given", "birth_date", "sex", "address", "postcode", "phone", "restricted", "said_at")

# Made once: to put a statement together costs more than to run it.
_asked, _all = identifier.alias("asked"), identifier.alias("own")
_WHOLE = sa.select(patient, _all.c.system, _all.c.value)
_OF = _WHOLE.select_from(patient.outerjoin(_all, _all.c.patient == patient.c.id)).where(patient.c.id == sa.bindparam("the"))
_SHARED = _WHOLE.select_from(_asked.join(patient, patient.c.id == _asked.c.patient).join(_all, _all.c.patient == patient.c.id)).where(
    _asked.c.system == sa.bindparam("system"), _asked.c.value == sa.bindparam("value"))


class NumberIndex:
    def __init__(self, work: Work) -> None:
        self._work = work

    def candidates(self, access: Access, registration: Registration) -> tuple[Candidate, ...]:
        self._work.tell(access.event)
        found: dict[str, list[Any]] = {}
        for system, value in registration.identifiers:
            rows = self._work.connection.execute(_SHARED, {"system": system, "value": value}).mappings().all()
            if rows and rows[0]["merged_into"]:
                into = survivor(self._work.connection, rows[0]["id"])
                rows = self._work.connection.execute(_OF, {"the": into}).mappings().all()
            if rows:
                found.setdefault(rows[0]["id"], list(rows))
        return tuple(Candidate(patient=id, registration=_registration(rows)) for id, rows in found.items())


def _registration(rows: list[Any]) -> Registration:
    """A row a number of the patient."""
    return Registration(identifiers=tuple((r["system"], r["value"]) for r in rows if r["system"] is not None), **{name: rows[0][name] for name in _NAMED})


def survivor(connection: sa.Connection, id: str) -> str:
    """The patient that this one was folded into, and so on; itself when it was not."""
    seen = {id}
    while into := connection.execute(sa.select(patient.c.merged_into).where(patient.c.id == id)).scalar():
        if into in seen:
            break
        seen.add(into)
        id = into
    return id
