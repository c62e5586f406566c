"""Holds and destruction: what is destroyed cannot be read by anybody, not even from the raw files with the site's key in hand."""
from __future__ import annotations

import json
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from storage_kit import CLERK, a_patient, a_visit, desk_of, reopened

from charthouse.adapters.storage import backup, ledger, restore, schema
from charthouse.adapters.storage.layout import Layout
from charthouse.adapters.storage.retention import scrub
from charthouse.adapters.storage.site import Site
from charthouse.bootstrap.chart import table
from charthouse.flow import retention
from charthouse.flow.completion import unfinished
from charthouse.flow.desk import Desk
from charthouse.flow.intake import take_in
from charthouse.flow.retention import Schedule
from charthouse.record.access import Actor
from charthouse.record.errors import AccessDenied, BadRequest, ChartDestroyed, DoneBefore, NoRecord, OnHold, StillKept
from charthouse.record.filing import Filing, Registration
from charthouse.record.received import Arrival, ReadDocument, Said
from charthouse.rooms.chart import StateRule, periods

SIGNER = Actor(id="signer", roles=frozenset({"retention_signer"}), facilities=frozenset({"north"}))
TODAY = date(2026, 11, 26)
RULES = Schedule(periods=periods(table("retention.tsv", 7)), state=StateRule(citation="State Code 1-2", years=7, start="discharge", majority=18, years_after_majority=3))
OLD = {"setting": "inpatient", "admitted": datetime(2010, 3, 2, 8), "discharged": datetime(2010, 3, 5, 8)}
SECRET = "the words that nobody may read again"


def filed(desk: Desk, visit: str, text: str, kind: str = "progress_note", day: date | None = None) -> str:
    return desk.file(Filing(encounter=visit, content=b"original " + text.encode(), text=text, kind=kind, author="Dr. Miller", service_date=day))


def old_visit(desk: Desk, number: str = "1", text: str = SECRET) -> str:
    visit = a_visit(desk, a_patient(desk, number), **OLD)
    filed(desk, visit, text)
    return visit


def destroyed(desk: Desk, site: Site, *visits: str) -> dict[str, object]:
    id = retention.propose(desk, "north", visits, RULES, TODAY)
    done = retention.sign(desk_of(site, SIGNER), "north", id, RULES, TODAY)
    scrub(site)
    return json.loads(done.certificate)


def wrapped(site: Site) -> list[tuple[str, str, bytes | None]]:
    with site.snapshot() as connection:
        return [tuple(row) for row in connection.execute(sa.select(schema.blob.c.sha256, schema.blob.c.file, schema.blob.c.wrapped).order_by(schema.blob.c.sha256))]  # type: ignore[misc]


def raw(site: Site) -> bytes:
    """All that the database has on disk, decrypted with the site's key: for SQLite each page of file and log, free ones too (SQLCipher 4:
    AES-256-CBC, the vector in the last 80 bytes of the page); for PostgreSQL its tables, not the log of the whole server."""
    if site.layout.database:
        with site.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("CHECKPOINT")
            folder = Path(str(connection.exec_driver_sql("SHOW data_directory").scalar()))
            number = connection.exec_driver_sql("SELECT oid FROM pg_database WHERE datname = current_database()").scalar()
        return b"".join(p.read_bytes() for p in (folder / "base" / str(number)).iterdir() if p.is_file())
    main, log = site.layout.record.read_bytes(), site.layout.record.with_name(f"{site.layout.record.name}-wal")
    pages = [(main[n:n + 4096], n == 0) for n in range(0, len(main), 4096)]
    held = log.read_bytes() if log.exists() else b""
    for n in range(32, len(held) - 4119, 4120):
        pages.append((held[n + 24:n + 4120], int.from_bytes(held[n:n + 4]) == 1))
    return b"".join(_plain(page, site.keys.database, first) for page, first in pages)


def _plain(page: bytes, key: bytes, first: bool) -> bytes:
    made = Cipher(algorithms.AES(key), modes.CBC(page[-80:-64])).decryptor()
    return made.update(page[16 if first else 0:-80]) + made.finalize()


