"""835 written and read, balanced to the cent; 999 and 277CA read."""
from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charthouse.adapters.wire import x12, x12_835, x12_read
from charthouse.record.claim import Adjustment, Party
from charthouse.record.remittance import ClaimStatus, PaidClaim, PaidLine, Remittance, Withheld
from charthouse.rooms.billing import unbalanced

AT = datetime(2026, 4, 20, 8)
cents = st.integers(0, 10_000_000)


@st.composite
def adjustments(draw: st.DrawFn, charge: int, most: int = 8) -> tuple[Adjustment, ...]:
    """By chance, and of amounts on either side of zero."""
    return tuple(Adjustment(group=draw(st.sampled_from(["CO", "PR", "OA", "PI"])), reason=draw(st.sampled_from(["1", "2", "45", "97", "253", "B7"])), amount=draw(st.integers(-charge - 100, charge + 100)), quantity=draw(st.sampled_from(["", "1"]))) for _ in range(draw(st.integers(0, most))))


@st.composite
def paid_claims(draw: st.DrawFn) -> PaidClaim:
    lines = []
    for number in range(draw(st.integers(0, 4))):
        charge = draw(cents)
        of = draw(adjustments(charge))
        lines.append(PaidLine(charge=charge, paid=charge - sum(a.amount for a in of), code=draw(st.sampled_from(["99213", "G0439", "J1885"])), modifiers=draw(st.sampled_from([(), ("25",), ("25", "59")])), units=Decimal(draw(st.integers(1, 9))), on=date(2026, 3, 2), adjustments=of,
                              control=str(number), allowed=draw(st.none() | cents), remarks=draw(st.sampled_from([(), ("N130",), ("N130", "M15")]))))
    charge = sum(line.charge for line in lines) if lines else draw(cents)
    of = draw(adjustments(charge))
    paid = charge - sum(a.amount for a in of) - sum(a.amount for line in lines for a in line.adjustments)
    return PaidClaim(id=draw(st.from_regex(r"[A-Z0-9]{1,20}", fullmatch=True)), status=draw(st.sampled_from(["1", "2", "4", "22"])), charge=charge, paid=paid, patient_due=draw(cents), filing="CI", control="ICN1", place="11", frequency="1", adjustments=of,
                     patient=Party(name="WRENFIELD", given="TOBIAS", person=True, number_kind="MI", number="W1"), remarks=draw(st.sampled_from([(), ("MA01",), ("MA01", "MA18")])), lines=tuple(lines))


@st.composite
def remittances(draw: st.DrawFn) -> Remittance:
    claims = tuple(draw(st.lists(paid_claims(), max_size=4)))
    withheld = tuple(Withheld(provider="1234567893", year_end=date(2026, 12, 31), reason=draw(st.sampled_from(["WO", "L6", "FB", "72"])), reference=draw(st.sampled_from(["", "ICN7"])), amount=draw(st.integers(-500_000, 500_000))) for _ in range(draw(st.integers(0, 3))))
    amount = sum(c.paid for c in claims) - sum(w.amount for w in withheld)
    return Remittance(amount=abs(amount), credit=amount >= 0, trace="CHK77", on=date(2026, 4, 20), payer=Party(name="EXAMPLE HEALTH PLAN"), payee=Party(name="HARBOR CLINIC", number_kind="XX", number="1234567893"), claims=claims, withheld=withheld)


@given(remittances())
def test_a_remittance_comes_back_and_adds_up_to_the_cent(remit: Remittance) -> None:
    text = x12_835.written(remit, sender="PAYER", recipient="SUB1", at=AT, control=5)
    again, unread = x12_835.read(x12.transactions(text)[0])
    assert (again, unread) == (remit, ())
    assert unbalanced(again) == ()


