"""A row of a file, or a registration, as a `Person`: spelled alike, and what stands for "not known" left out."""
from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from charthouse.record.filing import Registration
from charthouse.record.person import Person
from charthouse.rooms.identity.names import plain, sound, without_suffix

# What clerks write when they do not know, and names given before there is one. Such a name, and such a date, says nothing of whose it is.
_NOBODY = re.compile(r"^(?:unknown|unk|unidentified|not known|no name|none|na|n a|nfn|nln|test|testing|ztest|zztest|xx+|anonymous|patient|trauma|baby|babyboy|babygirl|newborn|infant|boy|girl|male|female"
                     r"|(?:unknown|trauma|test|zz) .*|(?:baby|newborn|infant)(?: (?:boy|girl|male|female|[a-d]|\d|of .*))*|(?:boy|girl|bb|bg)(?: (?:[a-d]|\d|of .*))+)$")
_NEWBORN = re.compile(r"^(?:baby ?boy|baby ?girl|baby|newborn|infant|boy|girl|bb|bg)\b")
_PLACEHOLDER_DATES = frozenset({"19000101", "19010101", "18000101", "11111111", "99991231", "19010111"})
_NUMBER = re.compile(r"^\s*(?:unit|apt|apartment|flat|#)?\s*(\d+[a-z]?)\b[\s,]*", re.I)
SEX = {"f": "f", "female": "f", "m": "m", "male": "m"}
NATIONAL = frozenset({"http://hl7.org/fhir/sid/us-ssn", "urn:oid:2.16.840.1.113883.4.1", "ssn", "SS", "SSN"})  # numbers of the state, not of a hospital


def of_row(row: Mapping[str, str]) -> Person:
    """Columns by the names of FEBRL; one that is missing is not known."""
    said = {name.strip().casefold(): plain(value or "") for name, value in row.items() if name}
    return _person(
        id=(row.get("rec_id") or "").strip(), given=said.get("given_name", ""), family=said.get("surname", ""), birth=_birth(said.get("date_of_birth", "")),
        sex=SEX.get(said.get("sex", ""), ""), number=_digits(said.get("soc_sec_id", "")), house=said.get("street_number", ""), street=said.get("address_1", ""),
        place=said.get("address_2", ""), suburb=said.get("suburb", ""), postcode=said.get("postcode", "").replace(" ", ""), state=said.get("state", ""),
        phone=_digits(said.get("phone_number", "") or said.get("phone", "")))


def of_registration(registration: Registration, id: str = "") -> Person:
    """A name that stands for nobody is left out; the suffix (Jr, Sr) is told by `suffix`."""
    number = _NUMBER.match(registration.address)
    national = next((value for system, value in registration.identifiers if system in NATIONAL), "")
    given, family = plain(registration.given), without_suffix(plain(registration.family))[0]
    if family == "doe" and given in ("john", "jane"):
        given = family = "unknown"
    return _person(
        id=id, given="" if stands_for_nobody(given) else without_suffix(given)[0].split(" ")[0], family="" if stands_for_nobody(family) else family,
        birth=_birth(registration.birth_date.strftime("%Y%m%d") if registration.birth_date else ""), sex=SEX.get(plain(registration.sex), ""), number=_digits(national),
        house=number.group(1).lower() if number else "", street=plain(registration.address[number.end():] if number else registration.address),
        postcode=plain(registration.postcode).replace(" ", "")[:5], phone=_digits(registration.phone)[-10:])


def suffix(registration: Registration) -> str:
    """"jr", "sr", "ii" ... from behind either name."""
    return without_suffix(plain(registration.family))[1] or without_suffix(plain(registration.given))[1]


def stands_for_nobody(name: str) -> bool:
    """"unknown", "baby boy", "test": a name that says nothing of whose it is. Takes it as `plain` spells it."""
    return bool(_NOBODY.match(name))


def is_newborn(registration: Registration) -> bool:
    """Registered before there is a given name."""
    return bool(_NEWBORN.match(plain(registration.given)))


def _person(**said: str) -> Person:
    closed = {field: text.replace(" ", "") for field, text in said.items() if field != "id"}
    return heard(Person(id=said["id"], **closed))


def heard(person: Person) -> Person:
    """With how the names and the street sound."""
    given, family = sound(person.given), sound(person.family)
    return replace(person, given_sound=given, family_sound=family, street_sound=sound(person.street), both_sounds="".join(sorted((given, family))) if given and family else "")


def _birth(said: str) -> str:
    """Eight digits as they stand, also when they are no date: a slip of the pen is compared, not thrown away."""
    digits = _digits(said)
    return "" if digits in _PLACEHOLDER_DATES or len(set(digits)) < 2 else digits


def _digits(said: str) -> str:
    digits = "".join(c for c in said if c.isdigit())
    return "" if len(set(digits)) < 2 else digits
