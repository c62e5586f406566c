"""Retention at the desk: what is due, holds, and destruction, which one person proposes and another signs."""
from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date

from charthouse.flow.desk import Desk, Refused
from charthouse.ports.store import Transaction
from charthouse.record.access import Access, Resource
from charthouse.record.errors import AccessDenied, BadRequest, DoneBefore, NoRecord, OnHold, StillKept
from charthouse.record.retention import Destroyed, Hold, Item, Kept, Proposal
from charthouse.rooms.chart import Period, StateRule, Term, term

METHOD = "Cryptographic erase (NIST SP 800-88): the key of each stored content was destroyed, then what it locked removed"
BACKUPS = ("Backups taken before this day still hold the record and its keys until they are destroyed or expire; "
           "a backup from before this day that is restored brings it back, and it must then be proposed and signed anew")


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """The law's periods, and the state's rule if the site gives it."""

    periods: tuple[Period, ...]
    state: StateRule | None

    def term(self, kept: Kept) -> Term:
        return term(kept, self.periods, self.state)


def due(desk: Desk, facility: str, schedule: Schedule, today: date) -> tuple[tuple[Kept, Term], ...]:
    """Records of the facility whose shortest period is over, each with its term: over, or why it is still kept."""
    before = today.replace(year=today.year - min(p.years for p in schedule.periods), day=min(today.day, 28))
    found = desk.use("retention.read", _at(facility), lambda open, access: open.retention.kept(access, facility, before))
    return tuple((kept, schedule.term(kept)) for kept in found)


def hold(desk: Desk, patient: str, reason: str, encounter: str = "") -> str:
    """The hold's id. It covers what exists and what comes."""
    if not reason.strip():
        raise BadRequest(why="A legal hold is not placed without a reason")
    with desk.together() as one:
        if encounter:
            whose = one.use("hold.write", ("encounter", encounter), lambda open, access: open.retention.one(access, encounter)).patient
            return one.use("hold.write", ("encounter", encounter), lambda open, access: open.holds.place(access, whose, encounter, reason.strip()))
        return one.use("hold.write", ("patient", patient), lambda open, access: open.holds.place(access, patient, "", reason.strip()))


def lift(desk: Desk, hold: str, reason: str) -> None:
    if not reason.strip():
        raise BadRequest(why="A legal hold is not lifted without a reason")
    desk.use("hold.write", ("hold", hold), lambda open, access: open.holds.lift(access, hold, reason.strip()))


def holds(desk: Desk, facility: str) -> tuple[Hold, ...]:
    return desk.use("retention.read", _at(facility), lambda open, access: open.holds.standing(access, facility))


def propose(desk: Desk, facility: str, encounters: tuple[str, ...], schedule: Schedule, today: date) -> str:
    """The proposal's id. Raises `OnHold`, `StillKept`, `DoneBefore`; then nothing is proposed."""
    if not encounters:
        raise BadRequest(why="A proposal names at least one encounter")
    with desk.together() as one:
        items = tuple(_item(one, "retention.write", id, schedule, today) for id in dict.fromkeys(encounters))
        return one.use("retention.write", _at(facility), lambda open, access: open.retention.propose(access, facility, items))


def sign(desk: Desk, facility: str, id: str, schedule: Schedule, today: date) -> Proposal:
    """Destroys what was proposed, all of it or nothing, and makes the certificate. Each record is looked at again: a hold that was placed since, a record
    that must be kept, and the proposer's own signature refuse the whole."""
    with desk.together() as one:
        found = one.use("retention.sign", _at(facility, id), lambda open, access: _signable(open, access, facility, id, desk.actor.id))
        for item in found.items:
            _item(one, "retention.sign", item.encounter, schedule, today)
        done = [one.use("retention.sign", ("encounter", i.encounter), _destroying(i.encounter)) for i in found.items]
        signed = replace(found, signed_by=desk.actor.id, signed_at=desk.clock().astimezone(UTC))
        text = json.dumps(certificate(signed, done), indent=1)
        one.use("retention.sign", _at(facility, id), lambda open, access: open.retention.certify(access, id, text))
    return replace(signed, certificate=text)


def proposal(desk: Desk, facility: str, id: str) -> Proposal:
    """As it stands, with its certificate once it is signed."""
    found = desk.use("retention.read", _at(facility, id), lambda open, access: open.retention.proposal(access, facility, id))
    if found is None:
        raise NoRecord(kind="proposal", id=id)
    return found


def certificate(signed: Proposal, done: list[Destroyed]) -> dict[str, object]:
    """What, when, who, how and why; of the records only their ids in this system."""
    assert signed.signed_at is not None
    by = {d.encounter: d for d in done}
    return {"certificate": signed.id, "facility": signed.facility, "destroyed_at": signed.signed_at.isoformat(timespec="seconds"), "method": METHOD,
            "proposed_by": signed.proposed_by, "proposed_at": signed.proposed_at.isoformat(timespec="seconds"), "signed_by": signed.signed_by, "backups": BACKUPS,
            "records": [{"encounter": i.encounter, "kept_until": i.keep_until.isoformat(), "rule": i.rule, "citation": i.citation, "documents": by[i.encounter].documents,
                         "contents_destroyed": by[i.encounter].contents, "contents_kept_for_other_records": by[i.encounter].shared} for i in signed.items]}


def _item(one: Desk, action: str, encounter: str, schedule: Schedule, today: date) -> Item:
    kept = one.use(action, ("encounter", encounter), lambda open, access: open.retention.one(access, encounter))
    if kept.destroyed:
        raise DoneBefore(what="record of encounter", id=encounter, state="destroyed")
    if kept.holds:
        raise OnHold(encounter=encounter, hold=kept.holds[0])
    found = schedule.term(kept)
    if found.until is None or not found.over(today):
        raise StillKept(encounter=encounter, why=f"{found.ruling.message} ({found.ruling.citation})")
    return Item(encounter=encounter, keep_until=found.until, rule=found.ruling.rule, citation=found.ruling.citation)


def _signable(open: Transaction, access: Access, facility: str, id: str, signer: str) -> Proposal:
    """A proposal that waits, by somebody else (two persons: the site's own rule for destruction, as for controlled acts)."""
    found = open.retention.proposal(access, facility, id)
    if found is None:
        raise NoRecord(kind="proposal", id=id)
    if found.signed_by:
        raise DoneBefore(what="proposal", id=id, state="signed")
    if found.proposed_by == signer:
        raise Refused(replace(access.event, outcome="refused", reason="retention/second-person"), AccessDenied(
            why="Destruction is signed by a second person, not by the one who proposed it", rule="retention/second-person"))
    return found


def _destroying(encounter: str) -> Callable[[Transaction, Access], Destroyed]:
    return lambda open, access: open.retention.destroy(access, encounter)


def _at(facility: str, id: str = "") -> Resource:
    return Resource(kind="site", id=id, facility=facility)


def listed(found: tuple[tuple[Kept, Term], ...], today: date) -> Iterator[str]:
    """The encounters of a list whose time is over."""
    return (kept.encounter for kept, its in found if its.over(today))
