"""One patient: where a registration belongs, and merging and taking apart what turned out to be one person, or two.

All of it goes through a desk; what belongs together is one transaction. To use one that is open already, give the desk of `desk.together()`.
"""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from charthouse.flow.desk import Desk, told
from charthouse.ports.index import Number
from charthouse.ports.store import Transaction
from charthouse.record.access import Access, Resource
from charthouse.record.errors import AlreadyDecided, BadRequest, NoRecord, SamePatient, SecondPersonNeeded
from charthouse.record.filing import Registration
from charthouse.record.identity import Candidate, Decided, Merge, Placement, Suspected
from charthouse.rooms.identity import Weights, keys, of_registration, place


def find_or_register(desk: Desk, registration: Registration, weights: Weights) -> tuple[str, Placement]:
    """The record that the registration belongs to, made where there is none. A link by number gives the record that has the number, also where it
    was merged; what is filed with it goes with it when the merge is taken apart. A possible duplicate, and a held overlay, becomes a record of
    its own, without numbers that are another's, and waits in the worklist. Raises `AccessDenied`."""
    with desk.together() as one:
        candidates = _search(one, registration.facility, registration.identifiers, ())
        own = next((c for c in candidates if not _says_more(registration, c.registration)), None)
        if own is not None and len(candidates) == 1:  # said before: most of what a feed brings
            return own.patient, Placement(verdict="link", patient=own.patient)
        candidates = _candidates(one, registration)
        placement = place(registration, candidates, weights)
        if placement.verdict == "link":
            patient = placement.patient
            known = next((c.registration for c in candidates if c.patient == patient), None)
            if known is None or _says_more(registration, known):
                _keep(one, patient, registration)
        else:
            patient = one.register(_without(registration, {n for c in candidates for n in c.registration.identifiers}))
        for other, probability in placement.possible:
            _open(one).duplicates.suspect(patient, other, probability, _why(placement))
        return patient, placement


def apply_a40(desk: Desk, registration: Registration, prior: Sequence[Number], weights: Weights) -> tuple[str, str]:
    """HL7 v2 ADT^A40 (v2.5.1, 3.3.40): the patients of the prior numbers fold into the one of the registration. Gives the surviving record, and
    the merge's id, "" when nothing had to be merged: a prior number that nobody has is added to the survivor, so that what
    comes late under it is found, and a message that comes twice changes nothing. Raises `BadRequest` without numbers."""
    if not prior or not registration.identifiers:
        raise BadRequest(why="A merge of patients needs the number that stays and the one that goes")
    with desk.together() as one:
        survivor, _ = find_or_register(one, registration, weights)
        merged = ""
        for number in prior:
            there = [c for c in _search(one, registration.facility, (number,), ()) if number in c.registration.identifiers]
            if there:
                merged = _merged(one, survivor, there[0].patient, "ADT^A40") or merged
            else:
                _keep(one, survivor, Registration(facility=registration.facility, identifiers=(number,)))
        return survivor, merged


def merge(desk: Desk, survivor: str, folded: str, reason: str) -> Decided:
    """Propose that two records are one person, or agree with the other person who did. Raises `SecondPersonNeeded`, `SamePatient`, `NoRecord`,
    `AccessDenied`, and `BadRequest` without a reason."""
    why = _reason(reason)
    with desk.together() as one:
        for id in (folded, survivor):
            one.use("identity.decide", ("patient", id), told, reason=why)
        return _one_person(one, _found(one, _open(one).duplicates.suspect(survivor, folded, 1.0, "identity/by-hand")), survivor, why)


def unmerge(desk: Desk, merge: str, reason: str) -> None:
    """Take a merge apart: each record has again what was its own. Raises `NoRecord`, `AlreadyUndone`, `BadRequest`."""
    why = _reason(reason)
    with desk.together() as one:
        about = _parts(one, merge)
        one.use("identity.unmerge", ("patient", about.survivor), told, reason=why)
        one.use("identity.unmerge", ("patient", about.folded), lambda open, access: open.index.unmerge(access, about), reason=why)


def lineage(desk: Desk, patient: str) -> tuple[Merge, ...]:
    """Every merge among the records of this person, undone ones too."""
    return desk.use("chart.read", ("patient", patient), lambda open, access: open.index.lineage(access, patient))


def waiting(desk: Desk, limit: int = 100) -> tuple[Suspected, ...]:
    """Possible duplicates that wait for a decision, the most probable first. Ids only: `pair` opens them."""
    return desk.use("identity.list", Resource(kind="site"), lambda open, access: open.duplicates.waiting(access, limit))


