"""Work that waits for people: a visit as a line of a list, and a list as a manager writes it."""
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

State = Literal["waiting", "held", "alone", "sampled", "in work", "finished"]
# waiting: the engine has not read it; held: the engine wants a person; alone: the gate finished it; sampled: so, and it is looked at all the same; in work: a person has begun
STATES: tuple[State, ...] = ("waiting", "held", "alone", "sampled", "in work", "finished")
OPEN: tuple[State, ...] = ("held", "sampled", "in work")  # what a person has to do something about
Order = Literal["oldest", "unsure", "surest", "heaviest"]
ORDERS: tuple[Order, ...] = ("oldest", "unsure", "surest", "heaviest")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A visit as it stands in lists. `confidence` is that of its least sure code; `reasons` the rules that hold it; `weight` of its MS-DRG; `questions`: what the record leaves open and no query asks; `lease` is whose it is just
    now. `priority`: higher is sooner."""

    encounter: str
    patient: str
    name: str = field(repr=False)
    number: str = field(default="", repr=False)
    facility: str
    setting: str
    unit: str
    payer: str
    attending: str = ""
    admitted: date
    discharged: date | None = None
    state: State = "waiting"
    confidence: float | None = None
    reasons: tuple[str, ...] = ()
    drg: str = ""
    weight: float | None = None
    undecided: int = 0
    questions: int = 0
    assignee: str = ""
    assigned_to: str = ""
    lease: str = ""
    leased_by: str = ""
    leased_until: datetime | None = None
    priority: int = 0
    finished_at: datetime | None = None
    finished_by: str = ""

    def days(self, today: date) -> int:
        """Since discharge or service; 0 while the patient is in house. While the visit is not finished, these are its DNFB days."""
        day = self.discharged if self.setting == "inpatient" else self.admitted
        return max((today - day).days, 0) if day else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """Which visits a list holds: all that is said must hold, and of several values one. Nothing said: every one that a person has to do something about."""

    states: tuple[State, ...] = OPEN
    settings: tuple[str, ...] = ()
    facilities: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    payers: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    days_at_least: int = 0
    days_at_most: int | None = None
    confidence_below: float | None = None
    weight_at_least: float | None = None
    questions_at_least: int = 0
    assigned: Literal["", "me", "nobody"] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worklist:
    """`place` orders the lists."""

    id: str
    name: str
    rules: Rules = field(default_factory=Rules)
    order: Order = "oldest"
    place: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the work on a visit has come to, as its item keeps it."""

    state: State
    confidence: float | None = None
    reasons: tuple[str, ...] = ()
    drg: str = ""
    weight: float | None = None
    undecided: int = 0
    questions: int = 0
    finished_at: datetime | None = None
    finished_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """The gate finishes nothing alone at this service ("": at any) while this stands."""

    facility: str
    unit: str
    by: str
    at: datetime
    why: str
