"""Tables 5, 6I, 6J and 6K of the IPPS final rule (CMS), as text.

Table 5: DRG weights and mean lengths of stay (the weight before the 10% cap, as the rule's own grouping uses it).
6I and 6J: the MCC and CC lists. 6K: which principal diagnoses make a CC or MCC count as none. All in Windows-1252.
"""
from __future__ import annotations

import csv
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from charthouse.adapters.books import manifest
from charthouse.adapters.books.lmdb_tables import dotted
from charthouse.adapters.books.sources import SourceFile
from charthouse.record.errors import BadBookFile

KINDS = {"SURG": "surgical", "MED": "medical", "**": ""}
NOT_GIVEN = {".", "", "N/A", "n/a"}
PART_1 = re.compile(r" (\w{3,7}) +(CC|MCC) +(?:(\d{4}):([\d,]+) codes?|No Excl) +\S.*")
COLLECTION = re.compile(r"PDX collection (\d{4})")
LISTED = re.compile(r"  (\w{3,7}) +\S.*")


@dataclass(frozen=True, slots=True)
class WeightRow:
    drg: str
    title: str
    mdc: str
    kind: str
    weight: float | None
    gmlos: float | None
    amlos: float | None
    post_acute: bool
    special_pay: bool


@dataclass(frozen=True, slots=True)
class Exclusions:
    """Table 6K: (code, level, collection) of part 1, (collection, principal) pairs, codes of part 2."""

    levels: tuple[tuple[str, str, str], ...]
    pairs: tuple[tuple[str, str], ...]
    alive_only: frozenset[str]


def _lines(source: SourceFile) -> list[str]:
    return source.path.read_text(encoding="cp1252", errors="strict").splitlines()


def _bad(source: SourceFile, number: int, why: str) -> BadBookFile:
    return BadBookFile(file=source.path.name, why=f"line {number} {why}")


def year_of(source: SourceFile) -> int:
    """The fiscal year that a table is for: from its name, else from "FY 2026" in its first lines, else 2026 (packaged)."""
    if source.year:
        return source.year
    found = re.search(r"FY ?(20\d\d)", " ".join(_lines(source)[:4]))
    return int(found.group(1)) if found else 2026


def weights(source: SourceFile) -> Iterator[WeightRow]:
    """The rows of Table 5. Raises `BadBookFile` for a malformed or repeated one."""
    seen: set[str] = set()
    for number, row in enumerate(csv.reader(_lines(source), delimiter="\t"), 1):
        if not row or not re.fullmatch(r"\d{1,3}", row[0].strip()):
            if seen and any(c.strip() for c in row) and row[0].strip():
                break  # the notes below the table
            continue
        drg = row[0].strip().zfill(3)
        if len(row) < 10 or row[4].strip() not in KINDS or drg in seen:
            raise _bad(source, number, f"(DRG {drg}) is malformed or stands twice")
        seen.add(drg)
        try:
            weight, gmlos, amlos = (_number(row[i]) for i in (6, 8, 9))
        except ValueError as error:
            raise _bad(source, number, f"(DRG {drg}) holds a weight or stay that is no number") from error
        flags = [cell.strip().lower() == "yes" for cell in row[1:3]]
        yield WeightRow(drg, row[5].strip(), row[3].strip(), KINDS[row[4].strip()], weight, gmlos, amlos, flags[0], flags[1])
    if not seen:
        raise BadBookFile(file=source.path.name, why="it holds no DRG row")


def _number(cell: str) -> float | None:
    return None if cell.strip() in NOT_GIVEN else float(cell.strip().replace(",", ""))


def code_list(source: SourceFile) -> tuple[str, ...]:
    """The dotted codes of Table 6I or 6J."""
    codes: dict[str, int] = {}
    for number, line in enumerate(_lines(source), 1):
        code, _, description = line.partition("\t")
        code = code.strip().replace(".", "")
        if not code or number <= 2 or not description.strip():
            continue
        if not re.fullmatch(r"[A-Z][0-9A-Z]{2,6}", code) or code in codes:
            raise _bad(source, number, f"({code}) is malformed or stands twice")
        codes[code] = number
    if not codes:
        raise BadBookFile(file=source.path.name, why="it holds no code")
    return tuple(dotted(c) for c in codes)


