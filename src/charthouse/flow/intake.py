"""Taking in: all of one arrival in one transaction. Whose it is, which visit, what is filed; what cannot be filed is held for a person, never lost.

`take_in(desk, arrival, original)`. What was taken in once (the same number of the same sender, or the same content of a file) gives the same answer
again and files nothing.
"""
from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

from charthouse.flow import answering, post
from charthouse.flow.desk import Desk
from charthouse.flow.documents import Filed, file_document
from charthouse.flow.identity import apply_a40, find_or_register
from charthouse.flow.kinds import kinds
from charthouse.flow.scans import put_right
from charthouse.flow.weighing import weighing
from charthouse.record.carried import packed, said_hash, unpacked
from charthouse.record.errors import AccessDenied, BadRequest, CharthouseError, DatabaseUnreachable, NoRecord, NotFiled, UnreadableDocument
from charthouse.record.query import ANSWER_KIND
from charthouse.record.receipt import FoundVisit, Happened, Held, Message, Outcome, Receipt, receipt_of
from charthouse.record.received import Arrival, ReadDocument, Said
from charthouse.rooms.chart import Arriving, Known, visit_for
from charthouse.rooms.intake import folded, kind_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a person, or the door, says of a thing beside what stands in it. `encounter` is ours, `visit` the number of the place."""

    facility: str = ""
    patient: str = ""
    encounter: str = ""
    visit: str = ""
    kind: str = ""
    on: date | None = None
    author: str = ""


NOTHING = Given()
TOGETHER = 200  # arrivals of a file in one transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """One arrival being taken in."""

    desk: Desk
    arrival: Arrival
    original: bytes
    name: str
    facility: str
    given: Given
    sent_at: str


class Hold(Exception):
    """It cannot be filed as it is."""

    def __init__(self, reason: str, *, quarantined: bool = False, patient: str = "") -> None:
        super().__init__(reason)
        self.reason, self.quarantined, self.patient = reason, quarantined, patient


def take_in(desk: Desk, arrival: Arrival, original: bytes, *, name: str = "", given: Given = NOTHING) -> Receipt:
    """What became of it; on disk when this returns, unless the desk is within `together()`, whose end then says so. Raises `AccessDenied`, and
    `BadRequest` where nothing says at which facility."""
    what = said_hash(arrival)
    said = f"{what} {arrival.sent_at or ''}"
    sender, control = arrival.sender or "file", arrival.control or f"{what}/{given.encounter or given.visit}"
    with desk.together() as one:
        taking = Taking(desk=one, arrival=arrival, original=original, name=name, facility=facility_of(desk, arrival, given), given=given,
                        sent_at=(arrival.sent_at or desk.clock()).astimezone(UTC).isoformat() if arrival.sent_at is None or arrival.sent_at.tzinfo
                        else arrival.sent_at.replace(tzinfo=UTC).isoformat())
        before = post.answered(one, taking.facility, sender, control)
        reused = before is not None and before.said.partition(" ")[0] != what
        if reused:  # the sender used the number twice: for another message of another time, or it contradicts itself
            contradicts = before is not None and before.said.partition(" ")[2] == said.partition(" ")[2]
            control = f"{control}#{what[:16]}"
            before = post.answered(one, taking.facility, sender, control)
        if before is not None:
            return receipt_of(before.answer)
        receipt = _held(taking, Hold("control-reused", quarantined=True)) if reused and contradicts else _taken_or_held(taking)
        post.keep(one, taking.facility, Message(sender=sender, control=control, said=said, sha256="", answer=receipt.spelled(), encounter=receipt.encounter), original)
        return receipt


def take_in_all(desk: Desk, waiting: Sequence[tuple[Arrival, bytes]], *, name: str = "", given: Given = NOTHING) -> list[Receipt]:
    """Many in one transaction; where one of them cannot be stored, each in its own, and that one is quarantined with the code of its error."""
    try:
        with desk.together() as one:
            return [take_in(one, arrival, original, name=name, given=given) for arrival, original in waiting]
    except AccessDenied:
        raise
    except Exception:
        return [_alone(desk, arrival, original, name, given) for arrival, original in waiting]


def _alone(desk: Desk, arrival: Arrival, original: bytes, name: str, given: Given) -> Receipt:
    try:
        return take_in(desk, arrival, original, name=name, given=given)
    except (AccessDenied, DatabaseUnreachable, NoRecord):
        raise
    except Exception as error:
        code = error.code if isinstance(error, CharthouseError) else CharthouseError.code
        return quarantine(desk, original, code, str(error) if isinstance(error, CharthouseError) else type(error).__name__, name=name, given=given)


def take_in_file(desk: Desk, read: Callable[[bytes, str], list[Arrival]], content: bytes, name: str, given: Given = NOTHING) -> list[Receipt]:
    """A file with all that stands in it, some hundreds of arrivals a transaction; one that cannot be read is quarantined."""
    try:
        arrivals = read(content, name)
    except UnreadableDocument as error:
        return [quarantine(desk, content, error.code, str(error.fields.get("why", "")), name=name, given=given)]
    return [r for some in batched(arrivals, TOGETHER) for r in take_in_all(desk, [(a, content) for a in some], name=name, given=given)]


def batched(arrivals: Sequence[Arrival], size: int) -> Iterator[Sequence[Arrival]]:
    return (arrivals[at : at + size] for at in range(0, len(arrivals), size))


def quarantine(desk: Desk, original: bytes, reason: str, why: str, *, name: str = "", given: Given = NOTHING) -> Receipt:
    """What cannot be read: its bytes are kept, with the reason. The same bytes again are not kept twice."""
    facility = facility_of(desk, Arrival(), given)
    with desk.together() as one:
        message = Message(sender="quarantine", control=post.hash_of(original), said=reason, sha256="", answer="")
        before = post.answered(one, facility, message.sender, message.control)
        if before is not None:
            return receipt_of(before.answer)
        id = post.hold(one, Held(outcome="quarantined", facility=facility, reason=reason, why=why, name=name, original=original))
        receipt = Receipt(outcome="quarantined", held=(id,), reason=reason, notes=(why,))
        post.keep(one, facility, replace(message, answer=receipt.spelled()), original)
        return receipt


def file_held(desk: Desk, id: str, given: Given) -> Receipt:
    """What a person says of a thing that was held: it is filed as they say, or nothing is changed. Raises `NoRecord`, `NotFiled`."""
    with desk.together() as one:
        held = post.held(one, id)
        if held is None or held.facility not in desk.actor.facilities:
            raise NoRecord(kind="held item", id=id)
        if held.document:
            return _told_kind(one, held, given)
        arrival = unpacked(held.arrival) if held.arrival else Arrival(documents=(ReadDocument(text="", media="application/octet-stream", content=held.original),), sender=held.sender)
        taking = Taking(desk=one, arrival=replace(arrival, patient=None) if given.patient or given.encounter or given.visit else arrival, original=held.original, name=held.name,
                        facility=held.facility, given=given, sent_at=(arrival.sent_at or desk.clock()).isoformat())
        try:
            receipt = _taken(taking)
        except Hold as hold:
            raise NotFiled(id=id, why=hold.reason) from None
        post.settle(one, id, held.facility)
        return receipt


def _told_kind(desk: Desk, held: Held, given: Given) -> Receipt:
    """A document that is filed, and whose kind a person says."""
    if not given.kind or held.document is None:
        raise NotFiled(id=held.id, why="it is filed, and only its kind is to be said: --kind")
    encounter = post.marked(desk, held.document, held.facility, kind=given.kind)
    post.settle(desk, held.id, held.facility)
    return Receipt(outcome="filed", patient=held.patient or "", encounter=encounter, documents=(held.document,), kinds=(given.kind,))


def facility_of(desk: Desk, arrival: Arrival, given: Given) -> str:
    """Where it is filed: as the door says; else at the only facility of the actor; else as the sender says, if that is the actor's."""
    mine = desk.actor.facilities
    said = given.facility or (next(iter(mine)) if len(mine) == 1 else "") or (arrival.visit.facility if arrival.visit else "") or (arrival.patient.facility if arrival.patient else "")
    if not said:
        raise BadRequest(why="Nothing says at which facility it is to be filed: give --facility, or set CHARTHOUSE_FACILITY")
    return said


