"""Retention and destruction in the database: implements `ports.retention.Retention`. Each method writes its event before anything else.

A record is destroyed by destroying the keys of its contents. In the transaction: the wrapped keys, results of steps, and rows that name its documents in other
tables. After it (`scrub`): the files, and the old pages in which the database still holds the wrapped keys.
"""
from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from charthouse.adapters.storage import finding
from charthouse.adapters.storage.blobs import path_of
from charthouse.adapters.storage.holds import over
from charthouse.adapters.storage.ids import new_id
from charthouse.adapters.storage.records import Work
from charthouse.adapters.storage.schema import blob, destruction, destruction_item, document, encounter, patient, record, search_code, small_blob
from charthouse.record.access import Access
from charthouse.record.retention import MAMMOGRAM, Destroyed, Item, Kept, Proposal

if TYPE_CHECKING:
    from charthouse.adapters.storage.site import Site

OUTLIVES = frozenset({"document", "hold", "destruction_item", "claim", "denial"})  # the rows of documents stay, emptied: that there was one; claims are billing papers, with a retention of their own


class RecordRetention:
    def __init__(self, work: Work) -> None:
        self._work = work

    def kept(self, access: Access, facility: str, before: date) -> tuple[Kept, ...]:
        self._work.tell(access.event)
        ended = sa.func.coalesce(encounter.c.discharged, encounter.c.admitted)
        rows = self._rows(sa.select(encounter).where(encounter.c.facility == facility, encounter.c.state != "destroyed", ended < before.isoformat()).order_by(ended, encounter.c.id))
        return tuple(self._kept(row) for row in rows)

    def one(self, access: Access, id: str) -> Kept:
        self._work.tell(access.event)
        return self._kept(self._rows(sa.select(encounter).where(encounter.c.id == id))[0])

    def propose(self, access: Access, facility: str, items: tuple[Item, ...]) -> str:
        id = new_id()
        self._work.tell(replace(access.event, version=id))
        self._work.connection.execute(destruction.insert().values(id=id, facility=facility, proposed_by=access.event.actor, proposed_at=datetime.fromisoformat(access.event.at)))
        for item in items:
            self._work.connection.execute(destruction_item.insert().values(destruction=id, encounter=item.encounter, keep_until=item.keep_until, rule=item.rule, citation=item.citation))
        return id

    def proposal(self, access: Access, facility: str, id: str) -> Proposal | None:
        self._work.tell(access.event)
        rows = self._rows(sa.select(destruction).where(destruction.c.id == id, destruction.c.facility == facility))
        items = self._rows(sa.select(destruction_item).where(destruction_item.c.destruction == id).order_by(destruction_item.c.encounter))
        if not rows:
            return None
        row = rows[0]
        return Proposal(id=id, facility=facility, proposed_by=row["proposed_by"], proposed_at=row["proposed_at"], signed_by=row["signed_by"], signed_at=row["signed_at"],
                        certificate=row["certificate"] or "",
                        items=tuple(Item(encounter=i["encounter"], keep_until=i["keep_until"], rule=i["rule"], citation=i["citation"]) for i in items))

    def destroy(self, access: Access, id: str) -> Destroyed:
        self._work.tell(access.event)
        documents = tuple(self._work.connection.execute(sa.select(document.c.id).where(document.c.encounter == id)).scalars())
        for each in documents:  # while their texts can still be read
            finding.forget(self._work.connection, self._work.blobs, each)
        self._change(search_code.delete().where(search_code.c.encounter == id))
        hashes = self._forget(id, documents)
        self._change(document.update().where(document.c.encounter == id).values(state="destroyed", title="", number="", author="", source="", service_date=None, replaces=None))
        self._change(encounter.update().where(encounter.c.id == id).values(state="destroyed", version=encounter.c.version + 1, attending="", payer="", unit=""))
        gone = [h for h in sorted(hashes) if not self._needed(h)]
        self._change(small_blob.delete().where(small_blob.c.file.in_(sa.select(blob.c.file).where(blob.c.sha256.in_(gone)))))
        for hash in gone:
            self._change(blob.update().where(blob.c.sha256 == hash).values(wrapped=None, destroyed_at=datetime.now(UTC)))
        return Destroyed(encounter=id, documents=len(documents), contents=len(gone), shared=len(hashes) - len(gone))

    def _forget(self, id: str, documents: tuple[str, ...]) -> set[str]:
        """Deletes what any other table holds of the encounter or its documents; the contents that they and the documents name. A table that comes later is
        in it by its foreign keys; what must outlive a record is named in `OUTLIVES`."""
        rows = self._rows(sa.select(*_naming(document, blob.c.sha256)).where(document.c.encounter == id))
        hashes = {h for row in rows for h in row.values() if h}
        for table in reversed(record.sorted_tables):
            of = [column.in_(documents) for column in _naming(table, document.c.id)] + [column == id for column in _naming(table, encounter.c.id)]
            if table.name in OUTLIVES or not of:
                continue
            for column in _naming(table, blob.c.sha256):
                hashes.update(h for h in self._work.connection.execute(sa.select(column).where(sa.or_(*of))).scalars() if h)
            self._change(table.delete().where(sa.or_(*of)))
        return hashes

    def certify(self, access: Access, id: str, certificate: str) -> None:
        self._work.tell(replace(access.event, version=id))
        self._change(destruction.update().where(destruction.c.id == id).values(
            signed_by=access.event.actor, signed_at=datetime.fromisoformat(access.event.at), certificate=certificate))

    def _needed(self, hash: str) -> bool:
        """Whether a record that is not destroyed has this content too."""
        for table in record.sorted_tables:
            of = [column == hash for column in _naming(table, blob.c.sha256)]
            query = sa.select(sa.literal(1)).select_from(table).where(sa.or_(*of), *([document.c.state != "destroyed"] if table is document else [])) if of else None
            if query is not None and self._work.connection.execute(query.limit(1)).first() is not None:
                return True
        return False

    def _kept(self, row: Any) -> Kept:
        who = self._rows(sa.select(patient.c.birth_date).where(patient.c.id == row["patient"]))[0]
        at = sa.select(sa.func.max(sa.func.coalesce(encounter.c.discharged, encounter.c.admitted))).where(
            encounter.c.patient == row["patient"], encounter.c.facility == row["facility"])
        ended = row["discharged"] or (row["admitted"] if row["setting"] == "outpatient" else None)
        films = self._mammograms(row["patient"], row["facility"])
        own = max((day for day, visit in films if visit == row["id"]), default=None)
        return Kept(encounter=row["id"], patient=row["patient"], facility=row["facility"], ended=_day(ended), born=who["birth_date"], payer=row["payer"], mammogram=own,
                    last_contact=_day(self._work.connection.execute(at).scalar()) or date.max, later_mammogram=own is not None and any(day > own for day, _ in films),
                    holds=over(self._work.connection, row["patient"], row["id"]), destroyed=row["state"] == "destroyed")

    def _mammograms(self, who: str, facility: str) -> list[tuple[date, str]]:
        """Day and encounter of each radiology report of this patient and facility that speaks of one."""
        query = sa.select(document).where(document.c.patient == who, document.c.facility == facility, document.c.kind.in_(("radiology_report", "mammography_report")),
                                          document.c.state == "filed", document.c.text.is_not(None))
        return [(row["service_date"] or row["received_at"].date(), row["encounter"]) for row in self._rows(query)
                if MAMMOGRAM.search(self._work.blobs.get(self._work.connection, row["text"]).decode())]

    def _rows(self, query: sa.Select[Any]) -> list[Any]:
        return list(self._work.connection.execute(query).mappings())

    def _change(self, statement: Any) -> None:
        self._work.connection.execute(statement)


def _naming(table: sa.Table, key: sa.Column[Any]) -> list[sa.Column[Any]]:
    """The columns of a table that name a row of another by this key."""
    return [column for column in table.columns if any(foreign.column is key for foreign in column.foreign_keys)]


def _day(said: str | None) -> date | None:
    return date.fromisoformat(said[:10]) if said else None


def scrub(site: Site) -> int:
    """After a destruction, and again at any time: removes the files of destroyed contents, and the old pages of the database that still hold
    their wrapped keys. How many files were removed. PostgreSQL keeps its write-ahead log until it is recycled."""
    with site.snapshot() as connection:
        names = connection.execute(sa.select(blob.c.file).where(blob.c.destroyed_at.is_not(None), blob.c.wrapped.is_(None))).scalars().all()
    removed = 0
    for name in names:
        path = path_of(site.layout.blobs, name)
        if path.exists():
            path.unlink()
            removed += 1
    with site.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if site.layout.database:
            connection.exec_driver_sql("VACUUM (FULL) blob")
        else:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    return removed