def test_what_is_destroyed_is_gone_from_the_raw_files(desk: Desk, site: Site, layout: Layout) -> None:
    visit, other = old_visit(desk), old_visit(desk, "2", "another record")
    keys = {hash: key for hash, _, key in wrapped(site)}
    mine = [key for hash, key in keys.items() if key and hash in _hashes(site, visit)]
    assert len(mine) == 2
    before = raw(site)
    assert all(key in before for key in mine)  # the control: this is how they would be found
    files = {name for _, name, _ in wrapped(site)}
    certificate = destroyed(desk, site, visit)
    after = raw(site)
    assert [key for key in mine if key in after] == []
    assert all(key in after for key in keys.values() if key and key not in mine)
    left = {p.name for p in layout.blobs.glob("??/*")} | small(site)
    assert len(files - left) == 2
    with pytest.raises(ChartDestroyed):
        desk.chart(visit)
    with pytest.raises(ChartDestroyed):
        filed(desk, visit, "late")
    assert [d.text for d in desk.chart(other).documents] == ["another record"]
    assert certificate["records"] == [{"encounter": visit, "kept_until": "2017-03-05", "rule": "retention/state", "citation": "State Code 1-2", "documents": 1,
                                       "contents_destroyed": 2, "contents_kept_for_other_records": 0}]
    assert site.verify() > 0


def small(site: Site) -> set[str]:
    with site.snapshot() as connection:
        return set(connection.execute(sa.select(schema.small_blob.c.file)).scalars())


def _hashes(site: Site, visit: str) -> set[str]:
    with site.snapshot() as connection:
        return {h for row in connection.execute(sa.select(schema.document.c.original, schema.document.c.text).where(schema.document.c.encounter == visit)) for h in row}


def test_a_content_that_a_living_record_has_too_lives_on(desk: Desk, site: Site) -> None:
    visit = old_visit(desk, text="the same leaflet")
    young = a_visit(desk, a_patient(desk, "2"))
    filed(desk, young, "the same leaflet")
    record = destroyed(desk, site, visit)["records"][0]  # type: ignore[index]
    assert (record["contents_destroyed"], record["contents_kept_for_other_records"]) == (0, 2)
    assert [d.text for d in desk.chart(young).documents] == ["the same leaflet"]
    again = old_visit(desk, "3", "the same leaflet")
    assert [d.text for d in desk.chart(again).documents] == ["the same leaflet"]


def test_results_that_were_made_of_a_chart_go_with_it(desk: Desk, site: Site) -> None:
    visit = old_visit(desk)
    with site.transaction() as open:
        blobs, connection = open.records._work.blobs, open.records._work.connection  # type: ignore[attr-defined]
        connection.execute(schema.step.insert().values(encounter=visit, name="coding", key="k", state="done", due_at=datetime.now(UTC), worker="", tries=1, why="",
                                                       result=blobs.put(connection, b'{"codes": "of the chart"}')))
    assert destroyed(desk, site, visit)["records"][0]["contents_destroyed"] == 3  # type: ignore[index]
    with site.snapshot() as connection:
        assert connection.execute(sa.select(schema.step)).all() == []
        assert connection.execute(sa.select(schema.document.c.author, schema.document.c.state)).all() == [("", "destroyed")]


def test_a_hold_beats_everything_also_one_placed_after_the_proposal(desk: Desk, site: Site) -> None:
    visit = old_visit(desk)
    with site.snapshot() as connection:
        patient = connection.execute(sa.select(schema.patient.c.id)).scalar_one()
    id = retention.propose(desk, "north", (visit,), RULES, TODAY)
    hold = retention.hold(desk, patient, "Example v. North")
    with pytest.raises(OnHold):
        retention.sign(desk_of(site, SIGNER), "north", id, RULES, TODAY)
    with pytest.raises(OnHold):
        retention.propose(desk, "north", (visit,), RULES, TODAY)
    assert [d.text for d in desk.chart(visit).documents] == [SECRET]
    assert [(k.encounter, t.ruling.rule) for k, t in retention.due(desk, "north", RULES, TODAY)] == [(visit, "retention/legal-hold")]
    assert [(h.id, h.reason) for h in retention.holds(desk, "north")] == [(hold, "Example v. North")]
    retention.lift(desk, hold, "settled")
    with pytest.raises(DoneBefore):
        retention.lift(desk, hold, "settled")
    assert retention.holds(desk, "north") == ()
    assert retention.sign(desk_of(site, SIGNER), "north", id, RULES, TODAY).certificate


