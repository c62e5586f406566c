"""PID, PD1, MRG, PV1, PV2, IN1 of an HL7 v2 message: who it is and what visit it says (HL7 v2.8.2, chapter 3)."""
from __future__ import annotations

from datetime import datetime

from charthouse.adapters.readers.tables import Setting, discharge_status, setting, system
from charthouse.adapters.wire.hl7 import Message, Segment
from charthouse.adapters.wire.hl7_time import time_of
from charthouse.record.filing import Registration
from charthouse.record.received import Cover, Said

SSN = "http://hl7.org/fhir/sid/us-ssn"
_USUAL = frozenset({"", "MR", "PI", "PT", "MRN"})  # HL7 table 0203: numbers of the patient in the authority's own series


def registration(message: Message, facility: str, notes: list[str]) -> Registration | None:
    """The patient. None where there is no PID."""
    pid = message.first("PID")
    if pid is None:
        return None
    pd1 = message.first("PD1")
    at = message.at
    family, given = _name(message, pid(5))
    birth = moment(message, pid(7), "PID-7", notes)
    sex = at(pid, 8).upper()[:1]
    line, postcode = _address(message, pid(11))
    return Registration(
        facility=facility, identifiers=_numbers(message, pid, facility), family=family, given=given, birth_date=birth.date() if birth else None,
        sex=sex if sex in ("F", "M") else "", address=line, postcode=postcode, phone=_phone(message, pid(13)) or _phone(message, pid(14)),
        restricted=(pd1 is not None and at(pd1, 12).upper() == "Y") or _all_restricted(message))


def prior(message: Message, facility: str) -> tuple[tuple[str, str], ...]:
    """The identifiers of MRG that are folded into the patient's."""
    found = (i for mrg in message.segments if mrg.name == "MRG" for i in identifiers(message, mrg(1) or mrg(4), facility))
    return tuple(dict.fromkeys(found))


def _numbers(message: Message, pid: Segment, facility: str) -> tuple[tuple[str, str], ...]:
    found = identifiers(message, pid(3) or pid(2) or pid(4), facility)
    ssn = message.at(pid, 19)
    return found if not ssn or any(s == SSN for s, _ in found) else (*found, (SSN, ssn))


def identifiers(message: Message, field: str, facility: str) -> tuple[tuple[str, str], ...]:
    """CX: (whose number it is, the number). Whose: the OID of the assigning authority (also where only MSH-4 says it), else its name, else the
    sending facility; with the type of number where that is not the usual medical record number."""
    found: dict[tuple[str, str], None] = {}
    own = message.at(message.segments[0], 4, 2)  # the OID of the sending facility
    for one in message.repeated(field):
        parts = message.parts(one)
        if parts[0]:
            universal = message.part(one, 4, 2) if message.by.subcomponent in one else ""
            name = parts[3] or facility
            found[_authority(name, universal or (own if name == facility else ""), parts[4].upper()), parts[0]] = None
    return tuple(found)


def _authority(name: str, universal: str, kind: str) -> str:
    if kind == "SS":
        return SSN
    whose = system(universal) if universal else name
    return whose if kind in _USUAL else f"{whose}:{kind}"


def _name(message: Message, field: str) -> tuple[str, str]:
    """XPN: (family, given and middle) of the legal name, else of the first."""
    names = [message.parts(one) for one in message.repeated(field)]
    chosen = next((n for n in names if n[6] == "L"), names[0] if names else [""] * 3)
    return chosen[0], " ".join(filter(None, chosen[1:3]))


def _address(message: Message, field: str) -> tuple[str, str]:
    parts = message.parts(field)
    return ", ".join(filter(None, parts[:4])), parts[4]


def _phone(message: Message, field: str) -> str:
    """XTN: the first that is no address of the internet."""
    for one in message.repeated(field):
        parts = message.parts(one)
        said = parts[0] or "".join(parts[11:12]) or parts[5] + parts[6]
        if said and parts[2].lower() != "internet" and "@" not in said:
            return said
    return ""


def _all_restricted(message: Message) -> bool:
    """ARV (v2.8): access to all of it is restricted (HL7 table 0717)."""
    return message.first("ARV") is not None and any(s.name == "ARV" and message.at(s, 3).upper() == "ALL" and message.at(s, 2).upper() not in ("D", "X") for s in message.segments)


def person(message: Message, xcn: str) -> str:
    """XCN: "Given Family", else what stands there; in CNN (as in OBR-32) the parts are subcomponents."""
    if not xcn:
        return ""
    if message.by.subcomponent in xcn.split(message.by.component, 1)[0]:
        part = message.part
        return " ".join(filter(None, (part(xcn, 1, 3), part(xcn, 1, 2)))) or part(xcn)
    number, family, given = message.parts(xcn)[:3]
    return f"{given} {family}" if given and family else given or family or number


