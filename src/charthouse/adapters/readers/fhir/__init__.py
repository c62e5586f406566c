"""FHIR (R4; STU3 and R5 as far as they agree): bundles of every type, single resources, bulk NDJSON, XML. One arrival a patient and encounter.

What a resource says badly becomes a note, and the rest is read. Kinds that hold nothing to file or to code from are counted in a note; the file
as received is kept with what was read from it.
"""
from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from charthouse.adapters.readers.fhir import opened, person
from charthouse.adapters.readers.fhir.documents import documents, withdrawn
from charthouse.adapters.readers.fhir.entries import KINDS as ENTRIES
from charthouse.adapters.readers.fhir.entries import entries
from charthouse.adapters.readers.fhir.money import charge, covers
from charthouse.adapters.readers.fhir.shelf import Resource, Shelf, dicts, id_of, moment, word
from charthouse.record.filing import Registration
from charthouse.record.received import Arrival, Charge, Entry, ReadDocument

DOCUMENTS = ("DocumentReference", "DiagnosticReport", "Composition", "Communication", "Binary")
BILLED = ("ChargeItem", "Coverage")
ABOUT = ("Patient", "Encounter", "Organization", "Practitioner", "PractitionerRole", "Location", "MessageHeader", "Medication")  # read with those that refer to them


class FhirReader:
    """Implements `ports.readers.FileReader`."""

    name = "fhir"

    def knows(self, content: bytes, name: str) -> bool:
        return opened.looks_like(content)

    def read(self, content: bytes, name: str) -> Iterator[Arrival]:
        for bundle, shelf in opened.shelves(content, name):
            yield from _arrivals(bundle or {}, shelf)


@dataclass(slots=True)
class _Group:
    """What belongs together: one patient, one encounter."""

    patient: Resource | None = None
    reference: str = ""
    encounter: Resource | None = None
    documents: list[ReadDocument] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    charges: list[Charge] = field(default_factory=list)
    covers: list[Resource] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def _arrivals(bundle: Resource, shelf: Shelf) -> Iterator[Arrival]:
    groups: dict[tuple[object, object], _Group] = {}
    taken_back: list[Arrival] = []
    used = _used(shelf)
    for resource in shelf.resources:
        kind = resource["resourceType"]
        if kind in ("Patient", "Encounter"):
            _group(groups, bundle, shelf, resource)
        elif kind in ENTRIES or kind in BILLED or (kind in DOCUMENTS and id_of(resource) not in used):
            taken_back += _take(_group(groups, bundle, shelf, resource), bundle, shelf, resource)
    for key in [k for k in groups if k[1] is None and any(o[0] == k[0] and o[1] is not None for o in groups)]:
        if not (groups[key].documents or groups[key].entries or groups[key].notes or groups[key].covers or groups[key].charges):
            del groups[key]  # the patient comes with the encounters
    found = [_arrival(bundle, shelf, g) for g in groups.values()] + taken_back + list(_merges(shelf))
    notes = tuple(shelf.notes) + _left(shelf, (*ENTRIES, *DOCUMENTS, *BILLED, *ABOUT) if found else ())
    found = found or [_framed(bundle, shelf, Arrival())]
    yield replace(found[0], notes=found[0].notes + notes)
    yield from found[1:]


def _used(shelf: Shelf) -> set[int]:
    """Binaries that a document points at: they are read with it."""
    found = (shelf.found(d, word(a, "url")) for d in shelf.of("DocumentReference", "DiagnosticReport")
             for a in (*dicts(d, "content", "attachment"), *dicts(d, "presentedForm")))
    return {id_of(r) for r in found if r is not None}


def _group(groups: dict[tuple[object, object], _Group], bundle: Resource, shelf: Shelf, resource: Resource) -> _Group:
    kind = resource["resourceType"]
    encounter = resource if kind == "Encounter" else None
    at = "" if encounter is None else str(id_of(encounter))
    if kind not in ("Encounter", "Patient"):
        for path in (("encounter",), ("context", "encounter"), ("context",)):
            at, encounter = shelf.follow(resource, *path)
            if at:
                break
        if not at and word(bundle, "type") == "document":  # a document's resources are of its own visit
            first = next(iter(shelf.of("Composition")), None)
            at, encounter = shelf.follow(first, "encounter") if first else ("", None)
    reference, patient = ("", resource) if kind == "Patient" else _subject(shelf, resource, encounter)
    who: object = id_of(patient) if patient is not None else reference or None
    visit: object = None if not at else id_of(encounter) if encounter is not None else at
    group = groups.setdefault((who, visit), _Group(patient=patient, reference=reference, encounter=encounter))
    return group


