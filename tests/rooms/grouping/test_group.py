"""The DRG with its path: why it came about, what would move it, and what is missing."""
from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from charthouse.record.errors import NoEdition
from charthouse.record.grouping import Grouping
from charthouse.record.ruling import Ruling

Grouped = Callable[..., Grouping]


def ruling(grouping: Grouping, rule: str) -> Ruling:
    return next(r for r in grouping.path if r.rule == f"msdrg/{rule}")


def about(grouping: Grouping, code: str) -> str:
    return next(d.why for d in grouping.diagnoses if d.code == code)


def test_the_path_tells_each_step_in_order(grouped: Grouped) -> None:
    got = grouped("I50.23", "J96.01 I10")
    assert [r.rule for r in got.path] == ["msdrg/mdc", "msdrg/partition", "msdrg/severity", "msdrg/severity level", "msdrg/hac", "msdrg/drg", "msdrg/weight"]
    assert (got.drg, got.mdc, got.kind, got.severity) == ("291", "05", "medical", "MCC")
    assert "I50.23 leads to MDC 05" in ruling(got, "mdc").message
    assert ruling(got, "severity").message == "J96.01: MCC and decides the DRG."
    assert all(r.citation and r.edition for r in got.path)
    assert about(got, "I10") == "neither CC nor MCC"


def test_a_procedure_makes_it_surgical_and_is_named(grouped: Grouped) -> None:
    got = grouped("M17.11", "I10", "0SRC0J9")
    assert got.kind == "surgical"
    assert "0SRC0J9" in ruling(got, "partition").message


def test_an_mcc_that_the_principal_excludes_does_not_count(grouped: Grouped) -> None:
    got = grouped("A41.9", "R65.20")
    (severe,) = [d for d in got.diagnoses if d.code == "R65.20"]
    assert (severe.severity, severe.counted) == ("MCC", False)
    assert "excluded by the principal diagnosis A41.9" in severe.why
    assert got.drg == "872"


def test_a_hospital_acquired_condition_takes_the_drg_down(grouped: Grouped) -> None:
    got = grouped("I50.23", "L89.154/N")
    assert (got.initial_drg, got.drg) == ("291", "293")
    assert ruling(got, "hac").verdict == "applied"
    assert "from DRG 291" in ruling(got, "hac").message
    assert "hospital-acquired: Stage III and IV Pressure Ulcers" in about(got, "L89.154")


@pytest.mark.parametrize(("secondary", "code"), [("L89.154", "L89.154"), ("L89.154/W", "L89.154"), ("N10", "N10"), ("T80.211A/Y", "T80.211A")])
def test_what_came_with_the_patient_is_not_called_hospital_acquired(grouped: Grouped, secondary: str, code: str) -> None:
    got = grouped("I50.23", secondary)
    assert "hospital-acquired" not in about(got, code)
    assert got.initial_drg == got.drg
    assert ruling(got, "hac").verdict == "passed"


def test_a_missing_poa_of_such_a_condition_cannot_be_grouped_and_says_so(grouped: Grouped) -> None:
    got = grouped("I50.23", "L89.154/")
    assert (got.drg, got.weight) == ("999", None)
    assert [(r.rule, r.verdict) for r in got.path] == [("msdrg/return-code", "error")]
    assert "POA" in got.path[0].message


@pytest.mark.parametrize(("principal", "says"), [("W19.XXXA", "cannot be principal"), ("G35", "not valid on this date"), ("ZZZ.9", "not valid on this date")])
def test_what_cannot_be_grouped_names_the_reason_and_nothing_else(grouped: Grouped, principal: str, says: str) -> None:
    got = grouped(principal)
    assert got.drg == "999"
    (only,) = got.path
    assert says in only.message


def test_what_would_move_the_drg(grouped: Grouped) -> None:
    tried = {w.change: (w.drg, w.weight) for w in grouped("I50.23", "J96.01 I10").what_if}
    assert tried["without J96.01 (MCC)"][0] == "293"
    assert tried["J96.01 as principal diagnosis"][0] == "189"
    assert all(weight for _, weight in tried.values())
    assert all(drg not in ("291", "998", "999") for drg, _ in tried.values())


def test_external_causes_and_status_codes_are_not_tried_as_principal(grouped: Grouped) -> None:
    assert not [w for w in grouped("S72.001A", "W19.XXXA Z79.01 Y92.009").what_if if w.change[0] in "WZY"]


@pytest.mark.parametrize(
    ("on", "edition"),
    [(date(2025, 10, 1), "v43 "), (date(2026, 3, 31), "v43 "), (date(2026, 4, 1), "v43.1 "), (date(2026, 9, 30), "v43.1 "), (date(2026, 10, 1), "v44 ")],
)
def test_the_discharge_date_picks_the_grouper(grouped: Grouped, on: date, edition: str) -> None:
    assert grouped("I50.23", on=on).edition.startswith(edition)


@pytest.mark.parametrize("on", [date(2015, 9, 30), date(2031, 1, 1), date(1999, 1, 1), date(9999, 12, 31)])
def test_a_date_outside_the_editions_names_those_there_are(grouped: Grouped, on: date) -> None:
    with pytest.raises(NoEdition, match="v43"):
        grouped("I50.23", on=on)


def test_a_weight_that_is_not_loaded_is_not_a_weight_of_nothing(grouped: Grouped) -> None:
    got = grouped("I50.23", on=date(2026, 10, 1))
    assert got.drg == "293"
    assert got.weight is None
    assert got.weight_edition == "not loaded"
    assert ruling(got, "weight").verdict == "not loaded"


SECONDARY = ["J96.01", "N17.9", "E11.9", "I10", "L89.154/N", "N18.4", "D62", "R65.20", "Z79.4", "E87.1"]


@given(st.lists(st.sampled_from(SECONDARY), unique=True, max_size=8), st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=40)
def test_the_order_of_secondary_codes_does_not_matter(grouped: Grouped, codes: list[str], chance: object) -> None:
    shuffled = list(codes)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    a, b = grouped("I50.23", " ".join(codes)), grouped("I50.23", " ".join(shuffled))
    assert (a.drg, a.initial_drg, a.weight, a.severity, a.mdc) == (b.drg, b.initial_drg, b.weight, b.severity, b.mdc)
    assert {(w.change, w.drg) for w in a.what_if} == {(w.change, w.drg) for w in b.what_if}


@given(st.lists(st.sampled_from(SECONDARY), unique=True, max_size=6))
@settings(deadline=None, max_examples=30)
def test_a_further_code_never_takes_the_weight_down_within_heart_failure(grouped: Grouped, codes: list[str]) -> None:
    """Same principal, no procedure, nothing acquired in hospital: a CC or MCC more can only hold or raise it."""
    present = [c.partition("/")[0] for c in codes]
    without, all_of_them = grouped("I50.23", " ".join(present[1:])), grouped("I50.23", " ".join(present))
    assert without.weight is not None
    assert all_of_them.weight is not None
    assert without.weight <= all_of_them.weight