def _taken_or_held(taking: Taking) -> Receipt:
    parts, doubtful = put_right(taking.arrival)
    if doubtful or len(parts) > 1:
        held = [_held(replace(taking, arrival=part), Hold("two-patients")) for part in parts]
        return replace(held[0], held=tuple(id for receipt in held for id in receipt.held))
    taking = replace(taking, arrival=parts[0])
    try:
        return _taken(taking)
    except Hold as hold:
        return _held(taking, hold)


def _held(taking: Taking, hold: Hold) -> Receipt:
    outcome: Outcome = "quarantined" if hold.quarantined else "unfiled"
    id = post.hold(taking.desk, Held(
        outcome=outcome, facility=taking.facility, reason=hold.reason, why="; ".join(taking.arrival.notes)[:500], name=taking.name, sender=taking.arrival.sender,
        patient=hold.patient or None, original=taking.original, arrival=packed(taking.arrival)))
    return Receipt(outcome=outcome, patient=hold.patient, held=(id,), reason=hold.reason, notes=taking.arrival.notes)


def _taken(taking: Taking) -> Receipt:
    """All of it filed. Raises `Hold`."""
    arrival = taking.arrival
    if arrival.patient is None and not (arrival.documents or arrival.charges or arrival.visit):
        raise Hold("nothing-read", quarantined=True)
    patient, identity = _whose(taking)
    encounter = _visit(taking, patient)
    filed = [_document(taking, document, patient, encounter) for document in arrival.documents]
    if arrival.charges:
        post.charge(taking.desk, patient, encounter, taking.facility, arrival.sender, arrival.charges)
    if arrival.covers:
        post.insured(taking.desk, patient, taking.facility, arrival.covers, taking.sent_at)
    return Receipt(outcome="filed", patient=patient, encounter=encounter or "", identity=identity, documents=tuple(f.id for f in filed), kinds=tuple(f.kind for f in filed),
                   notes=(*arrival.notes, *(note for f in filed for note in f.notes)))


