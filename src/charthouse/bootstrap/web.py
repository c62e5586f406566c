"""The workbench, wired: the open record and who is signed in."""
from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from charthouse import bootstrap
from charthouse.bootstrap import demo, record
from charthouse.record.access import Actor, Purpose
from charthouse.record.session import Session

if TYPE_CHECKING:
    from collections.abc import Sequence

    from charthouse.adapters.storage.site import Site
    from charthouse.flow.desk import Desk
    from charthouse.flow.steps import Kit
    from charthouse.record.page import Page


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
    """Sessions that end with the process."""

    _held: dict[str, Session] = field(default_factory=dict)

    def begin(self, actor: Actor, shown: str, purpose: Purpose) -> str:
        token, now = secrets.token_urlsafe(32), datetime.now(UTC)
        self._held[token] = Session(id=secrets.token_hex(8), shown=shown, actor=actor, purpose=purpose, csrf=secrets.token_urlsafe(32), begun_at=now, seen_at=now, proven_at=now)
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
    demo: bool = False

    def desk(self, session: Session) -> Desk:
        return record.sign_in(self.site, session.actor, session.purpose)

    def people(self) -> tuple[Person, ...]:
        """Who may be given work."""
        return tuple(Person(id=f"demo:{p.id}", shown=p.shown, roles=frozenset({p.role})) for p in demo.PEOPLE) if self.demo else ()

    @property
    def kit(self) -> Kit:
        """Books, grouper and editor; made once a process."""
        return bootstrap.site_kit()

    def warm(self) -> None:
        """Makes what is made once a process, so that the first who opens a chart does not wait for it."""
        bootstrap.site_kit()

    def page(self, content: bytes, name: str, pages: Sequence[Page], number: int) -> bytes:
        """A page of a received file as JPEG, drawn in a limited child. Raises `UnreadableDocument`."""
        from charthouse.adapters.readers.drawing import drawn

        return drawn(content, name, pages, number)


def workbench(site: Site, *, demo: bool = False) -> Workbench:
    return Workbench(site=site, sessions=InMemory(), demo=demo)
