"""XML of the official books, read without document types, entities or anything fetched from outside."""
from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path
from xml.parsers import expat

from charthouse.record.errors import BadBookFile

MAX_BYTES = 100_000_000  # the tabular list has 10 MB, the largest official file (PCS tables) 20 MB


def read(path: Path, *, root: str) -> ET.Element:
    """The root element of an official file. Raises `BadBookFile` for anything but well-formed XML with that root."""
    if path.stat().st_size > MAX_BYTES:
        raise BadBookFile(file=path.name, why=f"it is larger than {MAX_BYTES // 1_000_000} MB")
    builder = ET.TreeBuilder()
    parser = expat.ParserCreate()
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = _refuse(path, parser)
    parser.EntityDeclHandler = _refuse(path, parser)
    parser.buffer_text = True
    try:
        with path.open("rb") as file:
            parser.ParseFile(file)
        element = builder.close()
    except expat.ExpatError as error:
        raise BadBookFile(file=path.name, why=f"line {error.lineno} is not well-formed XML") from error
    if element is None or element.tag != root:
        raise BadBookFile(file=path.name, why=f"the root element is not <{root}>")
    return element


def _refuse(path: Path, parser: expat.XMLParserType):  # type: ignore[no-untyped-def]
    def refuse(*_: object) -> None:
        raise BadBookFile(file=path.name, why=f"line {parser.CurrentLineNumber} declares a document type or an entity")

    return refuse


def text(element: ET.Element | None) -> str:
    """The text of an element on one line; "" for a missing one. Nested elements (such as `nemod`) are read in order."""
    return " ".join("".join(element.itertext()).split()) if element is not None else ""
