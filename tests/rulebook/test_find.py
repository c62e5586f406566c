"""The quality of the search in the book: what a coder types, and what must stand on top."""
from __future__ import annotations

import pytest

from charthouse.adapters.storage.codebook import SqliteCodeBook
from charthouse.adapters.storage.codebook_find import edits

# (typed, codes of which one must be first, or the start of the code that must be first)
FIRST = [
    ("heart failure with preserved ejection fraction", "I50.3"),
    ("HFpEF", "I50.3"),
    ("diabtes with neuropaty", "E11.4"),
    ("essential hypertension", "I10"),
    ("low back pain", "M54.50"),
    ("chest pain", "R07.9"),
    ("sepsis", "A41.9"),
    ("pneumonia", "J18.9"),
    ("chronic kidney disease stage 3b", "N18.32"),
    ("unspecified fall", "W19"),
    ("meniere disease", "H81.0"),
    ("fracture of distal end of radius", "S52.5"),
    ("acute apendicitis", "K35"),
    ("E11.2", "E11.2"),
    ("e1122", "E11.22"),
]
NEEDS_LEXICON = [("heart attack", "I21.9"), ("HTN", "I10"), ("kidney stones", "N20.0"), ("stroke", "I63.9")]


@pytest.mark.parametrize(("typed", "first"), FIRST)
def test_the_right_code_is_first(book: SqliteCodeBook, typed: str, first: str) -> None:
    found = book.find(typed)
    assert found[:1], "nothing found"
    assert found[0].code.startswith(first), [(f.code, f.title, f.score) for f in found[:5]]


@pytest.mark.parametrize(("typed", "first"), NEEDS_LEXICON)
def test_lay_words_and_abbreviations_are_found_through_the_lexicon(book: SqliteCodeBook, typed: str, first: str) -> None:
    found = book.find(typed)
    assert found[:1], "nothing found"
    assert found[0].code.startswith(first), [(f.code, f.title, f.score) for f in found[:5]]


def test_procedures_are_found_in_their_own_system(book: SqliteCodeBook) -> None:
    found = book.find("heart transplant", system="ICD-10-PCS", limit=5)
    assert found[0].code.startswith("02YA0Z")


@pytest.mark.parametrize("typed", ["", "   ", "!!!", '"', "the of", "NEAR(", "xqzzv"])
def test_words_that_say_nothing_find_nothing_and_break_nothing(book: SqliteCodeBook, typed: str) -> None:
    assert isinstance(book.find(typed), tuple)


def test_the_limit_holds(book: SqliteCodeBook) -> None:
    assert len(book.find("fracture", limit=7)) == 7


@pytest.mark.parametrize(("a", "b", "n"), [("abc", "abc", 0), ("abc", "acb", 1), ("abc", "ab", 1), ("abc", "xbc", 1), ("", "ab", 2)])
def test_edits(a: str, b: str, n: int) -> None:
    assert edits(a, b) == edits(b, a) == n
