"""Charts from another FHIR server: our own, run for real, and one of the tests' own for what ours does not do (bulk export, tokens, trouble on the line)."""
from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Iterator
from email.utils import formatdate
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
import sqlalchemy as sa
from api_kit import NOTE, Api, served
from click.testing import Result
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from joserfc import jwk, jwt
from typer.testing import CliRunner

from charthouse.adapters.readers.fhir import FhirReader
from charthouse.adapters.storage.schema import document, patient
from charthouse.adapters.wire.fhir_client import FhirClient
from charthouse.adapters.wire.fhir_pull import bundles
from charthouse.adapters.wire.smart import Credentials, assertion
from charthouse.bootstrap import record
from charthouse.doors.cli.main import app
from charthouse.record.errors import BadRequest, BadSetting, CharthouseError, ServerRefused
from charthouse.record.received import Arrival

Pulled = tuple[list[Arrival], list[str]]


def pulled(url: str, credentials: Credentials = Credentials(), **more: Any) -> Pulled:  # noqa: B008
    notes: list[str] = []
    client = FhirClient(url, credentials, sleep=lambda seconds: None)
    return [a for content in bundles(client, notes.append, **more) for a in FhirReader().read(content, "")], notes


def ours(api: Api, who: str = "him_manager") -> Credentials:
    return Credentials(token=api.keys[who])


# -- our own server ----------------------------------------------------------------------------------------------------------------
def test_a_patient_is_pulled_with_visits_and_the_contents_of_documents(api: Api) -> None:
    arrivals, notes = pulled(f"{api.url}/fhir", ours(api), patient=api.ids["erin"])
    assert notes == []
    stay = next(a for a in arrivals if a.visit and a.visit.number == "V-1")
    assert [d.content for d in stay.documents] == [NOTE.encode(), b"%PDF-1.7 scan"]
    assert [(d.content, d.text) for a in arrivals if a is not stay for d in a.documents] == [(b"%PDF-1.7 letter", ""), (b"A letter.", "A letter.")]
    assert stay.patient is not None
    assert ("urn:north:mrn", "N-100") in stay.patient.identifiers
    assert stay.visit is not None
    assert (stay.visit.setting, stay.visit.status, stay.visit.attending) == ("inpatient", "01", "Dr. Attend")


def test_all_that_changed_is_pulled_page_by_page(api: Api) -> None:
    arrivals, notes = pulled(f"{api.url}/fhir", ours(api), since="2026-01-01", kinds=("Patient", "Encounter", "DocumentReference"))
    assert notes == []
    assert len({a.patient.identifiers for a in arrivals if a.patient}) >= 32
    none, _ = pulled(f"{api.url}/fhir", ours(api), since="2099-01-01", kinds=("Patient", "Encounter"))
    assert none == []


def test_a_server_that_lets_us_not_in_says_so(api: Api) -> None:
    with pytest.raises(ServerRefused, match="status 401"):
        pulled(f"{api.url}/fhir", Credentials(token="chk_x"), patient=api.ids["erin"])


@pytest.fixture
def site_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """`charthouse intake pull ...` into a record of its own."""
    monkeypatch.setenv("CHARTHOUSE_DATA", str(tmp_path / "other"))
    record.initialise().close()
    return lambda *arguments: CliRunner().invoke(app(), ["intake", "pull", *arguments])


