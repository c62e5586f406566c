"""An arrival, into the record: the patient by a number, the visit by its number, the documents."""
from __future__ import annotations

from charthouse.flow.desk import SITE, Desk
from charthouse.flow.finding import EVERYTHING
from charthouse.record.errors import BadRequest
from charthouse.record.filing import Filing, Registration, Visit
from charthouse.record.listing import Criterion, Search, Token
from charthouse.record.received import Arrival, Said


def deliver(desk: Desk, arrival: Arrival, original: bytes) -> dict[str, object]:
    """The ids of patient, encounter and documents, and what the reader noted. Raises `BadRequest` for an arrival that says no patient by a number."""
    if arrival.patient is None or not arrival.patient.identifiers:
        raise BadRequest(why="It names no patient by a number, so that it cannot be filed")
    with desk.together() as one:
        patient = _found(one, "patient", arrival.patient.identifiers) or one.register(_at(arrival.patient, desk))
        if arrival.visit is None:
            return {"patient": patient, "documents": [], "notes": list(arrival.notes)}
        encounter = _found(one, "encounter", (("", arrival.visit.number),)) or one.admit(_visit(arrival.visit, patient, _at(arrival.patient, desk).facility))
        documents = [one.file(Filing(encounter=encounter, content=d.content or d.text.encode(), text=d.text or None, kind=d.kind, media=d.media, author=d.author,
                                     service_date=d.service_date, source="api")) for d in arrival.documents]
        return {"patient": patient, "encounter": encounter, "documents": documents, "notes": list(arrival.notes)}


def _found(desk: Desk, kind: str, numbers: tuple[tuple[str, str], ...]) -> str:
    if not all(value for _, value in numbers):
        return ""
    tokens = tuple(Token(system=system or None, value=value) for system, value in numbers)
    search = Search(kind=kind, criteria=(Criterion(name="identifier", values=tokens),), limit=2)  # type: ignore[arg-type]
    found = desk._use("identity.link", SITE, lambda open, access: open.listing.find(access, search, EVERYTHING))
    return found[0].id if len(found) == 1 else ""


def _at(registration: Registration, desk: Desk) -> Registration:
    """Where the sender does not say the facility, it is the actor's own, if there is but one."""
    from dataclasses import replace

    return registration if registration.facility in desk.actor.facilities or len(desk.actor.facilities) != 1 else replace(registration, facility=next(iter(desk.actor.facilities)))


def _visit(said: Said, patient: str, facility: str) -> Visit:
    if said.admitted is None:
        raise BadRequest(why="The encounter has no day on which it began")
    return Visit(patient=patient, facility=facility, setting=said.setting or "outpatient", admitted=said.admitted, number=said.number, discharged=said.discharged,
                 discharge_status=said.status, unit=said.unit, attending=said.attending, payer=said.payer)
