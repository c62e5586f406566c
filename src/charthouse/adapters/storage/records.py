"""The record in the database: implements `ports.store.Records`, and `Gate`.

Each method writes the event of its `Access` before anything else, in the same transaction; that also locks the ledger's head, so
writers stand in line. What is made new gets its place in the event: `subject` and `version`.
"""
from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa

from charthouse.adapters.storage import finding, ledger
from charthouse.adapters.storage.blobs import Blobs
from charthouse.adapters.storage.ids import new_id
from charthouse.adapters.storage.pages import packed, unpacked
from charthouse.adapters.storage.people import everyone, folded_into, survivor
from charthouse.adapters.storage.schema import claim, denial, document, encounter, event, hold, identifier, patient, query
from charthouse.adapters.storage.together import BESIDE, later
from charthouse.record.access import GLASS, Access, BreakGlass, Resource
from charthouse.record.chart import Chart, Encounter, age_on
from charthouse.record.document import Document, Patient
from charthouse.record.errors import ChartDestroyed
from charthouse.record.event import Event
from charthouse.record.filing import Filing, Registration, Visit

NAMED = ("facility", "family", "given", "birth_date", "sex", "address", "postcode", "phone", "restricted", "said_at")
_SENT = ("title", "kind_score", "signed", "number", "replaces", "sent_at", "state")
_folded = patient.alias("folded")
_PERSON = (patient.c.id.label("patient"), patient.c.restricted, patient.c.merged_into, sa.select(_folded.c.id).where(_folded.c.merged_into == patient.c.id).exists().label("has_folded"))
_PATIENT = sa.select(*_PERSON, patient.c.facility).where(patient.c.id == sa.bindparam("the")).execution_options(**BESIDE)
_ENCOUNTER = sa.select(*_PERSON, encounter.c.facility).join_from(encounter, patient).where(encounter.c.id == sa.bindparam("the")).execution_options(**BESIDE)
_ROWS = {table: sa.select(table).where(table.c.id == sa.bindparam("the")).execution_options(**BESIDE) for table in (patient, encounter)}
_READABLE = (document.c.encounter == encounter.c.id, document.c.state == "filed", document.c.text.is_not(None))
READY = sa.select(  # visits with something that can be read, and when the last of it came; nothing of a chart
    encounter.c.id, encounter.c.patient, encounter.c.facility, encounter.c.version, sa.select(sa.func.max(document.c.received_at)).where(*_READABLE).scalar_subquery().label("received"),
).where(sa.select(document.c.id).where(*_READABLE).exists()).subquery("ready")
FILED = sa.select(sa.func.count()).select_from(document)
_OF_A_VISIT: dict[str, Any] = {"query": query.c.number, "claim": claim.c.id, "denial": denial.c.id}
VISIT = ("patient", "facility", "setting", "discharge_status", "unit", "attending", "payer", "admission_type", "admission_source")


@dataclass(slots=True)
class Work:
    """One transaction."""

    connection: sa.Connection
    blobs: Blobs
    ledger: ledger.Appending
    filed: list[tuple[str, str]] = field(default_factory=list)  # documents, with their texts, that the index does not know yet

    def tell(self, event: Event) -> None:
        self.ledger.append(event)

    def enter_filed(self) -> None:
        """Into the index, all together: before it is asked, and before the transaction ends."""
        for id, text in self.filed:
            finding.put(self.connection, id, text)
        self.filed.clear()


