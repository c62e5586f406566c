"""The contract of a store, the same for SQLite and PostgreSQL."""
from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from storage_kit import CLERK, NOW, a_document, a_patient, a_visit, desk_of, reopened

from charthouse.adapters.storage import blobs, ledger, records, schema, together
from charthouse.adapters.storage import site as sites
from charthouse.adapters.storage.layout import Layout
from charthouse.adapters.storage.site import Site
from charthouse.flow.desk import Desk
from charthouse.record.access import Actor
from charthouse.record.errors import (
    AccessDenied,
    AlreadyInitialised,
    AlreadyThere,
    BadRequest,
    BlobDamaged,
    NoRecord,
    NotInitialised,
    NotMigrated,
    SiteBusy,
    WrongKey,
)
from charthouse.record.event import Entry
from charthouse.record.filing import Filing
from charthouse.record.page import Page, Word


def told(site: Site) -> list[Entry]:
    with site.snapshot() as connection:
        return list(ledger.entries(connection))


def files(layout: Layout) -> list[Path]:
    return list(layout.blobs.glob("??/*"))


# -- the record ------------------------------------------------------------------------------------------------------------------


def test_what_is_filed_is_read_as_it_was(desk: Desk, layout: Layout, site: Site) -> None:
    patient = a_patient(desk)
    visit = a_visit(desk, patient, discharged=datetime(2026, 3, 4, 23, 30), setting="inpatient")
    first = a_document(desk, visit, "Größe 170 cm.\n\x00 end")
    second = desk.file(Filing(encounter=visit, content=b"%PDF-1.7\xff\x00", media="application/pdf", author="Dr. Example", service_date=date(2026, 3, 3)))
    site.close()
    with reopened(layout) as again:
        chart = desk_of(again).chart(visit)
        assert [(d.id, d.text, d.kind, d.author, d.service_date) for d in chart.documents] == [
            (first, "Größe 170 cm.\n\x00 end", "clinic note", "", None), (second, "", "", "Dr. Example", date(2026, 3, 3))]
        assert (chart.encounter.on, chart.encounter.admitted, chart.encounter.patient.age, chart.encounter.patient.sex) == (date(2026, 3, 4), date(2026, 3, 2), 65, "F")
        known = desk_of(again).patient(patient)
        assert (known.family, known.identifiers, known.birth_date) == ("Example", (("urn:north:mrn", "1"),), date(1961, 3, 2))


def test_pages_of_a_scan_are_kept_with_the_place_of_each_word(desk: Desk, layout: Layout, site: Site) -> None:
    visit = a_visit(desk, a_patient(desk))
    words = (Word(start=0, end=5, text="Größe", box=(10.0, 20.5, 60.0, 32.1), confidence=0.97), Word(start=6, end=9, text="170", box=(64.0, 20.5, 90.0, 32.0), confidence=0.5, other="l70"))
    pages = (Page(number=1, width=612.0, height=792.0, start=0, end=9, words=words, turned=90, skew=1.2, engine="rapidocr 3.10 + tesseract 5.5"),)
    desk.file(Filing(encounter=visit, content=b"%PDF-1.7", text="Größe 170", pages=pages, media="application/pdf"))
    site.close()
    with reopened(layout) as again:
        (document,) = desk_of(again).chart(visit).documents
        assert document.pages == pages
        assert all(b"170" not in f.read_bytes() for f in files(layout))


def test_each_use_is_told_with_who_why_what_and_which_version(desk: Desk, site: Site) -> None:
    patient = a_patient(desk)
    visit = a_visit(desk, patient)
    document = a_document(desk, visit)
    desk.chart(visit)
    desk.patient(patient)
    assert [(e.event.action, e.event.subject, e.event.version, e.event.outcome) for e in told(site)] == [
        ("chart.file", f"patient:{patient}", "1", "done"), ("chart.file", f"encounter:{visit}", "1", "done"), ("chart.file", f"document:{document}", "2", "done"),
        ("chart.read", f"encounter:{visit}", "2", "done"), ("chart.read", f"patient:{patient}", "1", "done")]
    assert {(e.event.actor, e.event.purpose, e.event.patient, e.event.origin, e.event.at) for e in told(site)} == {
        ("clerk", "operations", patient, "test", "2026-03-02T09:00:00.000000+00:00")}
    assert site.verify() == 5


