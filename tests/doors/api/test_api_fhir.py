"""FHIR over HTTP: what is read and found is what stands in the record, in the form that FHIR wants, and each of it is written down."""
from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

import pytest
import sqlalchemy as sa
from api_kit import NOTE, Api

from charthouse.adapters.storage.schema import event, step
from charthouse.bootstrap import api as wiring
from charthouse.doors.api.parameters import RESOURCES

CODES = {"codes": [
    {"system": "ICD-10-CM", "code": "E11.9", "title": "Type 2 diabetes mellitus without complications", "role": "principal", "status": "auto", "confidence": 0.97, "poa": "Y",
     "evidence": [{"document": "D", "start": 31, "end": 55, "text": "Type 2 diabetes mellitus"}], "reasons": []},
    {"system": "ICD-10-CM", "code": "I10", "title": "Essential (primary) hypertension", "role": "secondary", "status": "review", "confidence": 0.6, "poa": "", "evidence": [], "reasons": []},
    {"system": "ICD-10-CM", "code": "R73.9", "title": "Hyperglycemia, unspecified", "role": "secondary", "status": "suppressed", "confidence": 0.1, "poa": "", "evidence": [], "reasons": []},
    {"system": "ICD-10-PCS", "code": "0DTJ4ZZ", "title": "Resection of Appendix", "role": "procedure", "status": "auto", "confidence": 0.9, "poa": "",
     "evidence": [{"document": "D", "start": 0, "end": 9, "text": "Discharge"}], "reasons": []}], "key": "k1"}


@pytest.fixture(scope="module", autouse=True)
def coded(api: Api) -> None:
    """A stored coding result of Erin's stay, and a step that failed."""
    from charthouse.adapters.storage.blobs import Blobs

    result = json.loads(json.dumps(CODES).replace('"D"', f'"{api.ids["summary"]}"'))
    blobs: Blobs = api.site.blobs()
    at = datetime(2026, 3, 6, 8, tzinfo=UTC)
    with api.site.engine.execution_options(writes=True).begin() as connection:
        hash = blobs.put(connection, json.dumps(result).encode())
        connection.execute(step.insert().values(encounter=api.ids["stay"], name="coding", key="k1", state="done", due_at=at, done_at=at, result=hash))
        connection.execute(step.insert().values(encounter=api.ids["visit"], name="coding", key="k2", state="quarantined", due_at=at, tries=2, why="CH-0201"))


def ids(api: Api, path: str, who: str = "him_manager") -> list[str]:
    return [r["id"] for r in api.found(path, who)]


def model(resource: dict[str, Any]) -> Any:
    """Judged by the models of others."""
    kind = resource["resourceType"]
    return getattr(import_module(f"fhir.resources.R4B.{kind.lower()}"), kind).model_validate(resource)


# -- reading -----------------------------------------------------------------------------------------------------------------------
def test_a_patient_is_read_as_registered(api: Api) -> None:
    answer = api.get(f"/fhir/Patient/{api.ids['erin']}")
    who = answer.json()
    assert answer.headers["content-type"] == "application/fhir+json"
    assert who["name"][0] == {"use": "official", "family": "Example", "given": ["Erin", "Q"], "text": "Erin Q Example"}
    assert (who["birthDate"], who["gender"], who["active"]) == ("1961-03-02", "female", True)
    assert {"system": "urn:north:mrn", "value": "N-100"} in who["identifier"]


def test_an_encounter_says_its_times_as_they_were_said(api: Api) -> None:
    stay = api.get(f"/fhir/Encounter/{api.ids['stay']}").json()
    assert stay["period"] == {"start": "2026-03-02T23:30:00-05:00", "end": "2026-03-05T12:00:00-05:00"}
    assert (stay["status"], stay["class"]["code"]) == ("finished", "IMP")
    assert api.get(f"/fhir/Encounter/{api.ids['visit']}").json()["period"] == {"start": "2026-04-01"}


def test_a_document_leads_to_its_content_and_its_text(api: Api) -> None:
    document = api.get(f"/fhir/DocumentReference/{api.ids['summary']}").json()
    urls = [c["attachment"]["url"] for c in document["content"]]
    assert urls == [f"Binary/{api.ids['summary']}"]  # a text is its own text
    assert [c["attachment"]["url"] for c in api.get(f"/fhir/DocumentReference/{api.ids['letter']}").json()["content"]] == [f"Binary/{api.ids['letter']}", f"Binary/{api.ids['letter']}.text"]
    assert api.get(f"/fhir/Binary/{api.ids['letter']}.text", accept="*/*").text == "A letter."
    assert {"system": "http://loinc.org", "code": "18842-5"} in document["type"]["coding"]
    assert api.get(f"/fhir/{urls[0]}.text", accept="*/*").text == NOTE
    pdf = api.get(f"/fhir/Binary/{api.ids['scan']}", accept="application/pdf")
    assert (pdf.content, pdf.headers["content-type"]) == (b"%PDF-1.7 scan", "application/pdf")
    inside = api.get(f"/fhir/Binary/{api.ids['scan']}", accept="application/fhir+json").json()
    assert base64.b64decode(inside["data"]) == b"%PDF-1.7 scan"


