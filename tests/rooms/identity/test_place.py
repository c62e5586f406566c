"""Whose registration it is."""
from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from charthouse.flow.weighing import weighing
from charthouse.record.filing import Registration
from charthouse.record.identity import Candidate, Placement
from charthouse.rooms.identity import keys, of_registration, overlay, place

ERIN = Registration(facility="north", identifiers=(("mrn.north", "1"),), family="Example", given="Erin", birth_date=date(1961, 3, 2), sex="F", address="12 Oak Street", postcode="01234", phone="555-0100-22")
SSN = ("ssn", "123-45-6789")


def placed(*there: Registration, survivor: str = "", **said: object) -> Placement:
    """Erin as she comes anew, from another hospital unless it says otherwise."""
    comes = replace(ERIN, **({"facility": "south", "identifiers": (("mrn.south", "77"),)} | said))  # type: ignore[arg-type]
    return place(comes, [Candidate(patient=f"p{n}", registration=r, survivor=survivor) for n, r in enumerate(there, 1)], weighing())


def said(placement: Placement) -> set[str]:
    return {r.rule for r in placement.rulings}


def test_the_same_number_of_the_same_system_links() -> None:
    found = placed(ERIN, identifiers=ERIN.identifiers)
    assert (found.verdict, found.patient, said(found)) == ("link", "p1", {"identity/number"})


def test_the_same_number_of_another_system_is_another() -> None:
    assert place(Registration(facility="south", identifiers=(("mrn.south", "1"),)), [Candidate(patient="p1", registration=ERIN)], weighing()).verdict == "new"


def test_without_weights_only_numbers_decide() -> None:
    assert place(ERIN, [Candidate(patient="p1", registration=ERIN)]).patient == "p1"
    assert place(replace(ERIN, identifiers=()), [Candidate(patient="p1", registration=ERIN)]).verdict == "new"


@pytest.mark.parametrize("change", [
    {"family": "Married"}, {"given": "Erinn"}, {"given": "Example", "family": "Erin"}, {"birth_date": date(1961, 2, 3)}, {"birth_date": None}, {"family": "", "given": ""}, {"sex": "M"}, {"given": "UNKNOWN", "family": "UNKNOWN", "birth_date": date(1900, 1, 1)}])
def test_a_number_links_through_what_changes_in_a_life_or_by_a_slip(change: dict[str, object]) -> None:
    assert placed(ERIN, identifiers=ERIN.identifiers, **change).verdict == "link"


@pytest.mark.parametrize("change", [
    {"given": "Thomas", "family": "Sampson"}, {"given": "Thomas", "sex": "M"}, {"family": "Sampson", "birth_date": date(2004, 11, 30)}, {"given": "Thomas", "birth_date": date(2004, 11, 30)}])
def test_another_persons_details_under_a_number_are_held(change: dict[str, object]) -> None:
    found = placed(ERIN, identifiers=ERIN.identifiers, **change)
    assert found.verdict == "possible"
    assert [p for p, _ in found.possible] == ["p1"]
    assert "identity/overlay" in said(found)


def test_what_was_held_is_held_once() -> None:
    thomas = replace(ERIN, given="Thomas", family="Sampson", birth_date=date(2004, 11, 30), sex="M", identifiers=())
    found = placed(ERIN, thomas, identifiers=ERIN.identifiers, given="Thomas", family="Sampson", birth_date=date(2004, 11, 30), sex="M")
    assert (found.verdict, found.patient) == ("link", "p2")


def test_a_newborn_that_gets_its_name_is_no_overlay() -> None:
    baby = replace(ERIN, given="Baby Girl", birth_date=date(2026, 3, 1))
    assert overlay(baby, replace(baby, given="Lucy")) is None
    assert overlay(baby, replace(baby, given="Lucy", family="Sampson")) is None  # the mother's name until then


def test_names_birth_date_sex_and_address_link() -> None:
    found = placed(ERIN)
    assert (found.verdict, found.patient) == ("link", "p1")
    assert {"identity/score", "identity/demographics"} <= said(found)
    assert "family exact +" not in found.rulings[0].message
    assert "family name exact +" in found.rulings[0].message


