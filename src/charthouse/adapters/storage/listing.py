"""Finding and listing in the database: implements `ports.listing.Listing`. It reads the tables of charts and writes none of them.

An event is written for each patient of a page before the page is given, and one about the site where nobody is on it.
"""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from charthouse.adapters.storage.records import NAMED, RecordGate, Work, visit_of
from charthouse.adapters.storage.schema import blob, document, encounter, event, identifier, patient, step
from charthouse.adapters.storage.scope import within
from charthouse.adapters.storage.terms import WRITES, conditions, written
from charthouse.record.access import Access, Resource, Scope
from charthouse.record.errors import NotFound
from charthouse.record.event import Entry, Event
from charthouse.record.filing import Registration
from charthouse.record.listing import Card, Criterion, Kind, Listed, Search, StepCard, Token

DESTROYED = "destroyed"  # at the end of its retention: nothing of it is shown
_FIELDS = tuple(Event.__dataclass_fields__)


class RecordListing:
    def __init__(self, work: Work) -> None:
        self._work = work

    def owner(self, kind: Kind, id: str) -> Resource | None:
        gate = RecordGate(self._work)
        if kind in ("patient", "encounter"):
            return gate.resource(kind, id)
        if kind == "step":
            return gate.resource("encounter", id.partition(".")[0])
        if kind == "document":
            found = self._rows(sa.select(document.c.patient, document.c.encounter).where(document.c.id == id))
        else:
            found = self._rows(sa.select(event.c.patient, sa.null().label("encounter")).where(*conditions(kind, (Criterion(name="_id", values=(Token(value=id),)),))))
        if found and found[0]["encounter"]:
            return gate.resource("encounter", found[0]["encounter"])
        return gate.resource("patient", found[0]["patient"]) if found and found[0]["patient"] else None

    def find(self, access: Access, search: Search, scope: Scope) -> tuple[Listed, ...]:
        query, key = _query(search, scope)
        last = int(search.after or 0) if search.kind in ("event", "writing") else search.after
        if search.after:
            query = query.where(key > last)
        rows = self._rows(query.order_by(key).limit(search.limit))
        asked = {v.value for c in search.criteria if c.name == "_id" for v in c.values if isinstance(v, Token)}
        found = tuple(one for one in map(_LISTED[search.kind], rows) if not asked or one.id in asked)
        self._tell(access, search.kind, found)
        return self._with_numbers(found) if search.kind == "patient" else found

    def count(self, access: Access, search: Search, scope: Scope) -> int:
        self._work.tell(access.event)
        query, _ = _query(search, scope)
        return int(self._work.connection.execute(sa.select(sa.func.count()).select_from(query.subquery())).scalar_one())

    def content(self, access: Access, id: str, *, read: bool) -> tuple[bytes, str]:
        """Raises `BlobDamaged`, and `NotFound` for what was destroyed. Where nothing was read from it, the text is empty."""
        self._work.tell(replace(access.event, subject=f"document:{id}"))
        row = next(iter(self._rows(sa.select(document.c.original, document.c.text, document.c.media).where(document.c.id == id, document.c.state != DESTROYED))), None)
        if row is None:
            raise NotFound()
        blobs, connection = self._work.blobs, self._work.connection
        if read:
            return (blobs.get(connection, row["text"]) if row["text"] else b""), "text/plain; charset=utf-8"
        return blobs.get(connection, row["original"]), row["media"]

    def _tell(self, access: Access, kind: Kind, found: Iterable[Listed]) -> None:
        """A reading names what was read; a list names each patient on it."""
        found = tuple(found)
        if kind == "event":  # the ledger is the site's
            self._work.tell(access.event)
            return
        if access.event.action == "chart.read" and len(found) == 1:
            only = found[0]
            self._work.tell(replace(access.event, patient=only.patient, subject=f"{kind}:{only.id}", version=only.version))
            return
        shown = tuple(dict.fromkeys(one.patient for one in found if one.patient))
        for who in shown:
            self._work.tell(replace(access.event, patient=who, subject=f"{kind} list"))
        if not shown:
            self._work.tell(access.event)

    def _with_numbers(self, found: tuple[Listed, ...]) -> tuple[Listed, ...]:
        numbers: dict[str, list[tuple[str, str]]] = {}
        query = sa.select(identifier).where(identifier.c.patient.in_([one.id for one in found])).order_by(identifier.c.since, identifier.c.value)
        for row in self._rows(query):
            numbers.setdefault(row["patient"], []).append((row["system"], row["value"]))
        return tuple(replace(one, of=replace(one.of, identifiers=tuple(numbers.get(one.id, ())))) for one in found if isinstance(one.of, Registration))

    def _rows(self, query: sa.Select[Any]) -> list[Any]:
        return list(self._work.connection.execute(query).mappings())


