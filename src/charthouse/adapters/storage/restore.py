"""A site put back from a backup, where there is nothing: all of it and verified, or nothing."""
from __future__ import annotations

import json
import os
import re
import shutil
import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from charthouse.adapters.storage import age, durable, finding, keys, ledger, migrations, rows
from charthouse.adapters.storage.blobs import path_of
from charthouse.adapters.storage.layout import Layout, Lock
from charthouse.adapters.storage.schema import blob
from charthouse.adapters.storage.site import Site, prepare
from charthouse.record.errors import BadBackup, LedgerBroken, NotEmpty

MOST = 1 << 31  # bytes of one member
_NAMES = re.compile(r"(?:site|keys)\.json|checkpoints\.ndjson|tables/([a-z_]+)/\d{6}\.ndjson|blobs/([0-9a-f]{32})|files/(?:learned|books/added)/(?!\.)[^/\x00]+")


def put_back(layout: Layout, file: Path, *, identity: str = "", passphrase: str = "") -> Site:
    """The site, open. Raises `NotEmpty`, `BadBackup`, or what `check` does."""
    if layout.folder.exists() and any(layout.folder.iterdir()):
        raise NotEmpty(where=layout.folder)
    made = not layout.folder.exists()
    try:
        with file.open("rb") as raw:
            durable.folder(layout.folder)
            return _filled(layout, age.Reader(raw, identity=identity, passphrase=passphrase))
    except (age.NotOpened, tarfile.TarError, OSError, ValueError, KeyError, sa.exc.SQLAlchemyError) as error:
        _emptied(layout, made)
        why = str(error) if isinstance(error, age.NotOpened) else error.strerror if isinstance(error, OSError) else "it is damaged"
        raise BadBackup(file=file, why=why) from None
    except BaseException:
        _emptied(layout, made)
        raise


def _filled(layout: Layout, sealed: Any) -> Site:
    with tarfile.open(fileobj=sealed, mode="r|") as tar:
        members = _members(tar)
        about = json.loads(_next(members, "site.json"))
        held = keys.parsed(_next(members, "keys.json").decode(), "the backup")
        keys.write(layout.keys, held)
        prepare(layout)
        durable.write_new(layout.checkpoints, _next(members, "checkpoints.ndjson"))
        site = Site(layout, held, Lock(layout.folder))
        try:
            with site.engine.execution_options(writes=True).begin() as connection:
                _fill(site, connection, members, about["tables"])
        except BaseException:
            site.close()
            raise
    return site


def _fill(site: Site, connection: sa.Connection, members: Iterator[tuple[str, bytes]], version: str) -> None:
    """Tables as they were at their version, then brought to ours; verified before the transaction ends."""
    if sa.inspect(connection).get_table_names():
        raise NotEmpty(where=site.layout.where)
    migrations.upgrade(connection, version)
    tables = sa.MetaData()
    tables.reflect(connection)
    later: list[tuple[sa.Column[Any], Any, Any]] = []
    for name, content in members:
        if name.startswith("tables/"):
            _insert(connection, tables.tables[name.split("/")[1]], content, later)
        else:
            _write(site.layout, name, content)
    for column, id, value in later:
        connection.execute(column.table.update().where(column.table.c.id == id).values({column.name: value}))
    os.sync()
    migrations.upgrade(connection)
    check(site, connection)
    finding.rebuild(connection, site.blobs())


def _insert(connection: sa.Connection, table: sa.Table, content: bytes, later: list[tuple[sa.Column[Any], Any, Any]]) -> None:
    """A row that names another of its table gets that name when all are there."""
    own = [c for c in table.columns if any(key.column.table is table for key in c.foreign_keys)]
    found = [rows.read(table, line) for line in content.splitlines()]
    for row in found:
        for column in own:
            if row[column.name] is not None:
                later.append((column, row["id"], row[column.name]))
                row[column.name] = None
    connection.execute(table.insert(), found)


def _write(layout: Layout, name: str, content: bytes) -> None:
    """Flushed together at the end."""
    path = path_of(layout.blobs, name.removeprefix("blobs/")) if name.startswith("blobs/") else layout.folder / name.removeprefix("files/")
    durable.folder(path.parent)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)


def check(site: Site, connection: sa.Connection) -> None:
    """Raises `LedgerBroken` or `BlobDamaged`."""
    fault = ledger.fault(connection, site.checkpoints.signed(), site.signer)
    if fault is not None:
        raise LedgerBroken(why=fault.why)
    for (hash,) in connection.execute(sa.select(blob.c.sha256).where(blob.c.wrapped.is_not(None))).all():
        site.blobs().checked(connection, hash)


def _members(tar: tarfile.TarFile) -> Iterator[tuple[str, bytes]]:
    """Plain files under the names that a backup has; anything else is no backup."""
    for member in tar:
        content = tar.extractfile(member) if member.isreg() and member.size < MOST else None
        if content is None or not _NAMES.fullmatch(member.name):
            raise ValueError("it holds what no backup holds")
        yield member.name, content.read()


def _next(members: Iterator[tuple[str, bytes]], name: str) -> bytes:
    there, content = next(members, ("", b""))
    if there != name:
        raise ValueError(f"{name} is missing")
    return content


def _emptied(layout: Layout, made: bool) -> None:
    for path in layout.folder.iterdir() if layout.folder.exists() else ():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    if made and layout.folder.exists():
        layout.folder.rmdir()
