"""What a site adds of the National Correct Coding Initiative: procedure-to-procedure pairs (CMS, `ccipra-...txt` of practitioners, `ccioph-...txt` of hospitals) and medically unlikely
edits (CMS, `MCR_MUE_..._Eff_MM-DD-YYYY.csv`). The files hold CPT codes of the American Medical Association, so none is shipped; a site downloads them under its own licence.
"""
from __future__ import annotations

import csv
import re
import sqlite3
from collections.abc import Iterator
from datetime import date, timedelta

from charthouse.adapters.books import manifest
from charthouse.adapters.books.sources import SourceFile
from charthouse.record.errors import BadBookFile

SETTINGS = {"ccipra": "practitioner", "ccioph": "hospital"}
CODE = re.compile(r"[0-9A-Z]\d{3}[0-9A-Z]")
_VERSION = re.compile(r"(cci\w{3})[-_]v(\d\d)\.?(\d)", re.I)
_EFFECTIVE = re.compile(r"MUE_(Practitioner|Outpatient)\w*?_Eff_(\d\d)[-_](\d\d)[-_](20\d\d)", re.I)
BEGUN = date(1996, 1, 1)


def pairs(source: SourceFile) -> Iterator[tuple[str, str, int, int, int]]:
    """(column 1, column 2, first day, last day, modifier indicator: 0 never, 1 with a modifier, 9 no longer an edit). Lines of notice and headings come before the first pair."""
    begun = False
    with source.path.open(encoding="cp1252", newline="") as file:
        for number, line in enumerate(file, 1):
            cells = [c.strip().strip('"') for c in line.rstrip("\r\n").split("\t")]
            if len(cells) < 6 or not (CODE.fullmatch(cells[0]) and CODE.fullmatch(cells[1])):
                if begun and line.strip():
                    raise BadBookFile(file=source.path.name, why=f"line {number} is no pair: two codes, an asterisk, two dates and the modifier indicator, tab-separated")
                continue
            begun = True
            since, until, indicator = cells[3], cells[4], cells[5]
            if not re.fullmatch(r"\d{8}", since) or not re.fullmatch(r"\d{8}|\*", until) or indicator not in ("0", "1", "9"):
                raise BadBookFile(file=source.path.name, why=f"line {number} has no date (YYYYMMDD) or modifier indicator (0, 1, 9)")
            yield cells[0], cells[1], int(since), 99991231 if until == "*" else int(until), int(indicator)
    if not begun:
        raise BadBookFile(file=source.path.name, why="it holds no pair of codes; save the spreadsheet as text, tab-separated")


def load_pairs(book: sqlite3.Connection, source: SourceFile) -> None:
    """A file holds all pairs from 1996 to the quarter of its version: v32.3 is the last of 2026."""
    found = _VERSION.search(source.path.name)
    if found is None:
        raise BadBookFile(file=source.path.name, why="its name holds no version, such as v323")
    setting, year, quarter = SETTINGS[found[1].lower()], 1994 + int(found[2]), int(found[3])
    if quarter > 3:
        raise BadBookFile(file=source.path.name, why="its version has no quarter from 0 to 3")
    through = date(year + (quarter == 3), (3 * quarter + 3) % 12 + 1, 1) - timedelta(days=1)
    before = book.total_changes
    book.executemany("INSERT OR REPLACE INTO ncci VALUES (?,?,?,?,?,?)", ((setting, *p) for p in pairs(source)))
    manifest.write(book, manifest.edition(f"NCCI {setting}", f"v{found[2]}.{found[3]}", manifest.CMS, BEGUN, through, source, book.total_changes - before, basis="service"))


def limits(source: SourceFile) -> Iterator[tuple[str, int, int]]:
    """(code, units, adjudication indicator: 1 by line, 2 by day from policy, 3 by day from clinical experience)."""
    begun = False
    with source.path.open(encoding="cp1252", newline="") as file:
        for number, cells in enumerate(csv.reader(file), 1):
            if not cells or not CODE.fullmatch(cells[0].strip()):
                if begun and any(c.strip() for c in cells):
                    raise BadBookFile(file=source.path.name, why=f"line {number} does not begin with a code")
                continue
            begun = True
            if len(cells) < 3 or not cells[1].strip().isdigit() or cells[2].strip()[:1] not in ("1", "2", "3"):
                raise BadBookFile(file=source.path.name, why=f"line {number} has no number of units, or no adjudication indicator (1, 2, 3)")
            yield cells[0].strip(), int(cells[1]), int(cells[2].strip()[0])
    if not begun:
        raise BadBookFile(file=source.path.name, why="it holds no code")


def load_limits(book: sqlite3.Connection, source: SourceFile) -> None:
    """A file is of one quarter, from the day in its name."""
    found = _EFFECTIVE.search(source.path.name)
    if found is None:
        raise BadBookFile(file=source.path.name, why="its name does not say whose it is and from when, such as MCR_MUE_PractitionerServices_Eff_10-01-2026.csv")
    setting = "practitioner" if found[1].lower() == "practitioner" else "hospital"
    month, year = int(found[2]), int(found[4])
    if month not in (1, 4, 7, 10):
        raise BadBookFile(file=source.path.name, why="it does not begin with a quarter")
    since = date(year, month, 1)
    through = date(year + (month == 10), (month + 2) % 12 + 1, 1) - timedelta(days=1)
    rows = list(limits(source))
    quarter = f"{year} Q{(month + 2) // 3}"
    book.executemany("INSERT OR REPLACE INTO mue VALUES (?,?,?,?,?)", [(setting, quarter, *r) for r in rows])
    manifest.write(book, manifest.edition(f"MUE {setting}", quarter, manifest.CMS, since, through, source, len(rows), basis="service"))
