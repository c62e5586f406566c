"""The record in the database: implements `ports.store.Records`, and `Gate`. The only module that reads or writes the tables of charts.

Each method writes the event of its `Access` before anything else, in the same transaction; that also locks the ledger's head, so
writers stand in line. What is made new gets its place in the event: `subject` and `version`.
"""
from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa

from charthouse.adapters.storage import finding, ledger
from charthouse.adapters.storage.blobs import Blobs
from charthouse.adapters.storage.checkpoints import Signer
from charthouse.adapters.storage.ids import new_id
from charthouse.adapters.storage.schema import document, encounter, event, identifier, patient
from charthouse.record.access import GLASS, Access, BreakGlass, Resource
from charthouse.record.chart import Chart, Encounter
from charthouse.record.document import Document, Patient
from charthouse.record.event import Entry, Event
from charthouse.record.filing import Filing, Registration, Visit

_NAMED = ("facility", "family", "given", "birth_date", "sex", "address", "postcode", "phone", "restricted")
_VISIT = ("patient", "facility", "setting", "discharge_status", "unit", "attending", "payer")


@dataclass(slots=True)
class Work:
    """One transaction; `last` is the last entry of the ledger that it wrote."""

    connection: sa.Connection
    blobs: Blobs
    signer: Signer
    last: Entry | None = None

    def tell(self, event: Event) -> None:
        self.last = ledger.append(self.connection, event, self.signer)


class RecordGate:
    """What a decision needs to know."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def resource(self, kind: str, id: str) -> Resource | None:
        if kind == "patient":
            row = self._first(sa.select(patient.c.id, patient.c.facility, patient.c.restricted).where(patient.c.id == id))
            return Resource(kind="patient", id=id, patient=id, facility=row.facility, restricted=row.restricted) if row else None
        row = self._first(sa.select(encounter.c.patient, encounter.c.facility, patient.c.restricted).join_from(encounter, patient).where(encounter.c.id == id))
        return Resource(kind="encounter", id=id, patient=row.patient, facility=row.facility, restricted=row.restricted) if row else None

    def glass(self, actor: str, patient: str, now: datetime) -> BreakGlass | None:
        since = (now - GLASS).astimezone(UTC).isoformat(timespec="microseconds")
        row = self._first(sa.select(event.c.at, event.c.reason).where(
            event.c.actor == actor, event.c.patient == patient, event.c.action == "glass.break", event.c.outcome == "done", event.c.at > since,
        ).order_by(event.c.seq.desc()).limit(1))
        return BreakGlass(actor=actor, patient=patient, reason=row.reason, until=datetime.fromisoformat(row.at) + GLASS) if row else None

    def tell(self, event: Event) -> None:
        self._work.tell(event)

    def _first(self, query: sa.Select[Any]) -> Any:
        return self._work.connection.execute(query).first()


class ChartRecords:
    """The record itself."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def patient(self, access: Access, id: str) -> Registration:
        row = self._row(patient, id)
        self._work.tell(replace(access.event, version=str(row["version"])))
        numbers = self._rows(sa.select(identifier.c.system, identifier.c.value).where(identifier.c.patient == id).order_by(identifier.c.since, identifier.c.value))
        return Registration(identifiers=tuple((n["system"], n["value"]) for n in numbers), **{name: row[name] for name in _NAMED})

    def chart(self, access: Access, id: str) -> Chart:
        """The visit with its documents in the order in which they were received; a document that was not read yet has no text."""
        visit = self._row(encounter, id)
        self._work.tell(replace(access.event, version=str(visit["version"])))
        who = self._row(patient, visit["patient"])
        rows = self._rows(sa.select(document).where(document.c.encounter == id, document.c.state == "filed").order_by(document.c.received_at, document.c.id))
        return Chart(encounter=_encounter(visit, who), documents=tuple(self._document(row) for row in rows))

    def register(self, access: Access, registration: Registration) -> str:
        id, now = new_id(), datetime.now(UTC)
        self._work.tell(replace(access.event, patient=id, subject=f"patient:{id}", version="1"))
        self._work.connection.execute(patient.insert().values(id=id, made_at=now, version=1, **{name: getattr(registration, name) for name in _NAMED}))
        for system, value in registration.identifiers:
            self._work.connection.execute(identifier.insert().values(patient=id, system=system, value=value, since=now))
        return id

    def admit(self, access: Access, visit: Visit) -> str:
        id = new_id()
        self._work.tell(replace(access.event, patient=visit.patient, subject=f"encounter:{id}", version="1"))
        times = {"admitted": visit.admitted.isoformat(), "discharged": visit.discharged.isoformat() if visit.discharged else None}
        self._work.connection.execute(encounter.insert().values(id=id, version=1, number=visit.number or None, **times, **{n: getattr(visit, n) for n in _VISIT}))
        return id

    def file(self, access: Access, filing: Filing) -> str:
        """The document's id. The visit gets a new version: what was made of the older one is due again."""
        visit = self._row(encounter, filing.encounter)
        id, version = new_id(), visit["version"] + 1
        self._work.tell(replace(access.event, subject=f"document:{id}", version=str(version)))
        original = self._work.blobs.put(self._work.connection, filing.content)
        text = None if filing.text is None else self._work.blobs.put(self._work.connection, filing.text.encode())
        self._work.connection.execute(encounter.update().where(encounter.c.id == filing.encounter).values(version=version))
        self._work.connection.execute(document.insert().values(
            id=id, patient=visit["patient"], encounter=filing.encounter, facility=visit["facility"], original=original, text=text, kind=filing.kind, media=filing.media,
            author=filing.author, service_date=filing.service_date, received_at=datetime.now(UTC), source=filing.source,
        ))
        finding.put(self._work.connection, id, filing.text or "")
        return id

    def restrict(self, access: Access, id: str, restricted: bool) -> None:
        version = self._row(patient, id)["version"] + 1
        self._work.tell(replace(access.event, version=str(version)))
        self._work.connection.execute(patient.update().where(patient.c.id == id).values(restricted=restricted, version=version))

    def _row(self, table: sa.Table, id: str) -> Any:
        return self._work.connection.execute(sa.select(table).where(table.c.id == id)).mappings().one()

    def _rows(self, query: sa.Select[Any]) -> list[Any]:
        return list(self._work.connection.execute(query).mappings())

    def _document(self, row: Any) -> Document:
        text = self._work.blobs.get(self._work.connection, row["text"]).decode() if row["text"] else ""
        return Document(id=row["id"], text=text, sha256=row["original"], kind=row["kind"], author=row["author"], service_date=row["service_date"], source=row["source"])


def _encounter(visit: Any, who: Any) -> Encounter:
    admitted = date.fromisoformat(visit["admitted"][:10])
    on = date.fromisoformat(visit["discharged"][:10]) if visit["discharged"] else admitted
    born = who["birth_date"]
    age = None if born is None else on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    return Encounter(id=visit["id"], setting=visit["setting"], on=on, admitted=admitted, discharge_status=visit["discharge_status"] or "01",
                     patient=Patient(sex=who["sex"], age=age, name=" ".join(filter(None, (who["given"], who["family"])))))
