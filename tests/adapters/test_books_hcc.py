"""The HCC of a diagnosis, from CMS's mapping."""
from __future__ import annotations

import pytest

from charthouse.adapters.storage.codebook import SqliteCodeBook


@pytest.mark.parametrize(("code", "category"), [("E11.22", 37), ("E11.9", 38), ("I50.23", 224), ("J96.01", 213), ("N18.32", 328), ("I10", 0), ("N18.31", 329), ("E66.9", 0)])
def test_the_category_of_a_diagnosis(book: SqliteCodeBook, code: str, category: int) -> None:
    found = book.hcc(code)
    assert [n for n, _ in found] == ([category] if category else [])
    assert all(label for _, label in found)


def test_the_mapping_is_in_the_manifest(book: SqliteCodeBook) -> None:
    (edition,) = [e for e in book.editions() if e.book == "HCC"]
    assert (edition.edition, edition.authority) == ("V28, payment year 2026", "CMS")
    assert edition.rows > 8000
