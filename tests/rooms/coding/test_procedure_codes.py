"""Procedures: from sentences and charts to ICD-10-PCS codes."""
from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from procedure_cases import cases, coded, coded_chart, left_off, standing

from charthouse.adapters.storage.codebook import SqliteCodeBook
from charthouse.record.errors import NoEdition


def name(case: dict[str, object]) -> str:
    return re.sub(r"\W+", " ", str(case.get("text") or case.get("documents")))[:60].strip()


@pytest.mark.parametrize("case", cases("operations"), ids=name)
def test_an_operative_note_gives_its_codes_and_no_other(case: dict[str, object], book: SqliteCodeBook) -> None:
    lines = coded(str(case["text"]))
    assert standing(lines) == set(case["codes"])  # type: ignore[call-overload]
    assert set(case.get("off", ())) <= set(left_off(lines))  # type: ignore[call-overload]


@pytest.mark.parametrize("case", cases("stay"), ids=name)
def test_what_of_a_stay_is_coded_and_which_rule_leaves_off_the_rest(case: dict[str, object], book: SqliteCodeBook) -> None:
    documents = [tuple(d) for d in case.get("documents", [[case.get("kind", "operative_note"), case.get("text")]])]  # type: ignore[attr-defined]
    lines = coded_chart(documents, assigned=tuple(case.get("assigned", ())))  # type: ignore[arg-type]
    assert standing(lines) == set(case["codes"])  # type: ignore[call-overload]
    off = left_off(lines)
    assert {code: off.get(code) for code in case.get("off", {})} == case.get("off", {})  # type: ignore[attr-defined]


@pytest.mark.parametrize("case", cases("mentions"), ids=name)
def test_an_index_lists_every_mention(case: dict[str, object], book: SqliteCodeBook) -> None:
    lines = coded(str(case["text"]), setting="mention", kind="note")
    assert set(case["codes"]) <= {line.code for line in lines}  # type: ignore[call-overload]


def test_an_outpatient_has_none(book: SqliteCodeBook) -> None:
    assert coded("PROCEDURE: Laparoscopic cholecystectomy", setting="outpatient") == []


def test_a_code_that_was_read_waits_for_a_person_and_quotes_what_it_rests_on(book: SqliteCodeBook) -> None:
    text = "PROCEDURE: Left total knee arthroplasty, cemented"
    (line,) = coded(text)
    assert (line.status, line.role, line.system) == ("review", "procedure", "ICD-10-PCS")
    assert line.evidence[0].text == "Left total knee arthroplasty"
    assert all(text[s.start:s.end] == s.text for s in line.evidence)
    assert "qualifier: Cemented" in line.reasons[0].message


def test_a_character_that_nothing_told_is_named_and_makes_the_code_less_sure(book: SqliteCodeBook) -> None:
    (told,), (untold,) = coded("PROCEDURE: Laparoscopic splenectomy"), coded("PROCEDURE: Splenectomy")
    assert [r.rule for r in told.reasons] == ["pcs/found"]
    assert [r.rule for r in untold.reasons] == ["pcs/found", "pcs/not-said"]
    assert "approach" in untold.reasons[1].message
    assert untold.confidence < told.confidence


def test_a_given_code_that_is_also_read_is_the_persons_with_the_quotation(book: SqliteCodeBook) -> None:
    (line,) = coded("PROCEDURE: Laparoscopic cholecystectomy", assigned=("0FT44ZZ",))
    assert (line.status, line.confidence) == ("auto", 1.0)
    assert [r.rule for r in line.reasons] == ["coding/given", "pcs/found"]
    assert line.evidence[0].text == "Laparoscopic cholecystectomy"


def test_a_given_code_that_is_not_valid_does_not_hide_what_was_read(book: SqliteCodeBook) -> None:
    lines = coded("PROCEDURE: Laparoscopic cholecystectomy", assigned=("0FT4XZZ",))
    assert standing(lines) == {"0FT44ZZ"}
    assert left_off(lines) == {"0FT4XZZ": "coding/given-invalid"}


def test_a_date_that_no_edition_covers_is_an_error(book: SqliteCodeBook) -> None:
    with pytest.raises(NoEdition):
        coded("PROCEDURE: Appendectomy", on=date(2031, 3, 19))


WORDS = ["PROCEDURE:", "right", "left", "bilateral", "total", "partial", "open", "laparoscopic", "percutaneous", "biopsy", "excision of", "resection of", "drainage of", "CT of", "MRI of",
         "bypass", "repair of", "fusion", "stent", "replacement of", "cemented", "the kidney", "the liver", "colon", "knee", "hip", "femur", "lumbar spine", "skin of the leg", "eye", "and",
         "with mesh", "drain left in place", "converted to open", "hemodialysis for 30 hours", "appendectomy", "CABG x 3", "radiotherapy", ",", ".", "\n", "not done", "in 2019"]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=14), st.sampled_from(["inpatient", "mention"]), st.sampled_from([date(2023, 6, 20), date(2025, 1, 20), date(2026, 3, 19), date(2026, 11, 20)]))
def test_whatever_words_come_in_every_code_is_valid_on_the_date(book: SqliteCodeBook, words: list[str], setting: str, on: date) -> None:
    lines = coded("NOTE " + " ".join(words), setting=setting, on=on)  # type: ignore[arg-type]
    assert [line.code for line in lines if not book.valid(line.code, on)] == []
