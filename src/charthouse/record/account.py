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

    @property
    def elsewhere(self) -> bool:
        """They sign in with the hospital's directory, which says their roles, too."""
        return self.id.startswith("oidc:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Passkey:
    """`id` and `key` in base64url; `count` is how often it was used, as it says itself."""

    id: str
    account: str
    name: str
    key: str = field(repr=False)
    count: int = 0
    made_at: datetime | None = None
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """What a passkey is asked to sign, once. `token`: the session that it is for, "" for a new one."""

    account: str
    value: bytes = field(repr=False)
    origin: str
    token: str = field(default="", repr=False)
    next_page: str = "/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A sign-in with the hospital's directory that has begun. `again`: the token of the session whose person shows once more who they are."""

    state: str = field(repr=False)
    nonce: str = field(repr=False)
    verifier: str = field(repr=False)
    redirect: str
    next_page: str
    again: str = field(default="", repr=False)
    at: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Who the hospital's directory says that it is, and what they may be here."""

    id: str
    login: str
    shown: str
    roles: frozenset[str]
    facilities: frozenset[str]