@pytest.mark.parametrize(("change", "rule"), [
    ({"given": "Lucy"}, "identity/twins"), ({"family": "Example Jr"}, "identity/suffix"), ({"birth_date": date(1931, 3, 2)}, "identity/generations"), ({"given": "Baby Girl"}, "identity/newborn"),
    ({"given": "UNKNOWN"}, "identity/nobody"), ({"sex": "M"}, "identity/sex"), ({"address": "", "postcode": "", "phone": ""}, "identity/thin"), ({"identifiers": (("ssn", "999-12-3456"),)}, "identity/other-number")])
def test_what_speaks_against_it_is_for_a_person(change: dict[str, object], rule: str) -> None:
    there = replace(ERIN, family="Example Sr" if rule == "identity/suffix" else "Example", identifiers=(*ERIN.identifiers, SSN))
    found = placed(there, **change)
    assert found.verdict == "possible"
    assert rule in said(found)


def test_one_number_of_the_state_under_two_names_does_not_link() -> None:
    there = replace(ERIN, identifiers=(SSN,))
    found = placed(there, identifiers=(SSN,), given="Thomas", family="Sampson")
    assert found.verdict != "link"
    assert placed(there, identifiers=(SSN,), address="", phone="").verdict == "link"


@pytest.mark.parametrize("change", [{"given": "Thomas", "family": "Sampson", "birth_date": date(2004, 11, 30)}, {"given": "Robert", "birth_date": date(1990, 1, 9), "address": "", "postcode": "", "phone": ""}])
def test_others_are_new(change: dict[str, object]) -> None:
    assert placed(ERIN, **change).verdict == "new"


def test_nobody_is_nobody() -> None:
    nobody = Registration(facility="north", identifiers=(("mrn.north", "9"),), family="UNKNOWN", given="UNKNOWN", birth_date=date(1900, 1, 1), sex="M")
    assert placed(nobody, family="UNKNOWN", given="UNKNOWN", birth_date=date(1900, 1, 1), sex="M", address="", postcode="", phone="").verdict == "new"
    assert keys(of_registration(nobody)) == ()


def test_two_who_fit_equally_are_for_a_person() -> None:
    found = placed(ERIN, replace(ERIN, identifiers=(("mrn.east", "5"),)))
    assert found.verdict == "possible"
    assert "identity/ambiguous" in said(found)


def test_a_merged_record_counts_as_its_survivor() -> None:
    found = place(replace(ERIN, identifiers=()), [Candidate(patient="p1", registration=ERIN, survivor="p2"), Candidate(patient="p2", registration=replace(ERIN, family="Married"))], weighing())
    assert (found.verdict, found.patient) == ("link", "p2")
    assert place(ERIN, [Candidate(patient="p1", registration=ERIN, survivor="p2")], weighing()).patient == "p1"


def test_numbers_of_two_records_name_the_other() -> None:
    found = placed(ERIN, replace(ERIN, identifiers=(("mpi", "8"),), address=""), identifiers=(*ERIN.identifiers, ("mpi", "8")))
    assert (found.verdict, found.patient, [p for p, _ in found.possible]) == ("link", "p1", ["p2"])
    assert "identity/numbers-of-two" in said(found)


def test_no_ruling_quotes_the_record() -> None:
    for found in (placed(ERIN), placed(ERIN, given="Lucy"), placed(ERIN, identifiers=ERIN.identifiers, given="Thomas", family="Sampson")):
        assert not any(word in r.message for r in found.rulings for word in ("Erin", "Example", "Oak", "1961", "Lucy", "Sampson"))


def test_every_rule_is_described() -> None:
    import re
    from pathlib import Path

    import charthouse

    source = Path(charthouse.__file__).parent / "rooms" / "identity"
    rules = {r for p in source.glob("*.py") for r in re.findall(r'"(identity/[a-z-]+)"', p.read_text(encoding="utf-8"))}
    page = (Path(__file__).parents[3] / "docs" / "rooms" / "identity.md").read_text(encoding="utf-8")
    assert len(rules) > 10
    assert {r for r in rules if f"| `{r}` |" not in page} == set()
