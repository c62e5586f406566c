"""Signing in with a directory: what is believed, and every way in which an answer is not."""
from __future__ import annotations

import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from charthouse.adapters.wire.oidc_code import CodeFlow, Directory
from charthouse.record.account import Pending
from charthouse.record.errors import BadSetting, DirectoryRefused

ISSUER = "https://id.example"
KEY, OTHER = RSAKey.generate_key(2048, {"kid": "k1"}), RSAKey.generate_key(2048, {"kid": "k2"})
DIRECTORY = Directory(issuer=ISSUER, client="charthouse", secret="s", roles=(("HIM-Coders", "coder"), ("HIM-Leads", "him_manager")))


class Peer:
    """A provider whose answers a test chooses."""

    def __init__(self, **claims: Any) -> None:
        self.claims, self.key, self.header, self.sent, self.userinfo, self.document = claims, KEY, {"alg": "RS256", "kid": "k1"}, {}, {}, {
            "issuer": ISSUER, "authorization_endpoint": f"{ISSUER}/authorize", "token_endpoint": f"{ISSUER}/token", "jwks_uri": f"{ISSUER}/jwks", "userinfo_endpoint": f"{ISSUER}/me"}  # type: ignore[var-annotated]

    def fetch(self, address: str, bearer: str) -> Any:
        if address.endswith("/me"):
            assert bearer == "access"
            return self.userinfo
        return {"keys": [KEY.as_dict(private=False)]} if address.endswith("/jwks") else self.document

    def post(self, address: str, form: dict[str, str], basic: tuple[str, str] | None) -> Any:
        self.sent = form | {"address": address, "basic": basic}
        return {"id_token": jwt.encode(self.header, self.claims, self.key, algorithms=[str(self.header["alg"])]) if self.header["alg"] != "none" else "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.", "access_token": "access"}


def flow(peer: Peer) -> CodeFlow:
    return CodeFlow(DIRECTORY, peer.fetch, peer.post)


def begun(peer: Peer, again: str = "") -> tuple[CodeFlow, Pending, dict[str, str]]:
    made = flow(peer)
    where, pending = made.begin("https://him.example/sign-in/oidc/back", "/work/mine", again=again)
    now = int(time.time())
    peer.claims = {"iss": ISSUER, "aud": "charthouse", "sub": "u1", "exp": now + 300, "iat": now, "nonce": pending.nonce, "roles": ["HIM-Coders", "Everybody"], "preferred_username": "ana", "name": "Ana Ruiz",
                   "facilities": ["Harbor"]} | peer.claims
    return made, pending, {k: v[0] for k, v in parse_qs(urlsplit(where).query).items()}


def test_what_is_asked_and_who_it_is() -> None:
    peer = Peer()
    made, pending, asked = begun(peer)
    assert (asked["response_type"], asked["client_id"], asked["scope"], asked["code_challenge_method"]) == ("code", "charthouse", "openid profile", "S256")
    assert asked["state"] == pending.state != asked["nonce"] == pending.nonce
    assert pending.verifier not in asked.values()
    known = made.finish(pending, pending.state, "c1")
    assert (known.id, known.login, known.shown, known.roles, known.facilities) == ("oidc:u1", "ana", "Ana Ruiz", frozenset({"coder"}), frozenset({"Harbor"}))
    assert (peer.sent["code"], peer.sent["code_verifier"], peer.sent["basic"]) == ("c1", pending.verifier, ("charthouse", "s"))


LONG_AGO, LATER = 1_500_000_000, 4_000_000_000
BAD: dict[str, dict[str, Any]] = {
    "another audience": {"aud": "else"}, "another issuer": {"iss": "https://evil.example"}, "over": {"exp": LONG_AGO}, "another nonce": {"nonce": "x"}, "no nonce": {"nonce": None}, "of the future": {"nbf": LATER},
    "another's client": {"azp": "else"}, "nobody": {"sub": None}}


@pytest.mark.parametrize("case", BAD)
def test_a_token_that_is_not_for_us_is_not_believed(case: str) -> None:
    peer = Peer(**BAD[case])
    made, pending, _ = begun(peer)
    peer.claims = {k: v for k, v in peer.claims.items() if v is not None}
    with pytest.raises(DirectoryRefused):
        made.finish(pending, pending.state, "c")


@pytest.mark.parametrize("header", [{"alg": "none"}, {"alg": "RS256", "kid": "k2"}, {"alg": "HS256", "kid": "k1"}])
def test_a_token_that_the_directory_did_not_sign_is_not_believed(header: dict[str, str]) -> None:
    peer = Peer()
    made, pending, _ = begun(peer)
    peer.header = header
    peer.key = OTHER if header.get("kid") == "k2" else OctKey.import_key("a shared secret that is long enough") if header["alg"] == "HS256" else KEY  # type: ignore[assignment]
    with pytest.raises(DirectoryRefused):
        made.finish(pending, pending.state, "c")


def test_another_state_and_an_old_beginning_are_refused() -> None:
    peer = Peer()
    made, pending, _ = begun(peer)
    with pytest.raises(DirectoryRefused, match="does not belong"):
        made.finish(pending, "x", "c")
    made.clock = lambda: time.time() + 3600
    with pytest.raises(DirectoryRefused, match="too long"):
        made.finish(pending, pending.state, "c")


@pytest.mark.parametrize(("ago", "good"), [(0, True), (3600, False), (None, False)])
def test_showing_again_needs_the_word_of_the_directory(ago: int | None, good: bool) -> None:
    peer = Peer(auth_time=None if ago is None else int(time.time()) - ago)
    made, pending, asked = begun(peer, again="token")
    peer.claims = {k: v for k, v in peer.claims.items() if v is not None}
    assert (asked["prompt"], asked["max_age"]) == ("login", "0")
    if good:
        assert made.finish(pending, pending.state, "c").id == "oidc:u1"
    else:
        with pytest.raises(DirectoryRefused, match="asked again"):
            made.finish(pending, pending.state, "c")


def test_roles_that_are_not_in_the_token_are_asked_for_and_only_of_the_same_person() -> None:
    for sub, roles in (("u1", {"coder"}), ("u2", set())):
        peer = Peer(roles=None)
        made, pending, _ = begun(peer)
        del peer.claims["roles"]
        peer.userinfo = {"sub": sub, "roles": ["HIM-Coders"], "name": "Somebody else"}
        known = made.finish(pending, pending.state, "c")
        assert (known.roles, known.shown) == (frozenset(roles), "Ana Ruiz")


def test_a_discovery_document_of_another_is_refused_and_an_address_is_https() -> None:
    peer = Peer()
    peer.document["issuer"] = "https://evil.example"
    with pytest.raises(DirectoryRefused, match="not its own"):
        flow(peer).begin("https://him.example/back", "/")
    with pytest.raises(BadSetting, match="https"):
        Directory(issuer="http://id.example", client="c")