def _document(taking: Taking, document: ReadDocument, patient: str, encounter: str | None) -> Filed:
    given = taking.given
    document = replace(document, kind=given.kind or document.kind, author=given.author or document.author, service_date=given.on or document.service_date)
    query = answering.asked(taking.desk, encounter, document) if encounter else None
    if query is not None:
        if answering.is_form(query, document):
            raise Hold("query-form", patient=patient)
        document = replace(document, kind=ANSWER_KIND)
    filed = file_document(taking.desk, document, taking.arrival, taking.original, source=taking.arrival.sender or taking.name or "file", facility=taking.facility, patient=patient,
                          encounter=encounter, sent_at=taking.sent_at)
    if filed is None:
        raise Hold("no-visit" if encounter is None else "document-unknown", patient=patient)
    if query is not None:
        answering.answered(taking.desk, query, filed.id, document)
    return filed


def _whose(taking: Taking) -> tuple[str, str]:
    """The patient, found or registered, and how. Raises `Hold` where nothing says who it is."""
    given, said = taking.given, taking.arrival.patient
    if given.encounter:
        return post.patient_of(taking.desk, given.encounter), "link"
    if given.patient:
        return post.known(taking.desk, given.patient, taking.facility), "link"
    if given.visit and said is None:
        found = post.visit(taking.desk, taking.facility, "", Said(number=given.visit))
        if found is None:
            raise Hold("no-visit")
        return found.patient, "link"
    if said is None or not (said.identifiers or said.family):
        raise Hold("no-patient")
    registration = replace(said, facility=taking.facility, said_at=taking.sent_at)
    if taking.arrival.happening == "merge":
        if not (taking.arrival.prior and said.identifiers):
            raise Hold("merge-without-numbers", quarantined=True)
        survivor, _ = apply_a40(taking.desk, registration, taking.arrival.prior, weighing())
        return survivor, "merge"
    patient, placement = find_or_register(taking.desk, registration, weighing())
    return patient, placement.verdict


def _visit(taking: Taking, patient: str) -> str | None:
    """The visit, found, made or changed by what is said of it; None when nothing says which. Raises `Hold` where its number is another patient's."""
    if taking.given.encounter:
        return taking.given.encounter
    said = taking.arrival.visit or Said()
    if taking.given.visit:
        said = replace(said, number=taking.given.visit)
    elif taking.given.on and not (said.number or said.admitted):
        said = replace(said, admitted=datetime.combine(taking.given.on, time()))
    if not (said.number or said.admitted):
        return _by_day(taking, patient)
    found = post.visit(taking.desk, taking.facility, patient, said)
    if found is not None and not post.is_one(taking.desk, found.patient, patient):
        raise Hold("visit-of-another", quarantined=True, patient=patient)
    if taking.arrival.visit is None:
        return found.encounter if found else _by_day(taking, patient)
    return _happens(taking, patient, said, found)


def _by_day(taking: Taking, patient: str) -> str | None:
    """The one visit that all its documents belong to by their days and kinds; None where there is none, or several may be."""
    documents = taking.arrival.documents
    if not documents or not all(d.service_date or taking.given.on for d in documents):
        return None
    known = [Known(encounter=v.encounter, facility=taking.facility, sort=v.visit.setting, began=v.visit.admitted, ended=v.visit.discharged, number=v.visit.number)
             for v in post.visits(taking.desk, taking.facility, patient)]
    found = {visit_for(Arriving(id="", facility=taking.facility, kind=taking.given.kind or d.kind or kind_of(d.text, kinds()), on=taking.given.on or d.service_date), known).encounter
             for d in documents}
    return (found.pop() or None) if len(found) == 1 else None


def _happens(taking: Taking, patient: str, said: Said, found: FoundVisit | None) -> str:
    happened = Happened(what=taking.arrival.happening or "document", sent_at=taking.sent_at, said=replace(said, number="", facility="", service=""))
    whole = (*(found.happened if found else ()), happened)
    now = datetime.fromisoformat(taking.sent_at)
    visit = folded(whole, patient=patient, facility=taking.facility, number=said.number, now=now)
    return post.happens(taking.desk, found, happened, visit.visit, visit.state)
