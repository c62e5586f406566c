"""What a reader makes of one received thing: pages with their words, documents, and who and what visit they say that they are of.

A reader says what it read; who the patient is and where a document is filed is decided after it (rooms `identity` and `chart`).
"""
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from charthouse.record.filing import Registration
from charthouse.record.page import Page, Word

__all__ = ["Arrival", "Charge", "Cover", "Entry", "Happening", "Page", "ReadDocument", "Said", "Word"]

Happening = Literal[
    "", "admit", "register", "transfer", "discharge", "cancel_admit", "cancel_discharge", "update", "merge", "document", "addendum", "replacement",
    "cancel_document", "document_status", "result", "charge"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadDocument:
    """One document as read. `kind` is ours where the sender's own type says it surely, else ""; `type_code` is (system, code) as sent.
    `number` is the sender's unique number of it, `replaces` the number of the one that it amends or replaces, `answers` the number of the query that it answers. `content` is the embedded
    original where there is one (a PDF inside a message). `signed`: None where the sender does not say."""

    text: str = field(repr=False)
    media: str = "text/plain"
    pages: tuple[Page, ...] = ()
    title: str = field(default="", repr=False)
    kind: str = ""
    type_code: tuple[str, str] = ("", "")
    author: str = ""
    service_date: date | None = None
    signed: bool | None = None
    number: str = ""
    replaces: str = ""
    answers: str = ""
    content: bytes | None = field(default=None, repr=False)
    notes: tuple[str, ...] = ()  # what the reader had to do, without text of the chart


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The visit as the sender says it. Times with their zone where it is known; `status` is the discharge status (UB-04 FL 17)."""

    number: str = field(default="", repr=False)
    facility: str = ""
    setting: Literal["outpatient", "inpatient", ""] = ""
    admitted: datetime | None = None
    discharged: datetime | None = None
    status: str = ""
    unit: str = ""
    attending: str = ""
    payer: str = ""
    service: str = ""
    admission_type: str = ""  # UB-04 FL 14
    admission_source: str = ""  # UB-04 FL 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A coded entry that a structured document carries: a diagnosis, a procedure, a result. A hint for the coder, never evidence by itself."""

    kind: Literal["diagnosis", "procedure", "medication", "allergy", "result", "vital", "immunization", "other"]
    system: str
    code: str
    display: str = field(default="", repr=False)
    value: str = field(default="", repr=False)
    on: date | None = None
    status: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """A charge line as sent. `amount` in cents."""

    code: str
    system: str = ""
    quantity: str = "1"
    amount: int | None = None
    on: date | None = None
    modifiers: tuple[str, ...] = ()
    diagnoses: tuple[str, ...] = ()
    revenue: str = ""
    number: str = ""  # the sender's number of the transaction
    kind: Literal["charge", "credit"] = "charge"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """What a patient is insured by, as registered: `sequence` P, S or T; `relationship` of the patient to the subscriber as X12 spells it ("18" oneself; then the names may be empty)."""

    sequence: str = "P"
    payer: str = ""
    payer_number: str = ""
    member: str = field(default="", repr=False)
    group: str = ""
    plan: str = ""
    relationship: str = "18"
    family: str = field(default="", repr=False)
    given: str = field(default="", repr=False)
    birth_date: date | None = field(default=None, repr=False)
    sex: str = ""
    line: str = field(default="", repr=False)
    line2: str = field(default="", repr=False)
    city: str = field(default="", repr=False)
    state: str = ""
    postcode: str = field(default="", repr=False)
    authorization: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One message, bundle or file, taken apart. `prior` are the identifiers that a merge folds into the patient's. `control` is the
    sender's number of the message: what was acknowledged once is not taken in twice."""

    documents: tuple[ReadDocument, ...] = ()
    patient: Registration | None = None
    visit: Said | None = None
    happening: Happening = ""
    prior: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    entries: tuple[Entry, ...] = ()
    charges: tuple[Charge, ...] = ()
    covers: tuple[Cover, ...] = ()
    sender: str = ""
    control: str = ""
    sent_at: datetime | None = None
    notes: tuple[str, ...] = ()  # what was odd about it: lines that are no segment, parts that were not understood
