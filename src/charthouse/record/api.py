"""A program's key to the API, and an answer that is given again."""
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from charthouse.record.access import Actor

SECRET = 43  # characters: 32 bytes in base64url


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """`prefix` names it; the secret is shown once and only its hash is kept. `purpose` is the one it acts for where a request says none."""

    prefix: str
    name: str
    roles: frozenset[str]
    facilities: frozenset[str]
    purpose: str = ""
    made_at: datetime
    expires_at: datetime | None = None
    revoked_at: datetime | None = None

    def stands(self, now: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)

    def actor(self, origin: str) -> Actor:
        return Actor(id=f"api:{self.name}:{self.prefix}", roles=self.roles, facilities=self.facilities, origin=origin)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The answer to a request with this hash of its content."""

    request: str
    status: int
    body: str = field(repr=False)
    at: datetime
