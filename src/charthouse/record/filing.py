"""What is handed to the desk to be kept: a patient's registration, a visit, and a document for filing."""
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from charthouse.record.page import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """A patient as registered at a facility. `identifiers` are (system, value): the system says whose number it is."""

    facility: str
    identifiers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    family: str = field(default="", repr=False)
    given: str = field(default="", repr=False)
    birth_date: date | None = field(default=None, repr=False)
    sex: str = ""
    address: str = field(default="", repr=False)
    postcode: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    restricted: bool = False
    said_at: str = ""  # when the sender said it, ISO 8601 in UTC


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """An encounter as admitted or checked in. Times are those of the place, with their zone where it is known: the day that picks a code book is theirs."""

    patient: str
    facility: str
    setting: Literal["outpatient", "inpatient"]
    admitted: datetime
    number: str = field(default="", repr=False)
    discharged: datetime | None = None
    discharge_status: str = ""
    unit: str = ""
    attending: str = ""
    payer: str = ""
    admission_type: str = ""  # UB-04 FL 14
    admission_source: str = ""  # UB-04 FL 15

    @property
    def day(self) -> date:
        """The day that picks the code books: discharge for an inpatient, service otherwise (45 CFR 162.1002)."""
        return (self.discharged or self.admitted).date()


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """A document for a visit: `content` exactly as received, `text` as read from it (None: not read yet). `kind_score` is how sure the kind is
    (None: the sender said it). `number` is the sender's (`source`) own of the document; `replaces` is our id of the one that it amends or replaces.
    `state`: "filed", or "replaced" where a newer one of the same number is there already."""

    encounter: str
    content: bytes = field(repr=False)
    text: str | None = field(default=None, repr=False)
    pages: tuple[Page, ...] = field(default=(), repr=False)
    kind: str = ""
    media: str = "text/plain"
    author: str = ""
    service_date: date | None = None
    source: str = ""
    title: str = field(default="", repr=False)
    kind_score: float | None = None
    signed: bool | None = None
    number: str = ""
    replaces: str | None = None
    sent_at: str = ""
    state: Literal["filed", "replaced"] = "filed"