def test_conditions_and_procedures_are_the_answer_of_the_coding_result(api: Api) -> None:
    found = api.found(f"/fhir/Condition?patient={api.ids['erin']}")
    assert [(c["code"]["coding"][0]["code"], c["verificationStatus"]["coding"][0]["code"]) for c in found] == [("E11.9", "confirmed"), ("I10", "provisional")]
    assert found[0]["evidence"][0]["detail"] == [{"reference": f"DocumentReference/{api.ids['summary']}"}]
    assert api.get(f"/fhir/Condition/{found[0]['id']}").json() == found[0]
    (procedure,) = api.found(f"/fhir/Procedure?encounter={api.ids['stay']}")
    assert procedure["code"]["coding"][0]["code"] == "0DTJ4ZZ"
    assert ids(api, f"/fhir/Condition?patient={api.ids['erin']}&code=http://hl7.org/fhir/sid/icd-10-cm|I10") == [found[1]["id"]]
    assert ids(api, f"/fhir/Condition?_id={found[1]['id']}") == [found[1]["id"]]
    assert api.get("/fhir/Condition").status_code == 400


def test_tasks_are_the_steps(api: Api) -> None:
    found = {t["encounter"]["reference"]: t for t in api.found(f"/fhir/Task?patient={api.ids['erin']}")}
    assert found[f"Encounter/{api.ids['stay']}"]["status"] == "completed"
    failed = found[f"Encounter/{api.ids['visit']}"]
    assert (failed["status"], failed["statusReason"]["text"]) == ("failed", "CH-0201")
    assert api.get(f"/fhir/Task/{failed['id']}").json()["id"] == failed["id"]
    assert ids(api, "/fhir/Task?status=failed&code=coding") == [failed["id"]]


def test_the_ledger_is_read_as_audit_events_and_writings_as_provenance(api: Api) -> None:
    api.get(f"/fhir/Patient/{api.ids['erin']}", "coder")
    mine = api.found(f"/fhir/AuditEvent?patient={api.ids['erin']}&subtype=chart.read", "privacy_officer")
    assert any(e["agent"][0]["who"]["display"].startswith("api:coder:") for e in mine)
    assert {"payment", "operations"} & {e["purposeOfEvent"][0]["text"] for e in mine}
    assert api.get(f"/fhir/AuditEvent/{mine[0]['id']}", "privacy_officer").json()["id"] == mine[0]["id"]
    (filed,) = api.found(f"/fhir/Provenance?target=DocumentReference/{api.ids['summary']}")
    assert filed["agent"][0]["who"]["display"] == "clerk"
    assert api.get(f"/fhir/Provenance/{filed['id']}").json() == filed


@pytest.mark.parametrize("kind", [k for k in RESOURCES if RESOURCES[k].parameters])
def test_all_that_is_written_is_good_fhir(api: Api, kind: str) -> None:
    who = "privacy_officer" if kind == "AuditEvent" else "him_manager"
    found = api.found(f"/fhir/{kind}?_count=100" + (f"&patient={api.ids['erin']}" if RESOURCES[kind].kind == "codes" else ""), who)
    assert found
    for resource in found:
        model(resource)
        assert resource["id"]


def test_bundles_statement_and_errors_are_good_fhir(api: Api) -> None:
    model(api.get("/fhir/Patient?_count=5").json())
    model(api.get("/fhir/metadata").json())
    model(api.get("/fhir/Patient/none").json())


# -- searching ---------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("query", "who"), [
    ("identifier=urn:north:mrn|N-100", ["erin"]), ("identifier=N-100", ["erin"]), ("identifier=urn:other|N-100", []), ("identifier=urn:charthouse:system:MRN%20NORTH|N100", ["erin"]),
    ("family=exam", ["erin"]), ("name=q", ["erin"]), ("name=rin", []), ("given=erin&family=example", ["erin"]), ("family=nobody,restr", ["rory"]),
    ("birthdate=1961-03-02", ["erin"]), ("birthdate=1961", ["erin"]), ("birthdate=lt1961-03-02", []), ("birthdate=ge1961-03-02&birthdate=le1961-03-02", ["erin"]),
    ("gender=female", ["erin"]), ("family=Example&_lastUpdated=gt2099", []), ("family=Example&_lastUpdated=ge2026", ["erin"]), ("family=100%25", []), ("family=_", [])])
