"""The record of this site, wired: store, ledger, keys, and signing in."""
from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from charthouse.bootstrap import book_is_current, book_path
from charthouse.settings import data_folder, database

if TYPE_CHECKING:
    from charthouse.adapters.storage.backup import Taken
    from charthouse.adapters.storage.examine import Check
    from charthouse.adapters.storage.layout import Layout
    from charthouse.adapters.storage.site import Site
    from charthouse.flow.desk import Desk
    from charthouse.record.access import Actor, Purpose
    from charthouse.rooms.privacy import Rule


def layout() -> Layout:
    """Where the record of this site lies."""
    from charthouse.adapters.storage.layout import Layout

    return Layout(data_folder(), database())


@lru_cache(maxsize=1)
def access_rules() -> tuple[Rule, ...]:
    """Who may do what (`rooms/privacy/access.tsv`)."""
    from charthouse.flow.tables import rows
    from charthouse.rooms.privacy import rules

    return rules((a, b, c) for a, b, c in rows("privacy", "access.tsv"))


def operator() -> Actor:
    """Who runs a command of administration: the user of this machine, who can read the key."""
    return person("administrator")


def person(role: str, *facilities: str, origin: str = "command line") -> Actor:
    """The user of this machine, by the number that the system knows (the environment could name another), in one role at these facilities."""
    import os
    from pwd import getpwuid

    from charthouse.record.access import Actor

    try:
        name = getpwuid(os.getuid()).pw_name
    except KeyError:  # a container may run under a number that has no name
        name = str(os.getuid())
    return Actor(id=f"os:{name}", roles=frozenset({role}), facilities=frozenset(facilities), origin=origin)


def sign_in(site: Site, actor: Actor, purpose: Purpose) -> Desk:
    """The one way to a chart."""
    from charthouse.flow.desk import sign_in as at_desk

    return at_desk(site, access_rules(), actor, purpose, lambda: datetime.now(UTC))


@contextmanager
def opened(*, migrated: bool = True) -> Iterator[Site]:
    """The record, open."""
    from charthouse.adapters.storage.site import opened as open_site

    site = open_site(layout(), migrated=migrated)
    try:
        yield site
    finally:
        site.close()


def initialise() -> Site:
    """A new record, its first event told."""
    from charthouse.adapters.storage.site import initialise as new

    site = new(layout())
    sign_in(site, operator(), "administration").act("site.init")
    return site


def migrate() -> tuple[str, str]:
    """The version of the tables before and after."""
    from charthouse.adapters.storage.site import migrate as bring

    with opened(migrated=False) as site:
        done = bring(site)
        sign_in(site, operator(), "administration").act("site.migrate", done[1])
        return done


def state() -> dict[str, Any]:
    """What `status` shows."""
    from charthouse.adapters.storage.examine import state as of
    from charthouse.bootstrap.worker import queue

    with opened() as site:
        now = queue(site)
        return of(site) | {"queue": {"due": now.due, "leased": now.leased, "done": now.done, "quarantined": now.quarantined, "oldest_seconds": round(now.oldest)}}


def examined() -> Iterator[Check]:
    """What `doctor` checks, each as it is done."""
    from charthouse.adapters.storage.examine import Check
    from charthouse.adapters.storage.examine import examined as checks

    yield from checks(layout())
    yield Check("code book", True, str(book_path()) if book_is_current() else "will be compiled at its next use")


def rotate_key() -> int:
    """How many keys of blobs the new key wraps."""
    from charthouse.adapters.storage.rotation import rotate

    with opened() as site:
        site.lock.alone()  # nothing is told of a rotation that cannot begin
        sign_in(site, operator(), "administration").act("key.rotate", site.keys.id)
    return rotate(layout())


def prove(seq: int) -> dict[str, object] | None:
    """An entry of the ledger with what proves it."""
    with opened() as site:
        sign_in(site, operator(), "administration").act("ledger.read", str(seq))
        return site.prove(seq)


def back_up(file: Path, *, recipient: str = "", passphrase: str = "") -> Taken:
    """The whole site into one encrypted file."""
    from charthouse.adapters.storage.backup import take

    with opened() as site:
        sign_in(site, operator(), "administration").act("backup.write")
        return take(site, file, recipient=recipient, passphrase=passphrase)


def put_back(file: Path, *, identity: str = "", passphrase: str = "") -> dict[str, Any]:
    """The site of a backup, where there is nothing; its state."""
    from charthouse.adapters.storage.restore import put_back as restored

    site = restored(layout(), file, identity=identity, passphrase=passphrase)
    try:
        sign_in(site, operator(), "administration").act("backup.restore")
    finally:
        site.close()
    return state()
