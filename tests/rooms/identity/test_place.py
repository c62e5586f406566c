"""Whose registration it is."""
from __future__ import annotations

from charthouse.record.filing import Registration
from charthouse.record.identity import Candidate
from charthouse.rooms.identity import place

THERE = Candidate(patient="p1", registration=Registration(facility="north", identifiers=(("mrn.north", "1"),), family="Example"))


def test_the_same_number_of_the_same_system_links() -> None:
    assert place(Registration(facility="north", identifiers=(("mrn.north", "1"),)), [THERE]).patient == "p1"


def test_the_same_number_of_another_system_is_another() -> None:
    assert place(Registration(facility="south", identifiers=(("mrn.south", "1"),)), [THERE]).verdict == "new"
