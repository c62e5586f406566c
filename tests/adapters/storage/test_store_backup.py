"""A backup taken while others write, encrypted as age does, and put back from a wiped folder: also into the other database."""
from __future__ import annotations

import io
import shutil
import tarfile
import threading
from pathlib import Path

import pyrage
import pytest
from storage_kit import a_document, a_patient, a_visit, desk_of

from charthouse.adapters.storage import age, backup, restore
from charthouse.adapters.storage.layout import Layout
from charthouse.adapters.storage.site import Site
from charthouse.record.errors import BadBackup, BadRecipient, BlobDamaged, LedgerBroken, NotEmpty

KEY = pyrage.x25519.Identity.generate()
TO, SECRET = str(KEY.to_public()), str(KEY)


def filled(site: Site, notes: int = 6) -> str:
    """The encounter."""
    desk = desk_of(site)
    visit = a_visit(desk, a_patient(desk))
    for n in range(notes):
        a_document(desk, visit, f"note {n} " * (2_000 if n % 2 else 12_000))  # every second one is a file
    (site.layout.folder / "learned").mkdir()
    (site.layout.folder / "learned" / "cases.ndjson").write_text("{}\n")
    return visit


def test_a_wiped_site_comes_back_whole_in_either_database(site: Site, layout: Layout, empty: Layout, tmp_path: Path) -> None:
    visit = filled(site)
    with site.engine.begin() as connection:  # a patient merged into one that was made later
        later = a_patient(desk_of(site), "2")
        connection.exec_driver_sql(f"UPDATE patient SET merged_into = '{later}' WHERE id <> '{later}'")
    before = desk_of(site).chart(visit)
    taken = backup.take(site, tmp_path / "b.age", recipient=TO)
    assert (taken.events, taken.blobs) == (site.verify(), 6)
    site.close()
    shutil.rmtree(layout.folder)
    again = restore.put_back(empty, tmp_path / "b.age", identity=SECRET)
    assert desk_of(again).chart(visit) == before
    assert again.verify() == taken.events + 1
    assert (empty.folder / "learned" / "cases.ndjson").read_text() == "{}\n"
    assert empty.keys.stat().st_mode & 0o777 == 0o600
    a_document(desk_of(again), visit, "written on")
    again.verify()
    again.close()


def test_what_is_written_meanwhile_is_in_it_whole_or_not_at_all(site: Site, tmp_path: Path) -> None:
    visit = filled(site)
    stop, failed = threading.Event(), []

    def write() -> None:
        n = 0
        while not stop.is_set():
            try:
                a_document(desk_of(site), visit, f"meanwhile {(n := n + 1)}")
            except BaseException as error:
                failed.append(error)
                raise

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for n in range(4):
            backup.take(site, tmp_path / f"{n}.age", recipient=TO)
    finally:
        stop.set()
        writer.join()
    assert failed == []
    for n in range(4):
        again = restore.put_back(Layout(tmp_path / f"again {n}"), tmp_path / f"{n}.age", identity=SECRET)  # which verifies it
        again.close()


def test_a_damaged_site_is_not_backed_up(site: Site, layout: Layout, tmp_path: Path) -> None:
    filled(site)
    with site.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE event SET actor = 'nobody' WHERE seq = 2")
    with pytest.raises(LedgerBroken, match="entry 2"):
        backup.take(site, tmp_path / "b.age", recipient=TO)
    with site.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE event SET actor = 'clerk' WHERE seq = 2")
    next(layout.blobs.glob("??/*")).write_bytes(b"")
    with pytest.raises(BlobDamaged):
        backup.take(site, tmp_path / "b.age", recipient=TO)
    assert [p.name for p in tmp_path.iterdir() if "age" in p.name] == []


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A backup of an SQLite site."""
    from charthouse.adapters.storage.site import initialise

    site = initialise(Layout(tmp_path / "source"))
    filled(site, 2)
    backup.take(site, tmp_path / "small.age", passphrase="a long passphrase")
    site.close()
    return tmp_path / "small.age"


def test_what_is_not_whole_changes_nothing(small: Path, tmp_path: Path) -> None:
    place = Layout(tmp_path / "again")
    content = small.read_bytes()
    for n, wrong in enumerate((content[:-1], content[: len(content) // 2], content[:70], b"", b"nonsense\n", content[:-9] + b"x" + content[-8:], content.replace(b"scrypt", b"X25519", 1))):
        (tmp_path / str(n)).write_bytes(wrong)
        with pytest.raises(BadBackup):
            restore.put_back(place, tmp_path / str(n), passphrase="a long passphrase")
        assert not place.folder.exists()
    for secret in ({"passphrase": "another passphrase"}, {"identity": SECRET}, {}):
        with pytest.raises(BadBackup, match="another"):
            restore.put_back(place, small, **secret)
    with pytest.raises(BadBackup, match="No such file"):
        restore.put_back(place, tmp_path / "nothing", passphrase="x")


@pytest.mark.parametrize("name", ["../outside", "/etc/outside", "files/learned/../../outside", "files/learned/.hidden", "tables/event/x.ndjson", "blobs/short", "else.json"])
def test_a_hostile_archive_writes_nothing_outside(small: Path, tmp_path: Path, name: str) -> None:
    plain = io.BytesIO(pyrage.passphrase.decrypt(small.read_bytes(), "a long passphrase"))
    hostile = io.BytesIO()
    with tarfile.open(fileobj=plain) as old, tarfile.open(fileobj=hostile, mode="w") as new:
        for member in old:
            new.addfile(member, old.extractfile(member))
        bad = tarfile.TarInfo(name)
        bad.size = 1
        new.addfile(bad, io.BytesIO(b"x"))
    (tmp_path / "hostile").write_bytes(pyrage.encrypt(hostile.getvalue(), [KEY.to_public()]))
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(BadBackup):
        restore.put_back(Layout(tmp_path / "again"), tmp_path / "hostile", identity=SECRET)
    assert sorted(tmp_path.rglob("*")) == before


def test_nothing_is_written_over(small: Path, tmp_path: Path) -> None:
    with pytest.raises(NotEmpty):
        restore.put_back(Layout(tmp_path / "source"), small, passphrase="a long passphrase")
    from charthouse.adapters.storage.site import opened

    site = opened(Layout(tmp_path / "source"))
    with pytest.raises(NotEmpty):
        backup.take(site, small, passphrase="a long passphrase")
    with pytest.raises(BadRecipient):
        backup.take(site, tmp_path / "new.age", recipient="age1nonsense")
    site.close()


# -- the format, judged by the age implementation of others (pyrage) -------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 1, age.CHUNK - 1, age.CHUNK, age.CHUNK + 1, 3 * age.CHUNK])
def test_age_opens_what_we_write_and_we_open_what_age_writes(size: int) -> None:
    content = bytes(n * 31 % 251 for n in range(size))
    ours = io.BytesIO()
    writer = age.Writer(ours, recipient=TO)
    for at in range(0, size, 10_000):
        writer.write(content[at : at + 10_000])
    writer.close()
    assert pyrage.decrypt(ours.getvalue(), [KEY]) == content
    theirs = pyrage.encrypt(content, [pyrage.x25519.Identity.generate().to_public(), KEY.to_public()])
    reader = age.Reader(io.BytesIO(theirs), identity=SECRET)
    assert b"".join(iter(lambda: reader.read(7_777), b"")) == content


def test_passphrases_are_those_of_age() -> None:
    assert age.Reader(io.BytesIO(pyrage.passphrase.encrypt(b"hello", "a long passphrase")), passphrase="a long passphrase").read(9) == b"hello"
