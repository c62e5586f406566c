"""A claim made of a visit: what is charged, what is coded, and where the two differ."""
from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from charthouse.record.billing import BillingFacility, BillingSite, Charged, CodedFor, Fee, Material, Mend, Payer, Service
from charthouse.record.claim import Coded, Party, Performed
from charthouse.record.filing import Registration, Visit
from charthouse.record.received import Charge, Cover
from charthouse.rooms.billing import assembled, held

DAY = date(2026, 4, 1)
SITE = BillingSite(
    submitter=Party(name="S", number="1"), facilities={"Harbor": BillingFacility(billing=Party(name="Harbor Hospital", number="1234567893"))}, payers=(Payer(name="Plan", number="54321", receiver="CH", names=("The Plan",)),),
    providers={"Dr. A": Party(name="A", person=True, number="1234567893")}, fees={"99214": Fee(amount=18500, revenue="510")})


def charged(code: str, amount: int | None = 1000, **more: object) -> Charged:
    return Charged(received_at=datetime(2026, 4, 2, tzinfo=UTC), charge=Charge(code=code, amount=amount, on=DAY, **more))  # type: ignore[arg-type]


def material(*charges: Charged, setting: str = "outpatient", covers: tuple[Cover, ...] = (Cover(payer="the plan", member="W1"),), **more: object) -> Material:
    inpatient = setting == "inpatient"
    visit = Visit(patient="p", facility="Harbor", setting=setting, admitted=datetime(2026, 4, 1, 9, 30), discharged=datetime(2026, 4, 4, 14, 5) if inpatient else None, discharge_status="03" if inpatient else "", attending="Dr. A", **more)  # type: ignore[arg-type]
    return Material(encounter="e", visit=visit, registration=Registration(facility="Harbor", family="Quill", given="Ada Bea", birth_date=date(1970, 1, 2), sex="F", address="4 Oak Street, Suite 2, Boston, MA", postcode="02118-0001"), covers=covers, charges=charges)


CODED = CodedFor(diagnoses=(Coded(code="M10.9", poa="Y"), Coded(code="I10", poa="Y")), external=(Coded(code="W01.0XXA"),), finished=True)


@pytest.mark.parametrize(("charge", "service", "rule", "lines"), [
    ("99213", "99214", "claim/coding/level", ["99213"]),  # another level of the same family
    ("84550", "99214", "", ["84550", "99214"]),  # coded, not charged, and the site has its price
    ("84550", "J1885", "claim/charge/not-charged", ["84550"]),  # coded, not charged, and no price
    ("99214", "99214", "", ["99214"]), ("99284", "99214", "", ["99284", "99214"])])
def test_what_is_coded_and_what_is_charged_are_compared(charge: str, service: str, rule: str, lines: list[str]) -> None:
    claim, seen = assembled("C1", material(charged(charge)), replace(CODED, services=(Service(code=service, on=DAY),)), SITE)
    assert ([r.rule for r in seen], [x.code for x in claim.lines]) == ([rule] if rule else [], lines)


def test_a_clinic_visit_is_a_professional_claim() -> None:
    claim, _ = assembled("C1", material(charged("99214", None, quantity="2")), CODED, SITE)
    assert (claim.form, claim.place, claim.charge, claim.lines[0].units) == ("professional", "11", 37000, Decimal(2))
    assert [d.code for d in (claim.principal, *claim.others) if d] == ["M10.9", "I10", "W01.0XXA"]
    assert {d.poa for d in claim.others} == {""}
    assert claim.rendering == SITE.providers["Dr. A"]
    assert claim.attending is None
    who = claim.subscriber
    assert (who.name, who.given, who.middle, who.address and (who.address.line, who.address.line2, who.address.city, who.address.state, who.address.postcode)) == ("Quill", "Ada", "Bea", ("4 Oak Street", "Suite 2", "Boston", "MA", "021180001"))


