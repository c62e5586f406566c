"""A whole site in one encrypted file, taken while it runs: keys, tables, blobs, checkpoints, and what it has learned.

The tables are read in one transaction and written as rows, so a backup of SQLite can be restored into PostgreSQL and the other way.
While it is made the ledger is verified and each blob is opened and compared with its hash; what was written is read back and compared.
"""
from __future__ import annotations

import io
import json
import os
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import file_digest, sha256
from pathlib import Path
from typing import Any, BinaryIO

import sqlalchemy as sa

from charthouse.adapters.storage import age, durable, keys, ledger, migrations, rows
from charthouse.adapters.storage.blobs import path_of
from charthouse.adapters.storage.schema import blob, record
from charthouse.adapters.storage.site import Site
from charthouse.record.errors import BadBackup, LedgerBroken, NotEmpty

AT_ONCE = 200  # rows read at once
MEMBER = 4 << 20  # bytes of rows after which a member ends
BESIDE = ("learned", "books/added")  # folders of the site that are no part of the database


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a backup holds."""

    events: int
    blobs: int
    bytes: int


def take(site: Site, file: Path, *, recipient: str = "", passphrase: str = "") -> Taken:
    """To a new file. Raises `NotEmpty`, `BadRecipient`, `LedgerBroken`, `BlobDamaged`; then there is no file."""
    if file.exists():
        raise NotEmpty(where=file)
    part = file.with_name(f"{file.name}.part")
    try:
        with part.open("w+b") as raw:
            hashing = _Hashing(raw)
            sealed: Any = age.Writer(hashing, recipient=recipient, passphrase=passphrase)
            with tarfile.open(fileobj=sealed, mode="w|", format=tarfile.PAX_FORMAT) as tar:
                taken = _fill(site, tar)
            sealed.close()
            raw.flush()
            os.fsync(raw.fileno())
            raw.seek(0)
            if file_digest(raw, "sha256").digest() != hashing.made.digest():
                raise BadBackup(file=file, why="it does not read back as it was written")
        part.replace(file)
        durable.flush_folder(file.absolute().parent)
        return taken
    finally:
        part.unlink(missing_ok=True)


def _fill(site: Site, tar: tarfile.TarFile) -> Taken:
    checkpoints = site.layout.checkpoints.read_bytes()  # before the snapshot, which then holds at least what was signed
    signed = site.checkpoints.signed()
    with site.snapshot() as connection:
        fault = ledger.fault(connection, signed, site.signer)
        if fault is not None:
            raise LedgerBroken(why=fault.why)
        events = ledger.length(connection)
        _add(tar, "site.json", json.dumps({"format": 1, "tables": migrations.current(connection), "events": events}).encode())
        _add(tar, "keys.json", keys.printed(site.keys).encode())
        _add(tar, "checkpoints.ndjson", checkpoints)
        for table in record.sorted_tables:
            for n, part in enumerate(_parts(connection, table)):
                _add(tar, f"tables/{table.name}/{n:06}.ndjson", part)
        blobs = _add_blobs(site, connection, tar)
    for path in _beside(site.layout.folder):
        _add(tar, f"files/{path.relative_to(site.layout.folder)}", path.read_bytes())
    return Taken(events=events, blobs=blobs, bytes=tar.offset)


def _parts(connection: sa.Connection, table: sa.Table) -> Iterator[bytes]:
    found = connection.execute(sa.select(table).order_by(*table.primary_key.columns)).yield_per(AT_ONCE).mappings()
    part = bytearray()
    for row in found:
        part += rows.spelled(dict(row))
        if len(part) >= MEMBER:
            yield bytes(part)
            part.clear()
    if part:
        yield bytes(part)


def _add_blobs(site: Site, connection: sa.Connection, tar: tarfile.TarFile) -> int:
    stored = site.blobs()
    number = 0
    for hash, name in connection.execute(sa.select(blob.c.sha256, blob.c.file).where(blob.c.wrapped.is_not(None)).order_by(blob.c.file)).all():
        stored.checked(connection, hash)
        number += 1
        if (path := path_of(site.layout.blobs, name)).exists():  # the small ones went with their table
            _add(tar, f"blobs/{name}", path.read_bytes())
    return number


def _beside(folder: Path) -> Iterator[Path]:
    for name in BESIDE:
        yield from sorted(p for p in (folder / name).glob("[!.]*") if p.is_file() and p.suffix != ".part")


def _add(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), 0o600
    tar.addfile(member, io.BytesIO(content))


class _Hashing:
    """Writes on, and hashes what it writes."""

    def __init__(self, out: BinaryIO) -> None:
        self._out, self.made = out, sha256()

    def write(self, content: bytes) -> int:
        self.made.update(content)
        return self._out.write(content)
