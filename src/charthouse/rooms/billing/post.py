"""What remittances come to on a claim: paid, adjusted by contract, the patient's part, and refused."""
from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from charthouse.record.billing import KeptClaim, Posting, State
from charthouse.record.claim import Line
from charthouse.record.remittance import PaidClaim, PaidLine
from charthouse.rooms.billing.causes import Causes

REVERSAL, PROCESSED = "22", ("1", "2", "3", "4", "19", "20", "21", "22", "23", "25")


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """`line` from 1 in the claim, 0 the whole of it."""

    line: int
    code: str
    group: str
    reason: str
    remarks: tuple[str, ...]
    amount: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """`denied` is the sum of `refused`; `interest` comes beside the payment."""

    charge: int = 0
    paid: int = 0
    contractual: int = 0
    patient: int = 0
    interest: int = 0
    refused: tuple[Refused, ...] = ()

    @property
    def denied(self) -> int:
        return sum(r.amount for r in self.refused)

    @property
    def state(self) -> State:
        """Of a claim that the payer has decided; reversed and not decided anew it is as accepted."""
        if self.charge == 0 and not self.refused:
            return "accepted"
        return "paid" if self.denied <= 0 else "part" if self.paid or self.patient else "denied"


def posted(claim: KeptClaim, postings: Sequence[Posting], causes: Causes) -> Account:
    """All postings of the claim added up: a reversal takes off what it reverses."""
    charge = paid = contractual = patient = interest = 0
    refused: dict[tuple[int, str, str], Refused] = {}
    for p in postings:
        charge, paid, interest = charge + p.paid.charge, paid + p.paid.paid, interest + (p.paid.interest or 0)
        for found in _adjusted(claim.claim.lines, p.paid):
            kind = causes.of(found.group, found.reason, found.remarks).kind
            if kind == "patient":
                patient += found.amount
            elif kind == "contractual":
                contractual += found.amount
            else:
                key = (found.line, found.group, found.reason)
                before = refused.get(key)
                refused[key] = Refused(line=found.line, code=found.code, group=found.group, reason=found.reason, amount=found.amount + (before.amount if before else 0), remarks=tuple(dict.fromkeys((*(before.remarks if before else ()), *found.remarks))))
    return Account(charge=charge, paid=paid, contractual=contractual, patient=patient, interest=interest, refused=tuple(r for r in refused.values() if r.amount))


def mismatch(claim: KeptClaim, paid: PaidClaim) -> str:
    """Why what is paid cannot be about this claim; "" when it can."""
    if paid.status not in PROCESSED:
        return f"its status {paid.status} is none that is posted"
    if claim.sent_at is None:
        return "the claim was never sent"
    if abs(paid.charge) != claim.charge:
        return f"it says that {abs(paid.charge) / 100:.2f} was charged, and the claim charged {claim.charge / 100:.2f}"
    return ""


def _adjusted(lines: Sequence[Line], paid: PaidClaim) -> Iterator[Refused]:
    for a in paid.adjustments:
        yield Refused(line=0, code="", group=a.group, reason=a.reason, remarks=paid.remarks, amount=a.amount)
    for n, line in enumerate(paid.lines, 1):
        place = _place(lines, line) or (n if n <= len(lines) else 0)
        for a in line.adjustments:
            yield Refused(line=place, code=line.code or line.revenue, group=a.group, reason=a.reason, remarks=line.remarks or paid.remarks, amount=a.amount)


def _place(lines: Sequence[Line], paid: PaidLine) -> int:
    """By the number that the claim gave the line; else the only line of that code."""
    if paid.control:
        return next((n for n, line in enumerate(lines, 1) if line.control == paid.control), 0)
    alike = [n for n, line in enumerate(lines, 1) if line.code == paid.code and line.revenue == paid.revenue]
    return alike[0] if len(alike) == 1 else 0
