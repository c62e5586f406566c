"""The Alphabetic Index of ICD-10-CM (`icd10cm-index-*.xml`) and the index of ICD-10-PCS (`icd10pcs_index_*.xml`).

A main term and the terms nested under it become one row each, with the path of titles from the main term on:
"Fracture, traumatic, radius, lower end". Nonessential modifiers (`nemod`) are kept beside the title, not in the path.
"""
from __future__ import annotations

import sqlite3
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from charthouse.adapters.books import manifest, safe_xml
from charthouse.adapters.books.sources import SourceFile
from charthouse.record.errors import BadBookFile

ROOTS = {"ICD-10-CM": "ICD10CM.index", "ICD-10-PCS": "ICD10PCS.index"}


@dataclass(frozen=True, slots=True)
class IndexRow:
    """One line of the index; `level` 0 is a main term."""

    level: int
    path: str
    title: str
    nemod: str
    code: str
    see: str
    see_also: str


def read(source: SourceFile, system: str) -> Iterator[IndexRow]:
    """All rows in the order of the book. Raises `BadBookFile` for a term without a title."""
    root = safe_xml.read(source.path, root=ROOTS[system])
    terms = [term for letter in root.iter("letter") for term in letter.findall("mainTerm")]
    if not terms:
        raise BadBookFile(file=source.path.name, why="it holds no <mainTerm>")
    for term in terms:
        yield from _term(source, term, (), 0)


def _term(source: SourceFile, term: ET.Element, above: tuple[str, ...], level: int) -> Iterator[IndexRow]:
    heading = term.find("title")
    nemod = " ".join(safe_xml.text(n) for n in heading.findall("nemod")) if heading is not None else ""
    title = " ".join(" ".join([(heading.text or ""), *((n.tail or "") for n in heading)]).split()) if heading is not None else ""
    if not title:
        raise BadBookFile(file=source.path.name, why=f"a <{term.tag}> under {', '.join(above) or 'a letter'} has no <title>")
    path = (*above, title)
    codes = [safe_xml.text(c) for tag in ("code", "codes", "manif") for c in term.findall(tag)]
    code, see, also = codes[0] if codes else "", safe_xml.text(term.find("see")), safe_xml.text(term.find("seeAlso"))
    yield IndexRow(level, ", ".join(path), title, nemod, code, see or safe_xml.text(term.find("use")), also)
    for child in term.findall("term"):
        yield from _term(source, child, path, level + 1)


def load(book: sqlite3.Connection, system: str, source: SourceFile) -> None:
    """Replace the system's index by the one of the file and write its edition."""
    if source.year is None:
        raise BadBookFile(file=source.path.name, why="its name holds no year")
    rows = list(read(source, system))
    book.execute("DELETE FROM index_entry WHERE system = ?", (system,))
    book.execute("DELETE FROM manifest WHERE book = ?", (f"{system} index",))
    book.executemany(
        "INSERT INTO index_entry (system,level,path,title,nemod,code,see,see_also) VALUES (?,?,?,?,?,?,?,?)",
        [(system, r.level, r.path, r.title, r.nemod, r.code.rstrip("-").rstrip("."), r.see, r.see_also) for r in rows],
    )
    start, end = date(source.year - 1, 10, 1), date(source.year, 9, 30)
    authority = manifest.NCHS if system == "ICD-10-CM" else manifest.CMS
    manifest.write(book, manifest.edition(f"{system} index", f"FY{source.year}", authority, start, end, source, len(rows)))
