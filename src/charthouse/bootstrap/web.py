"""The workbench, wired: the open record and who is signed in."""
from __future__ import annotations

import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from charthouse import bootstrap, settings
from charthouse.adapters.storage.accounts import session_in
from charthouse.bootstrap import demo, record
from charthouse.flow import people
from charthouse.flow.people import Entrance
from charthouse.record.access import Actor, Purpose
from charthouse.record.errors import TooManyTries
from charthouse.record.session import Session
from charthouse.rooms.people import over

if TYPE_CHECKING:
    from collections.abc import Sequence

    from charthouse.adapters.storage.site import Site
    from charthouse.flow.desk import Desk
    from charthouse.flow.steps import Kit
    from charthouse.ports.people import Directory, Hasher, Passkeys
    from charthouse.record.page import Page
    from charthouse.record.received import Arrival
    from charthouse.record.training import Case
    from charthouse.rooms.privacy import Rule


class Sessions(Protocol):
    """Who is signed in, by the token that their browser holds."""

    def begin(self, actor: Actor, shown: str, purpose: Purpose) -> str:
        """A new session: its token, which is kept nowhere here."""
        ...

    def find(self, token: str) -> Session | None:
        """The session, seen now; None when there is none any more."""
        ...

    def turn(self, token: str, purpose: Purpose) -> None:
        """To another purpose."""
        ...

    def prove(self, token: str) -> None:
        """The person has just shown again who they are."""
        ...

    def end(self, token: str) -> None: ...


@dataclass(slots=True)
class InMemory:
    """Those of the demo: they end with the process."""

    _held: dict[str, Session] = field(default_factory=dict)

    def begin(self, actor: Actor, shown: str, purpose: Purpose) -> str:
        token = secrets.token_urlsafe(32)
        self._held[token] = _new(actor, shown, purpose)
        return token

    def find(self, token: str) -> Session | None:
        found = self._held.get(token)
        if found is not None:
            found = self._held[token] = replace(found, seen_at=datetime.now(UTC))
        return found

    def turn(self, token: str, purpose: Purpose) -> None:
        self._held[token] = replace(self._held[token], purpose=purpose)

    def prove(self, token: str) -> None:
        self._held[token] = replace(self._held[token], proven_at=datetime.now(UTC))

    def end(self, token: str) -> None:
        self._held.pop(token, None)


@dataclass(slots=True)
class Stored:
    """In the database: they outlive a restart, and end when the account is disabled or changed. Only a hash of the token is kept."""

    site: Site
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    def begin(self, actor: Actor, shown: str, purpose: Purpose) -> str:
        token = secrets.token_urlsafe(32)
        with self.site.transaction() as open:
            open.people.begin(_hashed(token), _new(actor, shown, purpose, self.clock()))
        return token

    def find(self, token: str) -> Session | None:
        now = self.clock()
        with self.site.snapshot() as connection:
            found = session_in(connection, _hashed(token))
        if found is None or over(found, now):
            return None
        if now - found.seen_at >= NOTED:
            found = self._note(token, replace(found, seen_at=now))
        return found

    def turn(self, token: str, purpose: Purpose) -> None:
        self._changed(token, lambda s: replace(s, purpose=purpose))

    def prove(self, token: str) -> None:
        self._changed(token, lambda s: replace(s, proven_at=self.clock()))

    def end(self, token: str) -> None:
        with self.site.transaction() as open:
            open.people.end(_hashed(token))

    def _changed(self, token: str, how: Callable[[Session], Session]) -> None:
        found = self.find(token)
        if found is not None:
            self._note(token, how(found))

    def _note(self, token: str, session: Session) -> Session:
        with self.site.transaction() as open:
            open.people.seen(_hashed(token), session)
        return session


NOTED = timedelta(seconds=30)  # how exactly it is kept when a session was last used