def test_patients_are_found(api: Api, query: str, who: list[str]) -> None:
    assert ids(api, f"/fhir/Patient?{query}") == [api.ids[w] for w in who]


@pytest.mark.parametrize(("query", "which"), [
    ("date=2026-03-03", []), ("date=ge2026-03-03&date=le2026-03-03", ["stay"]), ("date=2026-03", ["stay"]), ("date=2026-04-01", ["visit"]), ("date=lt2026-03-03", ["stay"]),
    ("date=eb2026-04-01", ["stay"]), ("date=sa2026-03-05", ["visit"]), ("class=IMP", ["stay"]), ("status=unknown", ["visit"]), ("status=finished", ["stay"]), ("identifier=V-2", ["visit"]),
    ("status=nonsense", [])])
def test_encounters_are_found(api: Api, query: str, which: list[str]) -> None:
    assert ids(api, f"/fhir/Encounter?patient={api.ids['erin']}&{query}") == [api.ids[w] for w in which]


@pytest.mark.parametrize(("query", "which"), [
    ("type=discharge_summary", ["summary"]), ("period=2026-03-05", ["summary"]), ("encounter=E", ["summary", "scan"]), ("date=lt2020", []), ("status=current", ["summary", "scan", "letter"]),
    ("subject:Patient=P&type=operative_note", ["scan"])])
def test_documents_are_found(api: Api, query: str, which: list[str]) -> None:
    query = query.replace("encounter=E", f"encounter=Encounter/{api.ids['stay']}").replace("=P&", f"={api.ids['erin']}&")
    assert ids(api, f"/fhir/DocumentReference?patient=Patient/{api.ids['erin']}&{query}") == [api.ids[w] for w in which]


def test_pages_hold_everybody_once_and_the_next_ones_address_says_nothing(api: Api) -> None:
    first = api.get("/fhir/Patient?family=Many&_count=7").json()
    next = first["link"][1]["url"]
    assert "Many" not in next
    found = ids(api, "/fhir/Patient?family=Many&_count=7")
    assert len(found) == len(set(found)) == 30
    cursor = next.partition("?")[2]
    assert api.get(f"/fhir/Patient?{cursor}", "coder").status_code == 400  # another's cursor
    assert api.get(f"/fhir/Encounter?{cursor}").status_code == 400
    assert api.get("/fhir/Patient?_cursor=abc").status_code == 400


def test_how_many_there_are(api: Api) -> None:
    assert api.get("/fhir/Patient?family=Many&_summary=count").json()["total"] == 30
    page = api.get("/fhir/Patient?family=Many&_total=accurate&_count=3").json()
    assert (page["total"], len(page["entry"])) == (30, 3)


def test_a_search_by_form(api: Api) -> None:
    answer = api.post("/fhir/Patient/_search", content=b"family=Example", content_type="application/x-www-form-urlencoded")
    assert [e["resource"]["id"] for e in answer.json()["entry"]] == [api.ids["erin"]]


@pytest.mark.parametrize("query", ["shoe=9", "family:exact=Example", "birthdate=yesterday", "birthdate=2026-02-30", "_count=x", "identifier=a|", "_sort=family", "_summary=text", "family=%00",
                                   "birthdate=ap2026", "_include=*", "family=", "birthdate=9999-12-31", "_total=x"])
def test_what_is_not_understood_is_refused_and_never_left_out(api: Api, query: str) -> None:
    answer = api.get(f"/fhir/Patient?{query}")
    assert answer.status_code == 400
    assert answer.json()["issue"][0]["details"]["coding"][0]["code"] == "CH-0642"


def test_another_format_is_not_given(api: Api) -> None:
    assert api.get("/fhir/Patient?_format=xml").status_code == 406
    assert api.get("/fhir/Patient?family=Example", accept="application/fhir+xml").status_code == 406
    assert api.get(f"/fhir/Patient/{api.ids['erin']}", accept="application/fhir+xml, text/xml;q=0.5").status_code == 406
    assert api.get(f"/fhir/Patient/{api.ids['erin']}", accept="application/fhir+xml, */*;q=0.1").status_code == 200
    assert api.get("/fhir/Patient?_format=json&family=Example").status_code == 200


