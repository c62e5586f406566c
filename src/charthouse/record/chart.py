"""The visit and its documents."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from charthouse.record.document import Copied, Document, Patient

Setting = Literal["outpatient", "inpatient", "mention"]
SETTINGS: tuple[Setting, ...] = ("outpatient", "inpatient", "mention")


def age_on(born: date, on: date) -> int:
    """Completed years."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


@dataclass(frozen=True, slots=True, kw_only=True)
class Encounter:
    """A visit. `on` is the date that picks the books: discharge for an inpatient, service otherwise (45 CFR 162.1002)."""

    id: str
    setting: Setting
    on: date
    patient: Patient
    admitted: date | None = None
    discharge_status: str = "01"
    procedures: tuple[str, ...] = ()  # procedure codes that a person has assigned already
    visit: str = ""  # what sort of visit, where it is known: "new", "established", "home new" ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """The encounter with its documents in reading order, and which passages were copied from earlier documents."""

    encounter: Encounter
    documents: tuple[Document, ...]
    copied: tuple[Copied, ...] = ()

    def document(self, id: str) -> Document:
        return next(d for d in self.documents if d.id == id)
