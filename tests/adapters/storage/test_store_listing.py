"""Finding and listing on both databases: what is found, who is told of, and the tables that the API keeps."""
from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from storage_kit import CLERK, NOW, a_document, a_patient, a_visit, desk_of, reopened

from charthouse.adapters.storage import api as stored
from charthouse.adapters.storage import backup, ledger, restore, schema
from charthouse.adapters.storage.layout import Layout
from charthouse.adapters.storage.site import Site
from charthouse.flow import listing
from charthouse.flow.desk import SITE, Desk
from charthouse.record.api import ApiKey, Kept
from charthouse.record.errors import AlreadyThere, NotFound
from charthouse.record.filing import Registration, Visit
from charthouse.record.listing import Card, Criterion, Interval, Kind, Search, Token

EAST = timezone(timedelta(hours=-5))


def found(desk: Desk, kind: Kind, *, limit: int = 50, after: str = "", **asked: str | Interval) -> list[str]:
    criteria = tuple(Criterion(name=n, values=(v if isinstance(v, Interval) else Token(value=v),)) for n, v in asked.items())
    return [one.id for one in listing.find(desk, Search(kind=kind, criteria=criteria, limit=limit, after=after))]


def on(comparison: str, day: date, days: int = 1) -> Interval:
    start = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return Interval(comparison=comparison, start=start, end=start + timedelta(days=days))  # type: ignore[arg-type]


def test_patients_by_name_number_and_birth(desk: Desk) -> None:
    erin = a_patient(desk)
    other = a_patient(desk, "2", family="Åström", given="Bo_Erik", birth_date=None)
    assert found(desk, "patient", family="EXAM") == [erin]
    assert found(desk, "patient", name="bo_") == [other]
    assert found(desk, "patient", name="bo%") == []
    assert found(desk, "patient", identifier="2") == [other]
    assert found(desk, "patient", birthdate=on("ge", date(1961, 3, 2))) == [erin]
    assert found(desk, "patient", birthdate=on("ne", date(1961, 3, 2))) == []
    assert listing.find(desk, Search(kind="patient", criteria=(Criterion(name="identifier", values=(Token(value="1", system="urn:north:mrn"), Token(value="2", system="urn:x"))),)))[0].id == erin
    (whole,) = listing.find(desk, Search(kind="patient", criteria=(Criterion(name="_id", values=(Token(value=erin),)),)))
    assert isinstance(whole.of, Registration)
    assert whole.of.identifiers == (("urn:north:mrn", "1"),)
    assert whole.updated == NOW


@pytest.mark.parametrize(("comparison", "day", "hit"), [
    ("eq", date(2026, 3, 3), False), ("ge", date(2026, 3, 5), True), ("gt", date(2026, 3, 5), False), ("le", date(2026, 3, 2), True), ("lt", date(2026, 3, 2), False),
    ("sa", date(2026, 3, 1), True), ("sa", date(2026, 3, 2), False), ("eb", date(2026, 3, 6), True), ("eb", date(2026, 3, 5), False)])
def test_a_stay_is_compared_by_its_local_days(desk: Desk, comparison: str, day: date, hit: bool) -> None:
    stay = a_visit(desk, a_patient(desk), setting="inpatient", admitted=datetime(2026, 3, 2, 23, 30, tzinfo=EAST), discharged=datetime(2026, 3, 5, 22, tzinfo=EAST))
    assert found(desk, "encounter", date=on(comparison, day)) == ([stay] if hit else [])


def test_a_stay_without_an_end_goes_on(desk: Desk) -> None:
    stay = a_visit(desk, a_patient(desk), setting="inpatient")
    assert found(desk, "encounter", date=on("ge", date(2030, 1, 1))) == [stay]
    assert found(desk, "encounter", status="in-progress") == [stay]


def test_pages_follow_each_other(desk: Desk) -> None:
    all_of_them = [a_patient(desk, str(n)) for n in range(5)]
    first = found(desk, "patient", limit=2)
    rest = found(desk, "patient", after=first[-1])
    assert first + rest == sorted(all_of_them)


def test_documents_and_their_contents(desk: Desk) -> None:
    visit = a_visit(desk, a_patient(desk))
    document = a_document(desk, visit)
    one = listing.one(desk, "document", document)
    assert isinstance(one.of, Card)
    assert (one.encounter, one.of.size, one.of.has_text) == (visit, 17, True)
    assert listing.content(desk, document, read=True) == (b"Assessment: gout.", "text/plain; charset=utf-8")
    assert found(desk, "document", date=on("lt", date(2020, 1, 1))) == []
    assert found(desk, "document", _lastUpdated=on("ge", date(2020, 1, 1))) == [document]
    with pytest.raises(NotFound):
        listing.content(desk, visit, read=True)


