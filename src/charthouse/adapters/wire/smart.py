"""Signing in at a FHIR server: a bearer token that was given, or one of SMART Backend Services (client credentials with a signed assertion)."""
from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from charthouse.record.errors import BadSetting, ServerRefused

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ALGORITHMS = {"RSA": "RS384", "EC": "ES384"}  # those that SMART App Launch 2.2 wants of every server
GOOD_FOR = 240  # seconds of an assertion; five minutes at most
EARLY = 30  # seconds before its end that a token is asked for anew
Ask = Callable[[str, str, dict[str, str]], dict[str, Any]]  # (method, address, form) to JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """As the site has set them. `key` is a private key, PEM or JWK; `token_url` "": found by SMART discovery."""

    token: str = field(default="", repr=False)
    client: str = ""
    key: str = field(default="", repr=False)
    token_url: str = ""
    scope: str = "system/*.read"


@dataclass(slots=True)
class Session:
    """Gives the header of a request, with a token that is good."""

    base: str
    credentials: Credentials
    ask: Ask
    clock: Callable[[], float] = time.time
    _token: str = ""
    _until: float = 0.0

    def headers(self) -> dict[str, str]:
        if self.credentials.token:
            return {"Authorization": f"Bearer {self.credentials.token}"}
        if not self.credentials.client:
            return {}
        if self.clock() > self._until - EARLY:
            self._sign_in()
        return {"Authorization": f"Bearer {self._token}"}

    def _sign_in(self) -> None:
        where = self.credentials.token_url or str(self.ask("GET", f"{self.base}/.well-known/smart-configuration", {}).get("token_endpoint", ""))
        if not where:
            raise ServerRefused(why="does not say where tokens are given: set CHARTHOUSE_PULL_TOKEN_URL")
        form = {"grant_type": "client_credentials", "scope": self.credentials.scope, "client_assertion_type": ASSERTION,
                "client_assertion": assertion(self.credentials.client, self.credentials.key, where, self.clock())}
        answer = self.ask("POST", where, form)
        token, seconds = answer.get("access_token"), answer.get("expires_in", 300)
        if not isinstance(token, str) or not token:
            raise ServerRefused(why="gave no token for the assertion")
        self._token, self._until = token, self.clock() + (float(seconds) if isinstance(seconds, int | float) else 300.0)


def assertion(client: str, key: str, audience: str, now: float) -> str:
    """The signed JWT of RFC 7523, as SMART wants it. Raises `BadSetting` for what is no private key."""
    from joserfc import jwt
    from joserfc.errors import JoseError
    from joserfc.jwk import ECKey, RSAKey

    try:
        given: Any = json.loads(key) if key.lstrip().startswith("{") else key
        try:
            read: RSAKey | ECKey = RSAKey.import_key(given)
        except (JoseError, ValueError, TypeError, AttributeError):
            read = ECKey.import_key(given)
        named = given.get("kid") if isinstance(given, dict) else None
        header = {"alg": ALGORITHMS[read.key_type], "kid": named or read.thumbprint(), "typ": "JWT"}
        claims = {"iss": client, "sub": client, "aud": audience, "jti": secrets.token_urlsafe(16), "iat": int(now), "exp": int(now) + GOOD_FOR}
        return jwt.encode(header, claims, read, algorithms=[header["alg"]])
    except (JoseError, ValueError, TypeError, KeyError, AttributeError):
        raise BadSetting(name="CHARTHOUSE_PULL_KEY", why="names no file with a private key of RSA or of P-384, as PEM or JWK") from None
