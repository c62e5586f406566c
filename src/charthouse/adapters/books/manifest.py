"""Rows of the manifest: which edition of which book is in the code book, in force when, from what file."""
from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import date, timedelta

from charthouse.adapters.books.sources import SourceFile
from charthouse.rulebook.editions import DateBasis, Edition

NCHS, CMS, AMA, SITE = "NCHS/CDC", "CMS", "AMA", "the site"
BOOKS = (
    "ICD-10-CM", "ICD-10-CM titles", "ICD-10-CM index", "ICD-10-PCS", "ICD-10-PCS titles", "ICD-10-PCS index", "MS-DRG", "CC/MCC",
    "CC exclusions", "Table 5", "POA exempt", "GEMs", "HCC", "HCPCS", "CPT", "E/M codes", "NCCI practitioner", "NCCI hospital", "MUE practitioner", "MUE hospital", "lexicon",
)  # fmt: skip


def edition(
    book: str, name: str, authority: str, start: date, through: date, source: SourceFile, rows: int,
    *, basis: DateBasis = "discharge", note: str = "",
) -> Edition:  # fmt: skip
    return Edition(
        book=book, edition=name, authority=authority, effective_from=start, verified_through=through, date_basis=basis,
        source=source.origin, sha256=source.sha256, licence=source.licence, rows=rows, note=note,
    )  # fmt: skip


def write(book: sqlite3.Connection, row: Edition) -> None:
    """Add or replace a row of the manifest."""
    book.execute(
        "INSERT OR REPLACE INTO manifest VALUES (?,?,?,?,?,?,?,?,?,?,?)",
        (row.book, row.edition, row.authority, row.effective_from.isoformat(), row.verified_through.isoformat(), row.date_basis,
         row.source, row.sha256, row.licence, row.rows, row.note),
    )  # fmt: skip
    book.execute("DELETE FROM missing WHERE book = ?", (row.book,))


def read(book: sqlite3.Connection) -> tuple[Edition, ...]:
    """All rows, by book and date."""
    return tuple(
        Edition(
            book=b, edition=e, authority=a, effective_from=date.fromisoformat(f), verified_through=date.fromisoformat(t),
            date_basis=d, source=s, sha256=h, licence=li, rows=n, note=note,
        )
        for b, e, a, f, t, d, s, h, li, n, note in book.execute("SELECT * FROM manifest ORDER BY book, effective_from")
    )  # fmt: skip


def fiscal_years(first: int, through: date) -> Iterator[tuple[int, date, date]]:
    """(fiscal year, its first day, its last day covered). FY2027 runs from 2026-10-01 to 2027-09-30."""
    year = first
    while date(year - 1, 10, 1) <= through:
        yield year, date(year - 1, 10, 1), min(date(year, 9, 30), through)
        year += 1


def drg_versions(through: date) -> Iterator[tuple[int, str, date, date]]:
    """(version number, name, first day, last day): v40 (FY2023) on; the .1 releases take effect on April 1."""
    for year, start, _ in fiscal_years(2023, through):
        version, april = 10 * (year - 1983), date(year, 4, 1)
        yield version, f"v{version // 10} (FY{year})", start, min(april - timedelta(days=1), through)
        if april <= through:
            yield version + 1, f"v{version // 10}.1 (FY{year})", april, min(date(year, 9, 30), through)
