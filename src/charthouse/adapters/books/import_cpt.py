"""The site's own CPT descriptor files and its table of visit codes. They stay in the site's data folder.

Descriptor files of the AMA: a code of five characters and its descriptor, after a tab or in columns (code 1-5, descriptor from
7), with or without lines of notice before the first code. `em_codes.csv`: a header `category,level,code`, then a line a level.
"""
from __future__ import annotations

import csv
import re
import sqlite3
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from charthouse.adapters.books import manifest
from charthouse.adapters.books.sources import SourceFile
from charthouse.record.errors import BadBookFile
from charthouse.record.evaluation import CATEGORIES, LEVELS

CODE = re.compile(r"\d{4}[0-9A-Z]")
LINE = re.compile(r"(\d{4}[0-9A-Z])(?:\t+|[ ]+)(\S.*)")
NOTICE = 60  # lines of notice at most, before the first code
LICENCE = "the site's licence from the AMA"


def descriptors(path: Path) -> tuple[int | None, dict[str, str]]:
    """(the year in the notice, descriptor by code). Raises `BadBookFile` for a malformed or repeated line; never quotes it."""
    found: dict[str, str] = {}
    year: int | None = None
    for number, raw in enumerate(_text(path).splitlines(), 1):
        row = LINE.fullmatch(raw.strip())
        if row is None:
            if raw.strip() and (found or number > NOTICE):
                raise BadBookFile(file=path.name, why=f"line {number} is not a code of five characters and a descriptor")
            said = re.search(r"(?<!\d)20\d\d(?!\d)", raw)
            year = int(said.group()) if said else year
            continue
        code, descriptor = row.groups()
        if code in found:
            raise BadBookFile(file=path.name, why=f"line {number}: the code stands twice")
        found[code] = " ".join(descriptor.strip().strip('"').split())
    if not found:
        raise BadBookFile(file=path.name, why="it holds no code with a descriptor")
    return year, found


def _text(path: Path) -> str:
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def load(book: sqlite3.Connection, sources: Iterable[SourceFile]) -> None:
    """Write codes, descriptors and the calendar years they are for; of several files the later, longer one titles a code."""
    for source in sources:
        noticed, found = descriptors(source.path)
        year = source.year or noticed
        if year is None:
            raise BadBookFile(file=source.path.name, why="neither its name nor the notice at its head holds a year; put it into the name, as in LONGULT_2027.txt")
        book.executemany("INSERT OR REPLACE INTO validity VALUES ('CPT',?,?,?)", [(c, year * 10000 + 101, year * 10000 + 1231) for c in found])
        book.executemany(
            """INSERT INTO entry (system,code,title,above,base,leaf,title_loaded,listed) VALUES ('CPT',?,?,'','',1,1,1)
               ON CONFLICT (code) DO UPDATE SET title = excluded.title""", list(found.items()))
        manifest.write(book, manifest.edition("CPT", str(year), manifest.AMA, date(year, 1, 1), date(year, 12, 31), licensed(source), len(found), basis="service"))


def licensed(source: SourceFile) -> SourceFile:
    return SourceFile(source.path, source.origin, LICENCE, source.year)


def load_levels(book: sqlite3.Connection, source: SourceFile) -> None:
    """Write which code the site reports for each level of a visit."""
    rows = list(csv.reader(_text(source.path).splitlines()))
    if not rows or [c.strip().lower() for c in rows[0]] != ["category", "level", "code"]:
        raise BadBookFile(file=source.path.name, why="its first line is not category,level,code")
    seen = set[tuple[str, str]]()
    for number, row in enumerate(rows[1:], 2):
        if not any(c.strip() for c in row):
            continue
        category, level, code = (*(c.strip() for c in row), "", "", "")[:3]
        if len(row) != 3 or category not in CATEGORIES or level not in LEVELS or not CODE.fullmatch(code) or (category, level) in seen:
            raise BadBookFile(file=source.path.name, why=f"line {number} is not a known category, a level and a code of five characters, or stands twice")
        seen.add((category, level))
        book.execute("INSERT INTO level_code VALUES (?,?,?)", (category, level, code))
    if not seen:
        raise BadBookFile(file=source.path.name, why="it holds no level")
    manifest.write(book, manifest.edition("E/M codes", "the site's", manifest.SITE, date(1900, 1, 1), date(9999, 12, 31), licensed(source), len(seen), basis="service"))
