"""Accounts and sessions in the store. What changes an account takes an `Access`, and tells; sessions are no part of the record."""
from __future__ import annotations

from typing import Protocol

from charthouse.record.access import Access
from charthouse.record.account import Account
from charthouse.record.session import Session


class People(Protocol):
    def account(self, *, id: str = "", login: str = "") -> Account | None:
        """By id or by login, whatever its case."""
        ...

    def accounts(self) -> tuple[Account, ...]: ...

    def add(self, access: Access, account: Account) -> None:
        """Raises `AlreadyThere` for a login that there is."""
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
