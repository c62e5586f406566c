"""FHIR files as arrivals: what is said is read, what is said badly is noted, and nothing else comes of any bytes than arrivals or a refusal."""
from __future__ import annotations

import base64
import contextlib
import json
import os
import pickle
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from charthouse.adapters.readers.fhir import FhirReader
from charthouse.adapters.readers.fhir.narrative import text_of
from charthouse.adapters.readers.fhir.person import discharge_status
from charthouse.record.errors import CharthouseError, UnreadableDocument
from charthouse.record.received import Arrival

FORMATS = Path(os.environ.get("CHARTHOUSE_FORMATS") or Path(__file__).parents[2].parent / "shared" / "data" / "dev" / "formats")
READER = FhirReader()
LOINC = "http://loinc.org"

PATIENT: dict[str, Any] = {
    "resourceType": "Patient", "id": "p1", "gender": "female", "birthDate": "1961-03-02",
    "identifier": [{"system": "urn:north:mrn", "value": "N-100"}, {"value": "nobody's"}, {"system": "urn:north:old", "value": "7", "use": "old"}],
    "name": [{"use": "maiden", "family": "Before", "given": ["Erin"]}, {"use": "official", "family": "Example", "given": ["Erin", "Q"]}],
    "address": [{"line": ["1 Mill Lane"], "city": "Northtown", "state": "VT", "postalCode": "05001"}],
    "telecom": [{"system": "email", "value": "e@example.org"}, {"system": "phone", "value": "555-0100"}], "managingOrganization": {"reference": "Organization/o1"}}
