"""Who: a FHIR Patient as a registration. And the visit: an Encounter as the sender says it."""
from __future__ import annotations

from datetime import date
from typing import Literal
from urllib.parse import urlsplit

from charthouse.adapters.readers.fhir.shelf import Resource, Shelf, coding, day, dicts, id_of, moment, word, words
from charthouse.record.filing import Registration
from charthouse.record.received import Happening, Said

SEX = {"male": "M", "female": "F"}
RANK = {"official": 0, "usual": 1, "": 2, "temp": 3, "nickname": 4, "anonymous": 5, "maiden": 6, "old": 7}
# FHIR R4 value set v3-ActEncounterCode; the plain words are those of STU3 and DSTU2
SETTING: dict[str, Literal["inpatient", "outpatient"]] = {
    **dict.fromkeys(("IMP", "ACUTE", "NONAC", "inpatient"), "inpatient"),
    **dict.fromkeys(("AMB", "EMER", "OBSENC", "SS", "HH", "FLD", "VR", "outpatient", "ambulatory", "emergency", "field", "daytime", "virtual", "home"), "outpatient")}
# http://terminology.hl7.org/CodeSystem/discharge-disposition to the patient discharge status of UB-04 FL 17, where one code says it.
# "hosp" (hospice) does not say whether at home (50) or in a facility (51).
DISPOSITION = {"home": "01", "alt-home": "01", "other-hcf": "70", "long": "63", "aadvice": "07", "exp": "20", "psy": "65", "rehab": "62", "snf": "03"}
STATUS_SYSTEMS = ("nubc.org", "ub04", "ub-04", "patdischargestatus", "discharge-status", "0112")


def registration(shelf: Shelf, patient: Resource, facility: str) -> Registration:
    """`facility` stands where the patient's own record names no organisation."""
    name = min(dicts(patient, "name"), key=lambda n: RANK.get(word(n, "use"), 2), default={})
    home = min(dicts(patient, "address"), key=lambda a: {"home": 0, "": 1, "old": 9}.get(word(a, "use"), 2), default={})
    lines = [*words(home, "line"), word(home, "city"), word(home, "state"), word(home, "country")]
    family, given = word(name, "family"), " ".join(words(name, "given"))
    if not family and not given:
        family = word(name, "text")
    phone = next((word(t, "value") for t in dicts(patient, "telecom") if word(t, "system") in ("phone", "sms") and word(t, "use") != "old"), "")
    return Registration(
        facility=shelf.named(patient, "managingOrganization") or facility, identifiers=identifiers(shelf, patient), family=family, given=given,
        birth_date=day(word(patient, "birthDate")), sex=SEX.get(word(patient, "gender"), ""), address=", ".join(filter(None, lines)) or word(home, "text"),
        postcode=word(home, "postalCode"), phone=phone, restricted=any(word(s, "code") in ("R", "V") for s in dicts(patient, "meta", "security")))


def identifiers(shelf: Shelf, patient: Resource) -> tuple[tuple[str, str], ...]:
    """(system, value) of each that is in use, and the server's own id where its address is known. A number without a system is nobody's."""
    found = [(word(i, "system"), word(i, "value")) for i in dicts(patient, "identifier") if word(i, "use") not in ("old", "temp")]
    url = shelf.urls.get(id_of(patient), "")
    if urlsplit(url).scheme in ("http", "https") and "/" in url:
        found.append(tuple(url.rsplit("/", 1)))  # type: ignore[arg-type]
    return tuple(dict.fromkeys((s, v) for s, v in found if s and v))


def referred(reference: str, facility: str) -> Registration:
    """A patient who is only referred to: by a number, or by an absolute address, which is a number of that server. A relative one is nothing to go by."""
    system, _, value = reference.partition("?identifier=")[2].rpartition("|")
    if system and value:
        return Registration(facility=facility, identifiers=((system, value),))
    absolute = urlsplit(reference).scheme in ("http", "https")
    system, _, id = reference.rpartition("/")
    return Registration(facility=facility, identifiers=((system, id),) if absolute and system and id else ())


def facility_of(shelf: Shelf, encounter: Resource) -> str:
    return shelf.named(encounter, "serviceProvider")


def said(shelf: Shelf, encounter: Resource) -> Said:
    """The visit. A start or end that names no day is not known."""
    hospital = next(iter(dicts(encounter, "hospitalization") or dicts(encounter, "admission")), {})
    attending = [p for p in dicts(encounter, "participant") if "ATND" in words(p, "type", "coding", "code")] or dicts(encounter, "participant")
    return Said(
        number=word(encounter, "identifier", "value") or word(encounter, "id"), facility=facility_of(shelf, encounter), setting=setting(encounter),
        admitted=moment(word(encounter, "period", "start")), discharged=moment(word(encounter, "period", "end")),
        status=discharge_status(hospital), unit=next((n for at in reversed(dicts(encounter, "location")) if (n := shelf.named(at, "location"))), ""),
        attending=next((n for p in attending if (n := shelf.named(p, "individual") or shelf.named(p, "actor"))), ""),
        service=coding(encounter.get("serviceType"))[2] or coding(next(iter(dicts(encounter, "type")), {}))[2])


def setting(encounter: Resource) -> Literal["outpatient", "inpatient", ""]:
    given = encounter.get("class")
    code = given if isinstance(given, str) else coding(given)[1]
    return SETTING.get(code, "")


def discharge_status(hospital: Resource) -> str:
    """UB-04 FL 17, two digits; "" when the disposition does not say it."""
    for one in dicts(hospital, "dischargeDisposition", "coding"):
        system, code = word(one, "system").lower(), word(one, "code")
        if code.isdigit() and len(code) <= 2 and any(s in system for s in STATUS_SYSTEMS):
            return code.zfill(2)
        if code in DISPOSITION:
            return DISPOSITION[code]
    return ""


def happening(encounter: Resource) -> Happening:
    status, stays = word(encounter, "status"), setting(encounter) == "inpatient"
    if status in ("cancelled", "entered-in-error"):
        return "cancel_admit"
    if stays and (status in ("finished", "completed", "discharged") or word(encounter, "period", "end")):
        return "discharge"
    return "admit" if stays and status != "planned" else "register"


def on(resource: Resource, *names: str) -> date | None:
    """The first of the dates that is said: `effectiveDateTime`, `performedPeriod` ..."""
    for name in names:
        found = day(word(resource, name)) or day(word(resource, name, "start"))
        if found:
            return found
    return None
