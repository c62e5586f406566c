"""What intake does at the desk: each a use of the record, decided and told."""
from __future__ import annotations

from dataclasses import replace
from hashlib import sha256

from charthouse.flow.desk import SITE, Desk, told
from charthouse.ports.store import Transaction
from charthouse.record.access import Access, Resource
from charthouse.record.filing import Visit
from charthouse.record.receipt import FoundDocument, FoundVisit, Happened, Held, Message
from charthouse.record.received import Charge, Cover, Said


def _at(facility: str) -> Resource:
    return Resource(kind="patient", facility=facility)


def answered(desk: Desk, facility: str, sender: str, control: str) -> Message | None:
    return desk.use("chart.file", _at(facility), lambda open, access: open.post.answered(access, sender, control))


def keep(desk: Desk, facility: str, message: Message, original: bytes) -> None:
    message = replace(message, sha256=hash_of(original))
    desk.use("chart.file", _at(facility), lambda open, access: open.post.keep(access, message, original))


def hold(desk: Desk, held: Held) -> str:
    return desk.use("chart.file", _at(held.facility), lambda open, access: open.post.hold(access, held))


def waiting(desk: Desk, limit: int = 1000) -> tuple[Held, ...]:
    """What is held at the facilities of the actor, the oldest first."""
    return desk.use("intake.settle", replace(SITE, id="held"), lambda open, access: open.post.waiting(access, desk.actor.facilities, limit))


def held(desk: Desk, id: str) -> Held | None:
    return desk.use("intake.settle", replace(SITE, id=f"held:{id}"), lambda open, access: open.post.held(access, id))


def settle(desk: Desk, id: str, facility: str) -> None:
    desk.use("intake.settle", replace(SITE, id=f"held:{id}", facility=facility), lambda open, access: open.post.settle(access, id))


def visit(desk: Desk, facility: str, patient: str, said: Said) -> FoundVisit | None:
    return desk.use("chart.file", _at(facility), lambda open, access: open.stays.visit(access, facility, patient, said))


def visits(desk: Desk, facility: str, patient: str) -> tuple[FoundVisit, ...]:
    return desk.use("chart.file", _at(facility), lambda open, access: open.stays.of(access, patient, facility))


def happens(desk: Desk, found: FoundVisit | None, happened: Happened, visit: Visit, state: str) -> str:
    return desk.use("chart.file", ("patient", visit.patient), lambda open, access: open.stays.happens(access, found, happened, visit, state), facility=visit.facility)


def document(desk: Desk, encounter: str, *, source: str = "", number: str = "", content: bytes = b"") -> FoundDocument | None:
    return desk.use("chart.file", SITE, lambda open, access: open.stays.document(access, encounter, source=source, number=number, content=content))


def mark(desk: Desk, encounter: str, document: str, *, state: str = "", signed: bool | None = None, kind: str = "") -> None:
    desk.use("chart.file", ("encounter", encounter), lambda open, access: open.stays.mark(access, document, state=state, signed=signed, kind=kind))


def is_one(desk: Desk, a: str, b: str) -> bool:
    """Whether two records are of one person."""
    def person(id: str) -> str:
        return desk.use("chart.file", SITE, lambda open, access: found.patient if (found := open.gate.resource("patient", id)) else id)

    return a == b or person(a) == person(b)


def marked(desk: Desk, document: str, facility: str, *, kind: str) -> str:
    """A document of this facility given its kind; its visit."""
    return desk.use("intake.settle", Resource(kind="encounter", facility=facility), lambda open, access: open.stays.mark(access, document, kind=kind))


def charge(desk: Desk, patient: str, encounter: str | None, facility: str, sender: str, charges: tuple[Charge, ...]) -> None:
    desk.use("chart.file", ("patient", patient), lambda open, access: open.stays.charge(access, patient, encounter, facility, sender, charges), facility=facility)


def insured(desk: Desk, patient: str, facility: str, covers: tuple[Cover, ...], said_at: str) -> None:
    def use(open: Transaction, access: Access) -> None:
        told(open, access)
        open.covers.put(access, patient, covers, said_at)

    desk.use("chart.file", ("patient", patient), use, facility=facility)


def patient_of(desk: Desk, encounter: str) -> str:
    """Raises `NoRecord`."""
    return desk.use("chart.file", ("encounter", encounter), lambda open, access: resource.patient if (resource := open.gate.resource("encounter", encounter)) else "")


def known(desk: Desk, patient: str, facility: str) -> str:
    """The patient's id. Raises `NoRecord`."""
    return desk.use("chart.file", ("patient", patient), lambda open, access: patient, facility=facility)


def hash_of(content: bytes) -> str:
    return sha256(content).hexdigest()
