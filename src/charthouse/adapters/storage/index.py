"""The master patient index in the database: implements `ports.index.Index` and `Duplicates`.

Nothing of a record but `patient.merged_into` changes when it is merged; who is one person by it is told by `people.py`.
"""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Literal

import sqlalchemy as sa

from charthouse.adapters.storage.ids import new_id
from charthouse.adapters.storage.people import folded_into, survivor
from charthouse.adapters.storage.records import NAMED, Work, registrations
from charthouse.adapters.storage.schema import encounter, former, identifier, identity_key, merge, patient, suspected
from charthouse.adapters.storage.together import BESIDE
from charthouse.record.access import Access
from charthouse.record.errors import AlreadyUndone, SamePatient
from charthouse.record.filing import Registration
from charthouse.record.identity import Candidate, Merge, Suspected

MOST = 50  # candidates by likeness
_DETAILS = ("family", "given", "birth_date", "sex", "address", "postcode", "phone")

# Made once: to put a statement together costs more than to run it.
_asked, _own = identifier.alias("asked"), identifier.alias("own")
_NUMBERED = sa.select(patient, _own.c.system, _own.c.value).select_from(
    _asked.join(patient, patient.c.id == _asked.c.patient).join(_own, _own.c.patient == patient.c.id)).where(
    _asked.c.system == sa.bindparam("system"), _asked.c.value == sa.bindparam("value")).order_by(_own.c.since, _own.c.value).execution_options(**BESIDE)


class PatientIndex:
    """Records by number and by likeness, and their merges."""

    def __init__(self, work: Work) -> None:
        self._work, self._connection = work, work.connection

    def candidates(self, access: Access, numbers: Sequence[tuple[str, str]], keys: Sequence[str]) -> tuple[Candidate, ...]:
        self._work.tell(access.event)
        found = {row.id: self._candidate(rows) for system, value in numbers if (rows := self._connection.execute(_NUMBERED, {"system": system, "value": value}).all()) and (row := rows[0])}
        if keys:
            shared = sa.func.count()
            alike = sa.select(identity_key.c.patient).where(identity_key.c.key.in_(keys)).group_by(identity_key.c.patient).order_by(shared.desc(), identity_key.c.patient).limit(MOST)
            ids = [id for id in self._connection.execute(alike.execution_options(**BESIDE)).scalars() if id not in found]
            found |= {id: Candidate(patient=id, registration=said, survivor=survivor(self._connection, id) if folded else "") for id, said, folded in registrations(self._connection, ids)}
        return tuple(found.values())

    def _candidate(self, rows: Sequence[sa.Row[Any]]) -> Candidate:
        """A row a number of the patient."""
        first = rows[0]
        said = Registration(identifiers=tuple((r.system, r.value) for r in rows), **{name: getattr(first, name) for name in NAMED})
        return Candidate(patient=first.id, registration=said, survivor=survivor(self._connection, first.id) if first.merged_into else "")

    def key(self, patient: str, keys: Sequence[str]) -> None:
        there = set(self._connection.execute(sa.select(identity_key.c.key).where(identity_key.c.patient == patient, identity_key.c.key.in_(keys))).scalars()) if keys else set()
        new = [{"key": key, "patient": patient} for key in dict.fromkeys(keys) if key not in there]
        if new:
            self._connection.execute(identity_key.insert(), new)

    def link(self, access: Access, id: str, registration: Registration) -> None:
        (_, before, _), = registrations(self._connection, [id])
        late = bool(registration.said_at) and registration.said_at < before.said_at  # an older word fills gaps only
        said = {name: value for name in _DETAILS if (value := getattr(registration, name)) and value != getattr(before, name) and not (late and getattr(before, name))}
        said |= {"restricted": True} if registration.restricted and not before.restricted else {}
        version = self._connection.execute(sa.select(patient.c.version).where(patient.c.id == id)).scalar_one()
        self._work.tell(replace(access.event, subject=f"patient:{id}", version=str(version + bool(said))))
        now = datetime.now(UTC)
        if said:
            self._connection.execute(former.insert().values(patient=id, version=version, until=now, **{name: getattr(before, name) for name in _DETAILS}))
            self._connection.execute(patient.update().where(patient.c.id == id).values(version=version + 1, said_at=max(registration.said_at, before.said_at), **said))
        for system, value in registration.identifiers:  # one that is another record's stays that one's
            if self._connection.execute(sa.select(identifier.c.patient).where(identifier.c.system == system, identifier.c.value == value)).scalar() is None:
                self._connection.execute(identifier.insert().values(patient=id, system=system, value=value, since=now))

    def merge(self, access: Access, into: str, folded: str) -> str:
        stays, goes, id = survivor(self._connection, into), survivor(self._connection, folded), new_id()
        if stays == goes:
            raise SamePatient()
        self._work.tell(replace(access.event, patient=stays, subject=f"patient:{goes}", version=id))
        self._connection.execute(merge.insert().values(id=id, survivor=stays, folded=goes, at=datetime.now(UTC), actor=access.event.actor))
        self._connection.execute(patient.update().where(patient.c.id == goes).values(merged_into=stays))
        self._renew(goes)
        return id

    def unmerge(self, access: Access, done: Merge) -> None:
        if done.undone_at is not None:
            raise AlreadyUndone(id=done.id)
        self._work.tell(replace(access.event, patient=done.folded, subject=f"patient:{done.folded}", version=done.id))
        self._renew(done.folded)
        self._connection.execute(merge.update().where(merge.c.id == done.id).values(undone_at=datetime.now(UTC), undone_by=access.event.actor))
        self._connection.execute(patient.update().where(patient.c.id == done.folded).values(merged_into=None))

    def lineage(self, access: Access, id: str) -> tuple[Merge, ...]:
        self._work.tell(access.event)
        found: dict[str, Merge] = {}
        ids, seen = set(folded_into(self._connection, id)) | {id}, set[str]()
        while ids - seen:
            seen |= ids
            for row in self._connection.execute(sa.select(merge).where(merge.c.survivor.in_(seen) | merge.c.folded.in_(seen))).mappings():
                found[row["id"]] = Merge(**row)
            ids = {i for m in found.values() for i in (m.survivor, m.folded)}
        return tuple(sorted(found.values(), key=lambda m: m.id))

    def _renew(self, id: str) -> None:
        """Visits whose patient is another from now on get a new version: what was made of the older one is due again."""
        self._connection.execute(encounter.update().where(encounter.c.patient.in_(folded_into(self._connection, id))).values(version=encounter.c.version + 1))


