"""DOCX (Office Open XML, ECMA-376): the text as a person reads it, in order. Tables are rows of cells with a tab between; tracked insertions are kept and deletions
left out; headers, footers, footnotes and endnotes follow; comments, pictures and embedded objects are left out with a note.

A package is a zip of XML: what it says of its sizes is not believed, entities and external references are refused.
"""
from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from charthouse.record.errors import UnreadableDocument
from charthouse.record.received import Arrival, ReadDocument

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
PARTS, PART, WHOLE, DEEPEST = 5000, 64_000_000, 200_000_000, 400  # members; bytes of one and of all that are read; elements within elements
_NOTED = {"blip": "a picture", "imagedata": "a picture", "OLEObject": "an embedded object", "commentReference": "a comment", "del": "deleted text", "moveFrom": "deleted text"}
_LEFT_OUT = frozenset({"del", "moveFrom", "pPr", "rPr", "tblPr", "trPr", "tcPr", "sectPr", "instrText", "delText"})
_BESIDE = (("header", re.compile(r"word/header\d*\.xml")), ("footer", re.compile(r"word/footer\d*\.xml")), ("footnotes", re.compile(r"word/footnotes\.xml")),
           ("endnotes", re.compile(r"word/endnotes\.xml")))


class DocxReader:
    name = "docx"

    def knows(self, content: bytes, name: str) -> bool:
        return content.startswith(b"PK\x03\x04") and (b"word/" in content or name.lower().endswith((".docx", ".docm")))

    def read(self, content: bytes, name: str) -> Iterator[Arrival]:
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as package:
                text, notes = _package(package, name)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, KeyError, OSError, ValueError, OverflowError) as error:
            raise UnreadableDocument(file=name, why=f"it is not a whole Word document ({type(error).__name__})") from None
        if not text.strip():
            raise UnreadableDocument(file=name, why="no text stands in it")
        media = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
        yield Arrival(documents=(ReadDocument(text=text, media=media, notes=notes),))


def _package(package: zipfile.ZipFile, name: str) -> tuple[str, tuple[str, ...]]:
    members = package.namelist()
    if len(members) > PARTS:
        raise UnreadableDocument(file=name, why=f"it has {len(members)} parts; at most {PARTS} are read")
    noted: Counter[str] = Counter()
    budget = [WHOLE]
    main = _part(package, "word/document.xml", name, budget)
    heads, feet = (_beside(package, members, kind, name, budget, noted) for kind in ("header", "footer"))
    body = _text(main, noted, name)
    after = [_beside(package, members, kind, name, budget, noted) for kind in ("footnotes", "endnotes")]
    if any(m.startswith("word/embeddings/") for m in members):
        noted["an embedded object"] = max(noted["an embedded object"], 1)
    notes = tuple(f"{what} was left out ({n})" for what, n in sorted(noted.items()) if n)
    return "\n".join(filter(None, (heads, body, *after, feet))), notes


def _beside(package: zipfile.ZipFile, members: list[str], kind: str, name: str, budget: list[int], noted: Counter[str]) -> str:
    """Headers or footers (each wording once), or notes."""
    pattern = dict(_BESIDE)[kind]
    found = (_text(_part(package, member, name, budget), noted, name).strip() for member in sorted(members) if pattern.fullmatch(member))
    return "\n".join(dict.fromkeys(filter(None, found)))


def _part(package: zipfile.ZipFile, member: str, name: str, budget: list[int]) -> Element:
    from xml.etree import ElementTree

    with package.open(member) as opened:
        content = opened.read(min(PART, budget[0]) + 1)
    budget[0] -= len(content)
    if len(content) > PART or budget[0] < 0:
        raise UnreadableDocument(file=name, why=f"it unpacks to more than {WHOLE // 1_000_000} MB")
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content or (not content.isascii() and content[:2] in (b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableDocument(file=name, why="its XML defines entities or is not in UTF-8")
    try:
        return ElementTree.fromstring(content)
    except ElementTree.ParseError:
        raise UnreadableDocument(file=name, why="its XML is damaged") from None


def _text(root: Element, noted: Counter[str], name: str) -> str:
    """In order, without recursion: each element is entered and left."""
    out: list[str] = []
    stack: list[tuple[Element, bool]] = [(root, False)]
    depth = 0
    cells = 0  # how deep within cells of tables
    while stack:
        element, leaving = stack.pop()
        kind = _kind(element)
        if leaving:
            depth -= 1
            cells -= kind == "tc"
            _leave(out, kind, cells)
            continue
        if kind in _NOTED:
            noted[_NOTED[kind]] += 1
        if kind in _LEFT_OUT or (kind in ("footnote", "endnote") and _attribute(element, "type")) or kind == "Fallback":
            continue
        depth += 1
        if depth > DEEPEST:
            raise UnreadableDocument(file=name, why="it is nested too deeply")
        cells += kind == "tc"
        _enter(out, kind, element)
        stack.append((element, True))
        stack.extend((child, False) for child in reversed(element))
    return _tidy("".join(out))


def _kind(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _attribute(element: Element, name: str) -> str | None:
    return element.get(f"{W}{name}") or element.get(f"{STRICT}{name}")


def _enter(out: list[str], kind: str, element: Element) -> None:
    if kind == "t":
        out.append(element.text or "")
    elif kind in ("tab", "ptab"):
        out.append("\t")
    elif kind in ("br", "cr"):
        out.append("\n")
    elif kind == "noBreakHyphen":
        out.append("\u2011")
    elif kind == "sym":
        out.append("•")


def _leave(out: list[str], kind: str, cells: int) -> None:
    """A paragraph ends a line, but within a cell a blank; a cell ends with a tab, a row with a line."""
    if kind == "p":
        out.append(" " if cells else "\n")
    elif kind == "tc":
        out.append("\t")
    elif kind == "tr" and not cells:
        out.append("\n")


def _tidy(text: str) -> str:
    return re.sub(r"[ \t]+\n", "\n", re.sub(r" +\t", "\t", text)).replace("\x00", "").rstrip("\n") + "\n"
