"""From bytes to resources: a JSON resource or Bundle, NDJSON, or XML (FHIR R4, 2.6)."""
from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, TypeGuard
from xml.etree import ElementTree

from charthouse.adapters.readers.fhir.shelf import Resource, Shelf, dicts, word
from charthouse.record.errors import UnreadableDocument

NAMESPACE = "{http://hl7.org/fhir}"
XHTML = "{http://www.w3.org/1999/xhtml}"
MOST_BUNDLES = 8  # bundles inside bundles


def looks_like(content: bytes) -> bool:
    start = content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1]
    return (start == b"{" and b'"resourceType"' in content) or (start == b"<" and b"http://hl7.org/fhir" in content[:4096] and b"ClinicalDocument" not in content[:4096])


def shelves(content: bytes, name: str) -> Iterator[tuple[Resource | None, Shelf]]:
    """(bundle, its resources) one at a time; single resources of an NDJSON file share one shelf and have no bundle. Raises `UnreadableDocument`."""
    loose = Shelf()
    for resource in _tops(content, name, loose.notes):
        if resource.get("resourceType") == "Bundle":
            shelf = Shelf(notes=loose.notes)
            loose.notes = []
            _fill(shelf, resource, 0)
            yield resource, shelf
        else:
            loose.put(resource)
    if loose.resources or loose.notes:
        yield None, loose


def _tops(content: bytes, name: str, notes: list[str]) -> Iterator[Resource]:
    try:
        if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
            yield _from_xml(content)
            return
    except (ElementTree.ParseError, LookupError, RecursionError, ValueError) as error:
        raise UnreadableDocument(file=_file(name), why=f"it is no XML of FHIR ({type(error).__name__})") from None
    text = _text(content, notes)
    whole = _json(text)
    if isinstance(whole, dict):
        if not is_resource(whole):
            raise UnreadableDocument(file=_file(name), why="it is JSON, but no FHIR: `resourceType` is missing")
        yield whole
        return
    found = 0
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        one = _json(line)
        if is_resource(one):
            found += 1
            yield one
        else:
            notes.append(f"line {number} is no FHIR resource")
    if not found:
        raise UnreadableDocument(file=_file(name), why="it is neither a FHIR resource in JSON nor one a line (NDJSON)")


def _text(content: bytes, notes: list[str]) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        notes.append("read as Windows-1252; FHIR is UTF-8")
        return content.decode("cp1252", errors="replace")


def _file(name: str) -> str:
    return name or "The file"


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def is_resource(of: Any) -> TypeGuard[Resource]:
    return isinstance(of, dict) and isinstance(of.get("resourceType"), str) and bool(of["resourceType"])


def _fill(shelf: Shelf, bundle: Resource, depth: int) -> None:
    for number, entry in enumerate(dicts(bundle, "entry"), 1):
        resource = entry.get("resource")
        if not is_resource(resource):
            shelf.notes.append(f"entry {number} has no resource")
        elif resource["resourceType"] == "Bundle" and depth < MOST_BUNDLES:
            _fill(shelf, resource, depth + 1)
        else:
            shelf.put(resource, word(entry, "fullUrl"))


def _from_xml(content: bytes) -> Resource:
    # no document type: entities could swell a small file to gigabytes
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise ValueError("a document type")
    root = ElementTree.fromstring(content)
    if not root.tag.startswith(NAMESPACE):
        raise ValueError("another namespace")
    return _resource(root)


def _resource(node: ElementTree.Element) -> Resource:
    return {"resourceType": node.tag.removeprefix(NAMESPACE)} | _fields(node)


def _fields(node: ElementTree.Element) -> Resource:
    out: Resource = {n: v for n, v in node.attrib.items() if n in ("id", "url")}
    for child in node:
        if not isinstance(child.tag, str):
            continue
        name = child.tag.removeprefix(NAMESPACE).removeprefix(XHTML)
        value = _value(name, child)
        if name not in out:
            out[name] = value
        elif isinstance(out[name], list):
            out[name].append(value)
        else:
            out[name] = [out[name], value]
    return out


def _value(name: str, node: ElementTree.Element) -> Any:
    if node.tag.startswith(XHTML):
        return ElementTree.tostring(node, encoding="unicode")
    if name in ("resource", "contained") and len(node):
        return _resource(node[0])
    return node.get("value") if node.get("value") is not None else _fields(node)