def test_what_was_destroyed_is_not_shown(site: Site, desk: Desk) -> None:
    document = a_document(desk, a_visit(desk, a_patient(desk)))
    with site.engine.execution_options(writes=True).begin() as connection:
        connection.execute(schema.document.update().values(state="destroyed"))
    assert found(desk, "document") == []
    for read in (lambda: listing.one(desk, "document", document), lambda: listing.content(desk, document, read=False)):
        with pytest.raises(NotFound):
            read()


def test_the_ledger_and_what_was_written(desk: Desk) -> None:
    erin = a_patient(desk)
    a_document(desk, a_visit(desk, erin))
    assert len(found(desk, "writing", patient=erin)) == 3
    before = found(desk, "event")
    assert [int(i) for i in before] == sorted(int(i) for i in before)  # 10 comes after 9
    assert len(found(desk, "event", limit=1_000)) == len(before) + 1
    assert found(desk, "event", action="chart.find")


def test_each_patient_of_a_list_is_told_of_and_nobody_out_of_sight_is_shown(site: Site, desk: Desk) -> None:
    erin, other = a_patient(desk), a_patient(desk, "2")
    south = desk_of(site, replace(CLERK, id="s", facilities=frozenset({"south"})))
    sam = a_patient(south, "3", facility="south")
    hidden = a_patient(desk, "4", restricted=True)
    coder = desk_of(site, replace(CLERK, id="c", roles=frozenset({"coder"})))
    assert found(coder, "patient") == [erin, other]
    assert found(desk, "patient") == [erin, other, hidden]
    assert found(south, "patient") == [sam]
    assert listing.count(coder, Search(kind="patient")) == 2
    with site.snapshot() as connection:
        told = [e.event for e in ledger.entries(connection) if e.event.actor == "c"]
    assert [(e.action, e.patient) for e in told] == [("chart.find", erin), ("chart.find", other), ("chart.find", "")]


def test_what_is_said_of_an_encounter(desk: Desk) -> None:
    stay = a_visit(desk, a_patient(desk), number="V-1", unit="5 West")
    of = listing.one(desk, "encounter", stay).of
    assert isinstance(of, Visit)
    assert (of.number, of.unit, of.admitted) == ("V-1", "5 West", datetime(2026, 3, 2, 8))


def test_an_answer_is_kept_for_its_actor_and_for_a_week(site: Site) -> None:
    answer = Kept(request="r", status=201, body="{}", at=NOW)
    with site.transaction() as open:
        open.answers.keep("a", "k", answer)
        assert open.answers.kept("a", "k") == answer
        assert open.answers.kept("b", "k") is None
    with pytest.raises(AlreadyThere), site.transaction() as open:
        open.answers.keep("a", "k", answer)
    with site.transaction() as open:
        open.answers.keep("a", "later", replace(answer, at=NOW + timedelta(days=8)))
        assert open.answers.kept("a", "k") is None


def test_keys_are_kept_told_of_and_in_the_backup(site: Site, layout: Layout, empty: Layout) -> None:
    admin = desk_of(site, replace(CLERK, id="admin", roles=frozenset({"administrator"})), "administration")
    key = ApiKey(prefix="abcd", name="bridge", roles=frozenset({"coder"}), facilities=frozenset({"north side", "south"}), made_at=NOW, expires_at=NOW + timedelta(days=1))
    admin.use("user.write", replace(SITE, id="api-key:abcd"), lambda open, access: open.api_keys.add(access, key, "hash"))
    file = layout.folder.parent / "backup"
    backup.take(site, file, passphrase="a long passphrase")
    restore.put_back(empty, file, passphrase="a long passphrase").close()
    with reopened(empty) as again, again.snapshot() as connection:
        assert stored.keys(connection) == [(key, "hash")]
        assert key.stands(NOW)
        assert not key.stands(NOW + timedelta(days=1))
    revoke = lambda: admin.use("user.write", replace(SITE, id="api-key:abcd"), lambda open, access: open.api_keys.revoke(access, "abcd", NOW))  # noqa: E731
    assert revoke() is True
    assert revoke() is False
    with site.snapshot() as connection:
        assert stored.keys(connection, "abcd")[0][0].revoked_at == NOW
        assert [e.event.subject for e in ledger.entries(connection) if e.event.actor == "admin"] == ["api-key:abcd"] * 3