_ADMITTED = {**{n: n for n in "123459"}, "E": "1", "A": "5", "U": "2", "C": "3", "R": "3", "N": "4", "L": "1"}  # HL7 table 0007, and the numbers of UB-04 FL 14
_SOURCES = frozenset("1245689DEFG")  # UB-04 FL 15; of a newborn (type 4) 5 and 6 mean born here and elsewhere


def visit(message: Message, facility: str, trigger: str, happening: str, notes: list[str]) -> Said | None:
    """The visit. None where there is neither PV1 nor an account number."""
    pv1, pid = message.first("PV1"), message.first("PID")
    at = message.at
    if pv1 is None:
        account = at(pid, 18) if pid else ""
        return Said(number=account, facility=facility) if account else None
    admitted, discharged = moment(message, pv1(44), "PV1-44", notes), moment(message, pv1(45), "PV1-45", notes)
    if happening in ("admit", "register") and not pv1(44):
        admitted = _of_event(message, "PV1-44", notes)
    if happening == "discharge" and not pv1(45):
        discharged = _of_event(message, "PV1-45", notes)
    return Said(
        number=at(pv1, 19) or (at(pid, 18) if pid else ""), facility=at(pv1, 39) or facility, setting=_setting(at(pv1, 2), trigger, notes),
        admitted=admitted, discharged=discharged, status=_status(at(pv1, 36), notes), unit=at(pv1, 3), attending=person(message, pv1(7)),
        payer=_payer(message), service=at(pv1, 10), admission_type=_ADMITTED.get(at(pv1, 4).upper(), ""), admission_source=source if (source := at(pv1, 14).upper()) in _SOURCES else "")


def moment(message: Message, field: str, what: str, notes: list[str]) -> datetime | None:
    """A time in its zone; what is no time is told in the notes."""
    if not field:
        return None
    said = message.part(field)
    at = time_of(said, message.zone) if said else None
    if said and at is None:
        notes.append(f"{what} names no day")
    return at


def _of_event(message: Message, what: str, notes: list[str]) -> datetime | None:
    evn = message.first("EVN")
    when = (time_of(message.at(evn, 6), message.zone) or time_of(message.at(evn, 2), message.zone)) if evn else None
    if when:
        notes.append(f"{what} is empty; the time of the event was taken")
    return when


def _setting(sent: str, trigger: str, notes: list[str]) -> Setting:
    """A06 and A07 say the class by themselves (chapter 3.3.6, 3.3.7)."""
    if trigger in ("A06", "A07"):
        return "inpatient" if trigger == "A06" else "outpatient"
    known = setting(sent)
    if sent and known is None:
        notes.append("PV1-2 is no patient class that is known")
    return known or ""


def _status(sent: str, notes: list[str]) -> str:
    status = discharge_status(sent) if sent else ""
    if status is None:
        notes.append("PV1-36 is no discharge disposition that is known")
    return status or ""


def _payer(message: Message) -> str:
    in1 = message.first("IN1")
    return (message.at(in1, 4) or message.at(in1, 2, 2) or message.at(in1, 2)) if in1 else ""


_SEQUENCE = "PST"
_RELATIONSHIP = {"SEL": "18", "01": "18", "18": "18", "SPO": "01", "02": "01", "CHD": "19", "03": "19", "19": "19", "DOM": "53", "EMC": "20"}  # HL7 table 0063, and numbers that senders use for it, to X12 element 1069


def covers(message: Message, notes: list[str]) -> tuple[Cover, ...]:
    """IN1, the first three in the order of their set IDs or priorities (IN1-22)."""
    at, part = message.at, message.part
    rows = [s for s in message.segments if s.name == "IN1" and (at(s, 4) or at(s, 2) or at(s, 3))]
    rows.sort(key=lambda s: int(p) if (p := at(s, 22) or at(s, 1)).isdigit() else 9)
    found = []
    for sequence, in1 in zip(_SEQUENCE, rows, strict=False):
        said = at(in1, 17).upper()
        relationship = _RELATIONSHIP.get(said, "18" if not said else "G8")
        family, given = _name(message, in1(16)) if in1(16) else ("", "")
        birth = moment(message, in1(18), "IN1-18", notes)
        where = [*message.parts(in1(19)), *[""] * 6] if in1(19) else [""] * 6
        sex, since, until = at(in1, 43).upper()[:1], moment(message, in1(12), "IN1-12", notes), moment(message, in1(13), "IN1-13", notes)
        found.append(Cover(
            sequence=sequence, payer=at(in1, 4) or at(in1, 2, 2) or at(in1, 2), payer_number=at(in1, 3), member=at(in1, 36) or at(in1, 49), group=at(in1, 8), plan=at(in1, 9), relationship=relationship, family=family, given=given,
            birth_date=birth.date() if birth else None, sex=sex if sex in ("F", "M") else "", line=where[0], line2=where[1], city=where[2], state=where[3], postcode=where[4], authorization=part(in1(14)),
            since=since.date() if since else None, until=until.date() if until else None))
    return tuple(found)