class DuplicateList:
    """The worklist."""

    def __init__(self, work: Work) -> None:
        self._work, self._connection = work, work.connection

    def suspect(self, a: str, b: str, probability: float, why: str) -> str:
        first, second = sorted((a, b))
        there = self._connection.execute(sa.select(suspected.c.id).where(suspected.c.a == first, suspected.c.b == second)).scalar()
        if there is not None:
            return str(there)
        id = new_id()
        self._connection.execute(suspected.insert().values(id=id, a=first, b=second, probability=probability, why=why, state="open", opened_at=datetime.now(UTC)))
        return id

    def waiting(self, access: Access, limit: int) -> tuple[Suspected, ...]:
        self._work.tell(access.event)
        query = sa.select(suspected).where(suspected.c.state.in_(("open", "proposed"))).order_by(suspected.c.probability.desc(), suspected.c.id)
        found: list[Suspected] = []
        for row in self._connection.execute(query).mappings().all():
            if len(found) < limit and survivor(self._connection, row["a"]) != survivor(self._connection, row["b"]):
                found.append(_suspected(row))
        return tuple(found)

    def pair(self, id: str) -> Suspected | None:
        row = self._connection.execute(sa.select(suspected).where(suspected.c.id == id)).mappings().first()
        return _suspected(row) if row else None

    def merged(self, id: str) -> Merge | None:
        row = self._connection.execute(sa.select(merge).where(merge.c.id == id)).mappings().first()
        return Merge(**row) if row else None

    def propose(self, access: Access, id: str, stays: str) -> None:
        pair = self.pair(id)
        assert pair is not None
        if survivor(self._connection, pair.a) == survivor(self._connection, pair.b):
            raise SamePatient()
        self._work.tell(replace(access.event, version="proposed"))
        self._connection.execute(suspected.update().where(suspected.c.id == id).values(
            state="proposed", survivor=stays, proposed_at=datetime.now(UTC), proposed_by=access.event.actor, decided_at=None, decided_by=""))

    def decide(self, access: Access, id: str, decision: Literal["same", "different"]) -> None:
        self._work.tell(replace(access.event, version=decision))
        self._connection.execute(suspected.update().where(suspected.c.id == id).values(state=decision, decided_at=datetime.now(UTC), decided_by=access.event.actor))


def _suspected(row: Any) -> Suspected:
    return Suspected(**row)
