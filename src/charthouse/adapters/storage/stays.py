"""Visits and documents as messages speak of them, in the database: implements `ports.stays.Stays`."""
from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from charthouse.adapters.storage.ids import new_id
from charthouse.adapters.storage.people import everyone, survivor
from charthouse.adapters.storage.records import Work, visit_of
from charthouse.adapters.storage.schema import charge as charges_table
from charthouse.adapters.storage.schema import document, encounter, happening, patient
from charthouse.adapters.storage.together import BESIDE, flush, later
from charthouse.record.access import Access
from charthouse.record.errors import ChartDestroyed
from charthouse.record.filing import Visit
from charthouse.record.receipt import FoundDocument, FoundVisit, Happened
from charthouse.record.received import Charge, Said

_CHARGED = ("number", "kind", "system", "code", "quantity", "amount", "revenue")

# Made once: to put a statement together costs more than to run it.
_told = sa.select(encounter, happening.c.what, happening.c.sent_at, happening.c.said, patient.c.merged_into).select_from(
    encounter.join(patient, patient.c.id == encounter.c.patient).outerjoin(happening, happening.c.encounter == encounter.c.id)).order_by(encounter.c.id, happening.c.id)
_NUMBERED = _told.where(encounter.c.facility == sa.bindparam("facility"), encounter.c.number == sa.bindparam("number")).execution_options(**BESIDE)
_BEGUN = _told.where(encounter.c.facility == sa.bindparam("facility"), encounter.c.patient == sa.bindparam("patient"), encounter.c.admitted.like(sa.bindparam("day"))).execution_options(**BESIDE)
_ADMIT = encounter.insert().execution_options(**BESIDE)
_there = sa.select(document.c.id, document.c.patient, document.c.encounter, document.c.text, document.c.original, document.c.sent_at, patient.c.merged_into).join_from(
    document, patient, patient.c.id == document.c.patient).order_by(document.c.state, document.c.sent_at.desc(), document.c.id.desc()).limit(1)
_THEIRS = _there.where(document.c.source == sa.bindparam("source"), document.c.number == sa.bindparam("number"), document.c.state != "cancelled")
_SAME = _there.where(document.c.encounter == sa.bindparam("encounter"), document.c.state == "filed",
                     sa.or_(document.c.text == sa.bindparam("hash"), document.c.original == sa.bindparam("hash")))