def exclusions(source: SourceFile) -> Exclusions:
    """Parts 1 and 2 of Table 6K; part 3 (single MS-DRGs) is left to the grouper."""
    levels: dict[str, tuple[str, str, str]] = {}
    pairs: list[tuple[str, str]] = []
    alive: set[str] = set()
    stated: dict[str, int] = {}
    part, collection = 0, ""
    for number, line in enumerate(_lines(source), 1):
        if line.startswith("K Part "):
            part = int(line[7])
        elif part not in (1, 2) or not line.strip() or line.startswith(" I10 Dx"):
            continue
        elif heading := COLLECTION.fullmatch(line.strip()):
            collection = heading.group(1)
        elif part == 1 and not collection and (row := PART_1.fullmatch(line.rstrip())):
            code = dotted(row.group(1))
            if code in levels:
                raise _bad(source, number, f"({code}) stands twice")
            levels[code] = (code, row.group(2), row.group(3) or "")
            if row.group(3):
                stated[row.group(3)] = int(row.group(4).replace(",", ""))
        elif item := LISTED.fullmatch(line.rstrip()):
            alive.add(dotted(item.group(1))) if part == 2 else pairs.append((collection, dotted(item.group(1))))
        else:
            raise _bad(source, number, "is not a row of Table 6K")
    _check(source, stated, pairs)
    return Exclusions(tuple(levels.values()), tuple(pairs), frozenset(alive))


def _check(source: SourceFile, stated: dict[str, int], pairs: list[tuple[str, str]]) -> None:
    """Every collection that part 1 names is given, with as many codes as part 1 says."""
    given = Counter(collection for collection, _ in pairs)
    wrong = sorted(c for c, size in stated.items() if given[c] != size)
    if wrong or not stated:
        raise BadBookFile(file=source.path.name, why=f"collections without the stated number of codes: {wrong[:3] or 'no row was read'}")


def load_weights(book: sqlite3.Connection, source: SourceFile) -> None:
    """Write Table 5 and its edition."""
    year = year_of(source)
    rows = list(weights(source))
    book.executemany(
        "INSERT INTO drg_row VALUES (?,?,?,?,?,?,?,?,?,?)",
        [(f"FY{year}", r.drg, r.title, r.mdc, r.kind, r.weight, r.gmlos, r.amlos, r.post_acute, r.special_pay) for r in rows],
    )
    _record(book, "Table 5", source, year, len(rows), "Weights before the 10% cap.")


def load_list(book: sqlite3.Connection, source: SourceFile, level: str) -> None:
    """Write Table 6I ("MCC") or 6J ("CC") and its edition, with how many of its codes the grouper rates otherwise."""
    year, codes = year_of(source), code_list(source)
    book.executemany("INSERT OR REPLACE INTO cc_list VALUES (?,?,?,0,'')", [(f"FY{year}", code, level) for code in codes])
    version = 10 * (year - 1983)
    rated = {c for (c,) in book.execute("SELECT code FROM severity WHERE ? BETWEEN first AND last AND severity = ?", (version, level))}
    _record(book, f"{level} list", source, year, len(codes), f"{len(set(codes) ^ rated)} codes differ from the grouper's table.")


def load_exclusions(book: sqlite3.Connection, source: SourceFile) -> None:
    """Write Table 6K and its edition."""
    year, table = year_of(source), exclusions(source)
    book.executemany(
        "INSERT OR REPLACE INTO cc_list VALUES (?,?,?,?,?)",
        [(f"FY{year}", code, level, code in table.alive_only, collection) for code, level, collection in table.levels],
    )
    book.executemany("INSERT INTO cc_exclusion VALUES (?,?,?)", [(f"FY{year}", c, p) for c, p in table.pairs])
    _record(book, "CC exclusions", source, year, len(table.levels), "Table 6K, parts 1 and 2.")


def _record(book: sqlite3.Connection, name: str, source: SourceFile, year: int, rows: int, note: str) -> None:
    start, end = date(year - 1, 10, 1), date(year, 9, 30)
    manifest.write(book, manifest.edition(name, f"FY{year}", manifest.CMS, start, end, source, rows, note=note))
