"""Who gets what at the API: the matrix of roles and routes, keys, tokens, and that nobody learns whether a record exists that he may not see."""
from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from api_kit import Api, served
from fastapi import FastAPI
from joserfc import jwk, jwt

from charthouse.adapters.storage.schema import api_key, event
from charthouse.adapters.wire.oidc import Provider, Tokens, fetched
from charthouse.bootstrap import api as wiring
from charthouse.doors.api.app import create
from charthouse.record.errors import NotSignedIn

ROLES = ("him_manager", "coder", "release_clerk", "privacy_officer", "administrator", "interface", "biller", "provider", "engine")
READERS = {"him_manager", "coder", "release_clerk", "privacy_officer", "biller", "provider"}  # chart.find and chart.read for the purpose of their key
ROUTES: dict[str, set[str]] = {
    "/fhir/Patient?family=Example": READERS, "/fhir/Patient/{erin}": READERS | {"engine"}, "/fhir/Encounter?patient={erin}": READERS, "/fhir/Encounter/{stay}": READERS | {"engine"},
    "/fhir/DocumentReference?patient={erin}": READERS, "/fhir/DocumentReference/{summary}": READERS | {"engine"}, "/fhir/Binary/{summary}": READERS | {"engine"},
    "/fhir/Condition?patient={erin}": READERS, "/fhir/Procedure?patient={erin}": READERS, "/fhir/Provenance?patient={erin}": READERS, "/fhir/Task?patient={erin}": READERS,
    "/fhir/AuditEvent?patient={erin}": {"him_manager", "privacy_officer", "administrator"}, "/fhir/Encounter/{stay}/$suggest-codes": READERS | {"engine"},
    "/api/status": {"him_manager", "administrator"}, "POST /api/code": {"him_manager", "coder", "engine"}, "POST /api/documents": {"him_manager", "interface"}}
CHART = json.dumps({"resourceType": "Bundle", "type": "collection", "entry": [{"resource": {
    "resourceType": "Patient", "id": "x", "identifier": [{"system": "urn:matrix", "value": "X-1"}], "managingOrganization": {"display": "north"}, "name": [{"family": "Matrix"}]}}]}).encode()
TEXT = json.dumps({"id": "t", "text": "Assessment: gout.", "date": "2026-03-02"}).encode()


def call(api: Api, route: str, who: str) -> int:
    method, _, path = route.rpartition(" ")
    path = path.format(**api.ids)
    if not method:
        return api.get(path, who).status_code
    return api.post(path, who, content=CHART if path == "/api/documents" else TEXT).status_code


@pytest.mark.parametrize("who", ROLES)
@pytest.mark.parametrize("route", ROUTES)
def test_each_role_gets_what_the_table_gives_it_and_nothing_else(api: Api, route: str, who: str) -> None:
    status = call(api, route, who)
    assert status == ((201 if "documents" in route else 200) if who in ROUTES[route] else 403)


@pytest.mark.parametrize("route", ROUTES)
def test_nobody_gets_anything_without_a_key(api: Api, route: str) -> None:
    assert call(api, route, "") == 401


@pytest.mark.parametrize("route", [r for r in ROUTES if r.startswith("/fhir")])
def test_another_facility_finds_nothing_and_may_open_nothing(api: Api, route: str) -> None:
    path = route.format(**api.ids)
    answer = api.get(path, "southern")
    if "AuditEvent" in route:
        assert answer.status_code == 403
    elif "?" in route:
        assert answer.status_code == 200
        assert [e["resource"]["id"] for e in answer.json().get("entry", ())] == ([api.ids["sam"]] if "family" in route else [])
    else:
        assert answer.status_code == 404


@pytest.mark.parametrize("kind", ["Patient", "Encounter", "DocumentReference", "Binary", "Condition", "Task", "Provenance"])
def test_what_may_not_be_seen_and_what_is_not_there_look_alike(api: Api, kind: str) -> None:
    there = {"Patient": "erin", "DocumentReference": "summary", "Binary": "summary"}.get(kind, "stay")
    for who in ("southern", "interface"):
        answers = [api.get(f"/fhir/{kind}/{id}", who) for id in (api.ids[there], "0190aaaa-0000-7000-8000-000000000000", "..", "%00", "x" * 70)]
        assert len({(a.status_code, a.text) for a in answers[:2]}) == 1
        if kind not in ("Encounter", "Condition", "Task"):
            assert api.get(f"/fhir/{kind}/{api.ids['stay']}").status_code == 404  # an encounter's id is no document's
        assert {a.status_code for a in answers} <= {403, 404}


def test_a_restricted_record_is_there_for_those_who_may_see_it(api: Api) -> None:
    path = f"/fhir/Patient/{api.ids['rory']}"
    assert api.get(path, "him_manager").status_code == 200
    assert api.get(path, "coder").status_code == 404
    assert "entry" not in api.get("/fhir/Patient?family=Restricted", "coder").json()
    assert "entry" not in api.get(f"/fhir/Encounter?patient={api.ids['rory']}", "coder").json()
    assert api.get(f"/fhir/Encounter/{api.ids['rory_visit']}", "coder").status_code == 404


