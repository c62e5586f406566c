"""Small official lists that a site adds as text: POA-exempt codes (CMS) and HCPCS Level II (CMS, `HCPC*_ANWEB.txt`)."""
from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from datetime import date

from charthouse.adapters.books import manifest
from charthouse.adapters.books.lmdb_tables import dotted
from charthouse.adapters.books.sources import SourceFile
from charthouse.record.errors import BadBookFile

EXEMPT = re.compile(r"\s*\d+\s+([A-Z][0-9A-Z][0-9A-Z](?:\.?[0-9A-Z]{1,4})?)\s+\S.*")
LEVEL_II = re.compile(r"[ABCEGHJKLMPQRSTUV]\d{4}")  # Level II only: five digits would be CPT, which is never read


def exempt_codes(source: SourceFile) -> tuple[str, ...]:
    """Dotted codes of the POA-exempt list: order number, code, description on each line."""
    codes: dict[str, int] = {}
    for number, line in enumerate(source.path.read_text(encoding="cp1252").splitlines(), 1):
        if not line.strip() or (not codes and not line.lstrip()[:1].isdigit()):
            continue
        found = EXEMPT.fullmatch(line)
        code = dotted(found.group(1).replace(".", "")) if found else ""
        if not code or code in codes:
            raise BadBookFile(file=source.path.name, why=f"line {number} is not `order code description`, or stands twice")
        codes[code] = number
    if not codes:
        raise BadBookFile(file=source.path.name, why="it holds no code")
    return tuple(codes)


def load_exempt(book: sqlite3.Connection, source: SourceFile) -> None:
    """Write the exempt list of the year in the file's name and its edition."""
    year, codes = source.year or 0, exempt_codes(source)
    if not year:
        raise BadBookFile(file=source.path.name, why="its name holds no year")
    book.executemany("INSERT INTO poa_exempt VALUES (?,?)", [(c, f"FY{year}") for c in codes])
    row = manifest.edition("POA exempt", f"FY{year}", manifest.CMS, date(year - 1, 10, 1), date(year, 9, 30), source, len(codes))
    manifest.write(book, row)


def level_ii(source: SourceFile) -> Iterator[tuple[str, str, int, int]]:
    """(code, long description, first, last day) of the fixed-width HCPCS file; modifiers and other codes are passed over.

    Columns (CMS record layout): code 1-5, record type 11 (3: first line, 4: continued), long description 12-91,
    date added 269-276, termination date 285-292.
    """
    kept: dict[str, list[str]] = {}
    dates: dict[str, tuple[int, int]] = {}
    for number, line in enumerate(source.path.read_text(encoding="cp1252").splitlines(), 1):
        code, record = line[0:5], line[10:11]
        if not LEVEL_II.fullmatch(code):
            continue
        if record not in ("3", "4") or (record == "3" and code in kept) or (record == "4" and code not in kept):
            raise BadBookFile(file=source.path.name, why=f"line {number} ({code}) is malformed or stands twice")
        kept.setdefault(code, []).append(line[11:91].strip())
        if record == "3":
            dates[code] = (_day(line[268:276], 19000101), _day(line[284:292], 99991231))
    if not kept:
        raise BadBookFile(file=source.path.name, why="it holds no Level II code")
    yield from ((code, " ".join(parts), *dates[code]) for code, parts in kept.items())


def _day(text: str, otherwise: int) -> int:
    return int(text) if re.fullmatch(r"\d{8}", text.strip()) else otherwise


def load_hcpcs(book: sqlite3.Connection, source: SourceFile) -> None:
    """Write HCPCS Level II of the calendar year in the file's name and its edition (by date of service)."""
    year, rows = source.year or 0, list(level_ii(source))
    if not year:
        raise BadBookFile(file=source.path.name, why="its name holds no year")
    book.executemany("INSERT INTO validity VALUES ('HCPCS',?,?,?)", [(c, first, last) for c, _, first, last in rows])
    book.executemany(
        "INSERT INTO entry (system,code,title,above,base,leaf,title_loaded,listed) VALUES ('HCPCS',?,?,'','',1,1,1)",
        [(c, title) for c, title, _, _ in rows],
    )
    row = manifest.edition("HCPCS", f"{year}", manifest.CMS, date(year, 1, 1), date(year, 12, 31), source, len(rows), basis="service")
    manifest.write(book, row)
