"""The desk: the one way to a chart. Who signs in with a purpose gets a `Desk`; each use is decided and written down, refused ones too.

`desk = sign_in(...)`; `desk.chart(id)`. The decision, the event, and the reading or writing are one transaction. What belongs together
shares one: `with desk.together() as one: one.register(...); one.admit(...)`.
"""
from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TypeVar

from charthouse.ports.store import Store, Transaction
from charthouse.record.access import Access, Actor, Purpose, Resource
from charthouse.record.chart import Chart
from charthouse.record.errors import AccessDenied, BadRequest, NoRecord
from charthouse.record.event import Event
from charthouse.record.filing import Filing, Registration, Visit
from charthouse.rooms.identity import keys, of_registration
from charthouse.rooms.privacy import Rule, decide

T = TypeVar("T")
Clock = Callable[[], datetime]
SITE = Resource(kind="site")


class Refused(Exception):
    """Undoes the transaction of a use that was refused; its event is written after, in one of its own."""

    def __init__(self, event: Event, error: AccessDenied | NoRecord) -> None:
        super().__init__()
        self.event, self.error = event, error


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A signed-in actor with one purpose. Each method raises `AccessDenied`, and `NoRecord` for an id that there is not."""

    store: Store
    rules: tuple[Rule, ...]
    actor: Actor
    purpose: Purpose
    clock: Clock
    _open: Transaction | None = field(default=None, repr=False)

    @contextmanager
    def together(self) -> Iterator[Desk]:
        """A desk whose uses are one transaction: all of them stand when the block ends, or none, the refused use's event excepted. Within
        another it is that one's."""
        if self._open is not None:
            yield self
            return
        try:
            with self.store.transaction() as open:
                yield replace(self, _open=open)
        except Refused as refused:
            self._tell(refused.event)
            raise refused.error from None

    def chart(self, encounter: str) -> Chart:
        return self.use("chart.read", ("encounter", encounter), lambda open, access: open.records.chart(access, encounter))

    def patient(self, id: str) -> Registration:
        return self.use("chart.read", ("patient", id), lambda open, access: open.records.patient(access, id))

    def register(self, registration: Registration) -> str:
        """The patient's id."""
        new = Resource(kind="patient", facility=registration.facility)

        def registered(open: Transaction, access: Access) -> str:
            id = open.records.register(access, registration)
            open.index.key(id, keys(of_registration(registration)))
            return id

        return self.use("chart.file", new, registered)

    def admit(self, visit: Visit) -> str:
        """The encounter's id. It is the visit's facility that must be the actor's: patients are seen at several."""
        return self.use("chart.file", ("patient", visit.patient), lambda open, access: open.records.admit(access, visit), facility=visit.facility)

    def file(self, filing: Filing) -> str:
        """The document's id."""
        return self.use("chart.file", ("encounter", filing.encounter), lambda open, access: open.records.file(access, filing))

    def restrict(self, patient: str, restricted: bool = True) -> None:
        """Set, or lift, the restriction that a patient asked for (45 CFR 164.522(a))."""
        self.use("chart.restrict", ("patient", patient), lambda open, access: open.records.restrict(access, patient, restricted))

    def break_glass(self, patient: str, reason: str) -> None:
        """Open one patient's record for four hours to this actor under the purpose "emergency". It will be reviewed."""
        if not reason.strip():
            raise BadRequest(why="The glass is not broken without a reason")
        self.use("glass.break", ("patient", patient), told, reason=reason.strip())

    def act(self, action: str, subject: str = "") -> None:
        """An act of administration that opens no chart."""
        self.use(action, replace(SITE, id=subject), told)

    def use(self, action: str, about: Resource | tuple[str, str], use: Callable[[Transaction, Access], T], *, reason: str = "", facility: str = "") -> T:
        """One use of the record: decided, written down, done; in the transaction that is open, or in one of its own. `facility`: where it happens, if that is
        not the record's own."""
        if self._open is not None:
            return self._decided(self._open, action, about, use, reason, facility)
        try:
            with self.store.transaction() as open:
                return self._decided(open, action, about, use, reason, facility)
        except Refused as refused:
            self._tell(refused.event)
            raise refused.error from None

    def _decided(self, open: Transaction, action: str, about: Resource | tuple[str, str], use: Callable[[Transaction, Access], T], reason: str, facility: str) -> T:
        now = self.clock()
        resource = about if isinstance(about, Resource) else open.gate.resource(*about)
        event = self._event(now, action, resource, about, reason)
        if resource is None:
            raise Refused(replace(event, outcome="refused", reason="no such record"), NoRecord(kind=about[0], id=about[1]))  # type: ignore[index]
        at = replace(resource, facility=facility or resource.facility)
        glass = open.gate.glass(self.actor.id, at.patient, now) if self.purpose == "emergency" and at.patient else None
        ruling = decide(self.actor, action, at, self.purpose, rules=self.rules, now=now, glass=glass)
        if ruling.verdict != "passed":
            raise Refused(replace(event, outcome="refused", reason=ruling.rule), AccessDenied(why=ruling.message, rule=ruling.rule))
        return use(open, Access(event=event))

    def _tell(self, event: Event) -> None:
        with self.store.transaction() as open:
            open.gate.tell(event)

    def _event(self, now: datetime, action: str, resource: Resource | None, about: Resource | tuple[str, str], reason: str) -> Event:
        kind, id = (about.kind, about.id) if isinstance(about, Resource) else about
        return Event(actor=self.actor.id, purpose=self.purpose, action=action, at=now.astimezone(UTC).isoformat(timespec="microseconds"),
                     patient=resource.patient if resource else "", subject=f"{kind}:{id}" if id else kind, reason=reason, origin=self.actor.origin)


def told(open: Transaction, access: Access) -> None:
    """A use that does nothing but be written down."""
    open.gate.tell(access.event)


def sign_in(store: Store, rules: tuple[Rule, ...], actor: Actor, purpose: Purpose, clock: Clock) -> Desk:
    """The desk of this actor, for this purpose. Roles and facilities are those that the actor has now: sign in anew when they change."""
    return Desk(store=store, rules=rules, actor=actor, purpose=purpose, clock=clock)
