"""What a reader makes of one received thing: pages with their words, documents, and who and what visit they say that they are of.

A reader says what it read; who the patient is and where a document is filed is decided after it (rooms `identity` and `chart`).
"""
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from charthouse.record.filing import Registration

Happening = Literal[
    "", "admit", "register", "transfer", "discharge", "cancel_admit", "cancel_discharge", "update", "merge", "document", "addendum", "replacement",
    "cancel_document", "document_status", "result", "charge"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word where it stands: [start, end) in the text of its document, and `box` (left, top, right, bottom) on the page, in the page's
    unit, from its upper left corner. `other` is what a second engine read there when it does not agree."""

    start: int
    end: int
    text: str = field(repr=False)
    box: tuple[float, float, float, float]
    confidence: float = 1.0
    other: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page as it is shown upright. Width and height in pixels of the image, or in points (1/72 inch) of a PDF. `turned` is how far it was
    turned clockwise to stand upright, and `skew` how far it lay askew, both in degrees of the page as received. `start` and `end` bound its text."""

    number: int
    width: float
    height: float
    start: int
    end: int
    words: tuple[Word, ...] = field(default=(), repr=False)
    turned: int = 0
    skew: float = 0.0
    engine: str = ""  # "text layer", "rapidocr 3.10 + tesseract 5.3"; "" for text that has no pages


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadDocument:
    """One document as read. `kind` is ours where the sender's own type says it surely, else ""; `type_code` is (system, code) as sent.
    `number` is the sender's unique number of it, `replaces` the number of the one that it amends or replaces. `content` is the embedded
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
    sender: str = ""
    control: str = ""
    sent_at: datetime | None = None
    notes: tuple[str, ...] = ()  # what was odd about it: lines that are no segment, parts that were not understood
