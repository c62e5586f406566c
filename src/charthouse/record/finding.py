"""Finding: what is asked, what was found, and the codes of visits that the indexes are made of."""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

STANDING = ("auto", "review")  # the answer of a coding result; what was suppressed is no code of the visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """Folded words that stand one after the other; with `prefix` the last one may go on."""

    words: tuple[str, ...] = field(repr=False)
    prefix: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One of `ways` must be said, each by all of its phrases; with `unwanted` none may. `also` are the other ways of saying it that were added."""

    ways: tuple[tuple[Phrase, ...], ...] = field(repr=False)
    unwanted: bool = False
    said: str = field(default="", repr=False)
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is looked for: all clauses and all filters. Dates are both included. A code is a code, a family (`E11*`), a range (`E08-E13`) or a pattern in which
    `?` is any one character; of each group of `codes` one must stand on the visit, of `without` none may."""

    clauses: tuple[Clause, ...] = ()
    patient: str = ""
    number: str = field(default="", repr=False)  # a patient's identifier, of any system
    name: str = field(default="", repr=False)  # how the family name begins; or "family, given"
    born: date | None = field(default=None, repr=False)
    visit: str = field(default="", repr=False)
    kind: str = ""
    author: str = ""
    setting: str = ""
    unit: str = ""
    facility: str = ""
    since: date | None = None
    until: date | None = None
    codes: tuple[tuple[str, ...], ...] = ()
    without: tuple[tuple[str, ...], ...] = ()

    def filters(self) -> tuple[str, ...]:
        """The names of the filters that are set."""
        return tuple(f for f in self.__slots__ if f != "clauses" and getattr(self, f))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A document that was found. `day` is its own date, else that of its visit; `number` one of the patient's identifiers."""

    document: str
    encounter: str
    patient: str
    facility: str
    setting: str
    unit: str
    kind: str
    author: str = field(repr=False)
    day: date | None
    score: float
    number: str = field(repr=False)
    name: str = field(repr=False)
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A page of hits. There are `count`, or more than that; then `ranked` says that only the ones filed last were put in order."""

    hits: tuple[Hit, ...]
    count: int
    more: bool = False
    ranked: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignedCode:
    """A code that stands on a visit."""

    system: str
    code: str
    role: str = ""
    status: str = ""
    poa: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedVisit:
    """A visit as the indexes of a department show it: no name and no address. Age in completed years on the last day; `stay` in days, None for an outpatient and
    for somebody who is still there."""

    encounter: str
    number: str = field(repr=False)
    visit: str = field(repr=False)
    facility: str
    setting: Literal["outpatient", "inpatient"]
    admitted: date
    discharged: date | None
    sex: str
    age: int | None
    attending: str
    disposition: str
    codes: tuple[AssignedCode, ...]

    @property
    def on(self) -> date:
        return self.discharged or self.admitted

    @property
    def stay(self) -> int | None:
        """UHDDS: days from admission to discharge; a stay that ends on its first day counts as one."""
        return max(1, (self.discharged - self.admitted).days) if self.setting == "inpatient" and self.discharged else None


def assigned_in(result: Mapping[str, Any]) -> tuple[AssignedCode, ...]:
    """The standing codes of a coding result (`flow/result.py`), each once."""
    lines: Iterable[Mapping[str, Any]] = result.get("codes", ())
    standing = (AssignedCode(system=c["system"], code=c["code"], role=c.get("role", ""), status=c["status"], poa=c.get("poa", "")) for c in lines if c["status"] in STANDING)
    kept: dict[tuple[str, str], AssignedCode] = {}
    for c in standing:
        kept.setdefault((c.system, c.code), c)
    return tuple(kept.values())
