"""A claim as it goes to a payer, of a professional (CMS-1500, 837P) or of an institution (UB-04, 837I). Amounts in cents; codes with their dots."""
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

Form = Literal["professional", "institutional"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    line: str = ""
    line2: str = ""
    city: str = ""
    state: str = ""
    postcode: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A number of a kind that the form has no field for. `kind` is the qualifier (X12 element 128)."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    name: str = ""
    phone: str = ""
    extension: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """A person or an organization (`name` is then the whole of it; of a person the family name). `number_kind` is the qualifier of `number`: XX (NPI), MI (member), PI (payer), 46 (sender) ..."""

    name: str = field(default="", repr=False)
    given: str = field(default="", repr=False)
    middle: str = field(default="", repr=False)
    suffix: str = ""
    person: bool = False
    number_kind: str = ""
    number: str = field(default="", repr=False)
    taxonomy: str = ""
    tax_number: str = ""
    address: Address | None = field(default=None, repr=False)
    contact: Contact | None = None
    birth: date | None = field(default=None, repr=False)
    sex: str = ""
    references: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """A diagnosis with its POA ("" where none is told)."""

    code: str
    poa: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Performed:
    """An ICD-10-PCS procedure."""

    code: str
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Occurrence:
    """An occurrence code with its date, or an occurrence span code with its two."""

    code: str
    on: date
    until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Valued:
    """A value code."""

    code: str
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """Why a payer paid another amount than was charged: group (CO, PR, OA, PI), reason (CARC)."""

    group: str
    reason: str
    amount: int
    quantity: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """What is sent beside the claim: report type, how it is sent, and the number on it (275)."""

    kind: str
    by: str
    number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjudged:
    """What an earlier payer made of a line."""

    payer: str
    paid: int
    code_kind: str = "HC"
    code: str = ""
    modifiers: tuple[str, ...] = ()
    revenue: str = ""
    units: Decimal = Decimal(1)
    adjustments: tuple[Adjustment, ...] = ()
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A service line. `pointers` are places among the diagnoses, from 1."""

    charge: int
    code: str = ""
    code_kind: str = "HC"
    modifiers: tuple[str, ...] = ()
    revenue: str = ""
    units: Decimal = Decimal(1)
    unit: str = "UN"
    place: str = ""
    pointers: tuple[int, ...] = ()
    emergency: bool = False
    on: date | None = None
    until: date | None = None
    control: str = ""
    authorization: str = ""
    note: str = ""
    drug: str = ""
    drug_units: Decimal | None = None
    drug_unit: str = ""
    prescription: str = ""
    rendering: Party | None = None
    attachments: tuple[Attachment, ...] = ()
    adjudged: tuple[Adjudged, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Another payer of the same claim (coordination of benefits)."""

    sequence: str
    payer: Party
    subscriber: Party
    relationship: str = "18"
    group: str = ""
    plan: str = ""
    kind: str = ""
    filing: str = ""
    adjustments: tuple[Adjustment, ...] = ()
    paid: int | None = None
    remaining: int | None = None
    assigned: str = "Y"
    signature: str = ""
    release: str = "Y"
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """`id` is the patient control number. `place`: place of service, or the first two digits of the type of bill. `relationship` of the patient to the subscriber, "18" for oneself; else `patient` is told."""

    id: str
    form: Form
    billing: Party = field(repr=False)
    subscriber: Party = field(repr=False)
    payer: Party
    charge: int
    place: str
    lines: tuple[Line, ...]
    frequency: str = "1"
    pay_to: Address | None = None
    sequence: str = "P"
    relationship: str = "18"
    patient: Party | None = field(default=None, repr=False)
    group: str = ""
    plan: str = ""
    kind: str = ""
    filing: str = "CI"
    signature: str = "Y"
    participates: str = "A"
    assigned: str = "Y"
    release: str = "Y"
    cause: str = ""
    cause2: str = ""
    accident_state: str = ""
    onset: date | None = None
    accident: date | None = None
    last_period: date | None = None
    admitted: date | None = None
    discharged: date | None = None
    admitted_at: datetime | None = None
    discharged_at: str = ""
    since: date | None = None
    until: date | None = None
    admission_type: str = ""
    admission_source: str = ""
    discharge_status: str = ""
    attachments: tuple[Attachment, ...] = ()
    patient_paid: int | None = None
    patient_due: int | None = None
    referral: str = ""
    authorization: str = ""
    original: str = ""
    clia: str = ""
    record: str = field(default="", repr=False)
    references: tuple[Reference, ...] = ()
    note: str = ""
    note_kind: str = "ADD"
    principal: Coded | None = None
    admitting: str = ""
    visit_reasons: tuple[str, ...] = ()
    external: tuple[Coded, ...] = ()
    drg: str = ""
    others: tuple[Coded, ...] = ()
    procedure: Performed | None = None
    procedures: tuple[Performed, ...] = ()
    spans: tuple[Occurrence, ...] = ()
    occurrences: tuple[Occurrence, ...] = ()
    values: tuple[Valued, ...] = ()
    conditions: tuple[str, ...] = ()
    referring: Party | None = None
    attending: Party | None = None
    operating: Party | None = None
    rendering: Party | None = None
    supervising: Party | None = None
    facility: Party | None = None
    coverages: tuple[Coverage, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A file of claims: who sends it to whom, when, and its three control numbers. `usage`: P for production, T for a test."""

    form: Form
    submitter: Party
    receiver: Party
    sender: str
    sender_kind: str = "ZZ"
    recipient: str
    recipient_kind: str = "ZZ"
    at: datetime
    interchange: int
    group: int
    transaction: int = 1
    reference: str = ""
    usage: Literal["P", "T"] = "P"
    claims: tuple[Claim, ...] = ()
