"""The indexes of a department, on a handful of visits."""
from __future__ import annotations

from dataclasses import fields
from datetime import date

import pytest

from charthouse.record.finding import AssignedCode, CodedVisit, assigned_in
from charthouse.rooms.statistics import Row, codes_match, counted, disease_index, operation_index, physician_index


def visit(n: int, codes: str, **more: object) -> CodedVisit:
    made = tuple(AssignedCode(system="ICD-10-PCS" if len(c) == 7 and "." not in c else "ICD-10-CM", code=c, role="principal" if k == 0 else "secondary", status="auto") for k, c in enumerate(codes.split()))
    about: dict[str, object] = {"number": f"M{n % 2}", "visit": f"V{n}", "facility": "north", "setting": "inpatient", "admitted": date(2026, 1, n), "discharged": date(2026, 1, n + 3), "sex": "F",
                                "age": 60 + n, "attending": f"Dr. {'Ada' if n % 2 else 'Bea'}", "disposition": "20" if n == 3 else "01"}
    return CodedVisit(encounter=str(n), codes=made, **(about | more))  # type: ignore[arg-type]


VISITS = (visit(1, "E11.621 L97.522 0SRD0J9"), visit(2, "I10 E11.9"), visit(3, "E11.9"), visit(4, "Z00.00", setting="outpatient", discharged=None))


def shown(rows: tuple[Row, ...]) -> list[tuple[str, str]]:
    return [(r.heading, r.visit) for r in rows]


def test_a_visit_stands_under_each_diagnosis_that_was_asked_for() -> None:
    assert shown(disease_index(VISITS, ["E11*"])) == [("E11.621", "V1"), ("E11.9", "V2"), ("E11.9", "V3")]
    assert len(disease_index(VISITS)) == 6
    first, second, _ = disease_index(VISITS, ["E11*"])
    assert (first.principal, first.codes, first.stay, first.on) == (True, ("L97.522", "0SRD0J9"), 3, date(2026, 1, 4))
    assert not second.principal


def test_operations_and_physicians() -> None:
    assert shown(operation_index(VISITS)) == [("0SRD0J9", "V1")]
    assert shown(physician_index(VISITS, physician="bea")) == [("Dr. Bea", "V4"), ("Dr. Bea", "V2")]  # by day: an outpatient's visit, an inpatient's discharge
    assert shown(physician_index(VISITS, ["E08-E13"])) == [("Dr. Ada", "V1"), ("Dr. Ada", "V3"), ("Dr. Bea", "V2")]


def test_counts() -> None:
    by = {c.heading: c for c in counted(disease_index(VISITS))}
    assert (by["E11.9"].visits, by["E11.9"].patients, by["E11.9"].principal, by["E11.9"].deaths, by["E11.9"].mean_stay) == (2, 2, 1, 1, 3.0)
    assert by["Z00.00"].mean_stay is None


def test_a_row_holds_the_least_that_is_needed() -> None:
    assert not {f.name for f in fields(Row)} & {"name", "family", "given", "birth_date", "address", "phone", "text"}


@pytest.mark.parametrize(("stay", "setting", "discharged"), [(1, "inpatient", date(2026, 1, 1)), (2, "inpatient", date(2026, 1, 3)), (None, "inpatient", None), (None, "outpatient", date(2026, 1, 3))])
def test_days_of_a_stay(stay: int | None, setting: str, discharged: date | None) -> None:
    assert visit(1, "I10", setting=setting, discharged=discharged).stay == stay


@pytest.mark.parametrize(("code", "pattern", "is_one"), [
    ("E11.65", "E11*", True), ("E11.65", "e11.65", True), ("E11.65", "E1165", True), ("E11.65", "E11", False), ("L97.522", "L97.52?", True), ("L97.52", "L97.52?", False),
    ("E13.9", "E08-E13", True), ("E14", "E08-E13", False), ("E07.9", "E08-E13", False), ("E1.", "E(1", False), ("Y99.8", "V00-Y99", True)])
def test_patterns_of_codes(code: str, pattern: str, is_one: bool) -> None:
    assert codes_match(code, [pattern]) is is_one


def test_what_was_left_off_is_no_code_of_the_visit() -> None:
    lines = [{"system": "ICD-10-CM", "code": c, "status": s, "role": "secondary", "poa": "Y"} for c, s in (("I10", "auto"), ("M10.9", "suppressed"), ("E11.9", "review"), ("I10", "auto"))]
    assert [c.code for c in assigned_in({"codes": lines})] == ["I10", "E11.9"]
    assert assigned_in({}) == ()
