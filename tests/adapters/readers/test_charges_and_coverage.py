"""Charges and coverage as systems send them: HL7 v2 IN1 and PV1, FHIR ChargeItem and Coverage."""
from __future__ import annotations

import json
from datetime import date

import pytest

from charthouse.adapters.readers.fhir import FhirReader
from charthouse.adapters.readers.hl7v2 import Hl7Reader
from charthouse.record.received import Arrival, Cover

HEAD = ["MSH|^~\\&|ADT|HARBOR|CH|CH|20260401100000||ADT^A01|C1|P|2.5", "EVN|A01|20260401100000", "PID|1||M1^^^HARBOR^MR||Quill^Ada||19700102|F|||4 Oak^^Boston^MA^02118"]


def read(*lines: str) -> Arrival:
    return next(iter(Hl7Reader().read("\r".join([*HEAD, *lines]).encode(), "a.hl7")))


def in1(**fields: str) -> str:
    row = [""] * 50
    for name, value in fields.items():
        row[int(name[1:])] = value
    return "IN1|" + "|".join(row[1:]).rstrip("|")


def test_coverage_is_read_of_in1() -> None:
    said = read("PV1|1|I", in1(f1="1", f2="P1", f3="54321^^^NAIC", f4="Example Health Plan", f8="G7", f12="20260101", f13="20261231", f14="AUTH9", f17="SPO", f16="Quill^Max^B", f18="19690203", f19="5 Elm^^Salem^MA^01970", f36="W123", f43="M"))
    assert said.covers == (Cover(payer="Example Health Plan", payer_number="54321", member="W123", group="G7", relationship="01", family="Quill", given="Max B", birth_date=date(1969, 2, 3), sex="M", line="5 Elm", city="Salem", state="MA", postcode="01970",
                                 authorization="AUTH9", since=date(2026, 1, 1), until=date(2026, 12, 31)),)


def test_several_come_in_the_order_of_their_priority() -> None:
    said = read("PV1|1|I", in1(f1="1", f3="2", f4="Second", f22="2", f36="B"), in1(f1="2", f3="1", f4="First", f22="1", f36="A"))
    assert [(c.sequence, c.payer, c.member) for c in said.covers] == [("P", "First", "A"), ("S", "Second", "B")]


@pytest.mark.parametrize(("type_", "source", "read_as"), [("E", "7", ("1", "")), ("U", "1", ("2", "1")), ("C", "4", ("3", "4")), ("N", "5", ("4", "5")), ("5", "D", ("5", "D")), ("X", "?", ("", "")), ("", "", ("", ""))])
def test_how_a_patient_was_admitted(type_: str, source: str, read_as: tuple[str, str]) -> None:
    row = [""] * 15
    row[1], row[2], row[4], row[14] = "1", "I", type_, source
    said = read("PV1|" + "|".join(row[1:]))
    assert said.visit
    assert (said.visit.admission_type, said.visit.admission_source) == read_as


def bundle(*resources: dict[str, object]) -> list[Arrival]:
    return list(FhirReader().read(json.dumps({"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in resources]}).encode(), "b.json"))


PATIENT = {"resourceType": "Patient", "id": "p", "identifier": [{"system": "urn:mrn", "value": "M1"}], "name": [{"family": "Quill", "given": ["Ada"]}]}
VISIT = {"resourceType": "Encounter", "id": "e", "identifier": [{"value": "V1"}], "subject": {"reference": "Patient/p"}, "class": {"code": "AMB"}, "period": {"start": "2026-04-01"}}


def item(**more: object) -> dict[str, object]:
    return {"resourceType": "ChargeItem", "id": "c1", "status": "billable", "subject": {"reference": "Patient/p"}, "context": {"reference": "Encounter/e"}, "occurrenceDateTime": "2026-04-01", "quantity": {"value": 2}, "priceOverride": {"value": 60.5, "currency": "USD"},
            "code": {"coding": [{"system": "http://www.ama-assn.org/go/cpt", "code": "84550"}, {"system": "https://www.nubc.org/CodeSystem/RevenueCodes", "code": "0301"}]}, "reason": [{"coding": [{"code": "M10.9"}]}]} | more


def test_a_charge_item_is_a_charge_of_its_visit() -> None:
    (said,) = [a for a in bundle(PATIENT, VISIT, item(), item(id="c2", status="entered-in-error")) if a.charges]
    (c,) = said.charges
    assert (c.code, c.system, c.quantity, c.amount, c.on, c.diagnoses, c.revenue, c.number) == ("84550", "CPT", "2", 6050, date(2026, 4, 1), ("M10.9",), "0301", "c1")
    assert said.visit
    assert said.visit.number == "V1"


def test_a_coverage_is_what_its_beneficiary_is_insured_by() -> None:
    plan = {"resourceType": "Organization", "id": "o", "name": "Example Health Plan", "identifier": [{"value": "54321"}]}
    cover = {"resourceType": "Coverage", "id": "k", "status": "active", "order": 1, "beneficiary": {"reference": "Patient/p"}, "subscriberId": "W1", "payor": [{"reference": "Organization/o"}], "relationship": {"coding": [{"code": "self"}]},
             "period": {"start": "2026-01-01"}, "class": [{"type": {"coding": [{"code": "group"}]}, "value": "G7"}]}
    second = cover | {"id": "k2", "order": 2, "subscriberId": "W2"}
    ended = cover | {"id": "k3", "status": "cancelled", "order": 0}
    (said,) = [a for a in bundle(PATIENT, VISIT, plan, second, ended, cover) if a.covers]
    assert [(c.sequence, c.payer, c.payer_number, c.member, c.group, c.relationship, c.since) for c in said.covers] == [("P", "Example Health Plan", "54321", "W1", "G7", "18", date(2026, 1, 1)), ("S", "Example Health Plan", "54321", "W2", "G7", "18", date(2026, 1, 1))]
    assert said.patient
    assert said.patient.family == "Quill"
