"""General Equivalence Mappings between ICD-9-CM and ICD-10-CM (CMS and NCHS, last edition FY2018), one-to-many kept.

Read from the CSV files of a package or from the official `*_I9gem.txt` and `*_I10gem.txt` (source, target, five flags:
approximate, no map, combination, scenario, choice list).
"""
from __future__ import annotations

import csv
import re
import sqlite3
from collections.abc import Iterator
from datetime import date

from charthouse.adapters.books import manifest
from charthouse.adapters.books.lmdb_tables import dotted
from charthouse.adapters.books.sources import SourceFile
from charthouse.record.errors import BadBookFile

NO_TARGET = {"NODX", "NoDx", "NOPCS"}
LINE = re.compile(r"(\w{3,7}) +(\w{3,7}|NoDx|NoPCS) +([01]{3}\d\d)")


def rows(source: SourceFile) -> Iterator[tuple[str, str, str]]:
    """(source code, target code or "", flags), codes without dots."""
    with source.path.open(encoding="utf-8", newline="") as file:
        lines = list(file) if source.path.suffix == ".txt" else [" ".join(r[:3]) for r in csv.reader(file)][1:]
    for number, line in enumerate(lines, 1):
        found = LINE.fullmatch(line.strip())
        if found is None:
            raise BadBookFile(file=source.path.name, why=f"line {number} is not `source target flags`")
        code, target, flags = found.groups()
        yield code, "" if target in NO_TARGET or flags[1] == "1" else target, flags


def load(book: sqlite3.Connection, direction: str, source: SourceFile) -> None:
    """Write one direction, "9>10" or "10>9", and its edition."""
    made = [(dotted9(s), dotted(t), f) if direction == "9>10" else (dotted(s), dotted9(t), f) for s, t, f in rows(source)]
    try:
        book.executemany("INSERT INTO gem VALUES (?,?,?,?)", [(direction, *row) for row in made])
    except sqlite3.IntegrityError as error:
        raise BadBookFile(file=source.path.name, why="a mapping stands twice") from error
    year = source.year or 2018  # the packaged files are those of 2018, the last that were issued
    manifest.write(book, manifest.edition(
        "GEMs", f"FY{year} {direction}", "CMS and NCHS", date(2015, 10, 1), date(2018, 9, 30), source, len(made),
        note="Frozen in FY2018: codes made since then are not in it. A help to look older codes up, not to assign one.",
    ))  # fmt: skip


def dotted9(code: str) -> str:
    """An ICD-9-CM diagnosis as its book writes it: "25000" -> "250.00", "E8800" -> "E880.0"."""
    at = 4 if code.startswith("E") else 3
    return code if len(code) <= at else f"{code[:at]}.{code[at:]}"