def _subject(shelf: Shelf, resource: Resource, encounter: Resource | None) -> tuple[str, Resource | None]:
    for owner, name in ((resource, "subject"), (resource, "patient"), (resource, "beneficiary"), (encounter, "subject"), (encounter, "patient"), (resource, "securityContext")):
        reference, found = shelf.follow(owner, name) if owner else ("", None)
        if found is not None and found.get("resourceType") != "Patient":
            continue
        if reference:
            return reference, found
    patients = shelf.of("Patient")
    return ("", patients[0]) if len(patients) == 1 and resource["resourceType"] in ("Binary", "Composition") else ("", None)


def _take(group: _Group, bundle: Resource, shelf: Shelf, resource: Resource) -> list[Arrival]:
    """Fill the group; what the sender takes back is an arrival of its own."""
    try:
        if resource["resourceType"] in ENTRIES:
            group.entries += entries(shelf, resource)
            return []
        if resource["resourceType"] == "Coverage":
            group.covers.append(resource)
            return []
        if resource["resourceType"] == "ChargeItem":
            group.charges += [c for c in (charge(resource),) if c]
            return []
        read = documents(shelf, resource, group.notes)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        group.notes.append(f"a {resource['resourceType']} was not understood ({type(error).__name__})")
        return []
    if not withdrawn(resource):
        group.documents += read
        return []
    number = read[0].number if read else word(resource, "masterIdentifier", "value") or word(resource, "id")
    alone = _Group(patient=group.patient, reference=group.reference, encounter=group.encounter, documents=read or [ReadDocument(text="", number=number)])
    return [replace(_arrival(bundle, shelf, alone), happening="cancel_document")]


def _arrival(bundle: Resource, shelf: Shelf, group: _Group) -> Arrival:
    visit = person.said(shelf, group.encounter) if group.encounter else None
    who: Registration | None = None
    notes = list(group.notes)
    if group.patient is not None:
        who = person.registration(shelf, group.patient, visit.facility if visit else "")
    elif group.reference:
        who = person.referred(group.reference, visit.facility if visit else "")
        notes.append("the patient is only referred to")
    replaced = any(d.replaces for d in group.documents)
    what = person.happening(group.encounter) if group.encounter else "replacement" if replaced else "document" if group.documents else "update" if who else ""
    made = Arrival(documents=tuple(group.documents), patient=who, visit=visit, happening=what, entries=tuple(group.entries), charges=tuple(group.charges), covers=covers(shelf, group.covers), notes=tuple(dict.fromkeys(notes)))
    return _framed(bundle, shelf, made)


def _framed(bundle: Resource, shelf: Shelf, arrival: Arrival) -> Arrival:
    """With who sent it and when. Only a document's or message's bundle has a number that stays with it (FHIR R4, Bundle.identifier)."""
    header = next(iter(shelf.of("MessageHeader")), {})
    number = word(bundle, "identifier", "value") or (word(header, "id") if word(bundle, "type") == "message" else "")
    if number and arrival.visit is not None:
        number = f"{number}/{arrival.visit.number}"
    sender = word(header, "source", "name") or word(header, "source", "endpoint") or word(bundle, "identifier", "system") or word(bundle, "meta", "source")
    return replace(arrival, sender=sender, control=number, sent_at=moment(word(bundle, "timestamp")))


def _merges(shelf: Shelf) -> Iterator[Arrival]:
    """Patient.link: `replaced-by` names the record that goes on, `replaces` the one that ends."""
    for patient in shelf.of("Patient"):
        for link in dicts(patient, "link"):
            kind, other = word(link, "type"), shelf.follow(link, "other")[1]
            if other is None or kind not in ("replaced-by", "replaces"):
                continue
            stays, ends = (other, patient) if kind == "replaced-by" else (patient, other)
            yield Arrival(patient=person.registration(shelf, stays, ""), happening="merge", prior=person.identifiers(shelf, ends))


def _left(shelf: Shelf, read: tuple[str, ...]) -> tuple[str, ...]:
    counted = Counter(r["resourceType"] for r in shelf.resources if r["resourceType"] not in read)
    return (f"kept as received only: {', '.join(f'{n} {kind}' for kind, n in sorted(counted.items()))}",) if counted else ()
