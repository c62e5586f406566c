"""One patient, over both databases: found again, merged, taken apart, held."""
from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa
from storage_kit import CLERK, a_document, a_patient, a_visit, desk_of, merged_by_two, reopened, second

from charthouse.adapters.storage.layout import Layout
from charthouse.adapters.storage.site import Site
from charthouse.flow import identity
from charthouse.flow.desk import Desk
from charthouse.flow.weighing import weighing
from charthouse.record.access import Actor
from charthouse.record.errors import AccessDenied, AlreadyDecided, AlreadyUndone, BadRequest, NoRecord, SamePatient, SecondPersonNeeded
from charthouse.record.filing import Registration

BOTH = frozenset({"north", "south"})
LEAD = Actor(id="lead", roles=frozenset({"identity_lead"}), facilities=BOTH, origin="test")
WIRE = Actor(id="wire", roles=frozenset({"interface"}), facilities=BOTH, origin="test")
ERIN = Registration(facility="north", identifiers=(("mrn.north", "1"),), family="Example", given="Erin", birth_date=date(1961, 3, 2), sex="F", address="12 Oak Street", postcode="01234", phone="555 0100 22")
SOUTH = replace(ERIN, facility="south", identifiers=(("mrn.south", "77"),))
LUCY = replace(SOUTH, given="Lucy")


@pytest.fixture
def lead(site: Site) -> Desk:
    return desk_of(site, LEAD)


@pytest.fixture
def wire(site: Site) -> Desk:
    return desk_of(site, WIRE)


def come(desk: Desk, registration: Registration) -> str:
    return identity.find_or_register(desk, registration, weighing())[0]


def test_a_registration_finds_its_patient_by_number_and_by_who_it_is(wire: Desk, lead: Desk) -> None:
    first = come(wire, ERIN)
    assert come(wire, ERIN) == come(wire, SOUTH) == first
    assert set(lead.patient(first).identifiers) == {("mrn.north", "1"), ("mrn.south", "77")}
    assert come(wire, replace(SOUTH, identifiers=(("mrn.south", "77"),), given="", family="", birth_date=None)) == first
    assert identity.waiting(lead) == ()


def test_what_changed_is_kept_beside_what_it_was(wire: Desk, lead: Desk, site: Site) -> None:
    first = come(wire, ERIN)
    come(wire, replace(ERIN, family="Married", address="", postcode="99999"))
    now = lead.patient(first)
    assert (now.family, now.address, now.postcode) == ("Married", "12 Oak Street", "99999")
    with site.snapshot() as connection:
        assert connection.execute(sa.text("SELECT family, postcode FROM former")).all() == [("Example", "01234")]
    assert come(wire, SOUTH) == first  # also by the former name


def test_a_twin_is_a_record_of_its_own_and_waits(wire: Desk, lead: Desk) -> None:
    erin, lucy = come(wire, ERIN), come(wire, LUCY)
    found, = identity.waiting(lead)
    assert ({found.a, found.b}, found.why, found.state) == ({erin, lucy}, "identity/twins", "open")
    assert come(wire, LUCY) == lucy
    assert len(identity.waiting(lead)) == 1
    assert identity.decide(lead, found.id, "different", "twins").outcome == "different"
    assert identity.waiting(lead) == ()
    with pytest.raises(AlreadyDecided):
        identity.decide(lead, found.id, "same", "no")
    assert lead.patient(lucy).given == "Lucy"


def test_the_decision_that_they_are_one_merges_them(wire: Desk, lead: Desk) -> None:
    erin, lucy = come(wire, ERIN), come(wire, LUCY)
    found, = identity.waiting(lead)
    shown, a, b = identity.pair(lead, found.id)
    assert (shown, {a.given, b.given}) == (found, {"Erin", "Lucy"})
    assert identity.decide(lead, found.id, "same", "a nickname").outcome == "proposed"
    assert lead.patient(lucy) != lead.patient(erin)
    waits, = identity.waiting(lead)
    assert (waits.state, waits.survivor, waits.proposed_by) == ("proposed", found.a, "lead")
    for again in (lambda: identity.decide(lead, found.id, "same", "sure"), lambda: identity.merge(lead, found.a, found.b, "sure")):
        with pytest.raises(SecondPersonNeeded):
            again()
    assert lead.patient(lucy) != lead.patient(erin)
    done = identity.decide(second(lead), found.id, "same", "a nickname")
    assert done.outcome == "merged"
    assert lead.patient(lucy) == lead.patient(erin)
    assert [(m.id, m.actor) for m in identity.lineage(lead, erin)] == [(done.merge, "second")]
    assert identity.waiting(lead) == ()
    with pytest.raises(AlreadyDecided):
        identity.decide(lead, found.id, "different", "no")