def test_a_stay_is_an_institutional_claim() -> None:
    coded = replace(CODED, drg="871", operating="Dr. A", procedures=(Performed(code="0DTJ4ZZ", on=DAY), Performed(code="3E0G76Z", on=DAY)))
    claim, seen = assembled("C1", material(charged("", 500000, revenue="120", quantity="3"), setting="inpatient", admission_type="1", admission_source="1"), coded, SITE, (Mend(field="values", value="80=3"),))
    assert (claim.form, claim.place, claim.since, claim.until, claim.discharged_at, claim.discharge_status, claim.admission_type, claim.drg, claim.admitting) == ("institutional", "11", DAY, date(2026, 4, 4), "1405", "03", "1", "871", "M10.9")
    assert (claim.lines[0].revenue, claim.lines[0].units, claim.lines[0].pointers, claim.procedure and claim.procedure.code, [p.code for p in claim.procedures]) == ("0120", 3, (), "0DTJ4ZZ", ["3E0G76Z"])
    assert claim.operating == SITE.providers["Dr. A"]
    assert claim.external[0].code == "W01.0XXA"
    assert claim.attending
    assert claim.values[0].amount == 300
    assert [r.rule for r in seen] == ["claim/coding/admitting"]


def test_an_admitting_diagnosis_that_is_told_stands_for_itself() -> None:
    claim, seen = assembled("C1", material(charged("", revenue="0120"), setting="inpatient"), CODED, SITE, (Mend(field="admitting", value="R07.9"),))
    assert claim.admitting == "R07.9"
    assert not seen


def test_a_subscriber_who_is_somebody_else() -> None:
    cover = Cover(payer="Plan", member="W9", relationship="19", family="Quill", given="Max", birth_date=date(1940, 1, 1), sex="M", line="1 Elm", city="Salem", state="ma", postcode="01970")
    claim, _ = assembled("C1", material(charged("99214"), covers=(cover,)), CODED, SITE)
    assert (claim.relationship, claim.subscriber.given, claim.subscriber.number, claim.patient and claim.patient.given) == ("19", "Max", "W9", "Ada")
    assert claim.subscriber.address
    assert claim.subscriber.address.state == "MA"


def test_the_coverage_of_the_day_counts() -> None:
    covers = (Cover(payer="Old Plan", member="1", until=date(2026, 3, 31)), Cover(sequence="S", payer="Plan", member="2", since=date(2026, 4, 1)))
    assert assembled("C1", material(charged("99214"), covers=covers), CODED, SITE)[0].subscriber.number == "2"
    assert [r.rule for r in held(material(charged("1"), covers=covers), CODED, SITE, date(2026, 5, 1))] == []


@pytest.mark.parametrize(("of", "coded", "today", "rules"), [
    (material(charged("1")), CODED, date(2026, 4, 3), ["bill/days"]), (material(charged("1")), CODED, date(2026, 4, 4), []), (material(), CODED, date(2026, 5, 1), ["bill/charges"]),
    (replace(material(charged("1")), questions=1), CODED, date(2026, 5, 1), ["bill/query"]), (replace(material(charged("1")), lacks=2), CODED, date(2026, 5, 1), ["bill/deficiency"]),
    (material(charged("1")), replace(CODED, finished=False), date(2026, 5, 1), ["bill/coding"]), (material(charged("1"), covers=(Cover(payer="Else"),)), CODED, date(2026, 5, 1), ["bill/payer-unknown"])])
def test_what_holds_a_visit(of: Material, coded: CodedFor, today: date, rules: list[str]) -> None:
    assert [r.rule for r in held(of, coded, SITE, today)] == rules


def test_a_charge_without_a_price_is_said() -> None:
    _, seen = assembled("C1", material(charged("84550", None)), CODED, SITE)
    assert [(r.rule, r.verdict, r.subject) for r in seen] == [("claim/charge/price", "error", "84550")]


def test_a_referring_provider_is_one_of_the_sites() -> None:
    claim, _ = assembled("C1", material(charged("99214")), CODED, SITE, (Mend(field="referring", value="Dr. A"),))
    assert claim.referring == SITE.providers["Dr. A"]
