"""The tabular list of ICD-10-CM (NCHS/CDC, `icd10cm-tabular-*.xml`) as nodes and notes.

In: the official XML. Out: chapters, blocks and codes in book order, seventh characters written out, and every note
with the place where it stands. Conventions: ICD-10-CM Official Guidelines, I.A.4 (placeholder X), I.A.5 (seventh
characters), I.A.11 and I.A.12 (includes and excludes notes).
"""
from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from charthouse.adapters.books import safe_xml
from charthouse.record.errors import BadBookFile
from charthouse.rulebook.codebook import NoteKind

NodeKind = Literal["chapter", "block", "code"]
NOTE_TAGS: dict[str, NoteKind] = {
    "includes": "includes", "inclusionTerm": "inclusion_term", "excludes1": "excludes1", "excludes2": "excludes2",
    "codeFirst": "code_first", "useAdditionalCode": "use_additional", "codeAlso": "code_also", "sevenChrNote": "seventh",
    "notes": "note",
}  # fmt: skip
KNOWN_TAGS = {*NOTE_TAGS, "name", "desc", "sectionIndex", "section", "diag", "sevenChrDef", "visualImpairment"}
CODE = re.compile(r"[A-Z][0-9A][0-9A-Z](?:\.[0-9A-Z]{1,4})?")
MENTION = re.compile(r"(?<![\w.-])[A-Z][0-9A][0-9A-Z](?:\.[0-9A-Z]{1,4})?(?:-[A-Z][0-9A][0-9A-Z](?:\.[0-9A-Z]{1,4})?(?![\w])|\.?-|(?![\w.]*\w))")


@dataclass(frozen=True, slots=True)
class Node:
    """A chapter, a block or a code. `parent` is the place above it; `base` the code before the seventh character."""

    kind: NodeKind
    code: str
    title: str
    parent: str
    leaf: bool = False
    base: str = ""


@dataclass(frozen=True, slots=True)
class NoteRow:
    kind: NoteKind
    at: str
    text: str
    codes: tuple[str, ...]


@dataclass(slots=True)
class Tabular:
    year: int
    nodes: list[Node] = field(default_factory=list)
    notes: list[NoteRow] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)


def read(path: Path) -> Tabular:
    """Read the whole list. Raises `BadBookFile` naming the element for unknown, duplicate or misplaced elements."""
    root = safe_xml.read(path, root="ICD10CM.tabular")
    version = safe_xml.text(root.find("version"))
    if not version.isdigit():
        raise BadBookFile(file=path.name, why=f"<version> holds {version!r}, not a year")
    book = Tabular(int(version))
    try:
        for chapter in root.findall("chapter"):
            _read_chapter(book, chapter)
    except ValueError as error:
        raise BadBookFile(file=path.name, why=str(error)) from error
    if not book.nodes:
        raise BadBookFile(file=path.name, why="it holds no <chapter>")
    _name_codes(book)
    return book


def _read_chapter(book: Tabular, chapter: ET.Element) -> None:
    at = f"chapter {safe_xml.text(chapter.find('name'))}"
    _add(book, Node("chapter", at, _without_range(safe_xml.text(chapter.find("desc"))), ""))
    _read_notes(book, chapter, at)
    for section in chapter.findall("section"):
        block = section.get("id") or _fail(f"a <section> of {at} has no id")
        block = block if "-" in block else f"{block}-{block}"  # B10 is both a block and its only category
        _add(book, Node("block", block, _without_range(safe_xml.text(section.find("desc"))), at))
        _read_notes(book, section, block)
        for diag in section.findall("diag"):
            _read_diag(book, diag, block, {})


def _read_diag(book: Tabular, diag: ET.Element, parent: str, sevenths: dict[str, str]) -> None:
    code, title = safe_xml.text(diag.find("name")), safe_xml.text(diag.find("desc"))
    if not CODE.fullmatch(code) or not title:
        _fail(f"<diag> {code or '(no name)'} under {parent} is not a code with a title")
    sevenths = _sevenths(diag, code) or sevenths
    below = diag.findall("diag")
    _add(book, Node("code", code, title, parent, leaf=not below and not sevenths))
    _read_notes(book, diag, code)
    for child in below:
        _read_diag(book, child, code, sevenths)
    if not below:
        for full in write_out(code, title, sevenths):
            _add(book, full)


def write_out(code: str, title: str, sevenths: dict[str, str]) -> Iterator[Node]:
    """The complete codes below `code`, one a seventh character, filled up with the placeholder X."""
    stem = code if "." in code else code + "."
    stem += "X" * (7 - len(stem))
    for character, meaning in sevenths.items():
        yield Node("code", stem + character, f"{title}, {meaning}", code, leaf=True, base=code)


def _sevenths(diag: ET.Element, code: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for extension in diag.findall("sevenChrDef/extension"):
        character, meaning = extension.get("char", ""), safe_xml.text(extension)
        if not re.fullmatch("[0-9A-Z]", character) or not meaning or character in found:
            _fail(f"<extension char={character!r}> of {code} is malformed or stands twice")
        found[character] = meaning
    return found


def _read_notes(book: Tabular, element: ET.Element, at: str) -> None:
    for child in element:
        if child.tag not in KNOWN_TAGS:
            _fail(f"<{child.tag}> under {at} is not an element of the tabular list")
        kind = NOTE_TAGS.get(child.tag)
        for note in child.findall("note") if kind else ():
            text = safe_xml.text(note)
            if kind == "seventh":
                text = "\n".join([text, *(f"{c}: {m}" for c, m in _sevenths(element, at).items())])
            assert kind is not None
            book.notes.append(NoteRow(kind, at, text, ()))


def _name_codes(book: Tabular) -> None:
    """Fill in the codes that each note names; only those whose category is in the book ("vitamin B12" is none)."""
    book.notes = [NoteRow(n.kind, n.at, n.text, mentioned(n.text, book.seen) if n.kind != "inclusion_term" else ()) for n in book.notes]


def mentioned(text: str, known: set[str]) -> tuple[str, ...]:
    """Codes and ranges as written in a note's text: "I10", "I10-I1A", "O99.4-"."""
    return tuple(dict.fromkeys(m for m in MENTION.findall(text) if m[:3] in known))


def _add(book: Tabular, node: Node) -> None:
    if node.code in book.seen:
        _fail(f"{node.code} stands twice")
    book.seen.add(node.code)
    book.nodes.append(node)


def _without_range(title: str) -> str:
    return re.sub(r"\s*\([A-Z][0-9A][0-9A-Z](?:-[A-Z][0-9A][0-9A-Z])?\)$", "", title)


def _fail(why: str) -> str:
    raise ValueError(why)
