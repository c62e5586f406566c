"""What a payer answers: remittances (835), acknowledgements of a file (999) and of its claims (277CA). Amounts in cents."""
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from charthouse.record.claim import Adjustment, Party, Reference


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidLine:
    """A service line as it was decided. `control` is the number that the claim gave it."""

    charge: int
    paid: int
    code_kind: str = "HC"
    code: str = ""
    modifiers: tuple[str, ...] = ()
    revenue: str = ""
    units: Decimal | None = None
    on: date | None = None
    adjustments: tuple[Adjustment, ...] = ()
    control: str = ""
    allowed: int | None = None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidClaim:
    """`id` is the number that the claim gave itself, `control` the payer's. `status` (CLP02): 1 primary, 2 secondary, 3 tertiary, 4 denied, 22 reversal ..."""

    id: str
    status: str
    charge: int
    paid: int
    patient_due: int = 0
    filing: str = ""
    control: str = ""
    place: str = ""
    frequency: str = ""
    drg: str = ""
    adjustments: tuple[Adjustment, ...] = ()
    patient: Party | None = field(default=None, repr=False)
    insured: Party | None = field(default=None, repr=False)
    corrected: Party | None = field(default=None, repr=False)
    rendering: Party | None = None
    remarks: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    since: date | None = None
    until: date | None = None
    received: date | None = None
    interest: int | None = None
    lines: tuple[PaidLine, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """An adjustment of the whole payment (PLB): a takeback, interest, a forwarding balance ... `amount` above zero lessens what is paid."""

    provider: str
    year_end: date
    reason: str
    reference: str = ""
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Remittance:
    """A payment with what it is for. `trace` is the number of the check or transfer."""

    amount: int
    trace: str
    on: date
    payer: Party
    payee: Party
    credit: bool = True
    handling: str = "I"
    method: str = "NON"
    payer_number: str = ""
    produced: date | None = None
    claims: tuple[PaidClaim, ...] = ()
    withheld: tuple[Withheld, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """What is wrong with a segment of a file: its place in the transaction set, the reason (X12 element 620 or 621), and the element."""

    segment: str
    place: int
    loop: str = ""
    reason: str = ""
    element: str = ""
    element_reason: str = ""
    value: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileAnswer:
    """999: `group` and `transaction` are the control numbers that were sent. `status`: A accepted, E accepted with errors, R rejected, P in part."""

    group: str
    status: str
    transaction: str = ""
    transaction_status: str = ""
    complaints: tuple[Complaint, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimStatus:
    """A status of a claim: category (A1 received, A2 accepted, A3 returned, A6 to A8 rejected), status code, whom it is about."""

    category: str
    code: str = ""
    entity: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimAnswer:
    """277CA of one claim. `control` is the payer's number."""

    id: str
    statuses: tuple[ClaimStatus, ...]
    control: str = ""
    on: date | None = None
    amount: int | None = None

    @property
    def accepted(self) -> bool:
        return bool(self.statuses) and all(s.category in ("A0", "A1", "A2", "A5") for s in self.statuses)
