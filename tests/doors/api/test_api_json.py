"""JSON beside FHIR: documents taken in once, texts coded, and requests that are too much."""
from __future__ import annotations

import asyncio
import base64
import json
from typing import Any

import httpx2
import pytest
import sqlalchemy as sa
from api_kit import Api, served

from charthouse.adapters.storage.schema import api_answer, document
from charthouse.bootstrap import api as wiring
from charthouse.doors.api.app import create
from charthouse.doors.api.limits import Limits
from charthouse.flow.run import run
from charthouse.record.errors import CharthouseError


def bundle(number: str, text: str = "Assessment: gout.", visit: str = "V-9") -> bytes:
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in (
        {"resourceType": "Patient", "id": "p", "identifier": [{"system": "urn:sender", "value": number}], "name": [{"family": "Sent", "given": ["Sonja"]}], "managingOrganization": {"display": "north"}},
        {"resourceType": "Encounter", "id": "e", "status": "finished", "class": {"code": "AMB"}, "subject": {"reference": "Patient/p"}, "identifier": [{"value": visit}],
         "period": {"start": "2026-05-01T09:00:00Z"}},
        {"resourceType": "DocumentReference", "id": "d", "subject": {"reference": "Patient/p"}, "context": {"encounter": [{"reference": "Encounter/e"}]},
         "content": [{"attachment": {"contentType": "text/plain", "data": base64.b64encode(text.encode()).decode()}}]})]}).encode()


def documents(api: Api) -> int:
    with api.site.snapshot() as connection:
        return int(connection.execute(sa.select(sa.func.count()).select_from(document)).scalar_one())


def test_a_file_is_taken_in_and_then_found(api: Api) -> None:
    answer = api.post("/api/documents", "interface", content=bundle("T-1", visit="T-1"))
    assert answer.status_code == 201
    (taken,) = answer.json()["taken"]
    assert api.get(f"/fhir/Binary/{taken['documents'][0]}.text", accept="*/*").text == "Assessment: gout."
    assert api.get(f"/fhir/Encounter/{taken['encounter']}").json()["subject"]["reference"] == f"Patient/{taken['patient']}"
    again = api.post("/api/documents", "interface", content=bundle("T-1", "Plan: rest.", visit="T-1")).json()["taken"][0]
    assert (again["patient"], again["encounter"]) == (taken["patient"], taken["encounter"])


def test_the_same_key_gives_the_same_answer_and_files_nothing_twice(api: Api) -> None:
    first = api.post("/api/documents", "interface", content=bundle("I-1", visit="I-1"), idempotency_key="k-1")
    before = documents(api)
    again = api.post("/api/documents", "interface", content=bundle("I-1", visit="I-1"), idempotency_key="k-1")
    assert (again.status_code, again.json(), documents(api)) == (201, first.json(), before)
    assert again.headers["idempotency-replayed"] == "true"
    other = api.post("/api/documents", "interface", content=bundle("I-2"), idempotency_key="k-1")
    assert (other.status_code, other.json()["code"]) == (422, "CH-0645")
    assert api.post("/api/documents", "interface", content=bundle("I-1"), idempotency_key="x" * 201).status_code == 422
    with api.site.snapshot() as connection:
        kept = connection.execute(sa.select(api_answer.c.body).where(api_answer.c.key == "k-1")).scalar_one()
    assert "gout" not in kept


@pytest.mark.parametrize(("content", "code"), [(b"", "CH-0205"), (b"\x00\x01", "CH-0203")])
def test_a_file_that_cannot_be_read_says_why(api: Api, content: bytes, code: str) -> None:
    answer = api.post("/api/documents", "interface", content=content)
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(("content", "reason"), [(b'{"resourceType": "Goal"}', "nothing-read"), (b"A letter of nobody.", "no-patient")])
def test_what_cannot_be_filed_waits_for_a_person(api: Api, content: bytes, reason: str) -> None:
    answer = api.post("/api/documents", "interface", content=content)
    assert (answer.status_code, [one["reason"] for one in answer.json()["taken"]]) == (202, [reason])