@given(remittances(), st.data())
def test_one_cent_anywhere_is_found(remit: Remittance, data: st.DataObject) -> None:
    where = data.draw(st.sampled_from(["payment", *(["claim"] if remit.claims else []), *(["line"] if any(c.lines for c in remit.claims) else []), *(["withheld"] if remit.withheld else [])]))
    if where == "payment":
        wrong = replace(remit, amount=remit.amount + 1)
    elif where == "claim":
        wrong = replace(remit, claims=(replace(remit.claims[0], paid=remit.claims[0].paid + 1), *remit.claims[1:]))
    elif where == "withheld":
        wrong = replace(remit, withheld=(replace(remit.withheld[0], amount=remit.withheld[0].amount + 1), *remit.withheld[1:]))
    else:
        k = next(n for n, c in enumerate(remit.claims) if c.lines)
        c = remit.claims[k]
        wrong = replace(remit, claims=(*remit.claims[:k], replace(c, lines=(replace(c.lines[0], paid=c.lines[0].paid + 1), *c.lines[1:])), *remit.claims[k + 1:]))
    assert unbalanced(wrong)
    assert all(r.citation and r.verdict == "error" for r in unbalanced(wrong))


def envelope(kind: str, guide: str, *segments: str) -> bytes:
    return x12.enveloped([(kind, "0001", guide, list(segments))], functional={"999": "FA", "277": "HN"}[kind], version=guide, sender=("ZZ", "PAYER"), recipient=("ZZ", "SUB1"), at=AT, interchange=9, group=9, usage="T").encode()


def test_a_file_is_accepted_or_refused_with_its_places() -> None:
    accepted, = x12_read.parsed(envelope("999", "005010X231A1", "AK1*HC*7*005010X222A1", "AK2*837*0001*005010X222A1", "IK5*A", "AK9*A*1*1*1"))
    assert [(a.group, a.transaction, a.transaction_status, a.complaints) for a in accepted.what] == [("7", "0001", "A", ())]  # type: ignore[union-attr]
    refused, = x12_read.parsed(envelope("999", "005010X231A1", "AK1*HC*7*005010X222A1", "AK2*837*0001*005010X222A1", "IK3*NM1*12*2010AA*8", "CTX*CLM01:C000001", "IK4*9*67*7*12345", "IK3*N4*14**3", "IK5*R*5", "AK9*R*1*1*0"))
    (answer,) = refused.what  # type: ignore[misc]
    assert answer.status == answer.transaction_status == "R"  # type: ignore[union-attr]
    assert [(c.segment, c.place, c.loop, c.reason, c.element, c.element_reason) for c in answer.complaints] == [("NM1", 12, "2010AA", "8", "9", "7"), ("N4", 14, "", "3", "", "")]  # type: ignore[union-attr]


def test_each_claim_is_accepted_or_refused_by_the_payer() -> None:
    read, = x12_read.parsed(envelope(
        "277", "005010X214", "BHT*0085*08*55*20260420*0800*TH", "HL*1**20*1", "NM1*PR*2*EXAMPLE HEALTH PLAN*****PI*12345", "TRN*1*T1", "DTP*050*D8*20260420", "DTP*009*D8*20260420", "HL*2*1*21*1", "NM1*41*2*HARBOR BILLING*****46*SUB1", "TRN*2*7",
        "STC*A1:19:PR*20260420*WQ*300", "QTY*90*1", "HL*3*2*19*1", "NM1*85*2*HARBOR CLINIC*****XX*1234567893", "TRN*1*0", "HL*4*3*PT", "NM1*QC*1*WRENFIELD*TOBIAS****MI*W1", "TRN*2*C000001", "STC*A2:20:PR*20260420*WQ*150", "REF*1K*ICN900", "DTP*472*D8*20260302",
        "HL*5*3*PT", "NM1*QC*1*QUIST*ZOE****MI*W2", "TRN*2*C000002", "STC*A7:562:85*20260420*U*150", "DTP*472*D8*20260302"))
    first, second = read.what  # type: ignore[misc]
    assert (first.id, first.accepted, first.control, first.amount) == ("C000001", True, "ICN900", 15000)  # type: ignore[union-attr]
    assert (second.id, second.accepted, second.statuses) == ("C000002", False, (ClaimStatus(category="A7", code="562", entity="85"),))  # type: ignore[union-attr]


@pytest.mark.parametrize(("amount", "written"), [(0, "0"), (5, "0.05"), (50, "0.5"), (100, "1"), (-12345, "-123.45"), (120, "1.2")])
def test_amounts_are_written_as_x12_writes_numbers(amount: int, written: str) -> None:
    from charthouse.adapters.wire.x12_table import CODECS

    assert CODECS["money"][0](amount) == written
    assert CODECS["money"][1](written) == amount