def test_a_hold_follows_a_merge(desk: Desk, site: Site) -> None:
    visit = old_visit(desk)
    other = a_patient(desk, "2")
    with site.snapshot() as connection:
        patient = connection.execute(sa.select(schema.encounter.c.patient)).scalar_one()
    retention.hold(desk, other, "Example v. North")
    with site.transaction() as open:
        open.records._work.connection.execute(schema.patient.update().where(schema.patient.c.id == patient).values(merged_into=other))  # type: ignore[attr-defined]
    with pytest.raises(OnHold):
        retention.propose(desk, "north", (visit,), RULES, TODAY)


def test_one_hold_over_one_encounter_leaves_the_others(desk: Desk) -> None:
    patient = a_patient(desk)
    one, two = (a_visit(desk, patient, **OLD, number=n) for n in "12")
    retention.hold(desk, "", "audit", one)
    with pytest.raises(OnHold):
        retention.propose(desk, "north", (one, two), RULES, TODAY)
    assert retention.propose(desk, "north", (two,), RULES, TODAY)


def test_the_proposer_does_not_sign_and_the_attempt_is_told(desk: Desk, site: Site) -> None:
    visit = old_visit(desk)
    id = retention.propose(desk, "north", (visit,), RULES, TODAY)
    same = Actor(id=CLERK.id, roles=frozenset({"retention_signer"}), facilities=frozenset({"north"}))
    with pytest.raises(AccessDenied, match="second person"):
        retention.sign(desk_of(site, same), "north", id, RULES, TODAY)
    with pytest.raises(AccessDenied):
        retention.sign(desk, "north", id, RULES, TODAY)  # who proposes has no right to sign
    with pytest.raises(AccessDenied):
        retention.propose(desk_of(site, SIGNER), "north", (visit,), RULES, TODAY)
    south = Actor(id="south", roles=SIGNER.roles, facilities=frozenset({"south"}))
    for facility, error in (("north", AccessDenied), ("south", NoRecord)):
        with pytest.raises(error):
            retention.sign(desk_of(site, south), facility, id, RULES, TODAY)
    with site.snapshot() as connection:
        told = [e.event.reason for e in ledger.entries(connection) if e.event.outcome == "refused"]
    assert told[:2] == ["retention/second-person", "access/role"]
    assert [d.text for d in desk.chart(visit).documents] == [SECRET]


def test_what_must_be_kept_is_not_proposed_nor_destroyed_when_it_becomes_so(desk: Desk, site: Site) -> None:
    young = a_visit(desk, a_patient(desk))
    with pytest.raises(StillKept, match=r"482\.24|State Code"):
        retention.propose(desk, "north", (young,), RULES, TODAY)
    visit = old_visit(desk, "2")
    id = retention.propose(desk, "north", (visit,), RULES, TODAY)
    longer = Schedule(periods=RULES.periods, state=StateRule(citation="State Code 1-3", years=30, start="discharge", majority=18, years_after_majority=3))
    with pytest.raises(StillKept, match="1-3"):
        retention.sign(desk_of(site, SIGNER), "north", id, longer, TODAY)
    with pytest.raises(StillKept, match=r"chart\.toml"):
        retention.propose(desk, "north", (visit,), Schedule(periods=RULES.periods, state=None), TODAY)
    with pytest.raises(BadRequest):
        retention.propose(desk, "north", (), RULES, TODAY)


