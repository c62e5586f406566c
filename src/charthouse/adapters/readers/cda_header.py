"""The header of a CDA document: patient, visit, author, custodian, what it replaces (C-CDA R2.1, US Realm Header 2.16.840.1.113883.10.20.22.1.1)."""
from __future__ import annotations

from datetime import datetime

from charthouse.adapters.readers.cda_xml import Element, attribute, child, children, words
from charthouse.adapters.readers.tables import discharge_status, setting, system
from charthouse.adapters.wire.hl7_time import time_of
from charthouse.record.filing import Registration
from charthouse.record.received import Said

# LOINC codes of document types that name one of our kinds surely (C-CDA R2.1, table of document-level templates)
KINDS = {"18842-5": "discharge_summary", "11490-0": "discharge_summary", "34117-2": "history_and_physical", "11504-8": "operative_note", "11488-4": "consultation",
         "11506-3": "progress_note", "18748-4": "radiology_report", "34111-5": "emergency_note"}


def patient(document: Element, facility: str) -> Registration | None:
    """The (first) record target."""
    role = child(document, "recordTarget", "patientRole")
    person = child(role, "patient")
    if role is None:
        return None
    name = chosen(person, "name", "L")
    line, postcode = address(chosen(role, "addr", "HP"))
    born = time_of(attribute(child(person, "birthTime"), "value"))
    sex = attribute(child(person, "administrativeGenderCode"), "code").upper()
    return Registration(
        facility=facility, identifiers=identifiers(role), family=words(child(name, "family")), given=" ".join(filter(None, map(words, children(name, "given")))) or bare(name),
        birth_date=born.date() if born else None, sex=sex if sex in ("F", "M") else "", address=line, postcode=postcode, phone=phone(role))


def identifiers(role: Element) -> tuple[tuple[str, str], ...]:
    """(whose number it is, the number); an id that is only a root is a number of its own."""
    found = []
    for one in children(role, "id"):
        root, extension = attribute(one, "root"), attribute(one, "extension")
        if root and extension:
            found.append((system(root), extension))
        elif root and not attribute(one, "nullFlavor"):
            found.append(("urn:ietf:rfc3986", root))
    return tuple(dict.fromkeys(found))


def chosen(parent: Element | None, name: str, use: str) -> Element | None:
    """The child of that use, else the first that says something."""
    there = [e for e in children(parent, name) if len(e) or words(e)]
    return next((e for e in there if use in attribute(e, "use").split()), there[0] if there else None)


def bare(name: Element | None) -> str:
    """A name that was not taken apart by its sender."""
    return words(name) if name is not None and not len(name) else ""


def full_name(holder: Element | None) -> str:
    name = chosen(holder, "name", "L")
    if name is None:
        return ""
    parts = [words(e) for e in (*children(name, "given"), *children(name, "family"))]
    return " ".join(filter(None, parts)) or words(name)


def address(addr: Element | None) -> tuple[str, str]:
    lines = [words(e) for part in ("streetAddressLine", "city", "state") for e in children(addr, part)]
    return ", ".join(filter(None, lines)) or bare(addr), words(child(addr, "postalCode"))


def phone(role: Element) -> str:
    values = [attribute(t, "value") for t in children(role, "telecom")]
    return next((v.partition(":")[2].strip() if v.lower().startswith("tel:") else v for v in values if v and not v.lower().startswith(("mailto:", "http"))), "")


def author(document: Element) -> str:
    """The first author who is a person, else the device or organisation."""
    said = [child(a, "assignedAuthor") for a in children(document, "author")]
    people = [full_name(child(a, "assignedPerson")) for a in said]
    things = [words(child(a, "assignedAuthoringDevice", "softwareName")) or words(child(a, "representedOrganization", "name")) for a in said]
    return next(filter(None, (*people, *things)), "")


def signed(document: Element) -> bool | None:
    """Whether somebody put a name to it (signatureCode S)."""
    there = [*children(document, "legalAuthenticator"), *children(document, "authenticator")]
    return True if any(attribute(child(a, "signatureCode"), "code").upper() == "S" for a in there) else None


def custodian(document: Element) -> tuple[str, str]:
    """(name, number) of the organisation that keeps the original."""
    organisation = child(document, "custodian", "assignedCustodian", "representedCustodianOrganization")
    return words(child(organisation, "name")), number(child(organisation, "id"))


def related(document: Element) -> tuple[str, str]:
    """(RPLC or APND, the number of the document that it replaces or adds to)."""
    for one in children(document, "relatedDocument"):
        kind, parent = attribute(one, "typeCode").upper(), child(one, "parentDocument", "id")
        if kind in ("RPLC", "APND") and parent is not None:
            return kind, number(parent)
    return "", ""


def number(id: Element | None) -> str:
    """The number of a document or a visit: root and extension."""
    return "^".join(filter(None, (attribute(id, "root"), attribute(id, "extension"))))


def interval(holder: Element | None) -> tuple[datetime | None, datetime | None]:
    """(from, to) of an effectiveTime; a single time is both."""
    time = child(holder, "effectiveTime")
    at = time_of(attribute(time, "value"))
    low, high = (time_of(attribute(child(time, end), "value")) for end in ("low", "high"))
    return low or at or time_of(attribute(child(time, "center"), "value")), high or at


def visit(document: Element, notes: list[str]) -> Said | None:
    """The encompassing encounter."""
    encounter = child(document, "componentOf", "encompassingEncounter")
    if encounter is None:
        return None
    low, high = interval(encounter)
    place = child(encounter, "location", "healthCareFacility")
    disposition = attribute(child(encounter, "dischargeDispositionCode"), "code")
    status = discharge_status(disposition) if disposition else ""
    if status is None:
        notes.append("the discharge disposition is none that is known")
    attending = [full_name(child(p, "assignedEntity", "assignedPerson")) for p in children(encounter, "encounterParticipant") if attribute(p, "typeCode").upper() == "ATND"]
    responsible = full_name(child(encounter, "responsibleParty", "assignedEntity", "assignedPerson"))
    time = child(encounter, "effectiveTime")
    ended = high if child(time, "high") is not None else None
    return Said(
        number=visit_number(encounter), facility=words(child(place, "serviceProviderOrganization", "name")) or words(child(place, "location", "name")),
        setting=setting(attribute(child(encounter, "code"), "code")) or "", admitted=low, discharged=ended, status=status or "",
        attending=next(filter(None, (*attending, responsible)), ""))


def visit_number(encounter: Element) -> str:
    one = child(encounter, "id")
    return attribute(one, "extension") or attribute(one, "root")


def service_day(document: Element) -> datetime | None:
    """When what it tells of was done (serviceEvent), else when it was written. A provision of care (PCPR) spans a life and is no service."""
    for event in (child(d, "serviceEvent") for d in children(document, "documentationOf")):
        if event is not None and attribute(event, "classCode").upper() != "PCPR" and interval(event)[0]:
            return interval(event)[0]
    return time_of(attribute(child(document, "effectiveTime"), "value"))
