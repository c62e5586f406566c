"""Taking in, over both databases: who, which visit, what is filed, what is held; nothing twice, nothing lost."""
from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest
import sqlalchemy as sa
from storage_kit import NOW, desk_of, reopened

from charthouse.adapters.storage import schema
from charthouse.adapters.storage.layout import Layout
from charthouse.adapters.storage.site import Site
from charthouse.flow import post
from charthouse.flow.desk import Desk
from charthouse.flow.intake import Given, file_held, quarantine, take_in, take_in_all
from charthouse.record.access import Actor
from charthouse.record.errors import AccessDenied, BadRequest, NoRecord, NotFiled
from charthouse.record.filing import Registration
from charthouse.record.received import Arrival, Charge, Happening, ReadDocument, Said

FEED = Actor(id="feed", roles=frozenset({"interface"}), facilities=frozenset({"north"}), origin="test")
ERIN = Registration(facility="", identifiers=(("urn:north:mrn", "1001"),), family="Example", given="Erin", birth_date=date(1961, 3, 2), sex="F")
STAY = Said(number="V1", setting="inpatient", admitted=datetime(2026, 3, 2, 8, tzinfo=UTC), unit="4W", attending="Dr. Quill")
SUMMARY = "DISCHARGE SUMMARY\n\nHospital course:\nPneumonia, treated."


@pytest.fixture
def feed(site: Site) -> Desk:
    return desk_of(site, FEED)


def message(control: str, happening: Happening = "admit", *, visit: Said | None = STAY, patient: Registration | None = ERIN, minutes: int = 0, **more: object) -> Arrival:
    return Arrival(happening=happening, patient=patient, visit=visit, sender="LAB|NORTH", control=control, sent_at=NOW + timedelta(minutes=minutes), **more)  # type: ignore[arg-type]


def told(text: str = SUMMARY, **more: object) -> tuple[ReadDocument, ...]:
    return (ReadDocument(text=text, **more),)  # type: ignore[arg-type]


def rows(site: Site, table: sa.Table) -> list[dict[str, object]]:
    with site.snapshot() as connection:
        return [dict(r) for r in connection.execute(sa.select(table)).mappings()]


def one(site: Site, table: sa.Table) -> dict[str, object]:
    (row,) = rows(site, table)
    return row


# -- admissions, transfers, discharges ---------------------------------------------------------------------------------------------------

AWAY = datetime(2026, 3, 6, 11, tzinfo=UTC)
LIFE = (
    message("1", "admit"), message("2", "transfer", visit=Said(number="V1", unit="ICU"), minutes=60),
    message("3", "discharge", visit=Said(number="V1", discharged=AWAY, status="06"), minutes=120), message("4", "cancel_discharge", visit=Said(number="V1"), minutes=180),
    message("5", "discharge", visit=Said(number="V1", discharged=AWAY + timedelta(days=1), status="03"), minutes=240),
)


@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4), (4, 3, 2, 1, 0), (2, 0, 4, 1, 3), (3, 4, 0, 2, 1)])
def test_a_visit_is_the_same_in_whatever_order_it_is_told(feed: Desk, site: Site, order: tuple[int, ...]) -> None:
    for n in order:
        assert take_in(feed, LIFE[n], b"MSH %d" % n).outcome == "filed"
    visit = one(site, schema.encounter)
    assert (visit["number"], visit["setting"], visit["unit"], visit["discharge_status"], visit["state"]) == ("V1", "inpatient", "ICU", "03", "open")
    assert (visit["admitted"], visit["discharged"]) == ("2026-03-02T08:00:00+00:00", "2026-03-07T11:00:00+00:00")
    assert len(rows(site, schema.patient)) == 1
    assert len(rows(site, schema.happening)) == 5


def test_a_discharge_before_the_admission_makes_the_visit(feed: Desk, site: Site) -> None:
    take_in(feed, LIFE[2], b"A03")
    assert (one(site, schema.encounter)["discharge_status"], one(site, schema.encounter)["admitted"]) == ("06", NOW.replace(hour=11).isoformat())
    take_in(feed, LIFE[0], b"A01")
    assert (one(site, schema.encounter)["discharge_status"], one(site, schema.encounter)["admitted"]) == ("06", "2026-03-02T08:00:00+00:00")


