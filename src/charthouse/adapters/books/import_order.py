"""Official order and code files of ICD-10-CM and ICD-10-PCS (fixed width): titles, and validity of years not yet known.

Order file: order number 1-5, code 7-13, complete code (1) or heading (0) in 15, short title 17-76, long title from 78.
Code file: code 1-7, long title from 9.
"""
from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from charthouse.adapters.books import manifest
from charthouse.adapters.books.lmdb_tables import dotted
from charthouse.adapters.books.sources import SourceFile
from charthouse.record.errors import BadBookFile

CODES = {"ICD-10-CM": re.compile(r"[A-Z][0-9A][0-9A-Z]{1,5}"), "ICD-10-PCS": re.compile(r"[0-9A-HJ-NP-Z]{3,7}")}


@dataclass(frozen=True, slots=True)
class Line:
    code: str
    complete: bool
    title: str


def order(path: Path, system: str) -> Iterator[Line]:
    """The lines of an order file. Raises `BadBookFile` for a malformed, repeated or unordered one."""
    before, seen = 0, set[str]()
    for number, line in _lines(path):
        head, code, flag, title = line[0:5], line[6:13].strip(), line[14:15], line[77:].strip()
        if not head.isdigit() or int(head) <= before or flag not in ("0", "1") or not title:
            raise BadBookFile(file=path.name, why=f"line {number} is not in the columns of an order file, or out of order")
        before = int(head)
        yield _line(path, number, system, code, flag == "1", title, seen)


def codes(path: Path, system: str) -> Iterator[Line]:
    """The lines of a code file; every code in it is complete."""
    seen = set[str]()
    for number, line in _lines(path):
        code, _, title = line.strip().partition(" ")
        yield _line(path, number, system, code, True, title.strip(), seen)


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        text = path.read_text(encoding="cp1252", errors="replace")
    lines = [(n, line) for n, line in enumerate(text.split("\n"), 1) if line.strip()]
    if not lines:
        raise BadBookFile(file=path.name, why="it is empty")
    yield from ((n, line.rstrip("\r")) for n, line in lines)


def _line(path: Path, number: int, system: str, code: str, complete: bool, title: str, seen: set[str]) -> Line:
    if not CODES[system].fullmatch(code) or not title or code in seen:
        raise BadBookFile(file=path.name, why=f"line {number}: {code!r} is no {system} code with a title, or stands twice")
    seen.add(code)
    return Line(dotted(code) if system == "ICD-10-CM" else code, complete, title)


def load(book: sqlite3.Connection, system: str, source: SourceFile, *, ordered: bool, known_through: date) -> None:
    """Fill in titles; for a fiscal year that begins after `known_through`, write its validity and edition too."""
    if source.year is None:
        raise BadBookFile(file=source.path.name, why="its name holds no year")
    lines = list(order(source.path, system) if ordered else codes(source.path, system))
    start, end = date(source.year - 1, 10, 1), date(source.year, 9, 30)
    for line in lines:
        _title(book, system, line)
    complete = [line.code for line in lines if line.complete]
    note = "Titles of this file win over the tabular list's."
    if start > known_through:
        days = (int(start.strftime("%Y%m%d")), int(end.strftime("%Y%m%d")))
        book.executemany("INSERT OR REPLACE INTO validity VALUES (?,?,?,?)", [(system, code, *days) for code in complete])
        manifest.write(book, manifest.edition(system, f"FY{source.year}", _authority(system), start, end, source, len(complete)))
    else:
        note += f" {_disagreements(book, system, complete, start)} of its codes are not in the validity tables of {start}."
    book.execute("DELETE FROM manifest WHERE book = ? AND edition = ?", (f"{system} titles", f"FY{source.year}"))
    manifest.write(book, manifest.edition(f"{system} titles", f"FY{source.year}", _authority(system), start, end, source, len(lines), note=note))


def _authority(system: str) -> str:
    return manifest.NCHS if system == "ICD-10-CM" else manifest.CMS


def _title(book: sqlite3.Connection, system: str, line: Line) -> None:
    changed = book.execute("UPDATE entry SET title = ?, title_loaded = 1, listed = 1 WHERE code = ? AND system = ?", (line.title, line.code, system))
    if not changed.rowcount:
        above = _above(book, line.code) if system == "ICD-10-CM" else line.code[:3]
        values = (system, line.code, line.title, above, "", line.complete, 1, 1)
        book.execute("INSERT INTO entry (system,code,title,above,base,leaf,title_loaded,listed) VALUES (?,?,?,?,?,?,?,?)", values)


def _above(book: sqlite3.Connection, code: str) -> str:
    for length in range(len(code) - 1, 2, -1):
        stem = code[:length].rstrip(".")
        if book.execute("SELECT 1 FROM entry WHERE code = ?", (stem,)).fetchone():
            return stem
    row = book.execute("SELECT at FROM place WHERE kind = 'block' AND substr(at,1,3) <= ? AND substr(at,5,3) >= ?", (code[:3], code[:3])).fetchone()
    return str(row[0]) if row else ""


def _disagreements(book: sqlite3.Connection, system: str, complete: list[str], on: date) -> int:
    day = int(on.strftime("%Y%m%d"))
    rows = book.execute("SELECT code FROM validity WHERE system = ? AND ? BETWEEN first AND last", (system, day))
    return len(set(complete) - {code for (code,) in rows})
