"""ICD-10-PCS in the code book: validity by date, titles, the tables with their labels, and the index.

Validity is taken from the grouper's tables; titles from a package that is two years older and one that knows part of
the sections. A code that neither knows is valid with its title not loaded, until a site adds `icd10pcs_order_*.txt`.
A table (say 02H) offers for each of the characters 4 to 7 the values that its codes in force use.
"""
from __future__ import annotations

import csv
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import date

from charthouse.adapters.books import manifest
from charthouse.adapters.books.cm import in_force
from charthouse.adapters.books.lmdb_tables import Tables
from charthouse.adapters.books.sources import SourceFile, packaged
from charthouse.record.errors import BadBookFile

LISTED_SINCE = 20251001  # as ICD-10-CM: codes that ended before are known by date only
Label = tuple[str, int, str, str]  # axis (the characters before, at most three), position, value, label


def load(book: sqlite3.Connection, tables: Tables, validity: SourceFile) -> None:
    """Write validity, entries with titles, tables and index, and the editions."""
    through = tables.covered_through("mce_i10sg_master")
    spans = [(s.code, s.start, s.end) for s in tables.spans("mce_i10sg_master")]
    book.executemany("INSERT INTO validity VALUES ('ICD-10-PCS',?,?,?)", spans)
    titles = dict(_titles())
    last = int(through.strftime("%Y%m%d"))
    current = {code for code, _, end in spans if end >= last}
    listed = {code for code, _, end in spans if end >= LISTED_SINCE}
    codes = sorted({code for code, _, _ in spans})
    book.executemany(
        "INSERT INTO entry (system,code,title,above,base,leaf,title_loaded,listed) VALUES ('ICD-10-PCS',?,?,?,'',1,?,?)",
        [(c, titles.get(c, ""), c[:3], c in titles, c in listed) for c in codes],
    )
    _write_tables(book, listed)
    for year, start, end in manifest.fiscal_years(2016, through):
        manifest.write(book, manifest.edition("ICD-10-PCS", f"FY{year}", manifest.CMS, start, end, validity, in_force(spans, start)))
    source = packaged("pcs_titles")
    if source is not None:
        manifest.write(book, manifest.edition(
            "ICD-10-PCS titles", "FY2024", manifest.CMS, date(2023, 10, 1), through, source, len(titles),
            note=f"Titles of FY2024 and part of the later ones, used for every date; {len(current - titles.keys())} of the "
            f"{len(current)} codes in force at the end have no title yet.",
        ))  # fmt: skip


def _titles() -> Iterator[tuple[str, str]]:
    """(code, title) of both packages; the official wording is the same in both."""
    titles, tree = packaged("pcs_titles"), packaged("pcs")
    if tree is not None:
        with closing(sqlite3.connect(f"{tree.path.as_uri()}?mode=ro&immutable=1", uri=True)) as other:
            yield from other.execute("SELECT code, long_name FROM pcs_codes")
    if titles is not None:
        with titles.path.open(encoding="utf-8", newline="") as file:
            for number, row in enumerate(csv.reader(file), 1):
                if len(row) != 2 or len(row[0]) != 7:
                    raise BadBookFile(file=titles.path.name, why=f"line {number} is not a code with its title")
                yield row[0], row[1]


def _write_tables(book: sqlite3.Connection, codes: Iterable[str]) -> None:
    labels: dict[tuple[str, int, str], str] = {}
    for axis, position, value, label in _labels():
        if labels.setdefault((axis, position, value), label) != label:
            raise BadBookFile(file="icd10pcs.db", why=f"character {position} {value} of table {axis} has two labels")
    used = {(code[: min(i, 3)], i + 1, code[i]) for code in codes for i in range(7)}
    book.executemany("INSERT INTO pcs_value VALUES (?,?,?,?)", [(*key, labels.get(key, "")) for key in sorted(used)])


def _labels() -> Iterator[Label]:
    tree = packaged("pcs")
    if tree is None:
        return
    query = "SELECT DISTINCT code, sec_def, bs_def, ro_def, bp_def, ap_def, dv_def, qu_def FROM pcs_tree"
    with closing(sqlite3.connect(f"{tree.path.as_uri()}?mode=ro&immutable=1", uri=True)) as other:
        for code, *labels in other.execute(query):
            for i, label in enumerate(labels):
                yield code[: min(i, 3)], i + 1, code[i], (label or "").split(":")[0]


def load_index(book: sqlite3.Connection, source: SourceFile) -> None:
    """Write the packaged index: a main term and what stands under it, as the book prints it."""
    with closing(sqlite3.connect(f"{source.path.as_uri()}?mode=ro&immutable=1", uri=True)) as other:
        rows = other.execute("SELECT term, content FROM pcs_index").fetchall()
        definitions = other.execute("SELECT section || code, value, definition, explanation, examples FROM pcs_root_operation").fetchall()
    book.executemany(
        "INSERT INTO index_entry (system,level,path,title,nemod,code,see,see_also) VALUES ('ICD-10-PCS',0,?,?,'','',?,'')",
        [(term.strip(), term.strip(), content.replace("**", "")) for term, content in rows],
    )
    book.executemany("INSERT INTO pcs_definition VALUES (?,?,?,?,?)", definitions)
    manifest.write(book, manifest.edition(
        "ICD-10-PCS index", "FY2025", manifest.CMS, date(2025, 4, 1), date(2025, 9, 30), source, len(rows),
        note="The package does not say which edition it carries; all codes beside it are in force from April 2025 on, not before.",
    ))  # fmt: skip