def test_a_cancelled_admission_is_cancelled_and_open_when_admitted_anew(feed: Desk, site: Site) -> None:
    take_in(feed, LIFE[0], b"A01")
    take_in(feed, message("9", "cancel_admit", visit=Said(number="V1"), minutes=10), b"A11")
    assert one(site, schema.encounter)["state"] == "cancelled"
    take_in(feed, message("10", "admit", minutes=20), b"A01 again")
    assert one(site, schema.encounter)["state"] == "open"


def test_an_older_word_on_a_patient_does_not_displace_a_newer(feed: Desk, site: Site) -> None:
    take_in(feed, message("1", "update", patient=replace(ERIN, family="Newname", phone=""), minutes=50), b"1")
    take_in(feed, message("2", "update", patient=replace(ERIN, phone="555-0100")), b"2")
    patient = one(site, schema.patient)
    assert (patient["family"], patient["phone"]) == ("Newname", "555-0100")
    take_in(feed, message("3", "update", patient=replace(ERIN, family="Later", identifiers=(("urn:north:mrn", "1001"), ("urn:state", "9"))), minutes=60), b"3")
    assert one(site, schema.patient)["family"] == "Later"
    assert {r["value"] for r in rows(site, schema.identifier)} == {"1001", "9"}


def test_a_visit_that_the_desk_admitted_keeps_what_the_desk_said(feed: Desk, site: Site) -> None:
    desk = desk_of(site)
    from storage_kit import a_patient, a_visit

    visit = a_visit(desk, a_patient(desk, "1001"), number="V1", unit="3E", attending="Dr. Desk", setting="inpatient")
    receipt = take_in(feed, message("1", "transfer", visit=Said(number="V1", unit="ICU")), b"A02")
    row = one(site, schema.encounter)
    assert receipt.encounter == visit
    assert (row["unit"], row["attending"], row["admitted"], row["version"]) == ("ICU", "Dr. Desk", "2026-03-02T08:00:00", 2)


# -- documents -----------------------------------------------------------------------------------------------------------------------------


def test_a_document_is_filed_with_its_kind_and_what_the_sender_says(feed: Desk, site: Site) -> None:
    receipt = take_in(feed, message("1", "document", documents=told(number="D1", author="Dr. Quill", signed=True, service_date=date(2026, 3, 6), title="Summary")), b"MSH")
    row = one(site, schema.document)
    assert (row["id"], row["kind"], row["author"], row["signed"], row["number"], row["state"]) == (receipt.documents[0], "discharge_summary", "Dr. Quill", True, "D1", "filed")
    assert 0.5 < row["kind_score"] <= 1  # type: ignore[operator]
    assert [d.text for d in desk_of(site).chart(receipt.encounter).documents] == [SUMMARY]


def test_a_replaced_document_stays_and_is_marked(feed: Desk, site: Site) -> None:
    first = take_in(feed, message("1", "document", documents=told("PROGRESS NOTE\nDraft", number="D1")), b"1")
    second = take_in(feed, message("2", "replacement", documents=told("PROGRESS NOTE\nFinal", number="D2", replaces="D1"), minutes=1), b"2")
    third = take_in(feed, message("3", "addendum", documents=told("PROGRESS NOTE\nAddendum: fever gone", number="D3", replaces="D2"), minutes=2), b"3")
    states = {r["id"]: (r["state"], r["replaces"]) for r in rows(site, schema.document)}
    assert states == {first.documents[0]: ("replaced", None), second.documents[0]: ("filed", first.documents[0]), third.documents[0]: ("filed", second.documents[0])}
    assert [d.text for d in desk_of(site).chart(first.encounter).documents] == ["PROGRESS NOTE\nFinal", "PROGRESS NOTE\nAddendum: fever gone"]