def _new(actor: Actor, shown: str, purpose: Purpose, now: datetime | None = None) -> Session:
    now = now or datetime.now(UTC)
    return Session(id=secrets.token_hex(8), shown=shown, actor=actor, purpose=purpose, csrf=secrets.token_urlsafe(32), begun_at=now, seen_at=now, proven_at=now)


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who signs in here."""

    id: str
    shown: str
    roles: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbench:
    """What the pages work with. `demo`: sample charts, one user a role, on this machine alone."""

    site: Site
    sessions: Sessions
    hasher: Hasher
    tries: Tries
    passkeys: Passkeys
    directory: Directory | None = None
    address: str = ""
    waiting: Waiting = field(default_factory=lambda: Waiting())
    demo: bool = False

    @property
    def rules(self) -> tuple[Rule, ...]:
        return record.access_rules()

    @property
    def entrance(self) -> Entrance:
        return Entrance(store=self.site, hasher=self.hasher, clock=lambda: datetime.now(UTC), passkeys=self.passkeys)

    def desk(self, session: Session) -> Desk:
        return record.sign_in(self.site, session.actor, session.purpose)

    def people(self, session: Session) -> tuple[Person, ...]:
        """Who may be given work by this person: those who are at a facility of theirs."""
        if self.demo:
            return tuple(Person(id=f"demo:{p.id}", shown=p.shown, roles=frozenset({p.role})) for p in demo.PEOPLE)
        with self.site.transaction() as open:
            return tuple(Person(id=a.id, shown=a.shown, roles=a.roles) for a in open.people.accounts() if not a.disabled and a.facilities & session.actor.facilities)

    def picture(self, factor: str, login: str) -> str:
        """The QR code of a new second factor, as a data: address."""
        from charthouse.adapters.secrets import picture

        return picture(factor, login, "Charthouse")

    @property
    def training_cases(self) -> dict[str, Case]:
        return bootstrap.training_cases()

    @property
    def kit(self) -> Kit:
        """Books, grouper and editor; made once a process."""
        return bootstrap.site_kit()

    def warm(self) -> None:
        """Makes what is made once a process, so that the first who opens a chart does not wait for it."""
        bootstrap.site_kit()

    def read(self, content: bytes, name: str) -> list[Arrival]:
        """What a file holds, read in a limited child. Raises `UnreadableDocument`."""
        from charthouse.adapters.readers.child import warm

        return warm().read(content, name)

    def page(self, content: bytes, name: str, pages: Sequence[Page], number: int) -> bytes:
        """A page of a received file as JPEG, drawn in a limited child. Raises `UnreadableDocument`."""
        from charthouse.adapters.readers.drawing import drawn

        return drawn(content, name, pages, number)


@dataclass(slots=True)
class Waiting:
    """What a browser has begun and has to finish: each is taken once, within ten minutes. In memory: a restart forgets them, and one begins again."""

    _held: OrderedDict[str, tuple[datetime, Any]] = field(default_factory=OrderedDict)

    def put(self, value: object) -> str:
        """The key that its browser holds."""
        key = secrets.token_urlsafe(24)
        self._held[key] = datetime.now(UTC), value
        while len(self._held) > KEPT:
            self._held.popitem(last=False)
        return key

    def take(self, key: str, kind: type[T]) -> T | None:
        at, value = self._held.pop(key, (None, None))
        return value if at is not None and datetime.now(UTC) - at < WITHIN and isinstance(value, kind) else None


KEPT = 1000
T = TypeVar("T")


@dataclass(slots=True)
class Tries:
    """Wrong tries to sign in, by the address that they came from: at most `MOST` within `WITHIN`. In memory: a restart forgets them, the accounts' own count it does not."""

    _wrong: dict[str, list[datetime]] = field(default_factory=dict)

    def check(self, origin: str) -> None:
        """Raises `TooManyTries`."""
        recent = self._recent(origin)
        if len(recent) >= MOST:
            raise TooManyTries(seconds=int((recent[0] + WITHIN - datetime.now(UTC)).total_seconds()) + 1)

    def wrong(self, origin: str) -> None:
        self._wrong[origin] = [*self._recent(origin), datetime.now(UTC)]

    def _recent(self, origin: str) -> list[datetime]:
        now = datetime.now(UTC)
        return [at for at in self._wrong.get(origin, ()) if now - at < WITHIN]


MOST, WITHIN = 30, timedelta(minutes=10)


def workbench(site: Site, *, demo: bool = False) -> Workbench:
    from charthouse.adapters.passkeys import WebAuthn
    from charthouse.adapters.wire.oidc_code import code_flow

    directory = None if demo else settings.directory()
    return Workbench(site=site, sessions=InMemory() if demo else Stored(site), hasher=hasher(), tries=Tries(), passkeys=WebAuthn(), directory=code_flow(directory) if directory else None, address=settings.address(), demo=demo)


def hasher() -> Hasher:
    from charthouse.adapters.secrets import Argon2AndTotp

    return Argon2AndTotp()


def first_administrator(site: Site) -> tuple[str, str] | None:
    """(login, password given once) of an administrator, who sees no chart, where there is no account yet; else None."""
    with site.transaction() as open:
        if open.people.accounts():
            return None
    desk = record.sign_in(site, record.operator(), "administration")
    return "admin", people.add(desk, hasher(), "admin", "Administrator", frozenset({"administrator"}), frozenset())