@pytest.mark.usefixtures("as_files")
def test_a_transaction_that_fails_leaves_neither_rows_nor_events_nor_files(desk: Desk, site: Site, layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    visit = a_visit(desk, a_patient(desk))
    before, stored = told(site), files(layout)
    with pytest.raises(AlreadyThere) as number_taken:
        a_patient(desk, "1")
    assert number_taken.value.__cause__ is None
    written: list[int] = []

    def fail(*_: object) -> None:
        written.append(len(files(layout)))
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(records.encounter, "update", fail)
        with pytest.raises(OSError):
            a_document(desk, visit)
    assert written == [len(stored) + 1]
    assert told(site) == before
    assert files(layout) == stored
    assert desk.chart(visit).documents == ()
    assert site.verify() == len(before) + 1


@pytest.mark.usefixtures("as_files")
def test_the_same_content_is_stored_once_and_encrypted(desk: Desk, layout: Layout) -> None:
    visit = a_visit(desk, a_patient(desk))
    for _ in range(3):
        a_document(desk, visit, "the very words of a note")
    assert len(desk.chart(visit).documents) == 3
    (only,) = files(layout)
    assert b"very words" not in only.read_bytes()
    assert only.stat().st_mode & 0o077 == 0


@pytest.mark.usefixtures("as_files")
def test_damaged_swapped_and_missing_content_is_never_shown(desk: Desk, layout: Layout) -> None:
    visit = a_visit(desk, a_patient(desk))
    a_document(desk, visit, "one")
    one = files(layout)[0]
    a_document(desk, visit, "two")
    two = next(f for f in files(layout) if f != one)
    whole = one.read_bytes()
    for damaged in (whole[:-1] + bytes([whole[-1] ^ 1]), whole[:5], b"", two.read_bytes()):
        one.write_bytes(damaged)
        with pytest.raises(BlobDamaged):
            desk.chart(visit)
    one.unlink()
    with pytest.raises(BlobDamaged):
        desk.chart(visit)


def test_small_contents_are_rows_sealed_like_files_and_never_shown_damaged(desk: Desk, site: Site, layout: Layout) -> None:
    visit = a_visit(desk, a_patient(desk))
    for text in ("the very words of a note", "two", "two", "x" * (blobs.SMALL + 1)):
        a_document(desk, visit, text)
    assert len(files(layout)) == 1
    with site.engine.begin() as connection:
        (one, first), (_, second) = connection.execute(sa.select(schema.small_blob.c.file, schema.small_blob.c.sealed).order_by(sa.func.length(schema.small_blob.c.sealed).desc())).all()
        assert b"very words" not in first
    for damaged in (first[:-1] + bytes([first[-1] ^ 1]), first[:5], b"", second):
        with site.engine.begin() as connection:
            connection.execute(schema.small_blob.update().where(schema.small_blob.c.file == one).values(sealed=damaged))
        with pytest.raises(BlobDamaged):
            desk.chart(visit)
    with site.engine.begin() as connection:
        connection.execute(schema.small_blob.delete().where(schema.small_blob.c.file == one))
    with pytest.raises(BlobDamaged):
        desk.chart(visit)


def test_a_content_whose_key_was_destroyed_is_gone_until_it_comes_anew(desk: Desk, site: Site) -> None:
    visit = a_visit(desk, a_patient(desk))
    a_document(desk, visit, "to be destroyed")
    with site.engine.begin() as connection:
        connection.execute(schema.blob.update().values(wrapped=None, destroyed_at=NOW))
    with pytest.raises(BlobDamaged):
        desk.chart(visit)
    a_document(desk, visit, "to be destroyed")
    assert [d.text for d in desk.chart(visit).documents] == ["to be destroyed"] * 2


def test_uses_that_belong_together_are_one_transaction_signed_once(desk: Desk, site: Site, layout: Layout) -> None:
    visit = a_visit(desk, a_patient(desk))
    before = len(layout.checkpoints.read_text().splitlines())
    with desk.together() as one:
        for n in range(10):
            a_document(one, visit, f"note {n}")
        assert len(one.chart(visit).documents) == 10
    assert len(layout.checkpoints.read_text().splitlines()) == before + 1
    assert site.verify() == 13
    assert max(site.checkpoints.signed()) == 13
    with pytest.raises(AccessDenied), desk.together() as one:  # noqa: PT012
        a_document(one, visit, "undone with the refused one")
        a_patient(one, facility="south")
    assert len(desk.chart(visit).documents) == 10
    assert [e.event.outcome for e in told(site)][13:] == ["refused", "done"]


def test_a_group_asks_the_database_less_often_and_reads_what_it_wrote(desk: Desk, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(together, "MOST", 15)
    visit = a_visit(desk, a_patient(desk))
    asked: list[str] = []
    sa.event.listen(site.engine, "before_cursor_execute", lambda connection, cursor, statement, *_: asked.append(statement))
    with desk.together() as one:
        for n in range(40):
            one.file(Filing(encounter=visit, content=f"content {n}".encode(), text=f"note {n}"))
        assert len(asked) < 40 * 6 + 20  # with eleven statements a document it would be 440
        assert [d.text for d in one.chart(visit).documents] == [f"note {n}" for n in range(40)]
        one.file(Filing(encounter=visit, content=b"content 3", text="note 3"))
    assert len(desk.chart(visit).documents) == 41
    assert site.verify() == 45


def test_many_writers_stand_in_line(site: Site) -> None:
    visit = a_visit(desk_of(site), a_patient(desk_of(site)))
    failed: list[BaseException] = []

    def write(n: int) -> None:
        try:
            for i in range(5):
                a_document(desk_of(site), visit, f"{n}.{i}")
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=write, args=(n,)) for n in range(4)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert failed == []
    assert len(desk_of(site).chart(visit).documents) == 20
    assert site.verify() == 23


# -- access --------------------------------------------------------------------------------------------------------------------------


def test_a_refusal_shows_nothing_and_is_told(desk: Desk, site: Site) -> None:
    visit = a_visit(desk, a_patient(desk))
    for actor, purpose, rule in (
        (Actor(id="x", roles=frozenset(), facilities=frozenset({"north"})), "operations", "access/role"),
        (Actor(id="x", roles=frozenset({"coder"}), facilities=frozenset({"north"})), "treatment", "access/purpose"),
        (Actor(id="x", roles=frozenset({"coder"}), facilities=frozenset({"south"})), "payment", "access/facility"),
    ):
        with pytest.raises(AccessDenied, match=rule):
            desk_of(site, actor, purpose).chart(visit)  # type: ignore[arg-type]
        last = told(site)[-1].event
        assert (last.actor, last.outcome, last.reason, last.subject) == ("x", "refused", rule, f"encounter:{visit}")


def test_who_asks_for_what_is_not_there_is_told(desk: Desk, site: Site) -> None:
    with pytest.raises(NoRecord):
        desk.chart("nothing")
    assert [(e.event.outcome, e.event.reason) for e in told(site)] == [("refused", "no such record")]


def test_nobody_registers_or_admits_elsewhere(desk: Desk) -> None:
    with pytest.raises(AccessDenied, match="access/facility"):
        a_patient(desk, facility="south")
    with pytest.raises(AccessDenied, match="access/facility"):
        a_visit(desk, a_patient(desk), facility="south")


def test_a_restricted_record_opens_by_right_or_by_broken_glass_and_for_four_hours(desk: Desk, site: Site) -> None:
    doctor = Actor(id="doctor", roles=frozenset({"provider"}), facilities=frozenset({"north"}))
    patient, other = a_patient(desk), a_patient(desk, "2")
    visit = a_visit(desk, patient)
    desk_of(site, Actor(id="p", roles=frozenset({"privacy_officer"}), facilities=frozenset({"north"})), "privacy").restrict(patient)
    with pytest.raises(AccessDenied, match="access/restricted"):
        desk_of(site, doctor, "treatment").chart(visit)
    emergency = desk_of(site, doctor, "emergency")
    with pytest.raises(AccessDenied):
        emergency.chart(visit)
    with pytest.raises(BadRequest):
        emergency.break_glass(patient, "  ")
    emergency.break_glass(patient, "unconscious, allergies needed")
    assert emergency.chart(visit).encounter.id == visit
    assert told(site)[-2].event.reason == "unconscious, allergies needed"
    with pytest.raises(AccessDenied):
        emergency.patient(other)
    with pytest.raises(AccessDenied):
        a_document(emergency, visit)
    with pytest.raises(AccessDenied):
        desk_of(site, Actor(id="nurse", roles=frozenset({"provider"}), facilities=frozenset({"north"})), "emergency").chart(visit)
    with pytest.raises(AccessDenied):
        desk_of(site, doctor, "emergency", lambda: NOW + timedelta(hours=4)).chart(visit)
    assert desk_of(site, doctor, "emergency", lambda: NOW + timedelta(hours=3, minutes=59)).chart(visit)
    assert desk_of(site, CLERK).chart(visit)  # a HIM manager may see restricted records


# -- opening ---------------------------------------------------------------------------------------------------------------------------


def test_a_record_is_made_once(site: Site, layout: Layout) -> None:
    site.close()
    with pytest.raises(AlreadyInitialised):
        sites.initialise(layout)


def test_an_interrupted_init_is_finished(layout: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(sites.migrations, "upgrade", lambda connection: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            sites.initialise(layout)
    with pytest.raises(NotInitialised):
        sites.opened(layout)
    made = sites.initialise(layout)
    assert made.verify() == 0
    made.close()


def test_there_is_nothing_to_open_before_init(layout: Layout) -> None:
    with pytest.raises(NotInitialised):
        sites.opened(layout)


def test_another_key_opens_nothing(site: Site, layout: Layout) -> None:
    from charthouse.adapters.storage import keys

    site.close()
    keys.write(layout.keys, keys.made())
    with pytest.raises(WrongKey):
        sites.opened(layout)


def test_tables_of_another_version_are_not_touched(site: Site, layout: Layout) -> None:
    with site.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")
    site.close()
    with pytest.raises(NotMigrated, match="0000"):
        sites.opened(layout)


def test_who_runs_alone_waits_for_nobody(site: Site, layout: Layout) -> None:
    with reopened(layout), pytest.raises(SiteBusy):
        site.lock.alone()
    site.lock.alone()


def test_the_migrations_come_to_exactly_the_schema(site: Site) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with site.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={
            "compare_type": True, "compare_server_default": True, "include_name": lambda name, kind, _: kind != "table" or not name.startswith("search_text")})
        assert compare_metadata(context, [schema.record, schema.derived]) == []


def test_times_come_back_in_utc(desk: Desk, site: Site) -> None:
    visit = a_visit(desk, a_patient(desk))
    a_document(desk, visit)
    with site.snapshot() as connection:
        at = connection.execute(sa.select(schema.document.c.received_at)).scalar_one()
    assert abs((at if at.tzinfo else at.replace(tzinfo=UTC)) - datetime.now(UTC)) < timedelta(minutes=5)
