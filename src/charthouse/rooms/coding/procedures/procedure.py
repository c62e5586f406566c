"""A procedure on its way from the chart to a code: what the tables hold for it, and which words gave each character."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from charthouse.record.fact import Fact
from charthouse.record.ruling import Ruling, Verdict

OCG_PCS = "ICD-10-PCS Official Guidelines"
_CHARACTERS = ("section", "body system", "root operation", "body part", "approach", "device", "qualifier")
_OF_SECTION = {"B": ("contrast", "second qualifier", "qualifier"), "C": ("radionuclide", "qualifier", "qualifier"), "D": ("modality", "isotope", "qualifier"),
               "3": ("approach", "substance", "qualifier"), "4": ("approach", "function", "qualifier"), "5": ("duration", "function", "qualifier")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """`told` are the characters with the words that gave them; `missing` those that nothing told and a default filled."""

    code: str
    facts: tuple[Fact, ...]
    told: tuple[tuple[str, str], ...] = ()
    missing: tuple[str, ...] = ()
    reasons: tuple[Ruling, ...] = ()
    off: bool = False
    sure: float = 0.0

    @property
    def fact(self) -> Fact:
        return self.facts[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureTables:
    """`regions`: label -> start of an imaging code by modality (0 to 4); `reported`: start of a code -> (yes or no, why)."""

    regions: Mapping[str, tuple[str, ...]]
    reported: Mapping[str, tuple[bool, str]]


def character(code: str, place: int) -> str:
    """What a character of a code is called in its section; `place` counts from 0."""
    return _OF_SECTION[code[0]][place - 4] if place > 3 and code[0] in _OF_SECTION else _CHARACTERS[place]


def said(fact: Fact, axis: str) -> tuple[str, ...]:
    """The values that a procedure's fact has on an axis: "approach", "part", "side", "device", "hours" ..."""
    return tuple(value for name, value in fact.attributes if name == axis)


def off(procedure: Procedure, rule: str, message: str, citation: str, edition: str) -> Procedure:
    """The procedure, left off the claim, with the reason in front."""
    return replace(procedure, off=True, reasons=(because(procedure, rule, "suppressed", message, citation, edition), *procedure.reasons))


def because(procedure: Procedure, rule: str, verdict: Verdict, message: str, citation: str, edition: str) -> Ruling:
    spans = tuple(f.trigger for f in procedure.facts[:1] if f.trigger and verdict == "suppressed")
    return Ruling(rule=rule, verdict=verdict, message=message, citation=citation, subject=procedure.code, edition=edition, spans=spans)
