"""Visits and documents as messages speak of them, in the database: implements `ports.stays.Stays`."""
from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from charthouse.adapters.storage.ids import new_id
from charthouse.adapters.storage.index import survivor
from charthouse.adapters.storage.records import Work
from charthouse.adapters.storage.schema import charge as charges_table
from charthouse.adapters.storage.schema import document, encounter, happening, identifier, patient
from charthouse.record.access import Access
from charthouse.record.filing import Registration, Visit
from charthouse.record.receipt import FoundDocument, FoundVisit, Happened
from charthouse.record.received import Charge, Said

_KNOWN = ("family", "given", "birth_date", "sex", "address", "postcode", "phone")
_CHARGED = ("number", "kind", "system", "code", "quantity", "amount", "revenue")


class VisitStays:
    def __init__(self, work: Work) -> None:
        self._work = work

    def visit(self, access: Access, facility: str, patient: str, said: Said) -> FoundVisit | None:
        there = encounter.c.facility == facility
        if said.number:
            query = sa.select(encounter).where(there, encounter.c.number == said.number)
        elif said.admitted:
            day = said.admitted.isoformat()[:10]
            query = sa.select(encounter).where(there, encounter.c.patient == patient, encounter.c.admitted.startswith(day)).order_by(encounter.c.id)
        else:
            return None
        row = self._work.connection.execute(query).mappings().first()
        return None if row is None else self._found(row)

    def _found(self, row: Any) -> FoundVisit:
        rows = self._work.connection.execute(sa.select(happening).where(happening.c.encounter == row["id"]).order_by(happening.c.id))
        happened = tuple(Happened(what=r.what, sent_at=r.sent_at, said=_said(r.said)) for r in rows)
        return FoundVisit(encounter=row["id"], patient=survivor(self._work.connection, row["patient"]), happened=happened or (_as_admitted(row),))

    def document(self, access: Access, encounter: str, *, source: str = "", number: str = "", content: bytes = b"") -> FoundDocument | None:
        if number:
            where = sa.and_(document.c.source == source, document.c.number == number, document.c.state != "cancelled")
        else:
            hash = sha256(content).hexdigest()
            where = sa.and_(document.c.encounter == encounter, document.c.state == "filed", sa.or_(document.c.text == hash, document.c.original == hash))
        row = self._work.connection.execute(sa.select(document).where(where).order_by(document.c.state, document.c.sent_at.desc(), document.c.id.desc())).first()
        if row is None:
            return None
        return FoundDocument(id=row.id, patient=survivor(self._work.connection, row.patient), encounter=row.encounter, text=row.text, original=row.original, sent_at=row.sent_at)

    def happens(self, access: Access, id: str | None, happened: Happened, visit: Visit, state: str) -> str:
        now = {"setting": visit.setting, "admitted": visit.admitted.isoformat(), "discharged": visit.discharged.isoformat() if visit.discharged else None,
               "discharge_status": visit.discharge_status, "unit": visit.unit, "attending": visit.attending, "payer": visit.payer, "state": state}
        if id is None:
            id = new_id()
            self._work.tell(replace(access.event, patient=visit.patient, subject=f"encounter:{id}", version="1"))
            self._work.connection.execute(encounter.insert().values(id=id, version=1, patient=visit.patient, facility=visit.facility, number=visit.number or None, **now))
        else:
            row = self._work.connection.execute(sa.select(encounter).where(encounter.c.id == id)).mappings().one()
            changed = {name: value for name, value in now.items() if row[name] != value}
            version = row["version"] + bool(changed)
            self._work.tell(replace(access.event, patient=row["patient"], subject=f"encounter:{id}", version=str(version)))
            if self._work.connection.execute(sa.select(happening.c.id).where(happening.c.encounter == id).limit(1)).first() is None:
                self._keep(id, _as_admitted(row))
            if changed:
                self._work.connection.execute(encounter.update().where(encounter.c.id == id).values(version=version, **changed))
        self._keep(id, happened)
        return id

    def _keep(self, encounter: str, happened: Happened) -> None:
        self._work.connection.execute(happening.insert().values(
            id=new_id(), encounter=encounter, what=happened.what, sent_at=happened.sent_at, said=_spelled(happened.said), received_at=datetime.now(UTC)))

    def mark(self, access: Access, id: str, *, state: str = "", signed: bool | None = None, kind: str = "") -> None:
        row = self._work.connection.execute(sa.select(document.c.encounter, encounter.c.version).join_from(document, encounter).where(document.c.id == id)).one()
        self._work.tell(replace(access.event, subject=f"document:{id}", version=str(row.version + 1), reason=state))
        new: dict[str, Any] = ({"state": state} if state else {}) | ({} if signed is None else {"signed": signed}) | ({"kind": kind, "kind_score": None} if kind else {})
        self._work.connection.execute(document.update().where(document.c.id == id).values(new))
        self._work.connection.execute(encounter.update().where(encounter.c.id == row.encounter).values(version=row.version + 1))

    def amend(self, access: Access, id: str, registration: Registration) -> None:
        row = self._work.connection.execute(sa.select(patient).where(patient.c.id == id)).mappings().one()
        said = {name: getattr(registration, name) for name in _KNOWN}
        late = bool(registration.said_at) and registration.said_at < row["said_at"]  # an older word fills gaps only
        changed = {name: value for name, value in said.items() if value and row[name] != value and not (late and row[name])} | ({"restricted": True} if registration.restricted and not row["restricted"] else {})
        known = {(r.system, r.value) for r in self._work.connection.execute(
            sa.select(identifier.c.system, identifier.c.value).where(identifier.c.system.in_([s for s, _ in registration.identifiers])
                                                                     & identifier.c.value.in_([v for _, v in registration.identifiers])))}
        new = [pair for pair in dict.fromkeys(registration.identifiers) if pair not in known]
        if not changed and not new:
            return
        self._work.tell(replace(access.event, patient=id, subject=f"patient:{id}", version=str(row["version"] + 1)))
        self._work.connection.execute(patient.update().where(patient.c.id == id).values(version=row["version"] + 1, said_at=max(registration.said_at, row["said_at"]), **changed))
        for system, value in new:
            self._work.connection.execute(identifier.insert().values(patient=id, system=system, value=value, since=datetime.now(UTC)))

    def charge(self, access: Access, patient: str, encounter: str | None, facility: str, sender: str, charges: tuple[Charge, ...]) -> None:
        self._work.tell(replace(access.event, patient=patient, subject=f"encounter:{encounter}" if encounter else f"patient:{patient}"))
        for each in charges:
            self._work.connection.execute(charges_table.insert().values(
                id=new_id(), patient=patient, encounter=encounter, facility=facility, sender=sender, service_date=each.on, modifiers=" ".join(each.modifiers),
                diagnoses=" ".join(each.diagnoses), received_at=datetime.now(UTC), **{name: getattr(each, name) for name in _CHARGED}))


def _as_admitted(row: Any) -> Happened:
    """A visit that was admitted at the desk, not by a message: as if that had been said first."""
    said = Said(setting=row["setting"], admitted=datetime.fromisoformat(row["admitted"]), discharged=datetime.fromisoformat(row["discharged"]) if row["discharged"] else None,
                status=row["discharge_status"], unit=row["unit"], attending=row["attending"], payer=row["payer"])
    return Happened(what="admit", sent_at="", said=said)


def _spelled(said: Said) -> str:
    return json.dumps({name: value.isoformat() if isinstance(value, datetime) else value for name, value in asdict(said).items() if value})


def _said(spelled: str) -> Said:
    kept = json.loads(spelled)
    return Said(**kept | {name: datetime.fromisoformat(kept[name]) for name in ("admitted", "discharged") if name in kept})