def test_the_second_person_may_disagree_or_turn_it_round(wire: Desk, lead: Desk) -> None:
    erin, lucy = come(wire, ERIN), come(wire, LUCY)
    proposed = identity.merge(lead, erin, lucy, "one")
    assert identity.merge(second(lead), lucy, erin, "the other way round").outcome == "proposed"
    with pytest.raises(SecondPersonNeeded):
        identity.decide(second(lead), proposed.pair, "same", "one")
    assert identity.decide(lead, proposed.pair, "same", "one").outcome == "merged"
    assert lead.patient(erin).given == "Lucy"
    identity.unmerge(lead, identity.lineage(lead, erin)[0].id, "two")
    again = identity.merge(lead, erin, lucy, "one after all")  # decided before: it is proposed anew
    assert again.pair == proposed.pair
    assert again.outcome == "proposed"
    assert identity.decide(second(lead), again.pair, "different", "twins").outcome == "different"
    assert identity.waiting(lead) == ()
    assert lead.patient(erin).given == "Erin"


def test_a_pair_that_became_one_meanwhile(wire: Desk, lead: Desk) -> None:
    stays, _ = come(wire, ERIN), come(wire, LUCY)
    found, = identity.waiting(lead)
    identity.apply_a40(wire, ERIN, (("mrn.south", "77"),), weighing())
    assert identity.decide(lead, found.id, "same", "one").outcome == "one"
    with pytest.raises(SamePatient):
        identity.merge(lead, stays, found.a if found.b == stays else found.b, "one")


def test_an_overlay_is_held_and_nothing_is_written_over(wire: Desk, lead: Desk) -> None:
    erin = come(wire, ERIN)
    other = replace(ERIN, given="Thomas", family="Sampson", sex="M", birth_date=date(2004, 11, 30))
    held = come(wire, other)
    assert held != erin
    assert lead.patient(erin) == ERIN
    assert lead.patient(held).identifiers == ()
    assert [s.why for s in identity.waiting(lead)] == ["identity/overlay"]
    assert come(wire, other) == held


def test_merged_is_read_as_one_and_taken_apart_as_two(lead: Desk, site: Site) -> None:
    desk = desk_of(site, replace(CLERK, facilities=BOTH))
    a, b = a_patient(desk, "1"), a_patient(desk, "2", facility="south", given="Erinn")
    before = desk.patient(a), desk.patient(b)
    visit = a_visit(desk, b, facility="south")
    a_document(desk, visit)
    merged = merged_by_two(lead, a, b, "registered twice")
    both = desk.patient(b)
    assert both == desk.patient(a)
    assert (both.given, set(both.identifiers)) == ("Erin", {("urn:north:mrn", "1"), ("urn:north:mrn", "2")})
    assert desk.chart(visit).encounter.patient.name == "Erin Example"
    late = a_visit(desk, b, facility="south")
    a_document(desk, late, "Late")
    identity.unmerge(lead, merged, "two cousins")
    assert (desk.patient(a), desk.patient(b)) == before
    assert desk.chart(late).encounter.patient.name == desk.chart(visit).encounter.patient.name == "Erinn Example"
    assert [d.text for d in desk.chart(late).documents] == ["Late"]
    with pytest.raises(AlreadyUndone):
        identity.unmerge(lead, merged, "again")
    assert [(m.id, m.undone_by) for m in identity.lineage(lead, b)] == [(merged, "lead")]


def test_a_restriction_outlives_merge_and_unmerge(lead: Desk, site: Site) -> None:
    desk = desk_of(site)
    officer = desk_of(site, Actor(id="officer", roles=frozenset({"privacy_officer"}), facilities=BOTH, origin="test"), "privacy")
    coder = desk_of(site, Actor(id="coder", roles=frozenset({"coder"}), facilities=BOTH, origin="test"))
    a, b, c = (a_patient(desk, str(n)) for n in range(3))
    officer.restrict(b)
    first = merged_by_two(lead, a, b, "one person")
    for id in (a, b):
        with pytest.raises(AccessDenied):
            coder.patient(id)
    identity.unmerge(lead, first, "two")
    coder.patient(a)
    with pytest.raises(AccessDenied):
        coder.patient(b)
    second = merged_by_two(lead, a, c, "one person")
    officer.restrict(a)
    identity.unmerge(lead, second, "two")
    for id in (a, c):
        with pytest.raises(AccessDenied):
            coder.patient(id)


def test_a40_folds_the_prior_number_and_may_come_twice(wire: Desk, lead: Desk) -> None:
    stays, goes = come(wire, ERIN), come(wire, LUCY)
    assert identity.apply_a40(wire, ERIN, (("mrn.south", "77"),), weighing())[0] == stays
    assert lead.patient(goes).given == "Erin"
    assert identity.apply_a40(wire, ERIN, (("mrn.south", "77"),), weighing()) == (stays, "")
    assert come(wire, LUCY) == goes  # what comes under the old number stays with its record


