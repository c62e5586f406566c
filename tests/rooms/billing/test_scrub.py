"""What would stop a claim: each rule with a claim that it stops, beside one that passes."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

import claim_kit
from charthouse import bootstrap
from charthouse.record.claim import Address, Adjustment, Claim, Coded, Form, Performed
from charthouse.rooms.billing import npi_holds, scrubbed, taxonomy_holds

TODAY = date(2026, 5, 1)


def plain(form: Form, inpatient: bool = False) -> Claim:
    """One that passes."""
    for seed in range(50):
        for c in claim_kit.sent(seed, form, 10).claims:
            if form == "professional" or (c.place == "11") == inpatient:
                return replace(c, patient=None, relationship="18", coverages=(), lines=tuple(replace(line, adjudged=()) for line in c.lines))
    raise AssertionError


OF: dict[str, Claim] = {"P": plain("professional"), "I": plain("institutional", True), "O": plain("institutional")}


def rules(*claims: Claim) -> set[str]:
    return {r.rule.removeprefix("claim/") for of in scrubbed(claims, bootstrap.codebook(), TODAY) for r in of if r.verdict in ("error", "warning")}


def line(**changes: object) -> Callable[[Claim], Claim]:
    return lambda c: replace(c, lines=(replace(c.lines[0], **changes), *c.lines[1:]))  # type: ignore[arg-type]


def party(name: str, **changes: object) -> Callable[[Claim], Claim]:
    return lambda c: replace(c, **{name: replace(getattr(c, name), **changes)})  # type: ignore[arg-type]


def told(**changes: object) -> Callable[[Claim], Claim]:
    return lambda c: replace(c, **changes)  # type: ignore[arg-type]


STOPS: list[tuple[str, Callable[[Claim], Claim], set[str]]] = [
    ("P", party("billing", number="1234567890"), {"registration/npi"}), ("P", party("rendering", number=""), {"registration/npi"}), ("P", party("rendering", taxonomy="207R"), {"registration/taxonomy"}), ("I", told(attending=None), {"registration/attending"}),
    ("P", party("billing", tax_number="12-345"), {"registration/tax-number"}), ("P", party("billing", address=Address(line="PO Box 7", city="Boston", state="MA", postcode="021180001")), {"registration/po-box"}), ("P", party("billing", address=Address(line="1 Main", city="Boston", state="MA", postcode="02118")), {"registration/postcode"}),
    ("P", party("subscriber", address=None), {"registration/address"}), ("P", party("subscriber", number=""), {"registration/member"}), ("P", party("subscriber", birth=None), {"registration/birth"}), ("P", party("payer", number=""), {"registration/payer"}), ("P", told(relationship="19"), {"registration/patient"}),
    ("P", lambda c: replace(c, charge=c.charge + 1), {"charge/total"}), ("P", told(lines=(), charge=0), {"charge/lines"}), ("P", told(frequency="7", original=""), {"charge/original"}), ("P", told(frequency="?", original=""), {"charge/frequency"}), ("P", told(id="A B"), {"registration/number"}), ("P", told(id="A" * 21), {"registration/number"}),
    ("P", line(on=date(2026, 6, 1), until=None), {"charge/future"}), ("P", line(on=date(1910, 1, 1), until=None), {"registration/before-birth"}), ("P", line(on=date(2026, 3, 5), until=date(2026, 3, 4)), {"charge/line-dates"}), ("P", line(on=None, until=None), {"charge/line-date"}), ("P", line(pointers=()), {"coding/pointers"}), ("P", line(pointers=(99,)), {"coding/pointers"}),
    ("P", line(code="9921"), {"coding/code"}), ("P", line(code=""), {"coding/code"}), ("P", line(modifiers=("25", "25")), {"coding/modifiers"}), ("P", line(modifiers=("2",)), {"coding/modifiers"}), ("P", line(units=Decimal(0)), {"charge/amount"}), ("P", line(drug="123"), {"charge/ndc"}),
    ("P", told(principal=None, others=()), {"coding/principal", "coding/pointers"}), ("P", told(principal=Coded(code="E11.99")), {"coding/diagnosis"}), ("P", told(principal=Coded(code="250.00")), {"coding/diagnosis"}), ("P", told(cause="AA", accident_state="", accident=None), {"registration/accident"}),
    ("I", told(since=None, until=None), {"charge/period"}), ("O", line(on=date(2026, 1, 5)), {"charge/outside"}), ("I", told(admitted_at=None), {"registration/admission"}), ("I", told(admission_type=""), {"registration/admission-type"}), ("I", told(discharge_status="1"), {"registration/discharge-status"}), ("I", line(revenue="450"), {"charge/revenue"}),
    ("I", told(principal=Coded(code="I10"), others=()), {"coding/poa"}), ("I", told(principal=Coded(code="I10", poa="Y"), others=(Coded(code="Z79.4", poa="Y"),)), {"coding/poa-exempt"}), ("I", told(procedure=Performed(code="0DTJ4ZY", on=date(2026, 3, 2))), {"coding/procedure"}), ("I", told(procedure=Performed(code="0DTJ4ZZ")), {"coding/procedure-date"}),
    ("I", told(principal=Coded(code="I10", poa="Y"), others=(Coded(code="I10", poa="Y"),)), {"coding/twice"}),
]


@pytest.mark.parametrize("of", OF)
def test_a_claim_in_order_passes(of: str) -> None:
    assert rules(OF[of]) == set()


@pytest.mark.parametrize("number", range(len(STOPS)))
def test_what_stops_a_claim(number: int) -> None:
    of, change, wanted = STOPS[number]
    assert rules(change(OF[of])) == wanted


def test_too_many_diagnoses_and_the_same_claim_twice() -> None:
    many = tuple(Coded(code=c) for c in claim_kit.CODES[:13])
    assert "coding/diagnoses" in rules(replace(OF["P"], principal=many[0], others=many[1:]))
    assert rules(OF["P"], OF["P"]) == {"charge/same-number", "charge/duplicate"}
    assert rules(OF["P"], replace(OF["P"], id="OTHER")) == {"charge/duplicate"}
    assert rules(OF["P"], replace(OF["P"], id="OTHER", frequency="8", original="ICN")) == set()


def test_what_an_earlier_payer_decided_comes_to_the_charge() -> None:
    c = next(c for c in claim_kit.sent(0, "professional", 40).claims if c.coverages and c.coverages[0].adjustments)
    assert rules(c) == set()
    other = c.coverages[0]
    assert rules(replace(c, coverages=(replace(other, adjustments=(*other.adjustments, Adjustment(group="CO", reason="97", amount=1))),))) == {"charge/other-payer"}


def test_what_was_not_compared_is_said_and_every_ruling_has_its_hand_and_citation() -> None:
    found = [r for of, change, _ in STOPS for rs in scrubbed([change(OF[of])], bootstrap.codebook(), TODAY) for r in rs]
    assert {r.rule for r in found if r.verdict == "not loaded"} == {"claim/coding/ncci", "claim/coding/mue", "claim/coding/medical-necessity", "claim/coding/oce"}
    assert all(r.citation and r.message and r.rule.split("/")[1] in ("registration", "coding", "charge", "documentation") for r in found)


@pytest.mark.parametrize(("number", "holds"), [("1234567893", True), ("1245319599", True), ("1234567890", False), ("123456789", False), ("3234567893", False), ("12345678９3", False), ("", False)])
def test_the_check_digit_of_an_npi(number: str, holds: bool) -> None:
    assert npi_holds(number) is holds


def test_every_digit_of_an_npi_is_checked() -> None:
    good = "1234567893"
    assert not any(npi_holds(good[:k] + str((int(d) + 1) % 10) + good[k + 1:]) for k, d in enumerate(good))
    assert [taxonomy_holds(t) for t in ("207R00000X", "207R0000X", "ABCR00000X", "207R00000Y")] == [True, False, False, False]
