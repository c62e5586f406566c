"""Coded entries of C-CDA R2.1 as hints: problems, procedures, medications, allergies, results, vital signs, immunizations, by their templates."""
from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from charthouse.adapters.readers.cda_header import interval
from charthouse.adapters.readers.cda_xml import Element, attribute, child, children, local, words
from charthouse.adapters.readers.tables import system
from charthouse.record.received import Entry

Kind = Literal["diagnosis", "procedure", "medication", "allergy", "result", "vital", "immunization", "other"]
_TEMPLATES: dict[str, Kind] = {  # 2.16.840.1.113883.10.20.22.4.N
    "4": "diagnosis", "7": "allergy", "90": "allergy", "2": "result", "27": "vital", "16": "medication", "52": "immunization", "12": "procedure", "13": "procedure", "14": "procedure"}
_ROOT = "2.16.840.1.113883.10.20.22.4."
_OLDER = {"2.16.840.1.113883.10.20.1.28": "4", "2.16.840.1.113883.10.20.1.18": "7", "2.16.840.1.113883.10.20.1.31": "2", "2.16.840.1.113883.10.20.1.24": "16",
          "2.16.840.1.113883.10.20.1.29": "14"}  # CCD of 2007
_PLANNED = frozenset({"INT", "RQO", "PRP", "PRMS", "GOL", "ARQ"})


def entries(section: Element) -> Iterator[Entry]:
    """All of a section, wherever they stand in it; each coding of a concept is an entry."""
    for entry in children(section, "entry"):
        for element in entry.iter():
            kind = _kind(element) if local(element) in ("observation", "procedure", "act", "substanceAdministration") else None
            if kind:
                yield from _entry(element, kind)


def _kind(element: Element) -> Kind | None:
    for template in children(element, "templateId"):
        root = attribute(template, "root")
        number = _OLDER.get(root) or (root[len(_ROOT):] if root.startswith(_ROOT) else "")
        if number in _TEMPLATES:
            return _TEMPLATES[number]
    return None


def _entry(element: Element, kind: Kind) -> Iterator[Entry]:
    value = next((v for v in children(element, "value") if not attribute(v, "nullFlavor") or len(v)), None)
    coded = _coded(element, kind, value)
    low, _ = interval(element)
    said = _value(value) if kind in ("result", "vital") else ""
    for one in (coded, *children(coded, "translation")) if coded is not None else ():
        if attribute(one, "code"):
            yield Entry(kind=kind, system=system(attribute(one, "codeSystem")), code=attribute(one, "code"), display=attribute(one, "displayName") or words(child(coded, "originalText")),
                        value=said, on=low.date() if low else None, status=_status(element, kind))


def _coded(element: Element, kind: Kind, value: Element | None) -> Element | None:
    if kind == "diagnosis":
        return value
    if kind == "allergy":
        agent = child(element, "participant", "participantRole", "playingEntity", "code")
        return value if agent is None else agent
    if kind in ("medication", "immunization"):
        return child(element, "consumable", "manufacturedProduct", "manufacturedMaterial", "code")
    return child(element, "code")


def _value(value: Element | None) -> str:
    if value is None:
        return ""
    said = attribute(value, "displayName") or attribute(value, "value") or words(value)
    if not said and (low := child(value, "low")) is not None:
        said = " to ".join(filter(None, (attribute(low, "value"), attribute(child(value, "high"), "value"))))
    unit = attribute(value, "unit") or attribute(child(value, "low"), "unit")
    return f"{said} {unit}" if said and unit and unit != "1" else said


def _status(element: Element, kind: Kind) -> str:
    if attribute(element, "negationInd").lower() == "true":
        return "negated"
    if kind == "procedure" and attribute(element, "moodCode").upper() in _PLANNED:
        return "planned"
    return attribute(child(element, "statusCode"), "code")