def test_a40_of_numbers_that_nobody_has(wire: Desk, lead: Desk) -> None:
    survivor, merged = identity.apply_a40(wire, ERIN, (("mrn.old", "5"),), weighing())
    assert merged == ""
    assert set(lead.patient(survivor).identifiers) == {("mrn.north", "1"), ("mrn.old", "5")}
    assert come(wire, replace(ERIN, identifiers=(("mrn.old", "5"),))) == survivor
    assert identity.apply_a40(wire, ERIN, (("mrn.north", "1"),), weighing()) == (survivor, "")
    with pytest.raises(BadRequest):
        identity.apply_a40(wire, ERIN, (), weighing())


def test_merges_in_a_row_are_taken_apart_in_any_order(lead: Desk, site: Site) -> None:
    desk = desk_of(site)
    a, b, c = (a_patient(desk, str(n), given=f"Erin{n}") for n in range(3))
    first, second = merged_by_two(lead, b, a, "one"), merged_by_two(lead, c, b, "one")
    assert desk.patient(a).given == "Erin2"
    with pytest.raises(SamePatient):
        identity.merge(lead, a, c, "one")
    identity.unmerge(lead, first, "two")
    assert [desk.patient(id).given for id in (a, b, c)] == ["Erin0", "Erin2", "Erin2"]
    identity.unmerge(lead, second, "two")
    assert [desk.patient(id).given for id in (a, b, c)] == ["Erin0", "Erin1", "Erin2"]
    assert {m.id for m in identity.lineage(lead, a)} == {first, second}


def test_who_may_not_merge_does_not_and_it_is_told(lead: Desk, site: Site) -> None:
    desk = desk_of(site)
    a, b = a_patient(desk, "1"), a_patient(desk, "2")
    with pytest.raises(AccessDenied):
        identity.merge(desk_of(site, Actor(id="coder", roles=frozenset({"coder"}), facilities=BOTH, origin="test")), a, b, "why not")
    with pytest.raises(AccessDenied):
        identity.merge(desk_of(site, replace(LEAD, facilities=frozenset({"south"}))), a, b, "another house's")
    with pytest.raises(BadRequest):
        identity.merge(lead, a, b, " ")
    for use in (lambda: identity.merge(lead, a, "no", "x"), lambda: identity.unmerge(lead, "no", "x"), lambda: identity.pair(lead, "no"), lambda: identity.decide(lead, "no", "same", "x")):
        with pytest.raises(NoRecord):
            use()
    with site.snapshot() as connection:
        told = connection.execute(sa.text("SELECT action, outcome FROM event WHERE action LIKE 'identity.%'")).all()
    assert ("identity.decide", "refused") in told
    assert ("identity.merge", "done") not in told
    assert desk.patient(b).identifiers == (("urn:north:mrn", "2"),)


def test_each_act_is_an_event_with_its_reason(lead: Desk, site: Site) -> None:
    desk = desk_of(site)
    a, b = a_patient(desk, "1"), a_patient(desk, "2")
    merged = merged_by_two(lead, a, b, "registered twice")
    identity.unmerge(lead, merged, "cousins")
    with site.snapshot() as connection:
        told = connection.execute(sa.text("SELECT action, patient, subject, reason FROM event WHERE version = :id ORDER BY seq"), {"id": merged}).all()
    assert told == [("identity.merge", a, f"patient:{b}", "registered twice"), ("identity.unmerge", b, f"patient:{b}", "cousins")]
    site.verify()


def test_one_transaction_takes_all_of_it_or_nothing(wire: Desk, lead: Desk, site: Site) -> None:
    with pytest.raises(NoRecord), wire.together() as one:
        _twins_and_a_mistake(one)
    assert identity.waiting(lead) == ()
    with wire.together() as one:
        assert come(one, ERIN) == come(one, SOUTH)


def _twins_and_a_mistake(one: Desk) -> None:
    come(one, ERIN)
    come(one, LUCY)
    identity.merge(one, "no", "such", "record")


def test_it_is_on_disk_and_in_a_backup(lead: Desk, wire: Desk, site: Site, layout: Layout, empty: Layout) -> None:
    from charthouse.adapters.storage import backup, restore

    erin, lucy = come(wire, ERIN), come(wire, LUCY)
    merged = merged_by_two(lead, erin, lucy, "one")
    file = layout.folder.parent / "site.age"
    backup.take(site, file, passphrase="a long enough one")
    again = restore.put_back(empty, file, passphrase="a long enough one")
    try:
        there = desk_of(again, LEAD)
        assert there.patient(lucy).given == "Erin"
        identity.unmerge(there, merged, "two")
        assert there.patient(lucy).given == "Lucy"
    finally:
        again.close()
    with reopened(layout) as same:
        assert desk_of(same, LEAD).patient(lucy).given == "Erin"
