"""Whether a remittance adds up, to the cent (005010X221A1, 1.10.2: balancing)."""
from __future__ import annotations

from collections.abc import Iterator

from charthouse.record.remittance import PaidClaim, Remittance
from charthouse.record.ruling import Ruling

CITATION = "ASC X12N 005010X221A1, 1.10.2"


def unbalanced(remit: Remittance) -> tuple[Ruling, ...]:
    """What does not add up: a line, a claim, the whole. Empty when all does."""
    return tuple(_all(remit))


def _all(remit: Remittance) -> Iterator[Ruling]:
    for claim in remit.claims:
        yield from _claim(claim)
    paid = sum(c.paid for c in remit.claims) - sum(w.amount for w in remit.withheld)
    told = remit.amount if remit.credit else -remit.amount
    if paid != told:
        yield _ruling("payment", f"{_said(told)} is paid; the claims less what is withheld come to {_said(paid)}", remit.trace)


def _claim(claim: PaidClaim) -> Iterator[Ruling]:
    for number, line in enumerate(claim.lines, 1):
        left = line.charge - sum(a.amount for a in line.adjustments)
        if left != line.paid:
            yield _ruling("line", f"Line {number} was charged {_said(line.charge)}; less its adjustments that is {_said(left)}, and {_said(line.paid)} is paid", claim.id)
    adjusted = sum(a.amount for a in claim.adjustments) + sum(a.amount for line in claim.lines for a in line.adjustments)
    if claim.charge - adjusted != claim.paid:
        yield _ruling("claim", f"{_said(claim.charge)} was charged; less all adjustments that is {_said(claim.charge - adjusted)}, and {_said(claim.paid)} is paid", claim.id)
    if claim.lines and sum(line.charge for line in claim.lines) != claim.charge:
        yield _ruling("charges", f"The lines were charged {_said(sum(line.charge for line in claim.lines))}, the claim {_said(claim.charge)}", claim.id)


def _ruling(rule: str, message: str, subject: str) -> Ruling:
    return Ruling(rule=f"remit/{rule}", verdict="error", message=message, citation=CITATION, subject=subject)


def _said(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"
