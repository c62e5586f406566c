"""The numbers of the framework as values, and what every part of the evaluation gets."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from charthouse.record.document import Document, Span
from charthouse.record.evaluation import LEVELS, Element, Level
from charthouse.record.fact import Fact
from charthouse.record.ruling import Ruling

FRAMEWORK = "84 FR 62568 (office visits from 2021); 87 FR 69404 (all visits from 2023)"
ASSESSED = frozenset({"assessment", "diagnosis", "plan", "hospital course"})


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitTables:
    """`natures`: code prefix -> kind of problem. `grid`: element, kind, least count, level, citation. `times`: category, level or
    prolonged HCPCS code, minutes, citation. `medicines`: name -> class and the strength sold without a prescription."""

    natures: Mapping[str, str]
    grid: tuple[tuple[Element, str, int, Level, str], ...]
    times: tuple[tuple[str, str, int, str], ...]
    tests: Mapping[str, str]
    medicines: Mapping[str, tuple[str, float | None]]

    def nature(self, code: str) -> str:
        """The kind of problem, by the longest prefix of the code that stands in the table; "none" for a code without one."""
        nature = next((self.natures[code[:n]] for n in range(len(code), 0, -1) if code[:n] in self.natures), "none")
        encounter = code[7:]
        if nature == "complicated injury" and encounter in ("D", "G"):  # ICD-10-CM Guidelines I.C.19.a: healing, aftercare
            return "acute uncomplicated"
        return "complicated injury" if code[0] == "S" and encounter in ("B", "C") else nature  # an open fracture

    def level(self, element: Element, counts: Mapping[str, int]) -> tuple[Level, tuple[str, int, str]]:
        """The highest level that the counts reach, and the row that says so: its kind, count and citation."""
        reached = [(LEVELS.index(level), (kind, least, citation)) for e, kind, least, level, citation in self.grid if e == element and counts.get(kind, 0) >= least]
        if not reached:
            return "straightforward", ("", 0, FRAMEWORK)
        best = max(reached, key=lambda r: r[0])
        return LEVELS[best[0]], best[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One note on the table: its document, its facts, and whether it has a place where problems are assessed."""

    document: Document
    facts: tuple[Fact, ...]
    tables: VisitTables
    sectioned: bool

    def assessed(self, fact: Fact) -> bool:
        """Whether a fact stands where the visit's problems are dealt with: in an assessment or plan, or anywhere but
        history and lists in a note that has none."""
        return fact.section in ASSESSED if self.sectioned else fact.section not in ELSEWHERE


ELSEWHERE = frozenset({"past medical history", "past surgical history", "family history", "social history", "medications", "allergies", "review of systems",
                       "immunizations", "obstetric history", "instructions", "examination", "vitals", "results"})


def ruling(rule: str, message: str, *, spans: tuple[Span, ...] = (), subject: str = "", citation: str = FRAMEWORK, verdict: Any = "applied") -> Ruling:
    return Ruling(rule=rule, verdict=verdict, message=message, citation=citation, subject=subject, spans=tuple(dict.fromkeys(spans)))

