"""The state of a site, and whether all is in order: what `status` and `doctor` show. No chart is opened."""
from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from charthouse.adapters.storage import database, keys, ledger, migrations, schema
from charthouse.adapters.storage.layout import Layout
from charthouse.adapters.storage.site import Site, opened
from charthouse.record.errors import BlobDamaged, CharthouseError

LEAST_FREE = 1 << 30  # bytes


@dataclass(frozen=True, slots=True)
class Check:
    """`said` is what was found, or what to do."""

    name: str
    good: bool
    said: str


def state(site: Site) -> dict[str, Any]:
    """Counts, sizes and versions."""
    with site.snapshot() as connection:
        counted = {t.name: _one(connection, sa.select(sa.func.count()).select_from(t)) for t in (schema.patient, schema.encounter, schema.document)}
        stored = _one(connection, sa.select(sa.func.coalesce(sa.func.sum(schema.blob.c.size), 0)).where(schema.blob.c.wrapped.is_not(None)))
        return {"database": site.layout.where, "tables": migrations.current(connection), "key": site.keys.id, **counted, "stored_bytes": int(stored),
                "ledger_entries": ledger.length(connection), "signing_key": site.signer.public(), "free_bytes": _free(site.layout)}


def examined(layout: Layout) -> Iterator[Check]:
    """Each check as it is done; what cannot be opened ends them."""
    yield _tried("SQLite", database.new_enough)
    source = keys.VARIABLE if keys.from_environment() else str(layout.keys)
    yield _tried("key", lambda: f"{keys.read(layout.keys).id}, from {source}")
    yield Check("disk", _free(layout) >= LEAST_FREE, f"{_free(layout) / 1e9:.1f} GB free")
    try:
        site = opened(layout)
    except CharthouseError as error:
        yield Check("database", False, str(error))
        return
    try:
        sound = _sound(site)
        yield sound
        if not sound.good and not layout.database:  # what is read of damaged pages tells nothing
            return
        yield _tried("ledger", lambda: f"{site.verify()} entries, unbroken and signed")
        yield _blobs(site)
    finally:
        site.close()


def _sound(site: Site) -> Check:
    """SQLite: each page as it was written. PostgreSQL: that the server flushes what it acknowledges."""
    with site.snapshot() as connection:
        if site.layout.database:
            good = connection.exec_driver_sql("SHOW fsync").scalar() == "on"
            return Check("database", good, site.layout.where if good else "the server runs with fsync = off: a power cut would lose what it acknowledged")
        damaged = connection.exec_driver_sql("PRAGMA cipher_integrity_check").fetchall()
        return Check("database", not damaged, site.layout.where if not damaged else f"{len(damaged)} pages are damaged. Restore a backup")


def _blobs(site: Site) -> Check:
    """Each file opened and compared; files that no row names are left from transactions that did not end, and do no harm."""
    with site.snapshot() as connection:
        rows = connection.execute(sa.select(schema.blob.c.sha256, schema.blob.c.file).where(schema.blob.c.wrapped.is_not(None))).all()
        damaged = [hash for hash, _ in rows if not _whole(site, connection, hash)]
    named = {name for _, name in rows}
    stray = sum(1 for path in site.layout.blobs.glob("??/*") if path.name not in named)
    told = f"{len(rows)} stored contents, each opened; {stray} files without a row"
    return Check("blobs", not damaged, told if not damaged else f"damaged or missing: {', '.join(damaged[:10])} ({len(damaged)} in all). Restore them from a backup")


def _whole(site: Site, connection: sa.Connection, hash: str) -> bool:
    try:
        site.blobs().checked(connection, hash)
    except BlobDamaged:
        return False
    return True


def _tried(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, True, look())
    except CharthouseError as error:
        return Check(name, False, str(error))


def _one(connection: sa.Connection, query: sa.Select[Any]) -> Any:
    return connection.execute(query).scalar()


def _free(layout: Layout) -> int:
    there = next(p for p in (layout.folder, *layout.folder.absolute().parents) if p.exists())
    return shutil.disk_usage(there).free


def facilities(connection: sa.Connection) -> frozenset[str]:
    """Of any visit."""
    return frozenset(connection.execute(sa.select(schema.encounter.c.facility).distinct()).scalars())
