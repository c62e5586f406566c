"""The executable guidelines: which codes stand and which are left off, by which rule. One table for each concern."""
from __future__ import annotations

import re
from typing import Any

import coding_cases as cc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from charthouse.adapters.storage.codebook import SqliteCodeBook
from charthouse.rooms.coding import Tables
from charthouse.rooms.coding.candidate import Candidate
from charthouse.rooms.coding.guidelines import GUIDELINES

NAMES = ("additional", "circulatory", "combining", "diabetes", "documented_by", "encounters", "excludes", "hypertension", "infections", "injuries", "integral",
         "neoplasms", "newborn", "obstetrics", "pregnancy", "sites", "specific", "trust")


CASES = [pytest.param(case, id=f"{name}/{case['id']}") for name in NAMES for case in cc.table(name)]


def after(case: dict[str, Any], found: tuple[Candidate, ...], book: SqliteCodeBook, tables: Tables) -> tuple[Candidate, ...]:
    bench = cc.bench_of(case, cc.candidates(case["given"]), book, tables)
    for guideline in GUIDELINES:
        found = guideline(found, bench)
    return found


def standing(found: tuple[Candidate, ...]) -> list[str]:
    return sorted(c.code for c in found if not c.off)


@pytest.mark.parametrize("case", CASES)
def test_what_stands_and_what_is_left_off(case: dict[str, Any], book: SqliteCodeBook, tables: Tables) -> None:
    found = after(case, cc.candidates(case["given"]), book, tables)
    assert standing(found) == sorted(case["stand"]), [(c.code, c.reasons[0].rule) for c in found if c.off and c.reasons]
    rules = {c.code: c.reasons[0].rule for c in found if c.reasons}
    for code, rule in case.get("rules", {}).items():
        assert rules[code] == rule


@pytest.mark.parametrize("case", CASES)
def test_every_ruling_names_its_source_and_its_code(case: dict[str, Any], book: SqliteCodeBook, tables: Tables) -> None:
    for c in after(case, cc.candidates(case["given"]), book, tables):
        assert c.reasons or not c.off
        assert all(r.message and r.citation and r.edition and book.entry(r.subject) for r in c.reasons)


@pytest.mark.parametrize("case", CASES)
def test_a_second_pass_changes_nothing(case: dict[str, Any], book: SqliteCodeBook, tables: Tables) -> None:
    once = after(case, cc.candidates(case["given"]), book, tables)
    assert standing(after(case, once, book, tables)) == standing(once)


@pytest.mark.parametrize("case", CASES)
def test_the_order_in_which_codes_were_found_does_not_matter(case: dict[str, Any], book: SqliteCodeBook, tables: Tables) -> None:
    assert standing(after(case, cc.candidates(case["given"])[::-1], book, tables)) == sorted(case["stand"])


def test_the_tables_are_big_enough_to_mean_something() -> None:
    all_cases = [(name, c) for name in NAMES for c in cc.table(name)]
    assert len(all_cases) >= 520
    assert len({(name, c["id"]) for name, c in all_cases}) == len(all_cases)
    assert all(c["cite"] for _, c in all_cases)


def test_the_small_tables_name_codes_of_the_book(book: SqliteCodeBook, tables: Tables) -> None:
    named = {p for signs, diagnoses, _ in tables.integral for p in (*signs, *diagnoses)}
    named |= {p for first, second, result, _, _ in tables.combinations for p in (*first, *second, result)}
    unknown = sorted(end for prefix in named for end in prefix.split("-") if book.entry(end) is None)
    assert not unknown


def test_each_row_of_the_small_tables_is_cited(tables: Tables) -> None:
    assert all(re.match(r"I\.|[NJK]\d\d", row[-1]) for row in (*tables.integral, *tables.combinations))


def test_no_combination_gives_back_what_it_took(tables: Tables) -> None:
    assert all(result not in (*first, *second) or keeps == "none" for first, second, result, keeps, _ in tables.combinations)


LINES = sorted({line for name in NAMES for c in cc.table(name) for line in c["given"]})


@given(st.lists(st.sampled_from(LINES), max_size=9, unique=True), st.sampled_from(["outpatient", "inpatient"]), st.sampled_from([None, 0, 5, 40]),
       st.dictionaries(st.sampled_from(["BMI", "NIHSS", "gestational age", "burned surface"]), st.floats(min_value=0, max_value=100)))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_comes_together_only_valid_codes_stand_and_what_goes_says_why(
        book: SqliteCodeBook, tables: Tables, lines: list[str], setting: str, age: int | None, values: dict[str, float]) -> None:
    case = {"setting": setting, "age": age, "values": values, "given": lines}
    given_codes = {c.code for c in cc.candidates(lines)}
    for c in after(case, cc.candidates(lines), book, tables):
        assert c.off or c.code in given_codes or book.valid(c.code, cc.ON), c.code
        assert c.facts
        assert not c.off or c.reasons
