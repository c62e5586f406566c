"""Documents: what a DocumentReference, Binary, DiagnosticReport or Composition carries to be read."""
from __future__ import annotations

import base64
import binascii
import codecs
import hashlib
from dataclasses import replace
from email.message import Message

from charthouse.adapters.readers.fhir.narrative import text_of
from charthouse.adapters.readers.fhir.person import on
from charthouse.adapters.readers.fhir.shelf import Resource, Shelf, coding, dicts, word, words
from charthouse.record.received import ReadDocument

# LOINC document ontology: the types that say our kinds surely
KINDS = {"18842-5": "discharge_summary", "11504-8": "operative_note", "34117-2": "history_and_physical", "11488-4": "consultation", "18748-4": "radiology_report",
         "11502-2": "laboratory_report", "34111-5": "emergency_note", "11506-3": "progress_note"}
SIGNED = {"final": True, "amended": True, "corrected": True, "appended": True, "preliminary": False, "registered": False, "partial": False}
WITHDRAWN = frozenset(("entered-in-error", "cancelled"))


def withdrawn(resource: Resource) -> bool:
    """Whether the sender takes it back."""
    return bool(WITHDRAWN & {word(resource, "status"), word(resource, "docStatus")})


def documents(shelf: Shelf, resource: Resource, notes: list[str]) -> list[ReadDocument]:
    """The documents of a resource; what cannot be read of it is noted."""
    kind = resource["resourceType"]
    if kind == "DocumentReference":
        return _all(_attached(shelf, resource, dicts(resource, "content", "attachment"), notes), _about(shelf, resource, "description"))
    if kind == "DiagnosticReport":
        return _report(shelf, resource, notes)
    if kind == "Composition":
        return _composition(shelf, resource)
    if kind == "Communication":
        return _communication(shelf, resource, notes)
    return _binary(resource, notes)


def _communication(shelf: Shelf, resource: Resource, notes: list[str]) -> list[ReadDocument]:
    """A message that answers a query: `basedOn`, `inResponseTo` or `partOf` names it."""
    texts = words(resource, "payload", "contentString")
    read = [ReadDocument(text="\n\n".join(texts))] if texts else _attached(shelf, resource, dicts(resource, "payload", "contentAttachment"), notes)
    refers = [r for name in ("inResponseTo", "basedOn", "partOf") for r in dicts(resource, name)]
    said = next((n for r in refers for n in (word(r, "identifier", "value"), word(r, "reference").rpartition("/")[2]) if n.startswith("Q-")), "")
    about = _about(shelf, resource, "title")
    return _all([replace(r, signed=True) for r in read], replace(about, author=shelf.named(resource, "sender"), service_date=about.service_date or on(resource, "sent", "received"), answers=said[:10], signed=True))


def _about(shelf: Shelf, resource: Resource, title: str) -> ReadDocument:
    """All but the text."""
    system, code, display = coding(resource.get("type") or resource.get("code"))
    status = word(resource, "docStatus") if resource["resourceType"] == "DocumentReference" else word(resource, "status")
    signed = True if dicts(resource, "authenticator") or "legal" in words(resource, "attester", "mode") else SIGNED.get(status)
    return ReadDocument(
        text="", title=word(resource, title) or display, kind=KINDS.get(code, "") if "loinc" in system else "", type_code=(system, code) if code else ("", ""),
        author=shelf.named(resource, "author") or shelf.named(resource, "performer") or shelf.named(resource, "resultsInterpreter"),
        service_date=on(_context(resource), "period") or on(resource, "effectiveDateTime", "effectivePeriod", "date", "created", "indexed", "issued"),
        signed=signed, number=word(resource, "masterIdentifier", "value") or word(resource, "identifier", "value") or word(resource, "id"), replaces=_replaces(shelf, resource))


def _context(resource: Resource) -> Resource:
    return next(iter(dicts(resource, "context")), {})


def _replaces(shelf: Shelf, resource: Resource) -> str:
    """The number of the one that it replaces or amends."""
    for relation in dicts(resource, "relatesTo"):
        reference, target = shelf.follow({**relation, "contained": resource.get("contained")}, "target")
        if not reference:
            reference, target = shelf.follow(relation, "targetReference")
        number = word(target, "masterIdentifier", "value") or word(target, "identifier", "value") or word(target, "id") if target else ""
        number = number or word(relation, "target", "identifier", "value") or word(relation, "targetIdentifier", "value") or reference.rpartition("/")[2]
        if number and word(relation, "code") in ("replaces", "appends", "transforms"):
            return number
    return ""


