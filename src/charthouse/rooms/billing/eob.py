"""An explanation of benefits on paper, as text: read into the form of a remittance, for a person to look over and confirm. What is not sure is said; nothing of it is posted by itself."""
from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from charthouse.record.claim import Adjustment, Party
from charthouse.record.remittance import PaidClaim, PaidLine, Remittance

MONEY = re.compile(r"(?<![\w.-])\(?-?\$?\s?(\d{1,3}(?:,\d{3})*|\d+)[.](\d\d)\)?(?![\w.])")
DAY = re.compile(r"(?<!\d)(\d{1,2})[/-](\d{1,2})[/-](\d{4}|\d\d)(?!\d)|(?<!\d)(\d{4})-(\d\d)-(\d\d)(?!\d)")
SERVICE = re.compile(r"(?<![\w.])([A-Z]\d{4}|\d{5}|\d{4}[A-Z])(?![\w.])")
REASON = re.compile(r"\b(CO|PR|OA|PI)\s?-?\s?(\d{1,3}|[AB]\d{1,2})\b")
REMARK = re.compile(r"\b(MA?\d{1,3}|N\d{1,3})\b")
OURS = re.compile(r"\bC[2-9A-HJ-NP-Z]{9}\b")  # a patient control number of ours
COLUMNS = (  # words of a heading: which amount stands below it
    ("charge", r"bill\w*|charg\w*|submitted"), ("allowed", r"allow\w*|approved|eligible"), ("deductible", r"deduct\w*|ded\b"), ("coinsurance", r"co-?ins\w*"), ("copay", r"co-?pay\w*"),
    ("contract", r"discount|contract\w*|write-?off|provider adj\w*|network sav\w*"), ("refused", r"not cov\w*|non-?cov\w*|denied|ineligible"), ("paid", r"paid|payment|benefit\w*"))