def test_a_newer_version_under_the_same_number_wins_whichever_comes_first(feed: Desk, site: Site) -> None:
    take_in(feed, message("2", "document", documents=told("PROGRESS NOTE\nNew", number="D1"), minutes=30), b"2")
    take_in(feed, message("1", "document", documents=told("PROGRESS NOTE\nOld", number="D1")), b"1")
    encounter = one(site, schema.encounter)["id"]
    assert [d.text for d in desk_of(site).chart(str(encounter)).documents] == ["PROGRESS NOTE\nNew"]
    assert len(rows(site, schema.document)) == 2


def test_a_cancelled_document_leaves_the_chart_and_stays_in_the_record(feed: Desk, site: Site) -> None:
    receipt = take_in(feed, message("1", "document", documents=told(number="D1")), b"1")
    take_in(feed, message("2", "cancel_document", documents=told("", number="D1"), minutes=1), b"2")
    assert one(site, schema.document)["state"] == "cancelled"
    assert desk_of(site).chart(receipt.encounter).documents == ()
    unknown = take_in(feed, message("3", "cancel_document", documents=told("", number="D9")), b"3")
    assert (unknown.outcome, unknown.reason) == ("unfiled", "document-unknown")


def test_a_signature_that_comes_later_is_kept(feed: Desk, site: Site) -> None:
    take_in(feed, message("1", "document", documents=told(number="D1", signed=False)), b"1")
    take_in(feed, message("2", "document", documents=told("", number="D1", signed=True), minutes=1), b"2")
    assert one(site, schema.document)["signed"] is True


def test_the_number_of_another_patients_document_is_left_alone(feed: Desk, site: Site) -> None:
    take_in(feed, message("1", "document", documents=told(number="D1")), b"1")
    other = replace(ERIN, identifiers=(("urn:north:mrn", "2"),), family="Other")
    receipt = take_in(feed, message("2", "document", patient=other, visit=replace(STAY, number="V2"), documents=told("Clinic note. Here for a cough.", number="D1")), b"2")
    assert receipt.outcome == "filed"
    assert {r["state"] for r in rows(site, schema.document)} == {"filed"}
    cancel = take_in(feed, message("3", "cancel_document", patient=replace(ERIN, identifiers=(("urn:north:mrn", "3"),)), visit=None, documents=told("", number="D1")), b"3")
    assert cancel.outcome == "unfiled"


def test_charges_are_kept(feed: Desk, site: Site) -> None:
    take_in(feed, message("1", "charge", charges=(Charge(code="99999", amount=1250, modifiers=("25",), diagnoses=("J18.9", "I10"), number="T1"),)), b"DFT")
    row = one(site, schema.charge)
    assert (row["code"], row["amount"], row["diagnoses"], row["encounter"]) == ("99999", 1250, "J18.9 I10", one(site, schema.encounter)["id"])


def test_a_kind_that_is_not_sure_is_asked_of_a_person(feed: Desk, site: Site) -> None:
    receipt = take_in(feed, message("1", "document", documents=told("See attached.")), b"1")
    (held,) = post.waiting(feed)
    assert (receipt.outcome, receipt.kinds, held.reason, held.document) == ("filed", ("",), "kind", receipt.documents[0])
    with pytest.raises(NotFiled, match="--kind"):
        file_held(feed, held.id, Given(visit="V1"))
    assert file_held(feed, held.id, Given(kind="letter")).encounter == receipt.encounter
    assert (one(site, schema.document)["kind"], post.waiting(feed)) == ("letter", ())


# -- nothing twice -------------------------------------------------------------------------------------------------------------------------


def test_a_message_sent_again_gets_the_same_answer_and_files_nothing(feed: Desk, site: Site) -> None:
    arrival = message("1", "document", documents=told(number="D1"))
    first = take_in(feed, arrival, b"MSH")
    again = take_in(feed, replace(arrival, sent_at=NOW + timedelta(hours=2)), b"MSH")
    assert (again.documents, again.outcome, again.again) == (first.documents, "filed", True)
    assert len(rows(site, schema.document)) == len(rows(site, schema.message)) == 1


