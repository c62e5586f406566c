"""A site's store, made or opened: keys, database, blobs, ledger and checkpoints, and the transactions over them."""
from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import sqlalchemy as sa

from charthouse.adapters.storage import database, durable, keys, ledger, migrations, rotation, schema, together
from charthouse.adapters.storage.accounts import AccountKeys, StoredPeople
from charthouse.adapters.storage.api import StoredAnswers, StoredKeys
from charthouse.adapters.storage.audits import StoredAudits, StoredFindings
from charthouse.adapters.storage.billing import PatientCovers, StoredClaimFiles, StoredClaims, StoredDenials, StoredRemits
from charthouse.adapters.storage.blobs import Blobs
from charthouse.adapters.storage.checkpoints import Checkpoints, Signer
from charthouse.adapters.storage.completion import ChartCompletion
from charthouse.adapters.storage.copying import RecordCopying
from charthouse.adapters.storage.deciding import ChartDeciding
from charthouse.adapters.storage.finding import RecordFinding
from charthouse.adapters.storage.holds import LegalHolds
from charthouse.adapters.storage.index import DuplicateList, PatientIndex
from charthouse.adapters.storage.keys import Keys
from charthouse.adapters.storage.layout import Layout, Lock
from charthouse.adapters.storage.listing import RecordListing
from charthouse.adapters.storage.post import PostRoom
from charthouse.adapters.storage.queries import StoredQueries, StoredQueryMessages
from charthouse.adapters.storage.records import ChartRecords, RecordGate, Work
from charthouse.adapters.storage.reporting import DepartmentReporting
from charthouse.adapters.storage.retention import RecordRetention
from charthouse.adapters.storage.stays import VisitStays
from charthouse.adapters.storage.steering import StoredSteering, StoredWorklists
from charthouse.adapters.storage.steps import StepLedger
from charthouse.adapters.storage.training import StoredTraining
from charthouse.adapters.storage.worklists import VisitItems
from charthouse.ports.store import Transaction
from charthouse.record.errors import AlreadyInitialised, AlreadyThere, DatabaseUnreachable, LedgerBroken, NotInitialised, NotMigrated, WrongKey
from charthouse.record.event import FIRST


class Site:
    """Open. Implements `ports.store.Store`. Threads may share it."""

    def __init__(self, layout: Layout, keys: Keys, lock: Lock, *, synchronous: str = "FULL") -> None:
        self.layout, self.keys, self.lock = layout, keys, lock
        self.engine = database.postgresql(layout.database) if layout.database else database.sqlite(layout.record, keys.database, synchronous=synchronous)
        self.signer = Signer(keys.signing)
        self.checkpoints = Checkpoints(layout.checkpoints, self.signer)
        together.watch(self.engine)
        self._writing = self.engine.execution_options(writes=True)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """All or nothing, and on disk when it ends; then the ledger's last entry is signed. Raises `AlreadyThere`."""
        with told(), self._writing.begin() as connection:
            work = Work(connection, self.blobs(), ledger.Appending(connection, self.signer))
            try:
                with together.together(connection):
                    yield Transaction(
                        gate=RecordGate(work), records=ChartRecords(work), index=PatientIndex(work), duplicates=DuplicateList(work), stays=VisitStays(work), post=PostRoom(work),
                        steps=StepLedger(work), completion=ChartCompletion(work), holds=LegalHolds(work), retention=RecordRetention(work),
                        listing=RecordListing(work), finding=RecordFinding(work), copying=RecordCopying(work), api_keys=StoredKeys(work), answers=StoredAnswers(work), deciding=ChartDeciding(work), work_items=VisitItems(work), worklists=StoredWorklists(work), steering=StoredSteering(work), people=StoredPeople(work), passkeys=AccountKeys(work), queries=StoredQueries(work), query_messages=StoredQueryMessages(work), reporting=DepartmentReporting(work), audits=StoredAudits(work), audit_findings=StoredFindings(work), training=StoredTraining(work), covers=PatientCovers(work), claims=StoredClaims(work), claim_files=StoredClaimFiles(work), remits=StoredRemits(work), denials=StoredDenials(work))
                    work.enter_filed()
                    work.ledger.end()
            except BaseException:
                work.blobs.discard_written()
                raise
        if work.ledger.last is not None:
            self.checkpoints.add(work.ledger.last.seq, work.ledger.last.hash)

    @contextmanager
    def snapshot(self) -> Iterator[sa.Connection]:
        """For reading what is no chart: one state of all tables."""
        with told(), database.snapshot(self.engine).begin() as connection:
            yield connection

    def blobs(self) -> Blobs:
        return Blobs(self.layout.blobs, self.keys)

    def verify(self) -> int:
        """The number of entries of the ledger. Raises `LedgerBroken` naming the first bad one."""
        signed = self.checkpoints.signed()  # before the snapshot, which then holds at least what was signed
        with self.snapshot() as connection:
            fault = ledger.fault(connection, signed, self.signer)
            if fault is not None:
                raise LedgerBroken(why=fault.why)
            return ledger.length(connection)

    def prove(self, seq: int) -> dict[str, object] | None:
        """An entry with all that proves it to somebody who trusts the public key; None when there is no such entry."""
        signed = self.checkpoints.signed()
        with self.snapshot() as connection:
            found = ledger.proof(connection, signed, seq)
        upto = min((s for s in signed if s >= seq), default=None)
        if found is not None and upto is not None:
            found["checkpoint"] = self.signer.line(upto, signed[upto]) | {"public_key": self.signer.public()}
        return found

    def close(self) -> None:
        self.engine.dispose()
        self.lock.release()