def _all(read: list[ReadDocument], about: ReadDocument) -> list[ReadDocument]:
    """Each with what is said of the whole; the second form of one document gets a number of its own."""
    return [replace(about, text=one.text, media=one.media, content=one.content, notes=one.notes, title=about.title or one.title,
                    service_date=about.service_date or one.service_date, number=about.number if n == 1 or not about.number else f"{about.number}#{n}")
            for n, one in enumerate(read, 1)]


def _report(shelf: Shelf, resource: Resource, notes: list[str]) -> list[ReadDocument]:
    read = _attached(shelf, resource, dicts(resource, "presentedForm"), notes)
    text = "\n\n".join(filter(None, (text_of(word(resource, "text", "div")), word(resource, "conclusion"))))
    if not read and text:
        read = [ReadDocument(text=text)]
    return _all(read, _about(shelf, resource, "title"))


def _composition(shelf: Shelf, resource: Resource) -> list[ReadDocument]:
    parts = [word(resource, "title"), *_sections(dicts(resource, "section"), 0)]
    if len(parts) == 1:
        parts.append(text_of(word(resource, "text", "div")))
    return _all([ReadDocument(text="\n\n".join(filter(None, parts)))], _about(shelf, resource, "title"))


def _sections(sections: list[Resource], depth: int) -> list[str]:
    out = []
    for section in sections if depth < 20 else []:
        title, body = word(section, "title") or coding(section.get("code"))[2], text_of(word(section, "text", "div"))
        out += ["\n".join(filter(None, (f"{title}:" if title else "", body)))] if title or body else []
        out += _sections(dicts(section, "section"), depth + 1)
    return out


def _binary(resource: Resource, notes: list[str]) -> list[ReadDocument]:
    read = _decoded({"contentType": word(resource, "contentType"), "data": word(resource, "data") or word(resource, "content")}, notes)
    return [replace(read, number=word(resource, "id"))] if read else []


def _attached(shelf: Shelf, owner: Resource, attachments: list[Resource], notes: list[str]) -> list[ReadDocument]:
    read = []
    for one in attachments:
        given = dict(one)
        if not word(one, "data") and word(one, "url"):
            there = shelf.found(owner, word(one, "url")) or {}
            given |= {"data": word(there, "data") or word(there, "content"), "contentType": word(one, "contentType") or word(there, "contentType")}
        if document := _decoded(given, notes):
            read.append(document)
    return read


def _decoded(attachment: Resource, notes: list[str]) -> ReadDocument | None:
    media, data = word(attachment, "contentType"), "".join(word(attachment, "data").split())
    if not data:
        notes.append("a document's content lies elsewhere and was not sent" if word(attachment, "url") else "a document has no content")
        return None
    try:
        content = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        notes.append("a document's content is no base64")
        return None
    said = word(attachment, "hash")
    if said and said not in (base64.b64encode(hashlib.sha1(content).digest()).decode(), hashlib.sha1(content).hexdigest()):
        notes.append("a document's content is not what its hash says")
    text, more = _read(media, content)
    return ReadDocument(text=text, media=media.partition(";")[0].strip().lower() or "application/octet-stream", content=content, notes=more,
                        title=word(attachment, "title"), service_date=on(attachment, "creation"))


def _read(media: str, content: bytes) -> tuple[str, tuple[str, ...]]:
    """(the text, what had to be done): of plain text and HTML. Others are read by the readers of their own formats, from `content`."""
    kind = media.partition(";")[0].strip().lower()
    if kind not in ("text/plain", "text/html", "application/xhtml+xml", "text/markdown"):
        return "", ()
    header = Message()
    header["content-type"] = media
    charset = str(header.get_param("charset") or "utf-8")
    notes: tuple[str, ...] = ()
    try:
        text = content.decode(codecs.lookup(charset).name)
    except (LookupError, UnicodeDecodeError):
        text, notes = content.decode("cp1252", errors="replace"), ("read as Windows-1252",)
    return (text_of(text) if "html" in kind else text.lstrip("\ufeff")), notes
