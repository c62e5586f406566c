"""How long a record is kept, what holds it beyond that, and what is left of one that was destroyed."""
from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, datetime

# Read in radiology reports only: their time is that of 21 CFR 900.12(c)(4)(i).
MAMMOGRAM = re.compile(r"\bmammogra(?:m|ms|phy|phic)\b|\bbreast tomosynthesis\b", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An encounter's record as far as its time depends on it. `last_contact` is the patient's last visit at the facility; `later_mammogram`: there was
    another one at the facility; `holds` are the ids of the legal holds that stand over it."""

    encounter: str
    patient: str
    facility: str
    ended: date | None  # discharge, or the day of an outpatient visit; None while the patient is in house
    last_contact: date
    born: date | None = field(default=None, repr=False)
    payer: str = ""
    mammogram: date | None = None
    later_mammogram: bool = False
    holds: tuple[str, ...] = ()
    destroyed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A legal hold over a patient, or over one encounter."""

    id: str
    patient: str
    encounter: str
    reason: str = field(repr=False)
    placed_by: str
    placed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An encounter proposed for destruction, with the rule under which its time was over."""

    encounter: str
    keep_until: date
    rule: str
    citation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Proposed by one person, to be signed by another; signed once."""

    id: str
    facility: str
    proposed_by: str
    proposed_at: datetime
    items: tuple[Item, ...]
    signed_by: str = ""
    signed_at: datetime | None = None
    certificate: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Destroyed:
    """What was done to one encounter: its documents, the stored contents whose keys were destroyed, and those that another record still needs."""

    encounter: str
    documents: int
    contents: int
    shared: int