class RecordGate:
    """What a decision needs to know."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def resource(self, kind: str, id: str) -> Resource | None:
        """A merged record is its survivor's; restricted when any record of the person is."""
        if not id:
            return None
        if kind == "hold":
            return self._held(id)
        if kind in _OF_A_VISIT:
            row = self._first(sa.select(_OF_A_VISIT[kind].table.c.encounter).where(_OF_A_VISIT[kind] == id))
            return self.resource("encounter", row.encounter) if row else None
        row = self._first(_PATIENT if kind == "patient" else _ENCOUNTER, id)
        if row is None:
            return None
        who, restricted = row.patient, row.restricted
        if row.merged_into or row.has_folded:
            who = survivor(self._work.connection, row.patient)
            restricted = restricted or self._first(sa.select(patient.c.id).where(patient.c.id.in_(everyone(who)), patient.c.restricted)) is not None
        return Resource(kind="patient" if kind == "patient" else "encounter", id=id, patient=who, facility=row.facility, restricted=restricted)

    def _held(self, id: str) -> Resource | None:
        """What a legal hold is about."""
        row = self._first(sa.select(hold.c.patient, hold.c.encounter).where(hold.c.id == id))
        return (self.resource("encounter", row.encounter) if row.encounter else self.resource("patient", row.patient)) if row else None

    def glass(self, actor: str, patient: str, now: datetime) -> BreakGlass | None:
        since = (now - GLASS).astimezone(UTC).isoformat(timespec="microseconds")
        row = self._first(sa.select(event.c.at, event.c.reason).where(
            event.c.actor == actor, event.c.patient == patient, event.c.action == "glass.break", event.c.outcome == "done", event.c.at > since,
        ).order_by(event.c.seq.desc()).limit(1))
        return BreakGlass(actor=actor, patient=patient, reason=row.reason, until=datetime.fromisoformat(row.at) + GLASS) if row else None

    def tell(self, event: Event) -> None:
        self._work.tell(event)

    def _first(self, query: sa.Select[Any], id: str = "") -> Any:
        return self._work.connection.execute(query, {"the": id} if id else None).first()


class ChartRecords:
    """The record itself."""

    def __init__(self, work: Work) -> None:
        self._work = work

    def patient(self, access: Access, id: str) -> Registration:
        """As the survivor is registered, with the numbers of all records of the person, and restricted when any of them is."""
        who = self._who(id)
        self._work.tell(replace(access.event, version=str(who["version"])))
        all = registrations(self._work.connection, [who["id"], *(m for m in folded_into(self._work.connection, who["id"]) if m != who["id"])])
        numbers = tuple(n for _, one, _ in all for n in one.identifiers)
        return replace(all[0][1], identifiers=numbers, restricted=any(one.restricted for _, one, _ in all))

    def chart(self, access: Access, id: str) -> Chart:
        """The visit with its documents in the order in which they were received; a document that was not read yet has no text."""
        visit = self._row(encounter, id)
        self._work.tell(replace(access.event, version=str(visit["version"])))
        if visit["state"] == "destroyed":
            raise ChartDestroyed(id=id)
        who = self._who(visit["patient"])
        rows = self._rows(sa.select(document).where(document.c.encounter == id, document.c.state == "filed").order_by(document.c.received_at, document.c.id))
        return Chart(encounter=_encounter(visit, who), documents=tuple(self._document(row) for row in rows))

    def register(self, access: Access, registration: Registration) -> str:
        id, now = new_id(), datetime.now(UTC)
        self._work.tell(replace(access.event, patient=id, subject=f"patient:{id}", version="1"))
        self._work.connection.execute(patient.insert(), {"id": id, "made_at": now, "version": 1, **{name: getattr(registration, name) for name in NAMED}})
        for system, value in registration.identifiers:
            self._work.connection.execute(identifier.insert(), {"patient": id, "system": system, "value": value, "since": now})
        return id

    def admit(self, access: Access, visit: Visit) -> str:
        id = new_id()
        self._work.tell(replace(access.event, patient=visit.patient, subject=f"encounter:{id}", version="1"))
        times = {"admitted": visit.admitted.isoformat(), "discharged": visit.discharged.isoformat() if visit.discharged else None}
        self._work.connection.execute(encounter.insert(), {"id": id, "version": 1, "number": visit.number or None, **times, **{n: getattr(visit, n) for n in VISIT}})
        return id

    def file(self, access: Access, filing: Filing) -> str:
        """The document's id. The visit gets a new version: what was made of the older one is due again."""
        visit = self._row(encounter, filing.encounter)
        if visit["state"] == "destroyed":
            raise ChartDestroyed(id=filing.encounter)
        id, version = new_id(), visit["version"] + 1
        self._work.tell(replace(access.event, subject=f"document:{id}", version=str(version)))
        original = self._work.blobs.put(self._work.connection, filing.content)
        text = None if filing.text is None else self._work.blobs.put(self._work.connection, filing.text.encode())
        pages = self._work.blobs.put(self._work.connection, packed(filing.pages, filing.text or "")) if filing.pages else None
        self._work.connection.execute(encounter.update().where(encounter.c.id == filing.encounter).execution_options(**BESIDE), {"version": version})
        later(self._work.connection, document, {
            "id": id, "patient": visit["patient"], "encounter": filing.encounter, "facility": visit["facility"], "original": original, "text": text, "pages": pages, "kind": filing.kind,
            "media": filing.media, "author": filing.author, "service_date": filing.service_date, "received_at": datetime.now(UTC), "source": filing.source,
            **{name: getattr(filing, name) for name in _SENT},
        })
        self._work.filed.append((id, filing.text or ""))
        return id

    def restrict(self, access: Access, id: str, restricted: bool) -> None:
        """Of all records of the person: whichever they are once a merge is taken apart, each stays as it was asked for."""
        self._work.tell(replace(access.event, version=str(self._row(patient, id)["version"] + 1)))
        self._work.connection.execute(patient.update().where(patient.c.id.in_(everyone(id))).values(restricted=restricted, version=patient.c.version + 1))

    def _who(self, id: str) -> Any:
        return self._row(patient, survivor(self._work.connection, id))

    def _row(self, table: sa.Table, id: str) -> Any:
        return self._work.connection.execute(_ROWS[table], {"the": id}).mappings().one()

    def _rows(self, query: sa.Select[Any]) -> list[Any]:
        return list(self._work.connection.execute(query).mappings())

    def _document(self, row: Any) -> Document:
        text = self._work.blobs.get(self._work.connection, row["text"]).decode() if row["text"] else ""
        pages = unpacked(self._work.blobs.get(self._work.connection, row["pages"]), text) if row["pages"] else ()
        return Document(id=row["id"], text=text, sha256=row["original"], kind=row["kind"], author=row["author"], service_date=row["service_date"], source=row["source"],
                        signed=row["signed"], pages=pages)