ENCOUNTER: dict[str, Any] = {
    "resourceType": "Encounter", "id": "e1", "status": "finished", "class": {"code": "IMP"}, "subject": {"reference": "Patient/p1"},
    "identifier": [{"system": "urn:north:visit", "value": "V-1"}], "period": {"start": "2026-03-02T08:00:00-05:00", "end": "2026-03-05T12:00:00-05:00"},
    "participant": [{"individual": {"reference": "Practitioner/a"}}, {"type": [{"coding": [{"code": "ATND"}]}], "individual": {"reference": "Practitioner/b"}}],
    "location": [{"location": {"display": "Ward 2"}}, {"location": {"display": "Ward 5"}}],
    "hospitalization": {"dischargeDisposition": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/discharge-disposition", "code": "snf"}]}}}
AROUND: list[dict[str, Any]] = [{"resourceType": "Organization", "id": "o1", "name": "North Hospital"},
                                {"resourceType": "Practitioner", "id": "b", "name": [{"family": "Attend", "given": ["A."], "prefix": ["Dr."]}]}]


def note(id: str, text: str = "Assessment: gout.", **more: Any) -> dict[str, Any]:
    return {"resourceType": "DocumentReference", "id": id, "status": "current", "subject": {"reference": "Patient/p1"}, "context": {"encounter": [{"reference": "Encounter/e1"}]},
            "type": {"coding": [{"system": LOINC, "code": "18842-5"}]}, "docStatus": "final", "date": "2026-03-05T10:00:00Z",
            "author": [{"reference": "Practitioner/b"}], "content": [{"attachment": {"contentType": "text/plain", "data": coded(text.encode())}}]} | more


def coded(content: bytes) -> str:
    return base64.b64encode(content).decode()


def bundle(*resources: dict[str, Any], type: str = "collection", **more: Any) -> bytes:
    return json.dumps({"resourceType": "Bundle", "type": type, "entry": [{"resource": r} for r in resources]} | more).encode()


def read(content: bytes) -> list[Arrival]:
    assert READER.knows(content, "x")
    return list(READER.read(content, "x"))


def one(*resources: dict[str, Any], **more: Any) -> Arrival:
    (arrival,) = read(bundle(PATIENT, ENCOUNTER, *AROUND, *resources, **more))
    return arrival


# -- who, and which visit ----------------------------------------------------------------------------------------------------------
def test_the_patient_is_registered_by_the_official_name_and_the_numbers_in_use() -> None:
    who = one().patient
    assert who is not None
    assert (who.family, who.given, who.sex, who.birth_date, who.facility) == ("Example", "Erin Q", "F", date(1961, 3, 2), "North Hospital")
    assert who.identifiers == (("urn:north:mrn", "N-100"),)
    assert (who.address, who.postcode, who.phone) == ("1 Mill Lane, Northtown, VT", "05001", "555-0100")


def test_the_visit_with_attending_last_place_and_disposition() -> None:
    arrival = one()
    visit = arrival.visit
    assert visit is not None
    assert (visit.number, visit.setting, visit.status, visit.unit, visit.attending) == ("V-1", "inpatient", "03", "Ward 5", "Dr. A. Attend")
    assert visit.admitted == datetime.fromisoformat("2026-03-02T08:00:00-05:00")
    assert arrival.happening == "discharge"


@pytest.mark.parametrize(("system", "code", "expected"), [
    ("http://terminology.hl7.org/CodeSystem/discharge-disposition", "home", "01"), ("http://terminology.hl7.org/CodeSystem/discharge-disposition", "hosp", ""),
    ("https://www.nubc.org/CodeSystem/PatDischargeStatus", "6", "06"), ("urn:ours", "06", ""), ("http://terminology.hl7.org/CodeSystem/discharge-disposition", "exp", "20")])
def test_a_disposition_is_a_discharge_status_only_where_it_says_one(system: str, code: str, expected: str) -> None:
    assert discharge_status({"dischargeDisposition": {"coding": [{"system": system, "code": code}]}}) == expected


@pytest.mark.parametrize(("change", "happening"), [
    ({"status": "in-progress", "period": {"start": "2026-03-02"}}, "admit"), ({"status": "cancelled"}, "cancel_admit"), ({"class": {"code": "AMB"}}, "register"),
    ({"status": "planned", "period": {}}, "register"), ({"class": "inpatient"}, "discharge")])
def test_what_happens_is_told_by_the_encounter(change: dict[str, Any], happening: str) -> None:
    (arrival,) = read(bundle(PATIENT, ENCOUNTER | change))
    assert arrival.happening == happening


def test_the_address_of_the_server_makes_its_id_a_number() -> None:
    content = json.dumps({"resourceType": "Bundle", "type": "searchset", "entry": [{"fullUrl": "https://north.example/fhir/Patient/p1", "resource": PATIENT}]}).encode()
    (arrival,) = read(content)
    assert arrival.patient is not None
    assert ("https://north.example/fhir/Patient", "p1") in arrival.patient.identifiers


def test_a_patient_only_referred_to_has_no_number_of_a_stranger() -> None:
    (arrival,) = read(json.dumps(note("d1")).encode())
    assert arrival.patient is not None
    assert arrival.patient.identifiers == ()
    assert "the patient is only referred to" in arrival.notes
    (arrival,) = read(json.dumps(note("d1", subject={"reference": "Patient?identifier=urn:north:mrn|N-100"})).encode())
    assert arrival.patient is not None
    assert arrival.patient.identifiers == (("urn:north:mrn", "N-100"),)


def test_a_replaced_patient_is_a_merge() -> None:
    old = {"resourceType": "Patient", "id": "p0", "identifier": [{"system": "urn:north:mrn", "value": "N-099"}], "link": [{"type": "replaced-by", "other": {"reference": "Patient/p1"}}]}
    merge = next(a for a in read(bundle(PATIENT, old)) if a.happening == "merge")
    assert merge.prior == (("urn:north:mrn", "N-099"),)
    assert merge.patient is not None
    assert ("urn:north:mrn", "N-100") in merge.patient.identifiers


# -- documents ---------------------------------------------------------------------------------------------------------------------
def test_a_document_with_its_type_author_date_and_signature() -> None:
    (document,) = one(note("d1", masterIdentifier={"value": "D-1"})).documents
    assert (document.text, document.kind, document.type_code, document.author, document.signed) == (
        "Assessment: gout.", "discharge_summary", (LOINC, "18842-5"), "Dr. A. Attend", True)
    assert (document.number, document.service_date, document.content) == ("D-1", date(2026, 3, 5), b"Assessment: gout.")


def test_a_pdf_is_handed_on_as_it_is() -> None:
    (document,) = one(note("d1", content=[{"attachment": {"contentType": "application/pdf", "data": coded(b"%PDF-1.7 x")}}], docStatus="preliminary")).documents
    assert (document.text, document.media, document.content, document.signed) == ("", "application/pdf", b"%PDF-1.7 x", False)


def test_a_binary_is_read_with_the_document_that_points_at_it_and_not_again() -> None:
    binary = {"resourceType": "Binary", "id": "b1", "contentType": "text/plain", "data": coded(b"Seen today.")}
    (document,) = one(note("d1", content=[{"attachment": {"url": "Binary/b1"}}]), binary).documents
    assert document.text == "Seen today."


def test_two_forms_of_one_document_are_both_kept() -> None:
    forms = [{"attachment": {"contentType": "text/plain", "data": coded(b"a")}}, {"attachment": {"contentType": "application/pdf", "data": coded(b"%PDF")}}]
    assert [d.number for d in one(note("d1", content=forms)).documents] == ["d1", "d1#2"]


def test_what_a_document_replaces_and_what_is_taken_back() -> None:
    (document,) = one(note("d2", relatesTo=[{"code": "replaces", "target": {"reference": "DocumentReference/d1"}}])).documents
    assert document.replaces == "d1"
    arrivals = read(bundle(PATIENT, ENCOUNTER, note("d1", status="entered-in-error")))
    assert [(a.happening, [d.number for d in a.documents]) for a in arrivals] == [("discharge", []), ("cancel_document", ["d1"])]


def test_a_composition_is_its_sections_with_tables_readable() -> None:
    table = '<div xmlns="http://www.w3.org/1999/xhtml"><table><tr><th>Drug</th><th>Dose</th></tr><tr><td>Metformin</td><td>500 mg &amp; more</td></tr></table></div>'
    composition = {"resourceType": "Composition", "id": "c1", "status": "final", "title": "Summary", "type": {"coding": [{"system": LOINC, "code": "18842-5"}]},
                   "subject": {"reference": "Patient/p1"}, "encounter": {"reference": "Encounter/e1"}, "attester": [{"mode": "legal"}],
                   "section": [{"title": "Medications", "text": {"div": table}, "section": [{"title": "Stopped", "text": {"div": "<div><p>None</p></div>"}}]}]}
    condition = {"resourceType": "Condition", "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "E11.9"}]}, "subject": {"reference": "Patient/p1"}}
    arrival = one(composition, condition, type="document", identifier={"system": "urn:north", "value": "B-7"}, timestamp="2026-03-05T13:00:00Z")
    assert arrival.documents[0].text == "Summary\n\nMedications:\nDrug | Dose\n\nMetformin | 500 mg & more\n\nStopped:\nNone"
    assert arrival.entries[0].code == "E11.9"  # of the visit of the document, though it does not say so
    assert (arrival.control, arrival.sender, arrival.sent_at) == ("B-7/V-1", "urn:north", datetime(2026, 3, 5, 13, tzinfo=UTC))


def test_a_report_is_its_form_else_its_narrative_with_the_conclusion() -> None:
    about = {"resourceType": "DiagnosticReport", "id": "r1", "status": "final", "code": {"text": "Chest"}, "subject": {"reference": "Patient/p1"}, "encounter": {"reference": "Encounter/e1"}}
    narrative = {"text": {"div": "<div><p>Clear lungs.</p></div>"}, "conclusion": "No disease."}
    assert one(about | narrative).documents[0].text == "Clear lungs.\n\nNo disease."
    form = {"presentedForm": [{"contentType": "text/html", "data": coded("<p>Größe <b>normal</b></p>".encode())}]}
    (document,) = one(about | narrative | form).documents
    assert (document.text, document.title) == ("Größe normal", "Chest")


def test_the_charset_of_a_text_is_heeded() -> None:
    text = {"attachment": {"contentType": "text/plain; charset=iso-8859-1", "data": coded("Größe".encode("latin-1"))}}
    assert one(note("d1", content=[text])).documents[0].text == "Größe"


@pytest.mark.parametrize(("attachment", "why"), [
    ({"contentType": "text/plain", "data": "###"}, "no base64"), ({"url": "https://elsewhere.example/x?mrn=1"}, "lies elsewhere"), ({}, "has no content"),
    ({"contentType": "text/plain", "data": coded(b"x"), "hash": coded(b"y")}, "not what its hash says")])
def test_what_cannot_be_read_is_noted_and_the_rest_is_read(attachment: dict[str, Any], why: str) -> None:
    arrival = one(note("d1", content=[{"attachment": attachment}]), note("d2"))
    assert any(why in n for n in arrival.notes)
    assert "d2" in [d.number for d in arrival.documents]
    assert not any("mrn" in n for n in arrival.notes)


# -- entries -----------------------------------------------------------------------------------------------------------------------
def test_entries_are_hints_with_their_status_and_value() -> None:
    about = {"subject": {"reference": "Patient/p1"}, "encounter": {"reference": "Encounter/e1"}}
    medicine = {"resourceType": "Medication", "id": "m", "code": {"coding": [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "860975"}]}}
    arrival = one(
        about | {"resourceType": "Condition", "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": "E11.9"}]}, "onsetDateTime": "2026-03-02",
                 "verificationStatus": {"coding": [{"code": "refuted"}]}, "clinicalStatus": {"coding": [{"code": "active"}]}},
        about | {"resourceType": "Observation", "status": "final", "code": {"coding": [{"system": LOINC, "code": "85354-9"}]}, "category": [{"coding": [{"code": "vital-signs"}]}],
                 "component": [{"code": {"coding": [{"system": LOINC, "code": "8480-6"}]}, "valueQuantity": {"value": 140, "unit": "mmHg"}}]},
        about | {"resourceType": "MedicationRequest", "status": "active", "medicationReference": {"reference": "Medication/m"}}, medicine,
        about | {"resourceType": "Procedure", "status": "not-done", "code": {"text": "Removal"}})
    assert [(e.kind, e.system, e.code, e.value, e.status) for e in arrival.entries] == [
        ("diagnosis", "ICD-10-CM", "E11.9", "", "refuted"), ("vital", "LOINC", "85354-9", "", "final"), ("vital", "LOINC", "8480-6", "140 mmHg", "final"),
        ("medication", "RxNorm", "860975", "", "active"), ("procedure", "", "", "", "not-done")]
    assert arrival.entries[0].on == date(2026, 3, 2)


