"""A person's account at the site."""
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from charthouse.record.access import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """`id` is what the ledger knows the person by, and never changes. `must_change`: the password was given by somebody else. `factor`: the secret of the authenticator app,
    "" for none; `counter` the last step whose code was used, so that none is used twice."""

    id: str
    login: str
    shown: str
    roles: frozenset[str]
    facilities: frozenset[str] = frozenset()
    hash: str = field(default="", repr=False)
    must_change: bool = True
    factor: str = field(default="", repr=False)
    counter: int = 0
    disabled: bool = False
    failures: int = 0
    failed_at: datetime | None = None
    made_at: datetime | None = None

    def actor(self, origin: str) -> Actor:
        return Actor(id=self.id, roles=self.roles, facilities=self.facilities, origin=origin)