class VisitStays:
    def __init__(self, work: Work) -> None:
        self._work = work
        self._spoken: set[tuple[str, str]] = set()  # visits (facility, number) of which something was said in this transaction

    def visit(self, access: Access, facility: str, patient: str, said: Said) -> FoundVisit | None:
        if not said.number or (facility, said.number) in self._spoken:
            flush(self._work.connection)
        if said.number:
            rows = self._work.connection.execute(_NUMBERED, {"facility": facility, "number": said.number}).all()
        elif said.admitted:
            rows = self._work.connection.execute(_BEGUN, {"facility": facility, "patient": patient, "day": f"{said.admitted.isoformat()[:10]}%"}).all()
            rows = [r for r in rows if r.id == rows[0].id]
        else:
            return None
        if not rows:
            return None
        whose = self._whose(rows[0])
        row, happened = rows[0], tuple(Happened(what=r.what, sent_at=r.sent_at, said=_said(r.said)) for r in rows if r.what is not None)
        visit = visit_of(row._mapping)
        return FoundVisit(encounter=row.id, patient=whose, version=row.version, visit=visit, state=row.state, happened=happened or (_as_admitted(visit),), kept=bool(happened))

    def of(self, access: Access, patient: str, facility: str) -> tuple[FoundVisit, ...]:
        rows = self._work.connection.execute(sa.select(encounter).where(
            encounter.c.patient.in_(everyone(patient)), encounter.c.facility == facility, encounter.c.state.not_in(("cancelled", "destroyed")))).all()
        return tuple(FoundVisit(encounter=row.id, patient=patient, version=row.version, visit=visit_of(row._mapping), state=row.state, happened=(), kept=False) for row in rows)

    def document(self, access: Access, encounter: str, *, source: str = "", number: str = "", content: bytes = b"") -> FoundDocument | None:
        if number:
            row = self._work.connection.execute(_THEIRS, {"source": source, "number": number}).first()
        else:
            row = self._work.connection.execute(_SAME, {"encounter": encounter, "hash": sha256(content).hexdigest()}).first()
        if row is None:
            return None
        whose = self._whose(row)
        return FoundDocument(id=row.id, patient=whose, encounter=row.encounter, text=row.text, original=row.original, sent_at=row.sent_at)

    def happens(self, access: Access, found: FoundVisit | None, happened: Happened, visit: Visit, state: str) -> str:
        if found and found.state == "destroyed":
            raise ChartDestroyed(id=found.encounter)
        now, before = _row(visit, state), _row(found.visit, found.state) if found else {}
        changed = {name: value for name, value in now.items() if before.get(name) != value}
        id, version = found.encounter if found else new_id(), found.version + bool(changed) if found else 1
        self._work.tell(replace(access.event, patient=visit.patient, subject=f"encounter:{id}", version=str(version)))
        if found is None:
            self._work.connection.execute(_ADMIT, {"id": id, "version": 1, "patient": visit.patient, "facility": visit.facility, "number": visit.number or None, **now})
        elif changed:
            self._work.connection.execute(encounter.update().where(encounter.c.id == id), {"version": version, **changed})
        if found and not found.kept:
            for each in found.happened:
                self._keep(id, each)
        self._keep(id, happened)
        self._spoken.add((visit.facility, visit.number))
        return id

    def _whose(self, row: Any) -> str:
        return survivor(self._work.connection, row.patient) if row.merged_into else str(row.patient)

    def _keep(self, encounter: str, happened: Happened) -> None:
        later(self._work.connection, happening, {
            "id": new_id(), "encounter": encounter, "what": happened.what, "sent_at": happened.sent_at, "said": _spelled(happened.said), "received_at": datetime.now(UTC)})

    def mark(self, access: Access, id: str, *, state: str = "", signed: bool | None = None, kind: str = "") -> str:
        row = self._work.connection.execute(sa.select(document.c.encounter, encounter.c.version).join_from(document, encounter).where(document.c.id == id)).one()
        self._work.tell(replace(access.event, subject=f"document:{id}", version=str(row.version + 1), reason=state))
        new: dict[str, Any] = ({"state": state} if state else {}) | ({} if signed is None else {"signed": signed}) | ({"kind": kind, "kind_score": None} if kind else {})
        self._work.connection.execute(document.update().where(document.c.id == id).values(new))
        self._work.connection.execute(encounter.update().where(encounter.c.id == row.encounter).values(version=row.version + 1))
        return str(row.encounter)

    def charge(self, access: Access, patient: str, encounter: str | None, facility: str, sender: str, charges: tuple[Charge, ...]) -> None:
        self._work.tell(replace(access.event, patient=patient, subject=f"encounter:{encounter}" if encounter else f"patient:{patient}"))
        for each in charges:
            self._work.connection.execute(charges_table.insert().values(
                id=new_id(), patient=patient, encounter=encounter, facility=facility, sender=sender, service_date=each.on, modifiers=" ".join(each.modifiers),
                diagnoses=" ".join(each.diagnoses), received_at=datetime.now(UTC), **{name: getattr(each, name) for name in _CHARGED}))


def _as_admitted(visit: Visit) -> Happened:
    """A visit that was admitted at the desk, not by a message: as if that had been said first."""
    said = Said(setting=visit.setting, admitted=visit.admitted, discharged=visit.discharged, status=visit.discharge_status, unit=visit.unit, attending=visit.attending,
                payer=visit.payer, admission_type=visit.admission_type, admission_source=visit.admission_source)
    return Happened(what="admit", sent_at="", said=said)


def _row(visit: Visit, state: str) -> dict[str, str | None]:
    return {"setting": visit.setting, "admitted": visit.admitted.isoformat(), "discharged": visit.discharged.isoformat() if visit.discharged else None,
            "discharge_status": visit.discharge_status, "unit": visit.unit, "attending": visit.attending, "payer": visit.payer, "admission_type": visit.admission_type, "admission_source": visit.admission_source, "state": state}


def _spelled(said: Said) -> str:
    return json.dumps({name: value.isoformat() if isinstance(value, datetime) else value for name, value in asdict(said).items() if value})


def _said(spelled: str) -> Said:
    kept = json.loads(spelled)
    return Said(**kept | {name: datetime.fromisoformat(kept[name]) for name in ("admitted", "discharged") if name in kept})