def test_one_arrival_a_patient_and_encounter() -> None:
    second = ENCOUNTER | {"id": "e2", "identifier": [{"value": "V-2"}]}
    other = {"resourceType": "Patient", "id": "p2"}
    arrivals = read(bundle(PATIENT, ENCOUNTER, second, other, note("d1"), note("d2", context={"encounter": [{"reference": "Encounter/e2"}]}),
                           note("d3", context={}), note("d4", subject={"reference": "Patient/p2"}, context={})))
    assert sorted((a.visit.number if a.visit else "", [d.number for d in a.documents]) for a in arrivals) == [("", ["d3"]), ("", ["d4"]), ("V-1", ["d1"]), ("V-2", ["d2"])]


# -- forms of a file ---------------------------------------------------------------------------------------------------------------
def test_bulk_lines_are_read_together_and_a_bad_line_is_noted() -> None:
    lines = "\n".join([json.dumps(PATIENT), "{not json", json.dumps(ENCOUNTER), "", json.dumps(note("d1"))])
    (arrival,) = read(lines.encode())
    assert [d.number for d in arrival.documents] == ["d1"]
    assert "line 2 is no FHIR resource" in arrival.notes


def test_references_by_urn_contained_and_version() -> None:
    urn = "urn:uuid:0b0c1a2e-0000-4000-8000-000000000001"
    document = note("d1", subject={"reference": urn}, author=[{"reference": "#who"}], contained=[{"resourceType": "Practitioner", "id": "who", "name": [{"text": "Dr. C"}]}],
                    context={"encounter": [{"reference": "Encounter/e1/_history/4"}]})
    content = {"resourceType": "Bundle", "type": "transaction", "entry": [{"fullUrl": urn, "resource": PATIENT | {"id": "other"}},
                                                                        {"resource": ENCOUNTER | {"subject": {"reference": urn}}}, {"resource": document}]}
    (arrival,) = read(json.dumps(content).encode())
    assert arrival.documents[0].author == "Dr. C"
    assert arrival.patient is not None
    assert arrival.patient.family == "Example"