def _query(search: Search, scope: Scope) -> tuple[sa.Select[Any], Any]:
    """(the query, the column that orders it)."""
    query, key, facility = _FROM[search.kind]
    query = query.where(*conditions(search.kind, search.criteria))
    if search.kind in _ENDS:
        query = query.where(_ENDS[search.kind] != DESTROYED)
    if search.kind == "event":
        return query, key
    return query.where(*within(scope, facility, patient.c.restricted)), key


_ENDS = {"document": document.c.state, "encounter": encounter.c.state}
_step_id = (step.c.encounter + "." + step.c.name + "." + step.c.key).label("id")
_FROM: dict[str, tuple[sa.Select[Any], Any, Any]] = {
    "patient": (sa.select(patient, written(patient.c.id).label("written")), patient.c.id, patient.c.facility),
    "encounter": (sa.select(encounter, written(encounter.c.patient).label("written")).join(patient, patient.c.id == encounter.c.patient), encounter.c.id, encounter.c.facility),
    "document": (sa.select(document, blob.c.size).join(patient, patient.c.id == document.c.patient).join(blob, blob.c.sha256 == document.c.original), document.c.id, document.c.facility),
    "step": (sa.select(step, _step_id, encounter.c.patient).join(encounter, encounter.c.id == step.c.encounter).join(patient, patient.c.id == encounter.c.patient), _step_id, encounter.c.facility),
    "event": (sa.select(event), event.c.seq, None),
    "writing": (sa.select(event).join(patient, patient.c.id == event.c.patient).where(event.c.action.in_(WRITES), event.c.outcome == "done"), event.c.seq, patient.c.facility)}


def _patient(row: Any) -> Listed:
    return Listed(id=row["id"], patient=row["id"], version=str(row["version"]), updated=_moment(row["written"]) or _utc(row["made_at"]), merged_into=row["merged_into"] or "",
                  of=Registration(**{name: row[name] for name in NAMED}))


def _encounter(row: Any) -> Listed:
    return Listed(id=row["id"], patient=row["patient"], encounter=row["id"], version=str(row["version"]), updated=_moment(row["written"]), state=row["state"],
                  of=visit_of(row))


def _document(row: Any) -> Listed:
    card = Card(facility=row["facility"], kind=row["kind"], media=row["media"], author=row["author"], service_date=row["service_date"], received_at=_utc(row["received_at"]),
                sha256=row["original"], size=row["size"], state=row["state"], has_text=row["text"] is not None, replaces=row["replaces"] or "")
    return Listed(id=row["id"], patient=row["patient"], encounter=row["encounter"] or "", state=row["state"], updated=_utc(row["received_at"]), of=card)


def _step(row: Any) -> Listed:
    card = StepCard(name=row["name"], state=row["state"], due_at=_utc(row["due_at"]), tries=row["tries"], why=row["why"], done_at=_utc(row["done_at"]) if row["done_at"] else None)
    place = f"{row['encounter']}.{row['name']}.{row['key']}"
    return Listed(id=f"{row['encounter']}.{sha256(place.encode()).hexdigest()[:12]}", place=place, patient=row["patient"], encounter=row["encounter"], state=row["state"],
                  updated=card.done_at or card.due_at, of=card)


def _event(row: Any) -> Listed:
    entry = Entry(seq=row["seq"], previous=row["previous"], hash=row["hash"], event=Event(**{f: row[f] for f in _FIELDS}))
    return Listed(id=str(row["seq"]), patient=row["patient"], updated=datetime.fromisoformat(row["at"]), of=entry)


_LISTED = {"patient": _patient, "encounter": _encounter, "document": _document, "step": _step, "event": _event, "writing": _event}


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _utc(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)
