"""A new key, and a process killed while it is put in force: nothing is lost, and one of the two keys opens everything."""
from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from storage_kit import a_document, a_patient, a_visit, desk_of, reopened

from charthouse.adapters.storage import database, keys, rotation
from charthouse.adapters.storage import site as sites
from charthouse.adapters.storage.layout import Layout
from charthouse.adapters.storage.site import Site
from charthouse.record.errors import KeyFromEnvironment, SiteBusy, WrongKey

NOTES = 12


@pytest.fixture
def visit(site: Site) -> str:
    """With some notes; the site is closed."""
    desk = desk_of(site)
    visit = a_visit(desk, a_patient(desk))
    for n in range(NOTES):
        a_document(desk, visit, f"note {n}")
    site.close()
    return visit


def whole(layout: Layout, visit: str) -> str:
    """The id of the key in force, when every note is read and the ledger holds."""
    with reopened(layout) as site:
        assert [d.text for d in desk_of(site).chart(visit).documents] == [f"note {n}" for n in range(NOTES)]
        site.verify()
        assert not layout.next_keys.exists()
        return site.keys.id


def killed(work: Callable[[], object], after: float | None = None) -> bool:
    """Do the work in a child process, which is killed (by itself, or `after` seconds); whether it was killed."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    if after is not None:
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def test_the_old_key_opens_nothing_any_more(layout: Layout, visit: str) -> None:
    old = keys.read(layout.keys)
    assert rotation.rotate(layout) == NOTES
    assert whole(layout, visit) != old.id
    if not layout.database:
        with pytest.raises(WrongKey):
            database.connect(layout.record, old.database)
    keys.write(layout.keys, old)
    with pytest.raises(WrongKey):
        sites.opened(layout)


@pytest.mark.parametrize(
    ("place", "before", "is_new"),
    [("rewrap", True, False), ("rewrap", False, False), ("_end", True, True), ("_rekey", True, True), ("_rekey", False, True)],
)
def test_killed_at_each_step(layout: Layout, visit: str, monkeypatch: pytest.MonkeyPatch, place: str, before: bool, is_new: bool) -> None:
    old = keys.read(layout.keys).id
    real = getattr(rotation, place)

    def fatal(*arguments: object) -> None:
        if not before:
            real(*arguments)
        os.kill(os.getpid(), signal.SIGKILL)

    with monkeypatch.context() as patch:
        patch.setattr(rotation, place, fatal)
        died = killed(lambda: rotation.rotate(layout))
    assert died == (place != "_rekey" or not layout.database)  # PostgreSQL's files are not ours to encrypt
    assert (whole(layout, visit) != old) == is_new
    rotation.rotate(layout)
    whole(layout, visit)


def test_killed_at_random_moments(layout: Layout, visit: str) -> None:
    """Ever later, until one rotation is done before it would be killed."""
    begun = time.perf_counter()
    rotation.rotate(layout)
    step = (time.perf_counter() - begun) / 10
    before, n = keys.read(layout.keys).id, 0
    while killed(lambda: rotation.rotate(layout), after=step * n):
        before, n = whole(layout, visit), n + 1
    assert n > 1
    assert whole(layout, visit) != before


def test_nobody_else_may_have_the_record_open(layout: Layout, visit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with reopened(layout), pytest.raises(SiteBusy):
        rotation.rotate(layout)
    monkeypatch.setenv(keys.VARIABLE, keys.printed(keys.read(layout.keys)))
    with pytest.raises(KeyFromEnvironment):
        rotation.rotate(layout)
    whole(layout, visit)


def test_what_is_rekeyed_is_not_readable_without_a_key(layout: Layout, visit: str) -> None:
    rotation.rotate(layout)
    texts = [p for p in Path(layout.folder).rglob("*") if p.is_file() and p.suffix != ".json" and (b"Example" in (b := p.read_bytes()) or b"SQLite format" in b or b"note 1" in b)]
    assert texts == []
