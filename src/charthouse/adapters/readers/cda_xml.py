"""XML of clinical documents, parsed without document types, entities, network or huge trees; elements are found by their local names.

Real senders forget to declare `xsi` and `sdtc`; those are declared for them. Everything else that is not well-formed is refused.
"""
from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from charthouse.record.errors import NotAClinicalDocument

Element = etree._Element
DEEPEST = 100  # levels; the narrative of a real document has some 25
LARGEST = 100_000_000  # bytes
_KNOWN = {"xsi": "http://www.w3.org/2001/XMLSchema-instance", "sdtc": "urn:hl7-org:sdtc", "voc": "urn:hl7-org:v3/voc", "cda": "urn:hl7-org:v3", "xlink": "http://www.w3.org/1999/xlink"}
_UNDECLARED = re.compile(r"Namespace prefix (\w{1,40}) ")
ROOT = re.compile(rb"<(?:[A-Za-z_][\w.-]{0,99}:)?([A-Za-z_][\w.-]{0,99})")


def parsed(content: bytes, name: str) -> tuple[Element, tuple[str, ...]]:
    """(root, notes). Raises `NotAClinicalDocument`."""
    if len(content) > LARGEST:
        raise NotAClinicalDocument(file=name, why=f"it is larger than {LARGEST // 1_000_000} MB")
    content = as_utf8(content)
    if root_at(content)[1]:
        raise NotAClinicalDocument(file=name, why="it declares a document type, which a clinical document never does")
    declared: list[str] = []
    for _ in range(len(_KNOWN) + 3):
        try:
            root = etree.fromstring(content, _parser())
            break
        except etree.XMLSyntaxError as error:
            prefix = _UNDECLARED.match(error.msg or "")
            if prefix is None or prefix[1] in declared:
                raise NotAClinicalDocument(file=name, why=f"line {error.lineno or 1} is not well-formed XML") from None
            declared.append(prefix[1])
            content = _with_prefix(content, prefix[1])
        except (ValueError, LookupError):
            raise NotAClinicalDocument(file=name, why="it is not XML in an encoding that is known") from None
    else:
        raise NotAClinicalDocument(file=name, why="it uses prefixes that it does not declare")
    _check(root, name)
    return root, tuple(f"the prefix {p} is not declared; it was taken as usual" if p in _KNOWN else "a prefix is not declared" for p in declared)


def as_utf8(content: bytes) -> bytes:
    """UTF-16 by its byte order mark becomes UTF-8; what stands before the first mark of XML (blanks, a byte order mark) is taken off."""
    for mark, codec in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"<\x00?\x00", "utf-16-le"), (b"\x00<\x00?", "utf-16-be")):
        if content.startswith(mark):
            text = content.decode(codec, "replace").removeprefix("\ufeff")
            content = re.sub(r"^(<\?xml[^>]{0,200}?)\s+encoding\s*=\s*[\"'][^\"']*[\"']", r"\1", text, count=1).encode("utf-8", "replace")
    return content.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n\x00")


def root_at(content: bytes) -> tuple[int, bool]:
    """(where the root element begins, whether a document type stands before it): comments and processing instructions are passed over."""
    at = 0
    while (at := content.find(b"<", at)) >= 0:
        end = {b"<!--": b"-->", b"<?": b"?>"}.get(content[at:at + 4] if content[at:at + 4] == b"<!--" else content[at:at + 2])
        if end is None:
            return at, content[at:at + 2] == b"<!"
        at = content.find(end, at)
        if at < 0:
            break
    return len(content), False


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False, remove_comments=True, remove_pis=True)


def _with_prefix(content: bytes, prefix: str) -> bytes:
    found = ROOT.match(content, root_at(content)[0])
    end = found.end() if found else 0
    return content[:end] + f' xmlns:{prefix}="{_KNOWN.get(prefix, "urn:charthouse:undeclared")}"'.encode() + content[end:]


def _check(root: Element, name: str) -> None:
    if root.getroottree().docinfo.internalDTD is not None:
        raise NotAClinicalDocument(file=name, why="it declares a document type, which a clinical document never does")
    depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > DEEPEST:
            raise NotAClinicalDocument(file=name, why=f"it is nested more than {DEEPEST} levels deep")


def local(element: Element) -> str:
    """The name without its namespace; "" for what is no element (a comment, an entity)."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: Element | None, name: str) -> Iterator[Element]:
    if element is not None:
        yield from (c for c in element if local(c) == name)


def child(element: Element | None, *path: str) -> Element | None:
    """The first child of that name, and so on down the path."""
    for name in path:
        if element is None:
            return None
        element = next(children(element, name), None)
    return element


def attribute(element: Element | None, name: str) -> str:
    return (element.get(name) or "").strip() if element is not None else ""


def words(element: Element | None) -> str:
    """All text of an element on one line."""
    return " ".join("".join(str(t) for t in element.itertext()).split()) if element is not None else ""
