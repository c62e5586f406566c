"""People at the site: signing in, changing one's own password and second factor, and an administrator's work on accounts. Every try is an event of the ledger."""
from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from charthouse.flow.desk import SITE, Desk
from charthouse.ports.people import Hasher, Passkeys
from charthouse.ports.store import Store, Transaction
from charthouse.record.access import PURPOSES, Access, Purpose
from charthouse.record.account import Account, Challenge, Known, Passkey
from charthouse.record.errors import BadRequest, NoRecord, NoRole, PasskeyAsked, SignInRefused, TooManyTries
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
    passkeys: Passkeys | None = None

    def sign_in(self, login: str, password: str, code: str, origin: str) -> Account:
        """Raises `SignInRefused`, which says nothing of why, `TooManyTries`, and `PasskeyAsked` where the password is right and a passkey is to follow."""
        now = self.clock()
        with self.store.transaction() as open:
            found = open.people.account(login=login)
            if found is not None and (left := wait(found.failures, found.failed_at, now)):
                raise TooManyTries(seconds=int(left.total_seconds()) + 1)
        right = self.hasher.same(found.hash if found else "", password) and found is not None and not found.disabled
        counter = self.hasher.counter(found.factor, code, now.timestamp()) if found and found.factor else -1
        keys = self.keys(found.id) if found else ()
        if right and found is not None and keys and not code.strip():
            raise PasskeyAsked(account=found.id)
        right = right and found is not None and (counter > found.counter if found.factor else not keys)
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

    def with_passkey(self, challenge: Challenge, answer: dict[str, Any], origin: str, *, action: str = "session.begin") -> Account:
        """After the password, or in its place where somebody shows once more who they are. Raises `SignInRefused`, `TooManyTries`."""
        found = self.own(challenge.account)
        left = wait(found.failures, found.failed_at, self.clock())
        if left:
            raise TooManyTries(seconds=int(left.total_seconds()) + 1)
        try:
            if self.passkeys is None or found.disabled:
                raise SignInRefused()
            used = self.passkeys.proven(challenge, answer, self.keys(found.id))
        except SignInRefused:
            with self.store.transaction() as open:
                self._tell(open, found.id, action, origin, outcome="refused")
                open.people.change(None, replace(found, failures=found.failures + 1, failed_at=self.clock()))
            raise
        with self.store.transaction() as open:
            self._tell(open, found.id, action, origin)
            open.passkeys.put(replace(used, used_at=self.clock()))
            open.people.change(None, replace(found, failures=0, failed_at=None))
        return found

    def from_directory(self, known: Known, origin: str) -> Account:
        """Who the directory says that it is: their account is made at their first sign-in, and follows it at each. Raises `SignInRefused` for one that is disabled here, `NoRole`."""
        with self.store.transaction() as open:
            found = open.people.account(id=known.id)
            refused = "no role" if not known.roles else "disabled" if found is not None and found.disabled else ""
            self._tell(open, known.id, "session.begin", origin, outcome="refused" if refused else "done", reason=refused)
            if refused:
                if not known.roles:
                    open.people.end(account=known.id)
            elif found is None:
                free = open.people.account(login=known.login) is None
                found = Account(id=known.id, login=known.login if free else known.id, shown=known.shown, roles=known.roles, facilities=known.facilities, must_change=False, made_at=self.clock())
                open.people.add(None, found)
            else:
                if found.roles != known.roles or found.facilities != known.facilities:
                    open.people.end(account=known.id)
                found = replace(found, shown=known.shown, roles=known.roles, facilities=known.facilities)
                open.people.change(None, found)
        if not known.roles:
            raise NoRole()
        if refused or found is None:
            raise SignInRefused()
        return found

    def add_passkey(self, challenge: Challenge, answer: dict[str, Any], name: str, origin: str) -> None:
        """Raises `SignInRefused` for an answer that is not good, `BadRequest`."""
        if self.passkeys is None or not name.strip() or len(name) > 60:
            raise BadRequest(why="A passkey has a name of at most 60 characters")
        made = self.passkeys.registered(challenge, answer, name.strip())
        with self.store.transaction() as open:
            self._tell(open, challenge.account, "account.factor", origin, reason="passkey set")
            open.passkeys.put(replace(made, made_at=self.clock()))

    def remove_passkey(self, account: str, id: str, origin: str) -> None:
        with self.store.transaction() as open:
            self._tell(open, account, "account.factor", origin, reason="passkey taken away")
            open.passkeys.remove(account, id)

    def keys(self, account: str) -> tuple[Passkey, ...]:
        with self.store.transaction() as open:
            return open.passkeys.of(account)

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
        open.gate.tell(self._event(actor, action, origin, outcome=outcome, reason=reason))

    def _event(self, actor: str, action: str, origin: str, *, outcome: Outcome = "done", reason: str = "") -> Event:
        at = self.clock().astimezone(UTC).isoformat(timespec="microseconds")
        return Event(actor=actor, purpose="administration", action=action, at=at, subject="site", origin=origin, outcome=outcome, reason=reason)


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
        if found.elsewhere and (changed.roles, changed.facilities, changed.hash) != (found.roles, found.facilities, found.hash):
            raise BadRequest(why="This person signs in with the hospital's directory: their roles and facilities are changed there. Here they can only be disabled")
        _known(changed.roles, desk.rules)
        others = [a for a in open.people.accounts() if a.id != id and not a.disabled and "administrator" in a.roles]
        if not others and (changed.disabled or "administrator" not in changed.roles) and "administrator" in found.roles:
            raise BadRequest(why="This is the last administrator: make another one first")
        open.people.change(access, changed)
        open.people.end(account=id)
        if changed.hash != found.hash:
            open.passkeys.remove(id)
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