def initialise(layout: Layout) -> Site:
    """A new, empty record; what an interrupted attempt left is used. Keys come from the environment where they are set. Raises
    `AlreadyInitialised`."""
    lock = Lock(durable.folder(layout.folder))
    try:
        lock.alone()
        if not keys.from_environment() and not layout.keys.exists() and not layout.record.exists():
            keys.write(layout.keys, keys.made())
        site = Site(layout, keys.read(layout.keys), lock)
        if max(site.checkpoints.signed(), default=0):
            raise AlreadyInitialised(where=layout.checkpoints)
        prepare(layout)
        with told():
            _make_tables(site)
        lock.shared()
    except BaseException:
        lock.release()
        raise
    return site


def _make_tables(site: Site) -> None:
    with site.engine.execution_options(writes=True).begin() as connection:
        if sa.inspect(connection).get_table_names():
            raise AlreadyInitialised(where=site.layout.where)
        migrations.upgrade(connection)
        connection.execute(schema.site.insert().values(id=1, key_id=site.keys.id, made_at=datetime.now(UTC).isoformat(timespec="seconds")))
        ledger.begin(connection, site.signer)
    site.checkpoints.add(0, FIRST)


def opened(layout: Layout, *, migrated: bool = True) -> Site:
    """The site of this folder. Finishes a rotation of the key that a crash interrupted. With `migrated`, raises `NotMigrated` where the
    tables are not of this program's version."""
    if not (layout.record.exists() if not layout.database else layout.blobs.exists()):
        raise NotInitialised(folder=layout.folder)
    lock = Lock(layout.folder)
    try:
        if layout.next_keys.exists():
            lock.alone()
            rotation.finish(layout)
            lock.shared()
        site = Site(layout, keys.read(layout.keys), lock)
        with told(), site.snapshot() as connection:
            _fits(site, connection, migrated)
    except BaseException:
        lock.release()
        raise
    return site


def prepare(layout: Layout) -> None:
    """The 256 folders of blobs, on disk before any blob is: a name in them needs only its own folder flushed."""
    for n in range(256):
        durable.folder(layout.blobs / f"{n:02x}")


def _fits(site: Site, connection: sa.Connection, migrated: bool) -> None:
    there, needs = migrations.current(connection), migrations.newest()
    if not there:
        raise NotInitialised(folder=site.layout.where)
    if migrated and there != needs:
        raise NotMigrated(there=there, needs=needs)
    if connection.execute(sa.select(schema.site.c.key_id)).scalar() != site.keys.id:
        raise WrongKey(where=site.layout.where)


@contextmanager
def told() -> Iterator[None]:
    """What the database says, as errors of ours: its own texts may quote a record or a password."""
    try:
        yield
    except sa.exc.IntegrityError:
        raise AlreadyThere() from None
    except sa.exc.OperationalError as error:
        raise DatabaseUnreachable(why=str(error.orig).partition("\n")[0][:200]) from None
    except sa.exc.DatabaseError as error:
        raise DatabaseUnreachable(why=type(error.orig).__name__) from None


def migrate(site: Site) -> tuple[str, str]:
    """The tables brought to this program's version, all or nothing: the version before and after."""
    with site.engine.execution_options(writes=True).begin() as connection:
        before = migrations.current(connection)
        migrations.upgrade(connection)
        return before, migrations.current(connection)
