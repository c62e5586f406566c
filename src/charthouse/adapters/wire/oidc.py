"""Tokens of the site's identity provider (OpenID Connect): a signed JWT as an actor with roles and facilities.

Signature by a key of the provider, issuer, audience and times are checked (RFC 9068, OpenID Connect Core 3.1.3.7). Roles are those that the site has
mapped and no others; a token without one may do nothing.
"""
from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from charthouse.record.access import Actor
from charthouse.record.errors import NotSignedIn

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]  # none that shares a secret, and not "none"
LEEWAY = 60  # seconds that clocks may differ
FRESH, AGAIN = 600.0, 10.0  # seconds: how long keys are kept, and how often an unknown key may make us ask
Fetch = Callable[[str], Any]  # an address to the JSON that lies there


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """As the site has set it. `jwks` "" : found by discovery. Claims may lie deeper: `realm_access.roles`."""

    issuer: str
    audience: str
    jwks: str = ""
    roles: tuple[tuple[str, str], ...] = ()
    role_claim: str = "roles"
    facility_claim: str = "facilities"


@dataclass(slots=True)
class Tokens:
    """Reads tokens. Keys of the provider are fetched when needed, kept for ten minutes, and asked for anew for a key that is not known."""

    provider: Provider
    fetch: Fetch
    clock: Callable[[], float] = time.monotonic
    _keys: Any = None
    _at: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def actor(self, token: str, origin: str) -> Actor:
        """Raises `NotSignedIn`."""
        claims = self._claims(token)
        provider = self.provider
        own = frozenset(role for claimed, role in provider.roles if claimed in _listed(claims, provider.role_claim))
        return Actor(id=f"oidc:{claims['sub']}", roles=own, facilities=frozenset(_listed(claims, provider.facility_claim)), origin=origin)

    def _claims(self, token: str) -> dict[str, Any]:
        from joserfc import jwt
        from joserfc.errors import InvalidKeyIdError, JoseError

        registry = jwt.JWTClaimsRegistry(leeway=LEEWAY, iss={"essential": True, "value": self.provider.issuer}, aud={"essential": True, "value": self.provider.audience},
                                         exp={"essential": True}, sub={"essential": True})
        try:
            try:
                read = jwt.decode(token, self._held(), algorithms=ALGORITHMS)
            except InvalidKeyIdError:
                read = jwt.decode(token, self._held(anew=True), algorithms=ALGORITHMS)
            registry.validate(read.claims)
        except NotSignedIn:
            raise
        except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise NotSignedIn(why=f"the token is not good ({type(error).__name__})") from None
        return dict(read.claims)

    def _held(self, *, anew: bool = False) -> Any:
        from joserfc.jwk import KeySet

        with self._lock:
            age = self.clock() - self._at
            if self._keys is None or age > FRESH or (anew and age > AGAIN):
                try:
                    where = self.provider.jwks or self.fetch(f"{self.provider.issuer.rstrip('/')}/.well-known/openid-configuration")["jwks_uri"]
                    self._keys, self._at = KeySet.import_key_set(self.fetch(where)), self.clock()
                except Exception as error:  # of the network, of the answer, of a key in it
                    if self._keys is None:
                        raise NotSignedIn(why=f"the keys of the identity provider cannot be had ({type(error).__name__})") from None
            return self._keys


def _listed(claims: dict[str, Any], path: str) -> tuple[str, ...]:
    """The values of a claim: a list, or words."""
    found: Any = claims
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    if isinstance(found, str):
        return tuple(found.split())
    return tuple(v for v in found if isinstance(v, str)) if isinstance(found, list) else ()


def fetched(address: str) -> Any:
    """The JSON at an address of the provider."""
    import httpx2

    answer = httpx2.get(address, timeout=10.0, follow_redirects=False)
    answer.raise_for_status()
    return answer.json()