def test_broken_glass_opens_one_patient_to_who_broke_it(api: Api) -> None:
    from charthouse.bootstrap import record
    from charthouse.record.access import Actor

    key = api.keys["provider"]
    prefix = key.split("_")[1]
    path, listed = f"/fhir/Patient/{api.ids['rory']}", f"/fhir/Encounter?patient={api.ids['rory']}"
    assert api.get(path, "provider", x_charthouse_purpose="emergency").status_code == 404
    assert "entry" not in api.get(listed, "provider", x_charthouse_purpose="emergency").json()
    actor = Actor(id=f"api:provider:{prefix}", roles=frozenset({"provider"}), facilities=frozenset({"north"}))
    record.sign_in(api.site, actor, "emergency").break_glass(api.ids["rory"], "unconscious")
    assert api.get(path, "provider", x_charthouse_purpose="emergency").status_code == 200
    assert len(api.get(listed, "provider", x_charthouse_purpose="emergency").json()["entry"]) == 1
    assert api.get(path, "provider").status_code == 404  # for treatment it stays shut


def test_a_purpose_is_needed_and_the_table_decides_on_it(api: Api) -> None:
    path = f"/fhir/Patient/{api.ids['erin']}"
    refused = api.get(path, "no_purpose")
    assert (refused.status_code, refused.json()["issue"][0]["details"]["coding"][0]["code"]) == (400, "CH-0641")
    assert api.get(path, "no_purpose", x_charthouse_purpose="curiosity").status_code == 400
    assert api.get(path, "no_purpose", x_charthouse_purpose="payment").status_code == 200
    assert api.get(path, "no_purpose", x_charthouse_purpose="release").status_code == 403


def test_what_was_refused_is_written_down(api: Api) -> None:
    api.get(f"/fhir/Patient/{api.ids['erin']}", "southern")
    with api.site.snapshot() as connection:
        last = connection.execute(sa.select(event).where(event.c.actor.startswith("api:southern:")).order_by(event.c.seq.desc())).first()
    assert last is not None
    assert (last.outcome, last.reason, last.patient, last.origin) == ("refused", "access/facility", api.ids["erin"], "127.0.0.1")


# -- keys --------------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("header", ["", "Basic abc", "Bearer", "Bearer chk_", "Bearer chk_00000000_x", "Bearer x.y.z", "Bearer chk_%27_x"])
def test_a_bad_credential_signs_nobody_in(api: Api, header: str) -> None:
    answer = api.get("/fhir/Patient", "", authorization=header) if header else api.get("/fhir/Patient", "")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_key_with_another_secret_signs_nobody_in(api: Api) -> None:
    good = api.keys["coder"]
    assert api.get("/fhir/Patient?family=zzz", "", authorization=f"Bearer {good}").status_code == 200
    assert api.get("/fhir/Patient?family=zzz", "", authorization=f"Bearer {good[:-1]}{'A' if good[-1] != 'A' else 'B'}").status_code == 401


def test_a_key_is_kept_as_a_hash_and_ends_when_revoked_or_over(api: Api) -> None:
    key = wiring.add_key("short", ("coder",), ("north",), days=1, purpose="payment")
    prefix, secret = key.removeprefix("chk_").split("_", 1)
    with api.site.snapshot() as connection:
        row = connection.execute(sa.select(api_key).where(api_key.c.prefix == prefix)).one()
    assert secret not in str(tuple(row))
    asked = lambda: api.get("/fhir/Patient?family=zzz", "", authorization=f"Bearer {key}").status_code  # noqa: E731
    assert asked() == 200
    with api.site.engine.execution_options(writes=True).begin() as connection:
        connection.execute(api_key.update().where(api_key.c.prefix == prefix).values(expires_at=datetime.now(UTC) - timedelta(seconds=1)))
    assert asked() == 401
    other = wiring.add_key("other", ("coder",), ("north",), purpose="payment")
    wiring.revoke_key(other.split("_")[1])
    assert api.get("/fhir/Patient?family=zzz", "", authorization=f"Bearer {other}").status_code == 401


# -- tokens of an identity provider ------------------------------------------------------------------------------------------------
class IdentityProvider:
    """One of OpenID Connect as far as its keys: discovery and JWKS, over HTTP."""

    def __init__(self) -> None:
        self.keys = [jwk.RSAKey.generate_key(2048, private=True), jwk.ECKey.generate_key("P-256", private=True)]
        self.app = FastAPI()
        self.asked = 0
        self.url = ""
        self.app.get("/.well-known/openid-configuration")(lambda: {"issuer": self.url, "jwks_uri": f"{self.url}/jwks"})
        self.app.get("/jwks")(self.jwks)

    def jwks(self) -> dict[str, Any]:
        self.asked += 1
        return {"keys": [k.as_dict(private=False) | {"kid": k.thumbprint(), "use": "sig"} for k in self.keys]}

    def token(self, key: Any = None, *, alg: str = "RS256", kid: str = "", **claims: Any) -> str:
        key = key or self.keys[0]
        now = int(time.time())
        given = {"iss": self.url, "aud": "charthouse", "sub": "u-1", "iat": now, "exp": now + 300, "roles": ["HIM-Coders"], "facilities": ["north"]} | claims
        return jwt.encode({"alg": alg, "kid": kid or key.thumbprint()}, {k: v for k, v in given.items() if v is not None}, key, algorithms=[alg])


