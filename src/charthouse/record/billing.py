"""Claims in the record: what a visit is insured by and charged, the claim made of it with its way to the payer and back, files, remittances and denials. Amounts in cents."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from charthouse.record.claim import Claim, Coded, Form, Party, Performed
from charthouse.record.filing import Registration, Visit
from charthouse.record.payer import PayerBook
from charthouse.record.price import IppsRates
from charthouse.record.received import Charge, Cover
from charthouse.record.remittance import PaidClaim, Remittance
from charthouse.record.ruling import Ruling

State = Literal["held", "ready", "sent", "accepted", "refused", "paid", "part", "denied", "closed", "replaced"]
# held: an edit stops it; sent: in a file; accepted: the payer took it in; refused: by 999 or 277CA; part: partly denied; closed: nothing more is expected; replaced: by a corrected or void claim
STATES: tuple[State, ...] = ("held", "ready", "sent", "accepted", "refused", "paid", "part", "denied", "closed", "replaced")
UNSENT: tuple[State, ...] = ("held", "ready", "refused")  # may still be changed in place: no payer has it
WITH_PAYER: tuple[State, ...] = ("sent", "accepted", "paid", "part", "denied")
DenialState = Literal["open", "appealed", "corrected", "written off", "billed to patient", "won", "lost"]
OPEN_DENIALS: tuple[DenialState, ...] = ("open", "appealed")
SETTLED: tuple[DenialState, ...] = ("corrected", "written off", "billed to patient", "won", "lost")
FileState = Literal["stored", "written", "accepted", "part", "refused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingFacility:
    """How a facility bills. `outpatient`: the first two digits of the type of bill, or "" where its visits go out on professional claims with `place` of service; `ipps`: its rates, for estimates."""

    billing: Party
    inpatient: str = "11"
    outpatient: str = ""
    place: str = "11"
    service: Party | None = None
    ipps: IppsRates | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Payer:
    """`names`: as registration spells it. `receiver` is who gets the file (the payer itself, or a clearing house); `filing` the claim filing indicator (X12 element 1032); `appeal_days` from the remittance."""

    name: str
    number: str
    receiver: str
    receiver_name: str = ""
    names: tuple[str, ...] = ()
    filing: str = "CI"
    usage: Literal["P", "T"] = "P"
    appeal_days: int = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    amount: int
    revenue: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BillingSite:
    """`billing.toml` of a site. `hold_days`: a claim waits so long after discharge or service for late charges. `providers` by the name that the record gives them; `fees` by code; `payer_book` from the files beside it."""

    submitter: Party
    facilities: Mapping[str, BillingFacility]
    payers: tuple[Payer, ...]
    providers: Mapping[str, Party] = field(default_factory=dict)
    fees: Mapping[str, Fee] = field(default_factory=dict)
    hold_days: int = 3
    outbox: str = "claims/out"
    payer_book: PayerBook = field(default_factory=PayerBook, repr=False)

    def payer(self, said: str) -> Payer | None:
        """By its number, its name or one of its names."""
        key = said.strip().casefold()
        return next((p for p in self.payers if key and key in (p.number.casefold(), p.name.casefold(), *(n.casefold() for n in p.names))), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Charged:
    charge: Charge
    received_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A service that is coded from the record (HCPCS, CPT) with its units."""

    code: str
    units: int = 1
    on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CodedFor:
    """What coding gives a claim. `version`: how many acts of people it rests on; `finished`: by a person, or by the gate alone; `operating` wrote the operative note."""

    diagnoses: tuple[Coded, ...] = ()
    external: tuple[Coded, ...] = ()
    procedures: tuple[Performed, ...] = ()
    services: tuple[Service, ...] = ()
    drg: str = ""
    operating: str = ""
    finished: bool = False
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Mend:
    """What a person said about a claim that no other system said: it holds whenever the claim is built anew."""

    field: str
    value: str
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """A step of a claim's way. `file`: the control number of the file, or the trace of the remittance."""

    at: datetime
    by: str
    what: str
    note: str = ""
    file: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptClaim:
    """`version` as of the coding it was built from; `control` the payer's number; `file` the control number of the file that it went in. `contractual`, `patient` and `denied`: what the payer did not pay, and why."""

    id: str
    encounter: str
    facility: str
    payer: str
    form: Form
    sequence: str
    state: State
    claim: Claim = field(repr=False)
    rulings: tuple[Ruling, ...] = ()
    mends: tuple[Mend, ...] = ()
    version: int = 0
    made_at: datetime
    made_by: str = ""
    sent_at: datetime | None = None
    answered_at: datetime | None = None
    file: int = 0
    control: str = ""
    replaces: str = ""
    paid: int = 0
    contractual: int = 0
    patient: int = 0
    denied: int = 0
    history: tuple[Happened, ...] = ()

    @property
    def charge(self) -> int:
        return self.claim.charge

    @property
    def errors(self) -> tuple[Ruling, ...]:
        return tuple(r for r in self.rulings if r.verdict == "error")

    @property
    def balance(self) -> int:
        """What nobody has paid, adjusted or refused yet."""
        return self.charge - self.paid - self.contractual - self.patient - self.denied if self.state in WITH_PAYER else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """What the record has for a claim of a visit. `questions`: queries that wait for an answer; `lacks`: deficiencies that somebody must mend."""

    encounter: str
    visit: Visit
    registration: Registration = field(repr=False)
    covers: tuple[Cover, ...] = field(default=(), repr=False)
    charges: tuple[Charged, ...] = ()
    questions: int = 0
    lacks: int = 0
    claims: tuple[KeptClaim, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFile:
    """A file of claims. It is stored with its control number before it is sent, so that no crash sends another under the same number; `claims` are their ids."""

    number: int
    form: Form
    receiver: str
    state: FileState
    text: str = field(default="", repr=False)
    claims: tuple[str, ...] = ()
    made_at: datetime
    written_at: datetime | None = None
    answer: str = ""

    @property
    def name(self) -> str:
        return f"{self.number:09d}.{'837p' if self.form == 'professional' else '837i'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """A claim of a remittance, and ours that it is about ("" where there is none; then `why`)."""

    n: int
    claim: str
    paid: PaidClaim
    on: date
    trace: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remit:
    """A remittance as it came. `held`: it does not add up, and nothing of it is posted."""

    id: str
    hash: str
    state: Literal["posted", "held"]
    remittance: Remittance = field(repr=False)
    rulings: tuple[Ruling, ...] = ()
    received_at: datetime
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Denial:
    """What a payer refused of a claim: of its line `line` (from 1; 0 the whole claim), with group, reason (CARC) and remarks (RARC). `due`: the last day to appeal; `letter` the appeal as it was sent."""

    id: str
    claim: str
    encounter: str
    payer: str
    line: int
    code: str = ""
    group: str
    reason: str
    remarks: tuple[str, ...] = ()
    amount: int
    cause: str = ""
    state: DenialState = "open"
    due: date | None = None
    made_at: datetime
    by: str = ""
    at: datetime | None = None
    why: str = ""
    letter: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What became of one part of a payer's file."""

    kind: str
    about: str
    what: str
    why: str = ""
    held: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFigure:
    """A claim for reports: no name, no code of a patient."""

    facility: str
    payer: str
    form: str
    state: str
    made_on: date
    sent_on: date | None
    answered_on: date | None
    corrected: bool
    stopped: bool
    charge: int
    paid: int
    contractual: int
    patient: int
    denied: int
    causes: tuple[tuple[str, int], ...] = ()