def registrations(connection: sa.Connection, ids: list[str]) -> list[tuple[str, Registration, str | None]]:
    """(id, as it was registered itself, into which it was merged), in the order of `ids`."""
    rows = {row["id"]: row for row in connection.execute(sa.select(patient).where(patient.c.id.in_(ids)).execution_options(**BESIDE)).mappings()}
    numbers: dict[str, list[tuple[str, str]]] = {}
    for n in connection.execute(sa.select(identifier).where(identifier.c.patient.in_(ids)).order_by(identifier.c.since, identifier.c.value).execution_options(**BESIDE)).mappings():
        numbers.setdefault(n["patient"], []).append((n["system"], n["value"]))
    return [(id, Registration(identifiers=tuple(numbers.get(id, ())), **{name: rows[id][name] for name in NAMED}), rows[id]["merged_into"]) for id in ids if id in rows]


def visit_of(row: Any) -> Visit:
    """A row of the table `encounter`, or of a join with it, as it was admitted."""
    return Visit(number=row["number"] or "", admitted=datetime.fromisoformat(row["admitted"]), discharged=datetime.fromisoformat(row["discharged"]) if row["discharged"] else None,
                 **{name: row[name] for name in VISIT})


def _encounter(visit: Any, who: Any) -> Encounter:
    admitted = date.fromisoformat(visit["admitted"][:10])
    on = date.fromisoformat(visit["discharged"][:10]) if visit["discharged"] else admitted
    age = age_on(who["birth_date"], on) if who["birth_date"] else None
    return Encounter(id=visit["id"], setting=visit["setting"], on=on, admitted=admitted, discharge_status=visit["discharge_status"] or "01",
                     patient=Patient(sex=who["sex"], age=age, name=" ".join(filter(None, (who["given"], who["family"])))))