_HEADING = re.compile("|".join(f"(?P<{name}>{words})" for name, words in COLUMNS), re.I)
TRACE = re.compile(r"(?:check|eft|trace|payment|voucher)\s*(?:no\.?|number|#|id)\s*[:#.]?\s*([A-Z0-9][A-Z0-9-]{3,29})", re.I)
PAID_ON = re.compile(r"(?:check|payment|paid|issue|remit\w*)\s*date\s*:?\s*(\S+)", re.I)
AMOUNT = re.compile(r"(?:check|payment|net|total)\s*(?:amount|paid|payment)\s*:?", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A draft. `doubts`: what a person must look at, in words."""

    remittance: Remittance
    doubts: tuple[str, ...]


def read_eob(text: str, payer: str = "") -> Read:
    """Amounts by the column headings above them; what a line does not explain stands as it is, and is doubted."""
    doubts: list[str] = []
    claims: list[PaidClaim] = []
    columns: list[str] = []
    for row in text.splitlines():
        heads = _headings(row)
        if heads:
            columns = heads
            continue
        ours = OURS.search(row)
        if ours and not any(c.id == ours[0] for c in claims):
            claims.append(PaidClaim(id=ours[0], status="1", charge=0, paid=0))
        line = _line(row, columns, doubts)
        if line is None:
            continue
        if not claims:
            claims.append(PaidClaim(id="", status="1", charge=0, paid=0))
            doubts.append("a line stands before any patient account number of ours")
        claims[-1] = replace(claims[-1], lines=(*claims[-1].lines, line))
    made = tuple(_whole(c) for c in claims if c.lines)
    trace, on, amount = TRACE.search(text), PAID_ON.search(text), _amount(text)
    day = _day(on[1]) if on else None
    total = sum(c.paid for c in made)
    doubts += [f"no {what} was found" for what, there in (("check or trace number", trace), ("day of payment", day), ("amount of the payment", amount is not None), ("line of a service", made)) if not there]
    if amount is not None and amount != total:
        doubts.append(f"the payment is {amount / 100:.2f}, and the lines come to {total / 100:.2f}")
    remit = Remittance(amount=total if amount is None else amount, trace=trace[1].upper() if trace else "", on=day or date(1900, 1, 1), payer=Party(name=payer), payee=Party(), method="CHK", claims=made)
    return Read(remittance=remit, doubts=tuple(dict.fromkeys(doubts)))


def _headings(row: str) -> list[str]:
    """The columns that a row names, left to right; [] where it is no row of headings."""
    if MONEY.search(row):
        return []
    found = [m.lastgroup or "" for m in _HEADING.finditer(row)]
    return found if len(found) >= 3 and "paid" in found else []


def _line(row: str, columns: Sequence[str], doubts: list[str]) -> PaidLine | None:
    code, amounts = SERVICE.search(row), [_cents(m) for m in MONEY.finditer(row)]
    if code is None or len(amounts) < 2:
        return None
    if columns and len(columns) == len(amounts):
        by = dict(zip(columns, amounts, strict=True))
    else:
        by = {"charge": amounts[0], "paid": amounts[-1]}
        doubts.append(f"{code[1]}: {len(amounts)} amounts under {len(columns) or 'no'} headings")
    charge, paid = by.get("charge", amounts[0]), by.get("paid", amounts[-1])
    adjustments = list(_adjustments(by, charge))
    reasons = [(m[1].upper(), m[2].upper()) for m in REASON.finditer(row)]
    left = charge - paid - sum(a.amount for a in adjustments)
    if left:
        free = [r for r in reasons if r not in [(a.group, a.reason) for a in adjustments]]
        group, reason = free[0] if free else ("CO", "45") if not any(a.reason == "45" for a in adjustments) else ("OA", "192")
        adjustments.append(Adjustment(group=group, reason=reason, amount=left))
        if not free:
            doubts.append(f"{code[1]}: {left / 100:.2f} is not explained, and stands as {group}-{reason}")
    remarks = tuple(m[1] for m in REMARK.finditer(row) if m[1] != code[1])
    return PaidLine(charge=charge, paid=paid, code=code[1], on=_day(row), adjustments=tuple(a for a in adjustments if a.amount), allowed=by.get("allowed"), remarks=remarks, units=Decimal(1))


def _adjustments(by: dict[str, int], charge: int) -> Iterator[Adjustment]:
    contract = by.get("contract", charge - by["allowed"] - by.get("refused", 0) if "allowed" in by and "refused" in by else None)
    for group, reason, amount in (("CO", "45", contract), ("PR", "1", by.get("deductible")), ("PR", "2", by.get("coinsurance")), ("PR", "3", by.get("copay"))):
        if amount:
            yield Adjustment(group=group, reason=reason, amount=amount)


def _whole(c: PaidClaim) -> PaidClaim:
    due = sum(a.amount for line in c.lines for a in line.adjustments if a.group == "PR")
    charge, paid = sum(line.charge for line in c.lines), sum(line.paid for line in c.lines)
    return replace(c, charge=charge, paid=paid, patient_due=due, status="1" if paid or due else "4")


def _amount(text: str) -> int | None:
    for row in text.splitlines():
        said = AMOUNT.search(row)
        money = MONEY.search(row, said.end()) if said else None
        if money and not SERVICE.search(row[:said.start()] if said else row):
            return _cents(money)
    return None


def _cents(m: re.Match[str]) -> int:
    value = int(m[1].replace(",", "")) * 100 + int(m[2])
    return -value if "(" in m[0] or "-" in m[0] else value


def _day(said: str) -> date | None:
    m = DAY.search(said)
    if m is None:
        return None
    year, month, day = (m[4], m[5], m[6]) if m[4] else (m[3] if len(m[3]) == 4 else f"20{m[3]}", m[1], m[2])
    try:
        return datetime(int(year), int(month), int(day)).date()
    except ValueError:
        return None