def test_xml_says_the_same() -> None:
    content = f"""<?xml version="1.0"?><Bundle xmlns="http://hl7.org/fhir"><type value="collection"/>
      <entry><resource><Patient><id value="p1"/><identifier><system value="urn:north:mrn"/><value value="N-100"/></identifier>
        <name><family value="Example"/><given value="Erin"/><given value="Q"/></name><gender value="female"/><birthDate value="1961-03-02"/></Patient></resource></entry>
      <entry><resource><DiagnosticReport><id value="r"/><text><div xmlns="http://www.w3.org/1999/xhtml"><p>Clear <b>lungs</b>.</p></div></text>
        <subject><reference value="Patient/p1"/></subject></DiagnosticReport></resource></entry>
      <entry><resource><DocumentReference><id value="d"/><subject><reference value="Patient/p1"/></subject><content><attachment><contentType value="text/plain"/>
        <data value="{coded(b'Hello')}"/></attachment></content></DocumentReference></resource></entry></Bundle>"""
    (arrival,) = read(content.encode())
    assert arrival.patient is not None
    assert (arrival.patient.given, arrival.patient.sex, arrival.patient.identifiers) == ("Erin Q", "F", (("urn:north:mrn", "N-100"),))
    assert [d.text for d in arrival.documents] == ["Clear lungs.", "Hello"]


