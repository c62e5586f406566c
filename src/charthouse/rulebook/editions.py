"""Editions of official tables: who issued them, when they are in force, how far they were checked.

The record's own date picks the book. There is no "latest" and no today: a date outside every edition is an error.
"""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from charthouse.record.errors import NoEdition

DateBasis = Literal["discharge", "service", "receipt"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """One edition of one official table, as the manifest of the code book lists it.

    `effective_from` and `verified_through` are both inclusive; a date past `verified_through` is not covered even when
    no later edition is known.
    """

    book: str
    edition: str
    authority: str
    effective_from: date
    verified_through: date
    date_basis: DateBasis
    source: str
    sha256: str
    licence: str
    rows: int
    note: str = ""

    def covers(self, on: date) -> bool:
        return self.effective_from <= on <= self.verified_through


def choose(editions: Iterable[Edition], book: str, on: date) -> Edition:
    """The edition of `book` in force on `on`; of several, the one that took effect last.

    Raises `NoEdition`, naming the editions there are, when none covers the date.
    """
    of_book = sorted((e for e in editions if e.book == book), key=lambda e: e.effective_from)
    covering = [e for e in of_book if e.covers(on)]
    if covering:
        return covering[-1]
    there_are = "; ".join(f"{e.edition} ({e.effective_from} to {e.verified_through})" for e in of_book) or "none"
    raise NoEdition(book=book, on=on.isoformat(), there_are=there_are)
