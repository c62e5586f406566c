"""The three indexes that a records department keeps: by disease, by operation, by physician (AHIMA; CMS Conditions of Participation, 42 CFR 482.24(b)(3): records
must be coded and indexed so that they can be retrieved by diagnosis and procedure).

A row holds the least that pulls the right charts and counts them (45 CFR 164.502(b), 164.514(d)): numbers, no names, no birth dates.
"""
from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from charthouse.record.finding import AssignedCode, CodedVisit
from charthouse.rooms.statistics.patterns import codes_match

OPERATIONS = ("ICD-10-PCS", "CPT", "HCPCS")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A visit under a `heading`: a code, or a physician. `codes` are its other diagnoses and procedures in their order; `stay` in days; `disposition` is the
    discharge status (UB-04 FL 17)."""

    heading: str
    number: str = field(repr=False)
    visit: str = field(repr=False)
    on: date
    setting: str
    age: int | None
    sex: str
    physician: str
    principal: bool
    codes: tuple[str, ...]
    stay: int | None
    disposition: str


def disease_index(visits: Iterable[CodedVisit], codes: Sequence[str] = ()) -> tuple[Row, ...]:
    """By diagnosis code; a visit stands under each of its diagnoses that was asked for."""
    return _sorted(row for v in visits for c in v.codes if c.system == "ICD-10-CM" and codes_match(c.code, codes) for row in (_row(v, c.code, c),))


def operation_index(visits: Iterable[CodedVisit], codes: Sequence[str] = ()) -> tuple[Row, ...]:
    """By procedure code."""
    return _sorted(row for v in visits for c in v.codes if c.system in OPERATIONS and codes_match(c.code, codes) for row in (_row(v, c.code, c),))


def physician_index(visits: Iterable[CodedVisit], codes: Sequence[str] = (), physician: str = "") -> tuple[Row, ...]:
    """By attending physician, each visit once; those with one of the codes, where codes are named."""
    return _sorted(_row(v, v.attending or "(not named)", None) for v in visits
                   if physician.lower() in v.attending.lower() and any(codes_match(c.code, codes) for c in v.codes))


def _sorted(rows: Iterator[Row]) -> tuple[Row, ...]:
    return tuple(sorted(rows, key=lambda r: (r.heading, r.on, r.visit)))


def _row(visit: CodedVisit, heading: str, under: AssignedCode | None) -> Row:
    return Row(heading=heading, number=visit.number, visit=visit.visit, on=visit.on, setting=visit.setting, age=visit.age, sex=visit.sex, physician=visit.attending,
               principal=under is not None and under.role in ("principal", "first-listed"), codes=tuple(c.code for c in visit.codes if c != under), stay=visit.stay,
               disposition=visit.disposition if visit.setting == "inpatient" else "")
