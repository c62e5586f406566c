"""What `doctor` finds, on both databases."""
from __future__ import annotations

import pytest
from storage_kit import a_document, a_patient, a_visit, desk_of

from charthouse.adapters.storage import examine
from charthouse.adapters.storage.layout import Layout
from charthouse.adapters.storage.site import Site
from charthouse.record.errors import DatabaseUnreachable


def bad(layout: Layout) -> dict[str, str]:
    """The checks that are not in order, without the one that says that the tests' server does not flush."""
    return {c.name: c.said for c in examine.examined(layout) if not c.good and "fsync" not in c.said}


@pytest.fixture
def filled(site: Site) -> Site:
    desk = desk_of(site)
    visit = a_visit(desk, a_patient(desk))
    for n in range(3):
        a_document(desk, visit, f"note {n}")
    return site


def test_a_sound_site_passes(filled: Site, layout: Layout) -> None:
    assert bad(layout) == {}
    state = examine.state(filled)
    assert (state["patient"], state["encounter"], state["document"], state["ledger_entries"], state["stored_bytes"]) == (1, 1, 3, 5, 18)


def test_a_server_that_does_not_flush_is_told(site: Site, layout: Layout) -> None:
    told = [c.said for c in examine.examined(layout) if c.name == "database"]
    assert ("fsync" in told[0]) is bool(layout.database)


def test_each_damaged_content_is_named(as_files: None, filled: Site, layout: Layout) -> None:
    one, two, _ = layout.blobs.glob("??/*")
    one.write_bytes(b"spoiled")
    two.unlink()
    (layout.blobs / "00" / "stray").write_bytes(b"")
    assert set(bad(layout)) == {"blobs"}
    assert "(2 in all)" in bad(layout)["blobs"]


def test_an_edited_ledger_is_named(filled: Site, layout: Layout) -> None:
    with filled.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE event SET patient = 'another' WHERE seq = 4")
    assert "entry 4 was changed" in bad(layout)["ledger"]


def test_damaged_pages_of_sqlite_are_found(filled: Site, layout: Layout) -> None:
    if layout.database:
        pytest.skip("PostgreSQL's files are its own")
    filled.close()
    content = bytearray(layout.record.read_bytes())
    content[-2000] ^= 1
    layout.record.write_bytes(content)
    assert set(bad(layout)) == {"database"}


def test_a_server_that_is_not_there_is_told_without_its_password(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("x")
    (folder / "blobs").mkdir()
    from charthouse.adapters.storage import keys
    from charthouse.adapters.storage.site import opened

    keys.write(folder / "keys.json", keys.made())
    with pytest.raises(DatabaseUnreachable) as told:
        opened(Layout(folder, f"postgresql://ann:secret-word@/x?host={folder}"))
    assert "secret-word" not in str(told.value)
    assert "secret-word" not in Layout(folder, "postgresql://ann:secret-word@/x").where
