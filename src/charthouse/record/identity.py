"""Where a registration belongs: to a patient that is there, perhaps to one, or to nobody yet."""
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from charthouse.record.filing import Registration
from charthouse.record.ruling import Ruling


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A record of the index that may be the one, as it was registered itself. `survivor` is the record that it was merged into, in the end; "" when
    it was not."""

    patient: str
    registration: Registration = field(repr=False)
    survivor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """`link`: it is `patient`. `possible`: a person must look at `possible` (patient, probability); until then it is a patient of its own.
    `new`: nobody comes near."""

    verdict: Literal["link", "possible", "new"]
    patient: str = ""
    possible: tuple[tuple[str, float], ...] = ()
    rulings: tuple[Ruling, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspected:
    """Two records that may be of one person. `why` is the rule. One person proposes that they are (`proposed`, with the record that stays), and
    another agrees; that they are not, one person decides."""

    id: str
    a: str
    b: str
    probability: float
    why: str = ""
    state: Literal["open", "proposed", "same", "different"] = "open"
    opened_at: datetime
    survivor: str = ""
    proposed_at: datetime | None = None
    proposed_by: str = ""
    decided_at: datetime | None = None
    decided_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What came of a person's word on a pair: `proposed` waits for a second person; `merged` has the merge's id; `one`: they were one patient already."""

    pair: str
    outcome: Literal["proposed", "merged", "one", "different"]
    merge: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """That `folded` was merged into `survivor`, and perhaps taken apart again."""

    id: str
    survivor: str
    folded: str
    at: datetime
    actor: str
    undone_at: datetime | None = None
    undone_by: str = ""