def test_other_kinds_are_counted_and_kept_as_received() -> None:
    (arrival,) = read(bundle(PATIENT, {"resourceType": "Goal"}, {"resourceType": "Goal"}, {"resourceType": "Slot"}))
    assert arrival.notes == ("kept as received only: 2 Goal, 1 Slot",)


@pytest.mark.parametrize("content", [
    b'{"a": "resourceType"', b'"resourceType"', b'{"resourceType": 1', b'<Patient xmlns="http://hl7.org/fhir">', b'<!DOCTYPE x [<!ENTITY a "b">]><Patient xmlns="http://hl7.org/fhir"/>',
    b'{"x": ' + b"[" * 100_000 + b', "resourceType"', b'<Patient xmlns="http://hl7.org/other"/>'], ids=lambda c: c[:24].decode())
def test_a_file_that_is_no_fhir_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableDocument):
        list(READER.read(content, "x.json"))


def test_deep_nesting_does_not_end_the_reader() -> None:
    deep: dict[str, Any] = {"title": "x"}
    for _ in range(300):
        deep = {"title": "x", "section": [deep]}
    composition = {"resourceType": "Composition", "status": "final", "subject": {"reference": "Patient/p1"}, "section": [deep]}
    assert read(bundle(PATIENT, composition))[0].documents


WHOLE = bundle(PATIENT, ENCOUNTER, *AROUND, note("d1"), {"resourceType": "Condition", "code": {"text": "x"}, "subject": {"reference": "Patient/p1"}})
Changed = Callable[[bytes], bytes]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), min_size=1, max_size=12), st.integers(0, len(WHOLE)))
def test_any_bytes_are_read_or_refused(changes: list[tuple[int, int]], cut: int) -> None:
    content = bytearray(WHOLE)
    for place, value in changes:
        content[place] = value
    with contextlib.suppress(UnreadableDocument):
        list(READER.read(bytes(content[:cut] if cut % 3 == 0 else content), "x"))


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_value_of_any_type_in_any_place_is_read(data: st.DataObject) -> None:
    whole = json.loads(WHOLE)
    at = data.draw(st.sampled_from(whole["entry"]))["resource"]
    while isinstance(at, dict | list) and at:
        key: Any = data.draw(st.sampled_from(sorted(at) if isinstance(at, dict) else list(range(len(at)))))
        if data.draw(st.booleans()) or not isinstance(at[key], dict | list):
            at[key] = data.draw(st.sampled_from([None, 1, True, "", "x", [], {}, [[1]], [None], {"reference": 3}, 1.5, ["Patient"]]))
            break
        at = at[key]
    assert list(READER.read(json.dumps(whole).encode(), "x"))


def test_the_reader_is_picklable_and_gives_the_same_again() -> None:
    again = pickle.loads(pickle.dumps(READER))
    assert list(again.read(WHOLE, "x")) == read(WHOLE)


def test_script_of_a_narrative_is_no_text() -> None:
    assert text_of("<div><script>alert(1)</script><ul><li>a</li><li>b</li></ul></div>") == "- a\n\n- b"


def test_every_fhir_file_of_the_sample_sets_is_read_or_refused() -> None:
    if not FORMATS.is_dir():
        pytest.skip(f"no sample files at {FORMATS} (CHARTHOUSE_FORMATS)")
    counted: Counter[str] = Counter()
    for folder in ("smart-fhir-subset", "fhir-converter-samples", "hccinfhir-samples"):
        for path in sorted(p for p in (FORMATS / folder).rglob("*") if p.is_file()):
            content = path.read_bytes()
            if not READER.knows(content, path.name):
                assert b'"resourceType"' not in content or path.suffix not in (".json", ".ndjson")
                continue
            try:
                arrivals = list(READER.read(content, path.name))
                counted[folder] += 1
                assert all(a.documents or a.patient or a.entries or a.notes for a in arrivals)
            except CharthouseError:
                counted[f"{folder} refused"] += 1
    assert counted["smart-fhir-subset"] >= 60
    assert counted["fhir-converter-samples"] >= 100
    assert counted["hccinfhir-samples"] >= 4
