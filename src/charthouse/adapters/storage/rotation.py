"""A new master key: the keys of blobs wrapped anew, the database encrypted anew, the key file put in place; a crash loses nothing.

In this order, each step whole or not at all: the new keys beside the old (`keys.next.json`); one transaction that wraps the keys of all
blobs anew and notes the new key; SQLCipher's rekey under a rollback journal; the new file in the old one's place. `finish` reads from the
database how far it came, and goes back (nothing wrapped yet) or on. The caller holds the site's lock alone.
"""
from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from charthouse.adapters.storage import database, durable, keys, schema
from charthouse.adapters.storage.blobs import rewrap
from charthouse.adapters.storage.keys import Keys
from charthouse.adapters.storage.layout import Layout, Lock
from charthouse.record.errors import KeyFromEnvironment, SiteBusy, WrongKey


def rotate(layout: Layout) -> int:
    """How many keys of blobs the new key wraps. Raises `SiteBusy` when another process has the site open, `KeyFromEnvironment`."""
    if keys.from_environment():
        raise KeyFromEnvironment(path=layout.keys)
    lock = Lock(layout.folder)
    try:
        lock.alone()
        return _rotated(layout)
    finally:
        lock.release()


def _rotated(layout: Layout) -> int:
    if layout.next_keys.exists():
        finish(layout)
    old = keys.read(layout.keys)
    new = keys.renewed(old)
    keys.write(layout.next_keys, new)
    engine = _engine(layout, old)
    with engine.execution_options(writes=True).begin() as connection:
        wrapped = rewrap(connection, old, new)
        connection.execute(schema.site.update().values(key_id=new.id))
    engine.dispose()
    _end(layout, old, new)
    return wrapped


def finish(layout: Layout) -> None:
    """After a crash within `rotate`: with the old key as before, or with the new one."""
    old, new = keys.read(layout.keys), keys.read_file(layout.next_keys)
    if _noted(layout, old, new) == old.id:
        layout.next_keys.unlink()
        durable.flush_folder(layout.folder)
        return
    _end(layout, old, new)


def _end(layout: Layout, old: Keys, new: Keys) -> None:
    if not layout.database:
        _rekey(layout, old, new)
    layout.next_keys.replace(layout.keys)
    durable.flush_folder(layout.folder)


def _rekey(layout: Layout, old: Keys, new: Keys) -> None:
    """Nothing where the new key opens the file already. SQLCipher's rekey is one transaction; with a rollback journal, whose pages are
    encrypted under the old key, a crash within it is rolled back at the next opening."""
    if not _opens(layout, old):
        return
    connection = database.connect(layout.record, old.database)
    try:
        mode = connection.execute("PRAGMA journal_mode = DELETE").fetchone()[0]
        if mode != "delete":
            raise SiteBusy()
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute(f"PRAGMA rekey = \"x'{new.database.hex()}'\"")
    finally:
        connection.close()


def _noted(layout: Layout, old: Keys, new: Keys) -> Any:
    """The id of the key that the blobs are wrapped under."""
    engine = _engine(layout, old if layout.database or _opens(layout, old) else new)
    try:
        with engine.begin() as connection:
            return connection.execute(sa.select(schema.site.c.key_id)).scalar()
    finally:
        engine.dispose()


def _opens(layout: Layout, with_: Keys) -> bool:
    try:
        database.connect(layout.record, with_.database).close()
    except WrongKey:
        return False
    return True


def _engine(layout: Layout, with_: Keys) -> sa.Engine:
    return database.postgresql(layout.database) if layout.database else database.sqlite(layout.record, with_.database)
