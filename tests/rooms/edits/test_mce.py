"""The Medicare Code Editor: each edit that can be set off, what it says to do, and which code it is about."""
from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from charthouse.adapters.engines.msdrg import MsdrgEngine
from charthouse.ports.engines import EditByEngine
from charthouse.record.grouping import Diagnosis, Stay
from charthouse.record.ruling import Ruling
from charthouse.rooms.edits import mce

ENGINE = MsdrgEngine()
Y2023 = date(2023, 2, 10)


def stay(principal: str, secondary: str = "", procedures: str = "", **said: Any) -> Stay:
    def of(code: str) -> Diagnosis:
        return Diagnosis(code=code, poa="Y")

    usual: dict[str, Any] = {"discharge_date": date(2026, 2, 10), "age": 68, "sex": "M", "discharge_status": "01"}
    return Stay(id="1", principal=of(principal), secondary=tuple(map(of, secondary.split())), procedures=tuple(procedures.split()), **usual | said)


def edited(*words: str, **said: Any) -> dict[str, list[Ruling]]:
    found: dict[str, list[Ruling]] = {}
    for ruling in mce(stay(*words, **said), ENGINE, "v43"):
        found.setdefault(ruling.rule.removeprefix("mce/"), []).append(ruling)
    return found


# principal, secondary, procedures, the rest of the stay, edit, codes it is about, verdict
EDITS: list[tuple[str, str, str, dict[str, Any], str, list[str], str]] = [
    ("S72.001", "", "", {}, "invalid_code", ["S72.001"], "error"), ("J18.9", "S72.001 XXX", "", {}, "invalid_code", ["S72.001", "XXX"], "error"),
    ("G35", "", "", {}, "invalid_code", ["G35"], "error"),
    ("W19.XXXA", "S72.001A", "", {}, "e_code_as_pdx", ["W19.XXXA"], "error"), ("I50.23", "I50.23 N17.9", "", {}, "duplicate_of_pdx", ["I50.23"], "warning"),
    ("A33", "", "", {}, "age_conflict", ["A33"], "warning"), ("J18.9", "A33", "", {}, "age_conflict", ["A33"], "warning"),
    ("A18.18", "", "", {"discharge_date": Y2023}, "sex_conflict", ["A18.18"], "error"), ("D63.8", "", "", {}, "manifestation_as_pdx", ["D63.8"], "error"),
    ("F02.80", "G30.9", "", {}, "manifestation_as_pdx", ["F02.80"], "error"), ("I10", "G30.9", "", {}, "questionable_admission", ["I10"], "warning"),
    ("Z59.00", "J18.9", "", {}, "unacceptable_pdx", ["Z59.00"], "error"), ("Z51.89", "", "", {}, "requires_sdx", ["Z51.89"], "warning"),
    ("S82.209A", "", "", {}, "unspecified", ["S82.209A"], "warning"), ("J18.9", "S82.209A", "", {}, "unspecified", ["S82.209A"], "warning"),
    ("J18.9", "Y65.51", "", {}, "wrong_procedure_performed", ["Y65.51"], "warning"), ("I50.23", "", "02YA0Z0", {}, "limited_coverage", ["02YA0Z0"], "warning"),
    ("I50.23", "N17.9", "00F5XZZ", {}, "non_covered", ["00F5XZZ"], "warning"),
    ("O82", "", "10D00Z1", {"sex": "F", "age": 29}, "questionable_obstetric_admission", ["10D00Z1"], "warning"),
    ("J18.9", "", "", {"age": 130}, "invalid_age", [""], "error"), ("J18.9", "N17.9", "", {"discharge_status": "99"}, "invalid_discharge_status", [""], "error"),
]  # fmt: skip


@pytest.mark.parametrize(("principal", "secondary", "procedures", "said", "edit", "subjects", "verdict"), EDITS)
def test_an_edit_names_what_it_is_about(principal: str, secondary: str, procedures: str, said: dict[str, Any], edit: str, subjects: list[str], verdict: str) -> None:
    found = edited(principal, secondary, procedures, **said)
    assert edit in found
    assert [r.subject for r in found[edit]] == subjects
    for ruling in found[edit]:
        assert ruling.verdict == verdict
        assert ruling.citation
        assert ruling.edition == "v43"
        assert ruling.message.startswith(f"{ruling.subject}: " if ruling.subject else "The ")


@pytest.mark.parametrize("words", [("J18.9", "N17.9 I10"), ("I50.23", "J96.01"), ("M17.11", "I10", "0SRC0J9")])
def test_a_stay_in_order_passes_with_one_ruling(words: tuple[str, ...]) -> None:
    found = edited(*words)
    assert {rule: [r.verdict for r in rulings] for rule, rulings in found.items()} == {"mce": ["passed"]}


def test_each_edit_that_stops_a_claim_says_what_to_do() -> None:
    for principal, secondary, procedures, said, edit, _, _ in EDITS:
        for ruling in edited(principal, secondary, procedures, **said)[edit]:
            assert "_" not in ruling.message
            assert len(ruling.message) > 20


class Told:
    """An editor that answers what it was told to."""

    def __init__(self, *edits: EditByEngine) -> None:
        self.edits = edits

    def edit(self, stay: Stay) -> tuple[EditByEngine, ...]:
        return self.edits


def test_an_edit_that_is_not_known_yet_is_still_told() -> None:
    (ruling,) = mce(stay("J18.9"), Told(EditByEngine(name="BRAND_NEW_EDIT", kind="PREPAYMENT", subjects=("J18.9",))), "v50")
    assert (ruling.verdict, ruling.message, ruling.edition) == ("warning", "J18.9: brand new edit.", "v50")


def test_each_subject_has_a_ruling_of_its_own() -> None:
    rulings = mce(stay("J18.9"), Told(EditByEngine(name="INVALID_CODE", kind="", subjects=("A", "B"))), "v43")
    assert [r.subject for r in rulings] == ["A", "B"]
