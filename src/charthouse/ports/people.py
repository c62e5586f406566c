"""Accounts and sessions in the store. What changes an account takes an `Access`, and tells; sessions are no part of the record."""
from __future__ import annotations

from typing import Any, Protocol

from charthouse.record.access import Access
from charthouse.record.account import Account, Challenge, Known, Passkey, Pending
from charthouse.record.session import Session


class People(Protocol):
    def account(self, *, id: str = "", login: str = "") -> Account | None:
        """By id or by login, whatever its case."""
        ...

    def accounts(self) -> tuple[Account, ...]: ...

    def add(self, access: Access | None, account: Account) -> None:
        """None: of somebody whom the directory knows, of whom another event tells. Raises `AlreadyThere` for a login that there is."""
        ...

    def change(self, access: Access | None, account: Account) -> None:
        """As it is now. None: a try at signing in, of which another event tells."""
        ...

    def begin(self, token: str, session: Session) -> None:
        """`token` is the hash of what the browser holds."""
        ...

    def session(self, token: str) -> Session | None: ...

    def seen(self, token: str, session: Session) -> None: ...

    def end(self, token: str = "", *, account: str = "") -> None:
        """One session, or all of an account."""
        ...

    def sessions(self, account: str) -> tuple[Session, ...]: ...

    def tokens(self, account: str) -> tuple[tuple[str, str], ...]:
        """(hash of the token, id) of each session."""
        ...


class Hasher(Protocol):
    """Passwords, and codes of an authenticator app."""

    def hash(self, password: str) -> str: ...

    def same(self, hash: str, password: str) -> bool:
        """As slow for "" as for any other hash, so that nobody learns which logins there are."""
        ...

    def factor(self) -> str:
        """A new secret for an authenticator app."""
        ...

    def counter(self, factor: str, code: str, at: float) -> int:
        """The step of time for which the code is right, one step of slack each way; 0 for none."""
        ...


class StoredKeys(Protocol):
    """Passkeys in the store."""

    def of(self, account: str) -> tuple[Passkey, ...]: ...

    def put(self, passkey: Passkey) -> None:
        """New, or used."""
        ...

    def remove(self, account: str, id: str = "") -> None:
        """One, or all of an account."""
        ...


class Passkeys(Protocol):
    """What a browser and its authenticator are asked, and what they answer. `origin` is the address that the browser shows. Raises `SignInRefused`."""

    def register(self, account: Account, origin: str, there: tuple[Passkey, ...]) -> tuple[dict[str, Any], Challenge]: ...

    def registered(self, challenge: Challenge, answer: dict[str, Any], name: str) -> Passkey: ...

    def ask(self, account: str, origin: str, there: tuple[Passkey, ...]) -> tuple[dict[str, Any], Challenge]: ...

    def proven(self, challenge: Challenge, answer: dict[str, Any], there: tuple[Passkey, ...]) -> Passkey: ...


class Directory(Protocol):
    """The hospital's directory. Raises `DirectoryRefused`."""

    @property
    def name(self) -> str: ...

    def begin(self, redirect: str, next_page: str, *, again: str = "") -> tuple[str, Pending]: ...

    def finish(self, pending: Pending, state: str, code: str) -> Known: ...

    def ends_at(self, back: str) -> str: ...
