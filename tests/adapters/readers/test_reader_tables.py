"""The tables that readers share say only what there is, and each thing once."""
from __future__ import annotations

from collections import Counter
from typing import get_args

import pytest

from charthouse.adapters.readers import tables
from charthouse.record.received import Happening


def test_every_event_makes_something_happen_that_there_is_or_says_why_not() -> None:
    assert {row[2] for row in tables.rows("hl7_events.tsv")} <= set(get_args(Happening))
    assert [row for row in tables.rows("hl7_events.tsv") if not row[2] and not row[3]] == []


@pytest.mark.parametrize(("name", "width"), [("hl7_events.tsv", 4), ("patient_class.tsv", 2), ("discharge_status.tsv", 2)])
def test_each_thing_stands_once(name: str, width: int) -> None:
    rows = tables.rows(name)
    assert {len(row) for row in rows} == {width}
    assert [key for key, n in Counter(row[:width // 2] for row in rows).items() if n > 1] == []


def test_what_senders_write_leads_to_a_status_of_the_claim() -> None:
    assert {row[1] for row in tables.rows("discharge_status.tsv")} <= tables.UB_STATUS
    assert {row[0] for row in tables.rows("discharge_status.tsv")} & (tables.UB_STATUS - {"08"}) == set()


def test_classes_lead_to_a_setting() -> None:
    assert {row[1] for row in tables.rows("patient_class.tsv")} == {"inpatient", "outpatient", ""}


@pytest.mark.parametrize(("sent", "uri"), [
    ("I10", "http://hl7.org/fhir/sid/icd-10-cm"), ("2.16.840.1.113883.6.90", "http://hl7.org/fhir/sid/icd-10-cm"), ("ln", "http://loinc.org"), ("2.999.1", "urn:oid:2.999.1"),
    ("L", "L"), ("", ""), ("http://snomed.info/sct", "http://snomed.info/sct"), ("1.5 mg", "1.5 mg"),
])  # fmt: skip
def test_code_systems_have_one_name(sent: str, uri: str) -> None:
    assert tables.system(sent) == uri


def test_no_name_of_a_code_system_means_two() -> None:
    assert [name for name, n in Counter(name for row in tables.rows("code_systems.tsv") for name in row[1:]).items() if n > 1] == []
