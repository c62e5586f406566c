"""ICD-10-CM in the code book: tree, titles and notes of the tabular list joined with validity by date.

The tabular list and the validity tables can be of different years. Codes that only the validity tables know are kept
without a title ("title not loaded"); written-out codes that never were valid are dropped (S06 with loss of
consciousness until death takes no D or S, as the list's own notes say).
"""
from __future__ import annotations

import csv
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from charthouse.adapters.books import manifest, tabular
from charthouse.adapters.books.lmdb_tables import Tables, dotted
from charthouse.adapters.books.sources import SourceFile, packaged
from charthouse.record.errors import BadBookFile
from charthouse.rulebook.editions import Edition

FIRST_YEAR = 2016  # ICD-10-CM came into use on 2015-10-01


@dataclass(frozen=True, slots=True)
class Row:
    code: str
    title: str
    above: str
    base: str
    leaf: bool
    title_loaded: bool
    listed: bool


def load(book: sqlite3.Connection, source: SourceFile, tables: Tables, validity: SourceFile) -> None:
    """Write entries, places, notes, validity and the editions of both books."""
    through = tables.covered_through("mce_i10dx_master")
    spans = [(dotted(s.code), s.start, s.end) for s in tables.spans("mce_i10dx_master")]
    book.executemany("INSERT INTO validity VALUES ('ICD-10-CM',?,?,?)", spans)
    listed = tabular.read(source.path)
    book.executemany("INSERT INTO place VALUES (?,?,?,?)", [(n.code, n.kind, n.title, n.parent) for n in listed.nodes if n.kind != "code"])
    book.executemany("INSERT INTO note (kind,at,text,codes) VALUES (?,?,?,?)", [(n.kind, n.at, n.text, " ".join(n.codes)) for n in listed.notes])
    since = _start_of(listed)
    rows = list(_in_book_order(listed, _rows(listed, spans, since)))
    write_entries(book, rows)
    for row in _editions(spans, through, validity):
        manifest.write(book, row)
    titled = sum(r.title_loaded and r.leaf for r in rows)
    manifest.write(book, manifest.edition(
        "ICD-10-CM titles", f"FY{listed.year}", manifest.NCHS, since, through, source, titled,
        note=f"Titles and notes of the FY{listed.year} tabular list, used for every date; {_new(spans, rows, through)} of the codes "
        "in force at the end have no title yet.",
    ))  # fmt: skip


def _start_of(listed: tabular.Tabular) -> date:
    return date(listed.year - 1, 10, 1)


def _new(spans: list[tuple[str, int, int]], rows: list[Row], through: date) -> int:
    last, untitled = int(through.strftime("%Y%m%d")), {r.code for r in rows if not r.title_loaded}
    return sum(code in untitled and start <= last <= end for code, start, end in spans)


def _rows(listed: tabular.Tabular, spans: list[tuple[str, int, int]], since: date) -> dict[str, Row]:
    """Every code of the list and of the validity tables, by code."""
    last_day: dict[str, int] = {}
    for code, _, end in spans:
        last_day[code] = max(end, last_day.get(code, 0))
    first = int(since.strftime("%Y%m%d"))
    rows = {
        n.code: Row(n.code, n.title, n.parent, n.base, n.leaf, True, True)
        for n in listed.nodes
        if n.kind == "code" and (not n.leaf or n.code in last_day or not n.base)
    }
    older = _older_titles()
    blocks = [n.code for n in listed.nodes if n.kind == "block"]
    for code in sorted(last_day.keys() - rows.keys()):
        above = _above(code, rows, blocks)
        title = older.get(code, "")
        rows[code] = Row(code, title, above, "", True, bool(title), last_day[code] >= first)
    for code in last_day.keys() & rows.keys():
        if rows[code].leaf and last_day[code] < first:  # written out, but no longer in use
            rows[code] = replace(rows[code], listed=False)
    return rows


def _above(code: str, rows: dict[str, Row], blocks: Iterable[str]) -> str:
    for length in range(len(code) - 1, 2, -1):
        stem = code[:length].rstrip(".")
        if stem in rows:
            return stem
    return next((b for b in blocks if b[:3] <= code[:3] <= b[4:7]), "")


def _older_titles() -> dict[str, str]:
    source = packaged("cm_titles_2025")
    if source is None:
        return {}
    titles: dict[str, str] = {}
    with source.path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.reader(file), 1):
            if len(row) != 2 or dotted(row[0]) in titles:
                raise BadBookFile(file=source.path.name, why=f"line {number} is malformed or stands twice")
            titles[dotted(row[0])] = row[1]
    return titles


def _in_book_order(listed: tabular.Tabular, rows: dict[str, Row]) -> Iterable[Row]:
    """Depth first; blocks as the list has them, categories and codes within them by code."""
    below: dict[str, list[str]] = {}
    for code in sorted(rows):
        below.setdefault(rows[code].above, []).append(code)
    waiting: list[str] = []
    for top in [n.code for n in listed.nodes if n.kind == "block"] + [""]:
        waiting.extend(reversed(below.get(top, [])))
        while waiting:
            code = waiting.pop()
            yield rows[code]
            waiting.extend(reversed(below.get(code, [])))


def write_entries(book: sqlite3.Connection, rows: Iterable[Row], system: str = "ICD-10-CM") -> None:
    book.executemany(
        "INSERT INTO entry (system,code,title,above,base,leaf,title_loaded,listed) VALUES (?,?,?,?,?,?,?,?)",
        [(system, r.code, r.title, r.above, r.base, r.leaf, r.title_loaded, r.listed) for r in rows],
    )


def _editions(spans: list[tuple[str, int, int]], through: date, source: SourceFile) -> Iterable[Edition]:
    for year, start, end in manifest.fiscal_years(FIRST_YEAR, through):
        rows = in_force(spans, start)
        yield manifest.edition("ICD-10-CM", f"FY{year}", manifest.NCHS, start, end, source, rows, note="Which codes are complete, by date.")


def in_force(spans: Iterable[tuple[str, int, int]], on: date) -> int:
    """How many codes are valid on a day."""
    day = int(on.strftime("%Y%m%d"))
    return sum(start <= day <= end for _, start, end in spans)
