"""The tables of procedures against the code book: every pattern comes to a valid code, every region and body part is one."""
from __future__ import annotations

from datetime import date

import pytest

from charthouse.adapters.books import procedures, tables
from charthouse.adapters.storage.codebook import SqliteCodeBook
from charthouse.lexicon.pcs import Pattern, parse, without_side
from charthouse.lexicon.words import STOP

ON = date(2026, 3, 19)
SYSTEMS = "0123456789ABCDFGHJKLMNPQRSTUVWXYZ"


def fits(pattern: Pattern, book: SqliteCodeBook) -> bool:
    for system in pattern[1].values or SYSTEMS:
        for operation in pattern[2].values or SYSTEMS:
            for code in book.pcs_codes(pattern[0].values + system + operation):
                if all(not p.values or c in p.values for p, c in zip(pattern, code, strict=True)) and book.valid(code, ON):
                    return True
    return False


@pytest.mark.parametrize("name", procedures.names())
def test_every_alternative_of_every_pattern_fits_a_valid_code(name: str, book: SqliteCodeBook) -> None:
    wrong = [(term, text) for term, target in tables.rows(f"procedures/{name}", 2) for text in target.split(" + ")
             for pattern in parse(text) if not fits(pattern, book)]
    assert wrong == []


def test_every_region_is_the_start_of_valid_codes(book: SqliteCodeBook) -> None:
    starts = [start for _, *row in tables.rows("procedures/regions", 6) for start in row if start != "-"]
    assert len(starts) > 300
    assert [start for start in starts for pattern in parse(start + "???") if not fits(pattern, book)] == []


def test_every_body_part_is_one_of_the_tables_or_a_region(book: SqliteCodeBook) -> None:
    rows = book._connection().execute("SELECT DISTINCT label FROM pcs_value WHERE position = 4 AND axis LIKE '0%'")
    known = {without_side(label)[0] for (label,) in rows} | {part for label, *_ in tables.rows("procedures/regions", 6) for part in label.split(" + ")}
    said = {label for _, labels in tables.rows("procedures/parts", 2) for group in labels.split(" + ") for label in group.split(" | ")}
    assert said - known == set()


def test_every_device_and_qualifier_that_is_hinted_at_is_one_of_the_tables(book: SqliteCodeBook) -> None:
    rows = book._connection().execute("SELECT DISTINCT label FROM pcs_value WHERE position > 5 AND axis LIKE '0%'")
    known = {label.replace("- ", "-") for (label,) in rows}
    assert {value for _, axis, value, _ in procedures.hints() if axis in ("device", "qualifier")} - known == set()


def test_no_abbreviation_loses_a_letter_to_the_words_that_are_passed_over() -> None:
    lost = [row[4] for row in procedures.rows() for word in row[4].split() if word.isupper() and word.lower() in STOP]
    assert lost == []


def test_what_is_reported_is_told_for_starts_that_exist(book: SqliteCodeBook) -> None:
    codes = [code for code, in book._connection().execute("SELECT code FROM entry WHERE system = 'ICD-10-PCS'")]
    assert [start for start, yes, why in tables.rows("procedures/reported", 3) if yes not in ("yes", "no") or not why or not any(c.startswith(start) for c in codes)] == []


def test_the_lexicon_of_procedures_is_large_enough_to_be_of_use() -> None:
    assert sum(len(tables.rows(f"procedures/{name}", 3)) for name in (*procedures.names(), "parts", "hints")) > 1500