def test_a_number_used_for_two_messages_is_held_once(feed: Desk, site: Site) -> None:
    take_in(feed, message("1", "document", documents=told()), b"one")
    for _ in range(2):
        other = take_in(feed, message("1", "document", documents=told("PROGRESS NOTE\nAnother")), b"two")
        assert (other.outcome, other.reason) == ("quarantined", "control-reused")
    assert len(rows(site, schema.held)) == 1


def test_a_sender_that_counts_anew_is_understood_by_when_it_sent(feed: Desk, site: Site) -> None:
    take_in(feed, message("1", "document", documents=told()), b"one")
    for _ in range(2):
        other = take_in(feed, message("1", "document", documents=told("PROGRESS NOTE\nAnother"), minutes=600), b"two")
        assert (other.outcome, len(other.documents)) == ("filed", 1)
    assert len(rows(site, schema.document)) == 2


def test_the_same_content_to_the_same_visit_is_noted_and_not_filed_again(feed: Desk, site: Site) -> None:
    first = take_in(feed, message("1", "document", documents=told()), b"1")
    second = take_in(feed, message("2", "document", documents=told(), minutes=5), b"2")
    assert second.documents == first.documents
    assert second.notes == ("the same content was filed to this visit before",)


# -- what is held --------------------------------------------------------------------------------------------------------------------------


def test_a_document_of_nobody_waits_for_a_person_and_is_filed_as_they_say(feed: Desk, site: Site) -> None:
    take_in(feed, LIFE[0], b"A01")
    waits = take_in(feed, Arrival(documents=told()), SUMMARY.encode(), name="letter.txt")
    assert (waits.outcome, waits.reason) == ("unfiled", "no-patient")
    (held,) = post.waiting(feed)
    assert (held.id, held.name, held.reason, held.original) == (waits.held[0], "letter.txt", "no-patient", b"")
    with pytest.raises(NotFiled, match="no-visit"):
        file_held(feed, held.id, Given(visit="no such"))
    assert len(post.waiting(feed)) == 1
    receipt = file_held(feed, held.id, Given(visit="V1", kind="letter"))
    assert one(site, schema.document)["kind"] == "letter"
    assert receipt.encounter == one(site, schema.encounter)["id"]
    assert post.waiting(feed) == ()
    with pytest.raises(NoRecord):
        file_held(feed, held.id, Given(visit="V1"))


def test_a_person_may_name_the_patient_and_the_day(feed: Desk, site: Site) -> None:
    patient = take_in(feed, LIFE[0], b"A01").patient
    waits = take_in(feed, Arrival(documents=told()), SUMMARY.encode())
    with pytest.raises(NotFiled, match="no-visit"):
        file_held(feed, waits.held[0], Given(patient=patient))
    assert file_held(feed, waits.held[0], Given(patient=patient, on=date(2026, 3, 2))).encounter == one(site, schema.encounter)["id"]


def test_a_document_without_a_visit_knows_its_patient(feed: Desk, site: Site) -> None:
    receipt = take_in(feed, message("1", "document", visit=None, documents=told()), b"MSH")
    assert (receipt.outcome, receipt.reason, one(site, schema.held)["patient"]) == ("unfiled", "no-visit", one(site, schema.patient)["id"])


def test_a_visit_number_of_another_patient_is_quarantined(feed: Desk, site: Site) -> None:
    take_in(feed, LIFE[0], b"A01")
    receipt = take_in(feed, message("2", "update", patient=replace(ERIN, identifiers=(("urn:north:mrn", "7"),))), b"A08")
    assert (receipt.outcome, receipt.reason) == ("quarantined", "visit-of-another")
    assert one(site, schema.encounter)["patient"] != one(site, schema.held)["patient"]


def test_what_cannot_be_read_keeps_its_bytes_once(feed: Desk, site: Site, layout: Layout) -> None:
    first = quarantine(feed, b"\x00\x01", "CH-0203", "it is a binary file", name="x.bin")
    assert quarantine(feed, b"\x00\x01", "CH-0203", "it is a binary file").held == first.held
    take_in(feed, LIFE[0], b"A01")
    site.close()
    with reopened(layout) as again:
        held = post.held(desk_of(again, FEED), first.held[0])
        assert held is not None
        assert held.original == b"\x00\x01"
        assert file_held(desk_of(again, FEED), held.id, Given(visit="V1")).documents
        assert one(again, schema.document)["original"] == post.hash_of(b"\x00\x01")


