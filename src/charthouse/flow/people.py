"""People at the site: signing in, changing one's own password and second factor, and an administrator's work on accounts. Every try is an event of the ledger."""
from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from charthouse.flow.desk import SITE, Desk
from charthouse.ports.people import Hasher
from charthouse.ports.store import Store, Transaction
from charthouse.record.access import PURPOSES, Access, Purpose
from charthouse.record.account import Account
from charthouse.record.errors import BadRequest, NoRecord, SignInRefused, TooManyTries
from charthouse.record.event import Event, Outcome
from charthouse.rooms.people import wait, weak
from charthouse.rooms.privacy import Rule

Change = Callable[[Account], Account]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """Where people come in."""

    store: Store
    hasher: Hasher
    clock: Callable[[], datetime]

    def sign_in(self, login: str, password: str, code: str, origin: str) -> Account:
        """Raises `SignInRefused`, which says nothing of why, and `TooManyTries`."""
        now = self.clock()
        with self.store.transaction() as open:
            found = open.people.account(login=login)
            if found is not None and (left := wait(found.failures, found.failed_at, now)):
                raise TooManyTries(seconds=int(left.total_seconds()) + 1)
        right = self.hasher.same(found.hash if found else "", password) and found is not None and not found.disabled
        counter = self.hasher.counter(found.factor, code, now.timestamp()) if found and found.factor else -1
        right = right and found is not None and (not found.factor or counter > found.counter)
        with self.store.transaction() as open:
            if found is None or not right:
                self._tell(open, found.id if found else "somebody", "session.begin", origin, outcome="refused", reason="" if found else "no such account")
                if found is not None:
                    open.people.change(None, replace(found, failures=found.failures + 1, failed_at=now))
            else:
                self._tell(open, found.id, "session.begin", origin)
                found = replace(found, failures=0, failed_at=None, counter=max(found.counter, counter))
                open.people.change(None, found)
        if found is None or not right:
            raise SignInRefused()
        return found

    def prove(self, account: str, password: str, origin: str) -> None:
        """Show again that it is you. Raises `SignInRefused`, `TooManyTries`."""
        with self.store.transaction() as open:
            found = open.people.account(id=account)
        if found is None:
            raise SignInRefused()
        left = wait(found.failures, found.failed_at, self.clock())
        if left:
            raise TooManyTries(seconds=int(left.total_seconds()) + 1)
        right = self.hasher.same(found.hash, password)
        with self.store.transaction() as open:
            self._tell(open, account, "session.prove", origin, outcome="done" if right else "refused")
            open.people.change(None, replace(found, failures=0 if right else found.failures + 1, failed_at=None if right else self.clock()))
        if not right:
            raise SignInRefused()

    def own(self, account: str) -> Account:
        with self.store.transaction() as open:
            found = open.people.account(id=account)
        if found is None:
            raise NoRecord(kind="account", id=account)
        return found

    def set_password(self, account: str, old: str, new: str, origin: str) -> None:
        """One's own. Raises `SignInRefused` for a wrong old one, `BadRequest` for a new one that will not do."""
        found = self.own(account)
        if not self.hasher.same(found.hash, old):
            raise SignInRefused()
        why = weak(new, found.login, found.shown) or ("The new password is the old one" if new == old else "")
        if why:
            raise BadRequest(why=why)
        hash = self.hasher.hash(new)
        with self.store.transaction() as open:
            self._tell(open, account, "account.password", origin)
            open.people.change(None, replace(found, hash=hash, must_change=False))

    def set_factor(self, account: str, factor: str, code: str, origin: str) -> None:
        """An authenticator app, shown to work by a code of it; "" takes it away. Raises `BadRequest`."""
        found, now = self.own(account), self.clock()
        counter = self.hasher.counter(factor, code, now.timestamp()) if factor else 0
        if factor and not counter:
            raise BadRequest(why="The code is not right. Look at the clock of your phone, and type the code that is shown now")
        with self.store.transaction() as open:
            self._tell(open, account, "account.factor", origin, reason="set" if factor else "taken away")
            open.people.change(None, replace(found, factor=factor, counter=counter))

    def _tell(self, open: Transaction, actor: str, action: str, origin: str, *, outcome: Outcome = "done", reason: str = "") -> None:
        at = self.clock().astimezone(UTC).isoformat(timespec="microseconds")
        open.gate.tell(Event(actor=actor, purpose="administration", action=action, at=at, subject="site", origin=origin, outcome=outcome, reason=reason))


# -- an administrator's work -----------------------------------------------------------------------------------------------------------


def accounts(desk: Desk) -> tuple[Account, ...]:
    def use(open: Transaction, access: Access) -> tuple[Account, ...]:
        open.gate.tell(access.event)
        return open.people.accounts()

    return desk.use("user.write", replace(SITE, id="accounts"), use)


def add(desk: Desk, hasher: Hasher, login: str, shown: str, roles: frozenset[str], facilities: frozenset[str]) -> str:
    """The password that is given once, and must be changed at the first sign-in. Raises `BadRequest`, `AlreadyThere`."""
    login = login.strip()
    if not login or len(login) > 80 or any(c.isspace() for c in login):
        raise BadRequest(why="A login is a name without spaces, of at most 80 characters")
    _known(roles, desk.rules)
    password = given()
    made = Account(id=f"user:{login.casefold()}", login=login, shown=shown.strip() or login, roles=roles, facilities=facilities, hash=hasher.hash(password), made_at=desk.clock())
    desk.use("user.write", replace(SITE, id=f"account:{made.id}"), lambda open, access: open.people.add(access, made))
    return password


def given() -> str:
    """A password that somebody is given: 100 bits, without letters that look alike."""
    return "-".join("".join(secrets.choice("abcdefghjkmnpqrstuvwxyz23456789") for _ in range(5)) for _ in range(4))


def change(desk: Desk, id: str, how: Change) -> Account:
    """Any account but for what `how` leaves; its sessions end. Raises `NoRecord`, `BadRequest` where nobody would be left who could do so."""
    def use(open: Transaction, access: Access) -> Account:
        found = open.people.account(id=id)
        if found is None:
            raise NoRecord(kind="account", id=id)
        changed = how(found)
        _known(changed.roles, desk.rules)
        others = [a for a in open.people.accounts() if a.id != id and not a.disabled and "administrator" in a.roles]
        if not others and (changed.disabled or "administrator" not in changed.roles) and "administrator" in found.roles:
            raise BadRequest(why="This is the last administrator: make another one first")
        open.people.change(access, changed)
        open.people.end(account=id)
        return changed

    return desk.use("user.write", replace(SITE, id=f"account:{id}"), use)


def reset(desk: Desk, hasher: Hasher, id: str) -> str:
    """A new password that is given once; the second factor is taken away."""
    password = given()
    hash = hasher.hash(password)
    change(desk, id, lambda a: replace(a, hash=hash, must_change=True, factor="", counter=0, failures=0, failed_at=None))
    return password


def _known(roles: frozenset[str], rules: tuple[Rule, ...]) -> None:
    known = {r.role for r in rules}
    if not roles or roles - known:
        raise BadRequest(why=f"An account has at least one role of: {', '.join(sorted(known))}")


def purposes(account: Account, rules: tuple[Rule, ...]) -> tuple[Purpose, ...]:
    """What the account's roles may be used for."""
    theirs = {p for r in rules if r.role in account.roles for p in r.purposes}
    return tuple(p for p in PURPOSES if p in theirs)