def test_one_bad_part_stops_no_other(api: Api) -> None:
    lines = bundle("P-1", visit="P-1") + b"\n" + json.dumps({"resourceType": "Bundle", "entry": [{"resource": {"resourceType": "Patient", "id": "q"}}]}).encode()
    said = api.post("/api/documents", "interface", content=lines)
    assert (said.status_code, [one["outcome"] for one in said.json()["taken"]]) == (201, ["filed", "unfiled"])


def test_a_text_is_coded_as_by_the_command(api: Api) -> None:
    item = {"id": "n", "text": "Assessment: type 2 diabetes mellitus.", "date": "2026-03-02", "setting": "outpatient"}
    answer = api.post("/api/code", "coder", content=json.dumps(item).encode()).json()
    assert answer["id"] == "n"
    assert [c["code"] for c in answer["codes"] if c["status"] != "suppressed"] == ["E11.9"]


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b'{"text": 1}', b'{"text": "x"}', b'{"text": "x", "date": "2026-13-01"}', b'{"text": "", "date": "2026-03-02"}', b'{"text": "x", "date": "1990-01-01"}',
                                     b'{"text": "\\ud800", "date": "2026-03-02"}', b'{"a":' * 20_000, b'{"text": "x\\u0000", "date": "2026-03-02"}', b"\xff\xfe"])
def test_a_bad_item_is_refused(api: Api, content: bytes) -> None:
    answer = api.post("/api/code", "coder", content=content)
    assert answer.status_code == 422
    assert answer.json()["code"].startswith("CH-0")


def test_the_state_counts_and_names_nobody(api: Api) -> None:
    said = api.get("/api/status")
    assert said.json()["patient"] >= 33
    assert "Example" not in said.text


def test_every_answer_is_kept_from_caches(api: Api) -> None:
    for answer in (api.get("/api/status"), api.get("/fhir/Patient/x"), api.get("/nowhere", "")):
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/nowhere", 404), ("GET", "/fhir/Shoe", 404), ("DELETE", "/fhir/Patient/x", 405), ("PUT", "/fhir/Patient", 405), ("GET", "/api/code", 405)])
def test_what_is_not_there_says_where_to_look(api: Api, method: str, path: str, status: int) -> None:
    answer = httpx2.request(method, api.url + path)
    assert answer.status_code == status
    assert "CH-0648" in answer.text


# -- limits ------------------------------------------------------------------------------------------------------------------------
def test_a_body_that_is_too_large_is_refused_whatever_it_says_of_itself(api: Api) -> None:
    app = create(wiring.serving(api.site))
    with served(lambda: Limits(app, most=1000)) as url:
        headers = api.headers("interface")
        assert httpx2.post(f"{url}/api/documents", content=b"x" * 2000, headers=headers).json()["code"] == "CH-0643"
        parts = httpx2.post(f"{url}/api/documents", content=(b"x" * 500 for _ in range(4)), headers=headers)
        assert (parts.status_code, parts.json()["code"]) == (413, "CH-0643")


def test_what_takes_too_long_is_given_up() -> None:
    async def slow(scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            await asyncio.sleep(30)

    with served(lambda: Limits(slow, seconds=0.1)) as url:
        answer = httpx2.get(f"{url}/fhir/Patient", timeout=20)
    assert (answer.status_code, answer.json()["issue"][0]["details"]["coding"][0]["code"]) == (503, "CH-0644")


def test_a_fault_of_ours_tells_its_kind_and_nothing_of_the_chart(api: Api, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("Erin Example has gout")

    monkeypatch.setattr("charthouse.flow.run.run", broken)
    answer = api.post(f"/fhir/Encounter/{api.ids['stay']}/$suggest-codes")
    assert (answer.status_code, answer.json()["issue"][0]["details"]["coding"][0]["code"]) == (500, CharthouseError.code)
    told = "".join(capfd.readouterr())
    assert "gout" not in answer.text + told
    assert "Traceback" not in told
    assert "RuntimeError" in told
    assert run is not broken