def pair(desk: Desk, id: str) -> tuple[Suspected, Registration, Registration]:
    """A possible duplicate with its two records, which are opened. Raises `NoRecord`."""
    with desk.together() as one:
        found = _found(one, id)
        return found, one.patient(found.a), one.patient(found.b)


def decide(desk: Desk, id: str, decision: Literal["same", "different"], reason: str) -> Decided:
    """"same" proposes to merge the later record into the earlier, or agrees with the other person who proposed it; "different" is remembered: they
    are not proposed again. Raises `AlreadyDecided`, `SecondPersonNeeded`, `NoRecord`."""
    why = _reason(reason)
    with desk.together() as one:
        found = _found(one, id)
        if found.state in ("same", "different"):
            raise AlreadyDecided(id=id, decision=found.state)
        one.use("identity.decide", ("patient", found.b), told, reason=why)
        if decision == "different":
            _settle(one, found, decision, why)
            return Decided(pair=id, outcome="different")
        try:
            return _one_person(one, found, found.survivor or found.a, why)
        except SamePatient:
            _settle(one, found, decision, why)
            return Decided(pair=id, outcome="one")


def _one_person(one: Desk, pair: Suspected, survivor: str, reason: str) -> Decided:
    """Who proposes a merge does not approve it."""
    if pair.state != "proposed" or pair.survivor != survivor:
        one.use("identity.decide", ("patient", survivor), lambda open, access: open.duplicates.propose(access, pair.id, survivor), reason=reason)
        return Decided(pair=pair.id, outcome="proposed")
    if pair.proposed_by == one.actor.id:
        raise SecondPersonNeeded(id=pair.id)
    merged = _merge(one, survivor, pair.b if survivor == pair.a else pair.a, reason)
    _settle(one, pair, "same", reason)
    return Decided(pair=pair.id, outcome="merged", merge=merged)


def _settle(one: Desk, pair: Suspected, decision: Literal["same", "different"], reason: str) -> None:
    one.use("identity.decide", ("patient", pair.a), lambda open, access: open.duplicates.decide(access, pair.id, decision), reason=reason)


def _merge(one: Desk, survivor: str, folded: str, reason: str) -> str:
    one.use("identity.merge", ("patient", folded), told, reason=reason)
    return one.use("identity.merge", ("patient", survivor), lambda open, access: open.index.merge(access, survivor, folded), reason=reason)


def _merged(one: Desk, survivor: str, folded: str, reason: str) -> str:
    """"" when they are one already."""
    try:
        return _merge(one, survivor, folded, reason)
    except SamePatient:
        return ""


def _candidates(one: Desk, registration: Registration) -> tuple[Candidate, ...]:
    return _search(one, registration.facility, registration.identifiers, keys(of_registration(registration)))


def _search(one: Desk, facility: str, numbers: Sequence[Number], under: Sequence[str]) -> tuple[Candidate, ...]:
    return one.use("identity.link", Resource(kind="patient", facility=facility), lambda open, access: open.index.candidates(access, numbers, under))


def _keep(one: Desk, patient: str, registration: Registration) -> None:
    """In the facility where it was registered now: patients are seen at several."""
    def kept(open: Transaction, access: Access) -> None:
        open.index.link(access, patient, registration)
        open.index.key(patient, keys(of_registration(registration)))

    one.use("identity.link", ("patient", patient), kept, facility=registration.facility)


def _says_more(said: Registration, known: Registration) -> bool:
    """Whether a registration says what is not known, or something else."""
    named = ("family", "given", "birth_date", "sex", "address", "postcode", "phone", "restricted")
    return any((value := getattr(said, name)) and value != getattr(known, name) for name in named) or not set(said.identifiers) <= set(known.identifiers)


def _without(registration: Registration, taken: set[Number]) -> Registration:
    return replace(registration, identifiers=tuple(n for n in dict.fromkeys(registration.identifiers) if n not in taken))


def _found(one: Desk, id: str) -> Suspected:
    found = _open(one).duplicates.pair(id)
    if found is None:
        raise NoRecord(kind="possible duplicate", id=id)
    return found


def _parts(one: Desk, id: str) -> Merge:
    found = _open(one).duplicates.merged(id)
    if found is None:
        raise NoRecord(kind="merge", id=id)
    return found


def _why(placement: Placement) -> str:
    """The rule that speaks against a link, before the score."""
    return next((r.rule for r in placement.rulings if r.verdict == "warning"), placement.rulings[0].rule if placement.rulings else "")


def _reason(reason: str) -> str:
    if not reason.strip():
        raise BadRequest(why="`reason` is missing: why the records are one person, or two")
    return reason.strip()


def _open(one: Desk) -> Transaction:
    assert one._open is not None
    return one._open
