"""Editions: the record's date picks the book, and nothing else does."""
from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charthouse.record.errors import NoEdition
from charthouse.rulebook.editions import Edition, choose


def edition(name: str, start: date, end: date, book: str = "ICD-10-CM") -> Edition:
    return Edition(book=book, edition=name, authority="a", effective_from=start, verified_through=end, date_basis="discharge",
                   source="s", sha256="0", licence="l", rows=1)  # fmt: skip


TWO = (
    edition("FY2026", date(2025, 10, 1), date(2026, 9, 30)),
    edition("FY2027", date(2026, 10, 1), date(2027, 3, 31)),
    edition("v44", date(2026, 10, 1), date(2027, 3, 31), "MS-DRG"),
)


@pytest.mark.parametrize(
    ("on", "name"),
    [
        (date(2025, 10, 1), "FY2026"), (date(2026, 9, 30), "FY2026"), (date(2026, 10, 1), "FY2027"), (date(2027, 3, 31), "FY2027"),
    ],
)  # fmt: skip
def test_the_first_and_last_day_belong_to_the_edition(on: date, name: str) -> None:
    assert choose(TWO, "ICD-10-CM", on).edition == name


@pytest.mark.parametrize("on", [date(2025, 9, 30), date(2027, 4, 1), date(2030, 1, 1)])
def test_a_date_outside_every_edition_is_an_error_that_names_them(on: date) -> None:
    with pytest.raises(NoEdition, match=r"FY2026 \(2025-10-01 to 2026-09-30\)"):
        choose(TWO, "ICD-10-CM", on)


def test_a_book_that_is_not_loaded_says_none() -> None:
    with pytest.raises(NoEdition, match="Loaded: none"):
        choose(TWO, "HCPCS", date(2026, 10, 1))


@given(st.permutations(TWO), st.dates(date(2025, 10, 1), date(2027, 3, 31)))
def test_the_order_of_the_manifest_does_not_matter(editions: list[Edition], on: date) -> None:
    assert choose(editions, "ICD-10-CM", on) == choose(TWO, "ICD-10-CM", on)
