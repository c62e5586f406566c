"""The tables (`icd10pcs_tables_*.xml`) and definitions (`icd10pcs_definitions_*.xml`) of ICD-10-PCS (CMS)."""
from __future__ import annotations

import re
import sqlite3
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import date

from charthouse.adapters.books import manifest, safe_xml
from charthouse.adapters.books.sources import SourceFile
from charthouse.record.errors import BadBookFile

Value = tuple[str, int, str, str]  # axis (the characters before, at most three), position, value, label


def values(source: SourceFile) -> Iterator[Value]:
    """Every value of every table with its label."""
    root = safe_xml.read(source.path, root="ICD10PCS.tabular")
    tables = root.findall("pcsTable")
    if not tables:
        raise BadBookFile(file=source.path.name, why="it holds no <pcsTable>")
    for table in tables:
        head = [value for axis in table.findall("axis") for value in _labels(source, axis)]
        name = "".join(value for _, value, _ in head)
        if len(name) != 3:
            raise BadBookFile(file=source.path.name, why=f"a <pcsTable> has {len(name)} of its first three characters ({name})")
        yield from ((name[:i], i + 1, value, label) for i, (_, value, label) in enumerate(head))
        for axis in table.findall("pcsRow/axis"):
            yield from ((name, position, value, label) for position, value, label in _labels(source, axis))


def _labels(source: SourceFile, axis: ET.Element) -> Iterator[tuple[int, str, str]]:
    position = axis.get("pos", "")
    for label in axis.findall("label"):
        value, words = label.get("code", ""), safe_xml.text(label)
        if position not in tuple("1234567") or not re.fullmatch("[0-9A-HJ-NP-Z]", value) or not words:
            raise BadBookFile(file=source.path.name, why=f"<label code={value!r}> at pos {position!r} is malformed")
        yield int(position), value, words


def definitions(source: SourceFile) -> Iterator[tuple[str, str, str, str, str]]:
    """(section and axis, term, definition, explanation, includes)."""
    root = safe_xml.read(source.path, root="ICD10PCS.definitions")
    for section in root.findall("section"):
        for axis in section.findall("axis"):
            for terms in axis.findall("terms"):
                title, meaning = safe_xml.text(terms.find("title")), safe_xml.text(terms.find("definition"))
                includes = "; ".join(safe_xml.text(i) for i in terms.findall("includes"))
                if not title or not (meaning or includes):
                    raise BadBookFile(file=source.path.name, why=f"a <terms> of section {section.get('code')} has no title or no definition")
                explanation = safe_xml.text(terms.find("explanation"))
                yield f"{section.get('code', '')}{axis.get('pos', '')}", title, meaning, explanation, includes


def load_tables(book: sqlite3.Connection, source: SourceFile) -> None:
    """Write the labels over those of the packages."""
    rows = list(values(source))
    book.executemany("INSERT OR REPLACE INTO pcs_value VALUES (?,?,?,?)", rows)
    _record(book, "ICD-10-PCS tables", source, len(rows))


def load_definitions(book: sqlite3.Connection, source: SourceFile) -> None:
    rows = list(definitions(source))
    if not rows:
        raise BadBookFile(file=source.path.name, why="it holds no definition")
    book.execute("DELETE FROM pcs_definition")
    book.executemany("INSERT INTO pcs_definition VALUES (?,?,?,?,?)", rows)
    _record(book, "ICD-10-PCS definitions", source, len(rows))


def _record(book: sqlite3.Connection, name: str, source: SourceFile, rows: int) -> None:
    if source.year is None:
        raise BadBookFile(file=source.path.name, why="its name holds no year")
    start, end = date(source.year - 1, 10, 1), date(source.year, 9, 30)
    manifest.write(book, manifest.edition(name, f"FY{source.year}", manifest.CMS, start, end, source, rows))