def test_nothing_is_destroyed_twice_and_each_destruction_is_an_event_of_its_record(desk: Desk, site: Site) -> None:
    one, two = old_visit(desk), old_visit(desk, "2", "other words")
    id = retention.propose(desk, "north", (one, two), RULES, TODAY)
    second = retention.propose(desk, "north", (one,), RULES, TODAY)
    signed = retention.sign(desk_of(site, SIGNER), "north", id, RULES, TODAY)
    assert retention.proposal(desk, "north", id).certificate == signed.certificate
    for again in (id, second):
        with pytest.raises(DoneBefore):
            retention.sign(desk_of(site, SIGNER), "north", again, RULES, TODAY)
    assert retention.due(desk, "north", RULES, TODAY) == ()
    assert unfinished(desk, "north") == ()
    with site.snapshot() as connection:
        told = {(e.event.subject, e.event.actor) for e in ledger.entries(connection) if e.event.action == "retention.sign" and e.event.outcome == "done"}
    assert {(f"encounter:{one}", "signer"), (f"encounter:{two}", "signer"), (f"site:{id}", "signer")} <= told
    for words in (SECRET, "Example", "Erin", "1961"):
        assert words not in signed.certificate


def test_a_mammogram_keeps_its_record_for_ten_years_and_five_where_another_followed(desk: Desk) -> None:
    patient = a_patient(desk)
    first = a_visit(desk, patient, number="1", setting="outpatient", admitted=datetime(2018, 3, 2, 8))
    filed(desk, first, "Bilateral screening mammogram. BI-RADS 1.", "radiology_report", date(2018, 3, 2))
    (found,) = [t for k, t in retention.due(desk, "north", RULES, TODAY) if k.encounter == first]
    assert (found.ruling.rule, found.until) == ("retention/mammogram", date(2028, 3, 2))
    second = a_visit(desk, patient, number="2", setting="outpatient", admitted=datetime(2022, 3, 2, 8))
    filed(desk, second, "Screening mammography.", "radiology_report", date(2022, 3, 2))
    (found,) = [t for k, t in retention.due(desk, "north", RULES, TODAY) if k.encounter == first]
    assert (found.ruling.rule, found.until) == ("retention/state", date(2025, 3, 2))


def test_a_backup_after_it_does_not_bring_it_back(desk: Desk, site: Site, empty: Layout, tmp_path: Path) -> None:
    visit = old_visit(desk)
    retention.hold(desk, a_patient(desk, "2"), "audit")
    destroyed(desk, site, visit)
    backup.take(site, tmp_path / "after.age", passphrase="a long passphrase")
    restore.put_back(empty, tmp_path / "after.age", passphrase="a long passphrase").close()
    with reopened(empty) as again:
        with pytest.raises(ChartDestroyed):
            desk_of(again).chart(visit)
        assert [h.reason for h in retention.holds(desk_of(again), "north")] == ["audit"]
        assert again.verify() > 0


def test_a_hold_needs_a_reason(desk: Desk) -> None:
    patient = a_patient(desk)
    with pytest.raises(BadRequest):
        retention.hold(desk, patient, " ")
    hold = retention.hold(desk, patient, "audit")
    with pytest.raises(BadRequest):
        retention.lift(desk, hold, "")
    with pytest.raises(NoRecord):
        retention.lift(desk, "none", "over")


def test_the_message_that_brought_a_chart_and_its_words_in_the_index_go_with_it(desk: Desk, site: Site) -> None:
    feed = desk_of(site, Actor(id="feed", roles=frozenset({"interface"}), facilities=frozenset({"north"})))
    said = Said(number="V9", setting="inpatient", admitted=datetime(2010, 3, 2, 8, tzinfo=UTC), discharged=datetime(2010, 3, 5, 8, tzinfo=UTC), status="01")
    who = Registration(facility="north", identifiers=(("mrn.north", "9"),), family="Example", birth_date=date(1961, 3, 2))
    message = f"MSH|{SECRET}".encode()
    arrival = Arrival(happening="document", patient=who, visit=said, documents=(ReadDocument(text=f"Progress note. {SECRET}", kind="progress_note"),), sender="LAB", control="1")
    visit = take_in(feed, arrival, message).encounter
    hash = sha256(message).hexdigest()
    with site.transaction() as open:
        assert open.records._work.blobs.get(open.records._work.connection, hash) == message  # type: ignore[attr-defined]
    destroyed(desk, site, visit)
    with site.snapshot() as connection:
        assert connection.execute(sa.select(schema.blob.c.wrapped).where(schema.blob.c.sha256 == hash)).scalar() is None
        assert [connection.execute(sa.select(sa.func.count()).select_from(t)).scalar() for t in (schema.message, schema.search_entry)] == [0, 0]