# -- versions, events --------------------------------------------------------------------------------------------------------------
def test_an_etag_saves_sending_it_again_until_it_changes(api: Api) -> None:
    path = f"/fhir/Patient/{api.ids['other']}"
    first = api.get(path)
    tag = first.headers["etag"]
    assert tag == f'W/"{first.json()["meta"]["versionId"]}"'
    again = api.get(path, if_none_match=tag)
    assert (again.status_code, again.content) == (304, b"")
    from charthouse.bootstrap import record
    from charthouse.record.access import Actor

    officer = Actor(id="officer", roles=frozenset({"privacy_officer"}), facilities=frozenset({"north"}))
    record.sign_in(api.site, officer, "privacy").restrict(api.ids["other"])
    changed = api.get(path, if_none_match=tag)
    assert changed.status_code == 200
    assert changed.json()["meta"]["lastUpdated"] > first.json()["meta"]["lastUpdated"]
    record.sign_in(api.site, officer, "privacy").restrict(api.ids["other"], False)


def test_every_reading_is_an_event_and_a_list_one_for_each_patient_on_it(api: Api) -> None:
    api.keys["told"] = wiring.add_key("told", ("biller",), ("north",), purpose="payment")

    def told(action: str) -> list[Any]:
        with api.site.snapshot() as connection:
            rows = connection.execute(sa.select(event).where(event.c.action == action, event.c.actor.startswith("api:told:")).order_by(event.c.seq)).all()
            return [(r.patient, r.subject, r.outcome, r.purpose) for r in rows]

    api.get(f"/fhir/Binary/{api.ids['summary']}.text", "told")
    assert told("chart.read") == [(api.ids["erin"], f"document:{api.ids['summary']}", "done", "payment")]
    assert len(api.get("/fhir/Patient?family=Many&_count=5", "told").json()["entry"]) == 5
    assert len({patient for patient, *_ in told("chart.find")}) == 5
    api.get("/fhir/Patient?family=zzz", "told")
    assert told("chart.find")[-1] == ("", "site", "done", "payment")


def test_the_statement_says_exactly_what_there_is(api: Api) -> None:
    said = {r["type"]: r for r in api.get("/fhir/metadata").json()["rest"][0]["resource"]}
    assert set(said) == set(RESOURCES)
    paths = set(api.get("/openapi.json").json()["paths"])
    for kind, resource in said.items():
        interactions = {i["code"] for i in resource["interaction"]}
        assert (f"/fhir/{kind}/{{id}}" in paths) == ("read" in interactions)
        assert (f"/fhir/{kind}" in paths) == ("search-type" in interactions)
        for parameter in resource.get("searchParam", ()):
            value = {"date": "2026-01-01", "reference": f"Patient/{api.ids['erin']}"}.get(parameter["type"], api.ids["stay"])
            path = f"/fhir/{kind}?{parameter['name']}={value}" + (f"&patient={api.ids['erin']}" if RESOURCES[kind].kind == "codes" else "")
            assert api.get(path, "privacy_officer" if kind == "AuditEvent" else "him_manager").status_code == 200, path


# -- operations --------------------------------------------------------------------------------------------------------------------
def test_codes_are_suggested_with_their_proof(api: Api) -> None:
    answer = api.post(f"/fhir/Encounter/{api.ids['stay']}/$suggest-codes")
    assert answer.status_code == 200
    model(answer.json())
    codes = [{p["name"]: p for p in parameter["part"]} for parameter in answer.json()["parameter"] if parameter["name"] == "code"]
    diabetes = next(c for c in codes if c["code"]["valueCoding"]["code"].startswith("E11"))
    quoted = {p["name"]: p for p in diabetes["evidence"]["part"]}
    start, end = quoted["start"]["valueInteger"], quoted["end"]["valueInteger"]
    assert NOTE[start:end] == quoted["text"]["valueString"]
    assert 0 <= diabetes["confidence"]["valueDecimal"] <= 1
    assert any(p["name"] == "citation" for c in codes for p in (c.get("reason") or {"part": []})["part"])


def test_a_stay_is_grouped_with_its_path_and_a_visit_is_not(api: Api) -> None:
    answer = api.get(f"/fhir/Encounter/{api.ids['stay']}/$group-drg")
    model(answer.json())
    said = {p["name"]: p for p in answer.json()["parameter"]}
    assert said["drg"]["valueCoding"]["code"]
    assert said["step"]["part"]
    refused = api.post(f"/fhir/Encounter/{api.ids['visit']}/$group-drg")
    assert (refused.status_code, refused.json()["issue"][0]["details"]["coding"][0]["code"]) == (422, "CH-0647")
    assert api.post(f"/fhir/Encounter/{api.ids['rory_visit']}/$suggest-codes").status_code == 422  # nothing to read