def test_the_command_files_what_it_pulls(api: Api, site_of_its_own: Callable[..., Result], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHARTHOUSE_PULL_TOKEN", api.keys["him_manager"])
    done = site_of_its_own(f"{api.url}/fhir", "--facility", "north", "--patient", api.ids["erin"])
    assert done.exit_code == 0, done.output
    with record.opened() as site, site.snapshot() as connection:
        assert connection.execute(sa.select(patient.c.family)).scalars().all() == ["Example"]
        assert connection.execute(sa.select(sa.func.count()).select_from(document)).scalar_one() == 4


@pytest.mark.parametrize("arguments", [(), ("--patient", "1", "--since", "2026-01-01"), ("--since", "soon")])
def test_the_command_wants_to_know_what(site_of_its_own: Callable[..., Result], arguments: tuple[str, ...]) -> None:
    done = site_of_its_own("http://127.0.0.1:9/fhir", "--facility", "north", *arguments)
    assert done.exit_code == 4
    assert "CH-020" in done.output


@pytest.mark.parametrize("url", ["http://ehr.example.org/fhir", "ftp://127.0.0.1/x", "file:///etc/passwd"])
def test_a_token_goes_over_tls_only(url: str) -> None:
    with pytest.raises(BadRequest):
        FhirClient(url, Credentials())


# -- another's server --------------------------------------------------------------------------------------------------------------
class Ehr:
    """A FHIR server as the tests need it: bulk export, SMART Backend Services, and whatever trouble is asked for."""

    def __init__(self) -> None:
        self.app, self.url, self.trouble = FastAPI(), "", [Response(status_code=503, headers={"Retry-After": "7"}), Response(status_code=429, headers={"Retry-After": formatdate(time.time() + 30)})]
        self.key = jwk.RSAKey.generate_key(2048, private=True)
        self.token, self.given, self.deleted, self.polled = "", 0, 0, 0
        self.next = "/Patient?page=2"
        self.app.get("/metadata")(lambda: {"resourceType": "CapabilityStatement", "rest": [{"resource": [{"type": t} for t in ("Patient", "Encounter", "DocumentReference", "Composition")]}]})
        self.app.get("/.well-known/smart-configuration")(lambda: {"token_endpoint": f"{self.url}/token"})
        self.app.post("/token")(self.sign_in)
        self.app.get("/$export")(self.export)
        self.app.get("/job")(self.job)
        self.app.delete("/job")(self.end)
        self.app.get("/file/{name}")(self.file)
        self.app.get("/Patient")(self.patients)
        self.app.get("/{kind}")(lambda kind: {"resourceType": "Bundle", "type": "searchset"})

    async def sign_in(self, request: Request) -> Response:
        form = {k: v[0] for k, v in parse_qs((await request.body()).decode()).items()}
        claims = jwt.decode(form["client_assertion"], self.key, algorithms=["RS384"]).claims
        good = (claims["iss"], claims["sub"], claims["aud"]) == ("me", "me", f"{self.url}/token") and 0 < claims["exp"] - time.time() <= 300 and form["grant_type"] == "client_credentials"
        self.given += 1
        self.token = f"t{self.given}"
        return JSONResponse({"access_token": self.token, "expires_in": 300} if good else {}, 200 if good else 400)

    def _refused(self, request: Request) -> Response | None:
        if self.trouble:
            return self.trouble.pop()
        return None if not self.token or request.headers.get("authorization") == f"Bearer {self.token}" else Response(status_code=401)

    def patients(self, request: Request, page: int = 1) -> Response:
        refused = self._refused(request)
        if refused:
            return refused
        links = [{"relation": "next", "url": self.next if self.next.startswith("http") else self.url + self.next}] if page == 1 else []
        return JSONResponse({"resourceType": "Bundle", "type": "searchset", "link": links, "entry": [{"resource": {"resourceType": "Patient", "id": f"p{page}", "name": [{"family": f"F{page}"}]}}]})

    def export(self, request: Request) -> Response:
        assert request.headers["prefer"] == "respond-async"
        assert "Patient" in request.query_params["_type"]
        return self._refused(request) or Response(status_code=202, headers={"Content-Location": f"{self.url}/job"})

    def job(self) -> Response:
        self.polled += 1
        if self.polled < 3:
            return Response(status_code=202, headers={"Retry-After": "5", "X-Progress": "half"})
        return JSONResponse({"transactionTime": "2026-11-01T00:00:00Z", "requiresAccessToken": True, "output": [{"type": t, "url": f"{self.url}/file/{t}"} for t in ("Patient", "DocumentReference")]})

    def end(self) -> Response:
        self.deleted += 1
        return Response(status_code=202)

    def file(self, name: str) -> Response:
        lines = {"Patient": [{"resourceType": "Patient", "id": f"p{n}", "identifier": [{"system": "urn:ehr", "value": f"E{n}"}]} for n in range(3)],
                 "DocumentReference": [{"resourceType": "DocumentReference", "id": f"d{n}", "subject": {"reference": f"Patient/p{n}"}, "content": [
                     {"attachment": {"contentType": "text/plain", "data": base64.b64encode(f"Note {n}".encode()).decode()}}]} for n in range(3)]}
        return Response("\n".join(map(json.dumps, lines[name])), media_type="application/fhir+ndjson")


@pytest.fixture
def ehr() -> Iterator[Ehr]:
    made = Ehr()
    with served(lambda: made.app) as url:
        made.url = url
        yield made


def test_it_waits_as_it_is_told_and_follows_the_pages(ehr: Ehr) -> None:
    waits: list[float] = []
    client = FhirClient(ehr.url, Credentials(), sleep=waits.append)
    assert [p["id"] for p in client.search("Patient", {})] == ["p1", "p2"]
    assert 20 < waits[0] <= 31
    assert waits[1] == 7.0


@pytest.mark.parametrize("elsewhere", ["https://evil.example/Patient?page=2", "http://127.0.0.1:9/Patient", "http://user@127.0.0.1/x"])
def test_a_page_at_another_server_is_not_fetched(ehr: Ehr, elsewhere: str) -> None:
    ehr.next = elsewhere
    client = FhirClient(ehr.url, Credentials(), sleep=lambda s: None)
    with pytest.raises(ServerRefused, match="another server"):
        list(client.search("Patient", {}))


def test_a_list_that_leads_in_a_circle_ends(ehr: Ehr) -> None:
    ehr.next = "/Patient"
    with pytest.raises(ServerRefused, match="again and again"):
        list(FhirClient(f"{ehr.url}", Credentials(), sleep=lambda s: None).search("Patient", {"page": "1"}))


def test_a_server_that_does_not_answer_is_given_up(ehr: Ehr) -> None:
    ehr.trouble = [Response(status_code=503) for _ in range(50)]
    with pytest.raises(ServerRefused, match="after 6 tries"):
        list(FhirClient(ehr.url, Credentials(), sleep=lambda s: None).search("Patient", {}))
    with pytest.raises(ServerRefused, match="after 6 tries"):
        FhirClient("http://127.0.0.1:9", Credentials(), sleep=lambda s: None).read("Patient/1")


def test_a_bulk_export_is_asked_for_waited_for_fetched_and_cleared(ehr: Ehr) -> None:
    arrivals, notes = pulled(ehr.url, bulk=True)
    assert notes == []
    assert [(a.patient.identifiers[0] if a.patient else None, [d.text for d in a.documents]) for a in arrivals] == [(("urn:ehr", f"E{n}"), [f"Note {n}"]) for n in range(3)]
    assert (ehr.polled, ehr.deleted) == (3, 1)


def test_signing_in_by_smart_backend_services(ehr: Ehr) -> None:
    ehr.trouble = []
    credentials = Credentials(client="me", key=json.dumps(ehr.key.as_dict(private=True)))
    client = FhirClient(ehr.url, credentials, sleep=lambda s: None)
    assert len(list(client.search("Patient", {}))) == 2
    assert ehr.given == 1  # one token for all of it
    pem = FhirClient(ehr.url, Credentials(client="me", key=ehr.key.as_pem(private=True).decode(), token_url=f"{ehr.url}/token"), sleep=lambda s: None)
    assert len(list(pem.search("Patient", {}))) == 2
    with pytest.raises(ServerRefused, match="sign in"):
        list(FhirClient(ehr.url, Credentials(client="other", key=credentials.key), sleep=lambda s: None).search("Patient", {}))


def test_an_assertion_by_an_elliptic_key_and_what_is_no_key() -> None:
    key = jwk.ECKey.generate_key("P-384", private=True)
    read = jwt.decode(assertion("me", key.as_pem(private=True).decode(), "https://ehr/token", 1000.0), key, algorithms=["ES384"])
    assert (read.header["kid"], read.claims["exp"]) == (key.thumbprint(), 1240)
    for bad in ("", "{}", "no key", '{"kty": "oct", "k": "AAAA"}'):
        with pytest.raises(BadSetting):
            assertion("me", bad, "https://ehr/token", 0.0)


def test_what_a_server_says_is_not_repeated(ehr: Ehr) -> None:
    ehr.trouble = [Response("Erin Example is not here", status_code=404)]
    with pytest.raises(CharthouseError) as told:
        list(FhirClient(ehr.url, Credentials(), sleep=lambda s: None).search("Patient", {}))
    assert "Erin" not in str(told.value)