def test_one_bad_message_of_many_is_quarantined_and_the_others_are_stored(feed: Desk, site: Site) -> None:
    bad = message("2", "admit", visit=replace(STAY, number="V2"), patient=replace(ERIN, identifiers=(("urn:x", "5"),), family="\ud800"))  # no character at all
    receipts = take_in_all(feed, [(LIFE[0], b"1"), (bad, b"2"), (LIFE[1], b"3")])
    assert [r.outcome for r in receipts] == ["filed", "quarantined", "filed"]
    assert receipts[1].reason == "CH-0000"
    assert len(rows(site, schema.patient)) == 1


def test_many_in_one_transaction_are_all_there_or_none(feed: Desk, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr("charthouse.adapters.storage.blobs.Blobs.put", broken)
        with pytest.raises(OSError, match="disk full"):
            take_in_all(feed, [(LIFE[0], b"1"), (LIFE[1], b"2")])
    assert rows(site, schema.patient) == rows(site, schema.message) == rows(site, schema.encounter) == []


# -- who may -------------------------------------------------------------------------------------------------------------------------------


def test_only_who_may_file_takes_in_and_only_at_its_facility(site: Site) -> None:
    with pytest.raises(AccessDenied):
        take_in(desk_of(site, replace(FEED, roles=frozenset({"coder"}))), LIFE[0], b"1")
    with pytest.raises(AccessDenied):
        take_in(desk_of(site, FEED), LIFE[0], b"1", given=Given(facility="south"))
    with pytest.raises(BadRequest):
        take_in(desk_of(site, replace(FEED, facilities=frozenset({"north", "south"}))), LIFE[0], b"1")
    assert rows(site, schema.patient) == []


def test_what_is_held_is_shown_at_its_facility_only(feed: Desk, site: Site) -> None:
    waits = take_in(feed, Arrival(documents=told()), b"x")
    south = desk_of(site, replace(FEED, facilities=frozenset({"south"})))
    assert post.waiting(south) == ()
    with pytest.raises(NoRecord):
        file_held(south, waits.held[0], Given(visit="V1"))


def test_the_ledger_tells_of_all_of_it_and_quotes_nothing(feed: Desk, site: Site) -> None:
    take_in(feed, message("1", "document", documents=told()), b"MSH")
    take_in(feed, Arrival(documents=told("Clinic note about gout")), b"gout")
    assert site.verify() >= 6
    with site.snapshot() as connection:
        whole = repr(connection.execute(sa.select(schema.event)).all())
    assert not any(word in whole for word in ("Example", "1001", "gout", "Pneumonia", "V1"))


def test_all_orders_of_three(feed: Desk, site: Site) -> None:
    for n, order in enumerate(permutations((0, 1, 2))):
        for m in order:
            told_of = LIFE[m].visit
            assert told_of is not None
            take_in(feed, replace(LIFE[m], control=f"{n}-{m}", visit=replace(told_of, number=f"P{n}")), b"%d %d" % (n, m))
    assert len({(r["unit"], r["discharged"], r["admitted"], r["discharge_status"]) for r in rows(site, schema.encounter)}) == 1


def test_a_document_without_a_visit_goes_to_the_stay_that_contains_its_day_or_waits(feed: Desk, site: Site) -> None:
    take_in(feed, LIFE[0], b"1")
    take_in(feed, LIFE[2], b"3")
    day = date(2026, 3, 4)
    there = take_in(feed, message("8", "document", visit=None, documents=told(service_date=day, number="D8")), b"8")
    assert (there.outcome, there.encounter) == ("filed", one(site, schema.encounter)["id"])
    nowhere = take_in(feed, message("9", "document", visit=None, documents=told("Progress note. Another day.", service_date=date(2025, 1, 1), number="D9")), b"9")
    assert (nowhere.outcome, nowhere.reason) == ("unfiled", "no-visit")
