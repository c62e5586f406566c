"""The tables of a visit hold what they may: known words in each column, no phrase with two meanings, HCPCS codes that are valid, and no CPT."""
from __future__ import annotations

import re
from datetime import date

import pytest

from charthouse.adapters.books import tables, visit_tables
from charthouse.adapters.storage.codebook import SqliteCodeBook
from charthouse.lexicon.words import words
from charthouse.record.evaluation import CATEGORIES, ELEMENTS, LEVELS
from charthouse.rooms.coding.evaluation.problems import _WORDS

LEVEL_II = re.compile(r"[ABCEGHJ-MP-V]\d{4}")
TABLES = ("services", "medicines", "hcpcs_drugs", "hcpcs_services", "evaluation_problems", "evaluation_grid", "evaluation_times", "evaluation_tests")


@pytest.mark.parametrize("name", TABLES)
def test_no_cpt_stands_in_a_table(name: str) -> None:
    assert not [row for row in tables.rows(name, 7) for cell in row[1:] if re.fullmatch(r"\d{4}[0-9FTU]", cell) and cell not in {"1000", "2500"}]


def test_drugs_have_a_code_an_amount_and_a_known_way() -> None:
    for name, (code, amount, measure, how) in visit_tables.drugs().items():
        assert LEVEL_II.fullmatch(code), name
        assert amount > 0
        assert measure in {"mg", "mcg", "g", "ml", "meq", "units", "dose", "implant"}
        assert how in {"any", "injection", "inhaled", "implant"}


def test_services_have_a_code_a_known_act_and_a_citation() -> None:
    rows = list(visit_tables.services())
    for name, code, act, sex, ages, _, citation in rows:
        assert LEVEL_II.fullmatch(code), name
        assert act in {"dispensed", "done", "given", "named"}
        assert sex in {"", "F", "M"}
        assert ages is None or 0 <= ages[0] < ages[1]
        assert re.search(r"CFR|NCD|FR \d", citation), name
    assert len(rows) + len(visit_tables.drugs()) >= 350


def test_every_hcpcs_code_is_valid_where_the_book_is_loaded(book: SqliteCodeBook) -> None:
    on = date(2026, 3, 2)
    if not any(e.book == "HCPCS" and e.covers(on) for e in book.editions()):
        pytest.skip("no HCPCS file covers the date")
    codes = {code for code, *_ in visit_tables.drugs().values()} | {row[1] for row in visit_tables.services()}
    assert {c for c in codes if not book.valid(c, on)} == set()


def test_the_framework_speaks_of_known_elements_levels_and_problems() -> None:
    grid = tables.rows("evaluation_grid", 5)
    assert {e for e, *_ in grid} == set(ELEMENTS)
    assert {level for *_, level, _ in grid} <= set(LEVELS)
    assert all(int(least) > 0 and citation for _, _, least, _, citation in grid)
    times = tables.rows("evaluation_times", 4)
    assert {c for c, *_ in times} == set(CATEGORIES) - {"emergency"}
    assert all(level in LEVELS or LEVEL_II.fullmatch(level) for _, level, _, _ in times)
    kinds = {kind for e, kind, *_ in grid if e == "problems"}
    assert set(visit_tables.natures().values()) - {"none"} <= kinds
    assert set(_WORDS) == kinds


def test_every_chapter_has_a_kind_of_problem() -> None:
    assert {chr(c) for c in range(ord("A"), ord("Z") + 1)} - set("U") <= set(visit_tables.natures())


def test_no_phrase_has_two_meanings() -> None:
    seen: dict[str, tuple[str, str]] = {}
    for phrases, (sort, name, flags) in tables.alternatives("services", 4):
        for phrase in phrases:
            key = phrase if flags else " ".join(w for w, _, _ in words(phrase))
            assert key
            assert seen.setdefault(key, (sort, name)) == (sort, name), phrase


def test_medicines_have_a_known_class() -> None:
    for name, (sort, strength) in visit_tables.medicines().items():
        assert sort in {"rx", "otc", "toxic", "controlled"}, name
        assert strength is None or sort == "otc"