@pytest.fixture(scope="module")
def idp() -> Iterator[IdentityProvider]:
    made = IdentityProvider()
    with served(lambda: made.app) as url:
        made.url = url
        yield made


@pytest.fixture(scope="module")
def trusting(api: Api, idp: IdentityProvider) -> Iterator[Api]:
    """The same record, served by a process that trusts the provider."""
    patch = pytest.MonkeyPatch()
    patch.setenv("CHARTHOUSE_OIDC_ISSUER", idp.url)
    patch.setenv("CHARTHOUSE_OIDC_AUDIENCE", "charthouse")
    patch.setenv("CHARTHOUSE_OIDC_ROLES", "HIM-Coders=coder, HIM-Leads=him_manager")
    with served(lambda: create(wiring.serving(api.site))) as url:
        yield Api(url=url, site=api.site, keys=api.keys, ids=api.ids)
    patch.undo()


def asked(api: Api, token: str, purpose: str = "payment") -> int:
    return api.get(f"/fhir/Patient/{api.ids['erin']}", "", authorization=f"Bearer {token}", x_charthouse_purpose=purpose).status_code


def test_a_good_token_signs_in_with_the_mapped_role(trusting: Api, idp: IdentityProvider) -> None:
    assert asked(trusting, idp.token()) == 200
    assert asked(trusting, idp.token(idp.keys[1], alg="ES256")) == 200
    assert asked(trusting, idp.token(), purpose="release") == 403
    with trusting.site.snapshot() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(event).where(event.c.actor == "oidc:u-1")).scalar_one() == 3


@pytest.mark.parametrize(("change", "status"), [
    ({"roles": ["him_manager"]}, 403), ({"roles": None}, 403), ({"roles": "HIM-Coders other"}, 200), ({"facilities": ["south"]}, 404), ({"facilities": None}, 404), ({"iss": "https://evil"}, 401),
    ({"aud": "another"}, 401), ({"aud": ["x", "charthouse"]}, 200), ({"exp": 1}, 401), ({"exp": None}, 401), ({"sub": None}, 401), ({"nbf": 9_999_999_999}, 401), ({"roles": {"a": 1}}, 403)])
def test_a_token_is_taken_for_what_it_says_and_no_more(trusting: Api, idp: IdentityProvider, change: dict[str, Any], status: int) -> None:
    assert asked(trusting, idp.token(**change)) == status


def test_a_forged_token_signs_nobody_in(trusting: Api, idp: IdentityProvider) -> None:
    stranger = jwk.RSAKey.generate_key(2048, private=True)
    assert asked(trusting, idp.token(stranger)) == 401
    assert asked(trusting, idp.token(stranger, kid=idp.keys[0].thumbprint())) == 401
    header, _, rest = idp.token().partition(".")
    assert asked(trusting, "eyJhbGciOiJub25lIn0." + rest.rpartition(".")[0] + ".") == 401
    signed = f"{encoded(json.dumps({'alg': 'HS256', 'kid': idp.keys[0].thumbprint()}).encode())}.{rest.rpartition('.')[0]}"
    mac = hmac.digest(idp.keys[0].as_pem(private=False), signed.encode(), "sha256")  # the public key as if it were a shared secret
    assert asked(trusting, f"{signed}.{encoded(mac)}") == 401
    assert asked(trusting, header + ".e30.AAAA") == 401


def encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def test_a_new_key_of_the_provider_is_fetched_but_strangers_do_not_make_us_ask_and_ask(idp: IdentityProvider) -> None:
    at = [0.0]
    tokens = Tokens(Provider(issuer=idp.url, audience="charthouse", roles=(("HIM-Coders", "coder"),)), fetched, clock=lambda: at[0])
    assert tokens.actor(idp.token(), "x").roles == {"coder"}
    before = idp.asked
    fresh = jwk.RSAKey.generate_key(2048, private=True)
    idp.keys.append(fresh)
    for _ in range(3):
        with pytest.raises(NotSignedIn):
            tokens.actor(idp.token(fresh), "x")
    assert idp.asked == before
    at[0] = 11.0
    assert tokens.actor(idp.token(fresh), "x").id == "oidc:u-1"
    assert idp.asked == before + 1
    at[0] = 700.0
    tokens.actor(idp.token(), "x")
    assert idp.asked == before + 2


def test_a_provider_that_does_not_answer_signs_nobody_in() -> None:
    tokens = Tokens(Provider(issuer="http://127.0.0.1:9", audience="charthouse"), fetched)
    with pytest.raises(NotSignedIn, match="cannot be had"):
        tokens.actor("a.b.c", "x")
