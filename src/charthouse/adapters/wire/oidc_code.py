"""Signing in with the hospital's directory: OpenID Connect, authorization code flow with PKCE (RFC 7636), state and nonce (OpenID Connect Core 3.1; RFC 9700).

What comes back is believed only when it belongs to a beginning of ours that nobody has finished, and the ID token is signed by the provider, made out to us, of now, and with our nonce.
"""
from __future__ import annotations

import base64
import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from charthouse.adapters.wire.oidc import ALGORITHMS, FRESH, LEEWAY, _listed
from charthouse.record.account import Known, Pending
from charthouse.record.errors import BadSetting, DirectoryRefused

GOOD_FOR = 600.0  # seconds from the beginning to the end of a sign-in
AGAIN = 300  # seconds for which having shown who one is counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """As the site has set it. `secret` "": a public client, which PKCE is enough for. `name` is what people call it."""

    issuer: str
    client: str
    secret: str = field(default="", repr=False)
    roles: tuple[tuple[str, str], ...] = ()
    role_claim: str = "roles"
    facility_claim: str = "facilities"
    name: str = "the hospital's directory"

    def __post_init__(self) -> None:
        _own_or_https(self.issuer, "CHARTHOUSE_OIDC_ISSUER")


@dataclass(slots=True)
class CodeFlow:
    """Implements `ports.people.Directory`. `fetch` gets JSON from an address, with the bearer token where one is given; `post` sends a form."""

    directory: Directory
    fetch: Callable[[str, str], Any]
    post: Callable[[str, dict[str, str], tuple[str, str] | None], Any]
    clock: Callable[[], float] = time.time
    _found: dict[str, Any] = field(default_factory=dict)
    _keys: Any = None
    _at: float = float("-inf")

    @property
    def name(self) -> str:
        return self.directory.name

    def begin(self, redirect: str, next_page: str, *, again: str = "") -> tuple[str, Pending]:
        """(where the browser goes, what is kept until it comes back). `again`: the token of the session whose person shows once more who they are. Raises `DirectoryRefused`."""
        pending = Pending(state=secrets.token_urlsafe(24), nonce=secrets.token_urlsafe(24), verifier=secrets.token_urlsafe(48), redirect=redirect, next_page=next_page, again=again, at=self.clock())
        challenge = base64.urlsafe_b64encode(hashlib.sha256(pending.verifier.encode()).digest()).rstrip(b"=").decode()
        asked = {"response_type": "code", "client_id": self.directory.client, "redirect_uri": redirect, "scope": "openid profile", "state": pending.state, "nonce": pending.nonce,
                 "code_challenge": challenge, "code_challenge_method": "S256"} | ({"prompt": "login", "max_age": "0"} if again else {})
        where = str(self._said("authorization_endpoint"))
        return f"{where}{'&' if '?' in where else '?'}{urlencode(asked)}", pending

    def finish(self, pending: Pending, state: str, code: str) -> Known:
        """Who it is. Raises `DirectoryRefused`."""
        if not secrets.compare_digest(pending.state, state) or not code:
            raise DirectoryRefused(why="the answer does not belong to this sign-in")
        if self.clock() - pending.at > GOOD_FOR:
            raise DirectoryRefused(why="it took too long")
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": pending.redirect, "code_verifier": pending.verifier, "client_id": self.directory.client}
        try:
            answer = self.post(str(self._said("token_endpoint")), form, (self.directory.client, self.directory.secret) if self.directory.secret else None)
            token, access = str(answer["id_token"]), str(answer.get("access_token", ""))
        except Exception as error:  # of the network, of the answer
            raise DirectoryRefused(why=f"it gave no token ({type(error).__name__})") from None
        claims = self._claims(token, pending)
        return self._known(claims | self._more(access, claims))

    def _claims(self, token: str, pending: Pending) -> dict[str, Any]:
        from joserfc import jwt
        from joserfc.errors import InvalidKeyIdError, JoseError

        registry = jwt.JWTClaimsRegistry(leeway=LEEWAY, iss={"essential": True, "value": self.directory.issuer}, aud={"essential": True, "value": self.directory.client}, exp={"essential": True},
                                         iat={"essential": True}, sub={"essential": True}, nonce={"essential": True, "value": pending.nonce})
        try:
            try:
                read = jwt.decode(token, self._held(), algorithms=ALGORITHMS)
            except InvalidKeyIdError:
                self._keys = None
                read = jwt.decode(token, self._held(), algorithms=ALGORITHMS)
            registry.validate(read.claims)
        except DirectoryRefused:
            raise
        except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise DirectoryRefused(why=f"the token is not good ({type(error).__name__})") from None
        claims = dict(read.claims)
        if claims.get("azp", self.directory.client) != self.directory.client:
            raise DirectoryRefused(why="the token is another's")
        shown_at = claims.get("auth_time")
        if pending.again and not (isinstance(shown_at, int | float) and self.clock() - shown_at < AGAIN + LEEWAY):
            raise DirectoryRefused(why="it does not say that the person was asked again")
        return claims

    def _more(self, access: str, claims: dict[str, Any]) -> dict[str, Any]:
        """What the directory says beside the token, where roles are not in it."""
        where = self._said("userinfo_endpoint", needed=False)
        if _listed(claims, self.directory.role_claim) or not (where and access):
            return {}
        try:
            found = self.fetch(str(where), access)
        except Exception:
            return {}
        return {k: v for k, v in found.items() if k not in claims} if isinstance(found, dict) and found.get("sub") == claims["sub"] else {}

    def _known(self, claims: dict[str, Any]) -> Known:
        d = self.directory
        roles = frozenset(own for claimed, own in d.roles if claimed in _listed(claims, d.role_claim))
        login = next((str(claims[c]) for c in ("preferred_username", "upn", "email") if isinstance(claims.get(c), str)), str(claims["sub"]))
        return Known(id=f"oidc:{claims['sub']}", login="".join(login.split())[:80], shown=str(claims.get("name") or login)[:100], roles=roles, facilities=frozenset(_listed(claims, d.facility_claim)))

    def ends_at(self, back: str) -> str:
        """Where the person signs out of the directory itself; "" where it has no such place."""
        try:
            where = self._said("end_session_endpoint", needed=False)
        except DirectoryRefused:
            return ""
        return f"{where}?{urlencode({'client_id': self.directory.client, 'post_logout_redirect_uri': back})}" if where else ""

    def _said(self, name: str, *, needed: bool = True) -> Any:
        """What the discovery document says (OpenID Connect Discovery 1.0)."""
        if self.clock() - self._at > FRESH:
            try:
                found = self.fetch(f"{self.directory.issuer.rstrip('/')}/.well-known/openid-configuration", "")
            except Exception as error:
                raise DirectoryRefused(why=f"it does not answer ({type(error).__name__})") from None
            if not isinstance(found, dict) or str(found.get("issuer", "")).rstrip("/") != self.directory.issuer.rstrip("/"):
                raise DirectoryRefused(why="its discovery document is not its own")
            self._found, self._at, self._keys = found, self.clock(), None
        if needed and not self._found.get(name):
            raise DirectoryRefused(why=f"it says no {name}")
        return self._found.get(name, "")

    def _held(self) -> Any:
        from joserfc.jwk import KeySet

        where = str(self._said("jwks_uri"))
        if self._keys is None:
            try:
                self._keys = KeySet.import_key_set(self.fetch(where, ""))
            except Exception as error:
                raise DirectoryRefused(why=f"its keys cannot be had ({type(error).__name__})") from None
        return self._keys


def _own_or_https(address: str, name: str) -> None:
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")):
        raise BadSetting(name=name, why="does not begin with https:// (http:// on this machine only)")


def code_flow(directory: Directory) -> CodeFlow:
    import httpx2

    def fetch(address: str, bearer: str) -> Any:
        answer = httpx2.get(address, timeout=10.0, follow_redirects=False, headers={"Authorization": f"Bearer {bearer}"} if bearer else {})
        answer.raise_for_status()
        return answer.json()

    def post(address: str, form: dict[str, str], basic: tuple[str, str] | None) -> Any:
        answer = httpx2.post(address, data=form, timeout=10.0, follow_redirects=False, headers={"Accept": "application/json"}, auth=basic)
        answer.raise_for_status()
        return answer.json()

    return CodeFlow(directory, fetch, post)
