"""The reader of C-CDA R2.1 and other CDA R2 documents: header, narrative as the text, coded entries as hints, an embedded original as content."""
from __future__ import annotations

import zlib
from collections.abc import Iterator

from charthouse.adapters.readers import cda_header as header
from charthouse.adapters.readers.cda_entries import entries
from charthouse.adapters.readers.cda_narrative import Narrative
from charthouse.adapters.readers.cda_xml import LARGEST, ROOT, Element, as_utf8, attribute, child, children, local, parsed, root_at, words
from charthouse.adapters.readers.hl7_media import bytes_of, media_of
from charthouse.adapters.readers.tables import system
from charthouse.adapters.wire.hl7_time import time_of
from charthouse.record.errors import NotAClinicalDocument
from charthouse.record.received import Arrival, Entry, ReadDocument

_PARTS = frozenset({"section", "component", "structuredBody", "entry", "act", "observation", "organizer", "procedure", "encounter", "supply", "substanceAdministration",
                    "entryRelationship", "recordTarget", "author", "participant", "performer", "documentationOf", "componentOf", "custodian", "informant",
                    "inFulfillmentOf", "manufacturedProduct", "participantRole", "legalAuthenticator", "authenticator", "informationRecipient", "dataEnterer",
                    "relatedDocument", "relatedSubject", "serviceEvent", "authorization", "externalDocument", "encounterParticipant", "assignedAuthor", "addr", "nonXMLBody"})


class CcdaReader:
    """Implements `ports.readers.FileReader`."""

    name = "ccda"

    def knows(self, content: bytes, name: str) -> bool:
        head = as_utf8(content[:65_536])
        if not head.startswith(b"<"):
            return False
        root = ROOT.match(head, root_at(head)[0])
        return b"ClinicalDocument" in head or b"urn:hl7-org:v3" in head or (root is not None and root[1].decode("latin-1") in _PARTS)

    def read(self, content: bytes, name: str) -> Iterator[Arrival]:
        """An arrival for each document in it. Raises `NotAClinicalDocument` for what is none and holds no narrative."""
        name = name or "The file"
        if not content.lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00").startswith(b"<"):
            raise NotAClinicalDocument(file=name, why="it is not XML")
        root, notes = parsed(content, name)
        documents = [e for e in root.iter() if local(e) == "ClinicalDocument"]
        if not documents:
            yield _fragment(root, notes, name)
        wrapped = ("the document stood within another element",) if documents and documents[0] is not root else ()
        for document in documents:
            try:
                yield _arrival(document, (*notes, *wrapped), name)
            except NotAClinicalDocument as error:
                if len(documents) == 1:
                    raise
                yield Arrival(notes=(f"a part was left out: {error.fields['why']}",))


def _arrival(document: Element, told: tuple[str, ...], name: str) -> Arrival:
    notes: list[str] = list(told)
    facility, root = header.custodian(document)
    kind, replaces = header.related(document)
    text, hints = _body(document, notes)
    content, media = _embedded(document, notes)
    if not text.strip() and content is None:
        raise NotAClinicalDocument(file=name, why=f"it holds no narrative and no embedded document{'; ' + notes[-1] if notes and notes[-1].startswith('its body') else ''}")
    code, day = child(document, "code"), header.service_day(document)
    number = header.number(child(document, "id"))
    if attribute(child(document, "confidentialityCode"), "code").upper() in ("R", "V"):
        notes.append("its sender marks it as restricted")
    if len(list(children(document, "recordTarget"))) > 1:
        notes.append("it names more than one patient; the first was taken, a person must look")
    read = ReadDocument(
        text=text, media=media, title=words(child(document, "title")) or attribute(code, "displayName"), kind=header.KINDS.get(attribute(code, "code"), ""),
        type_code=(system(attribute(code, "codeSystem")), attribute(code, "code")) if attribute(code, "code") else ("", ""), author=header.author(document),
        service_date=day.date() if day else None, signed=header.signed(document), number=number, replaces=replaces, content=content)
    return Arrival(
        documents=(read,), patient=header.patient(document, facility), visit=header.visit(document, notes),
        happening="replacement" if kind == "RPLC" else "addendum" if kind == "APND" else "document", entries=hints, sender=root or facility, control=number,
        sent_at=time_of(attribute(child(document, "effectiveTime"), "value")), notes=tuple(dict.fromkeys(notes)))


def _body(document: Element, notes: list[str]) -> tuple[str, tuple[Entry, ...]]:
    """The narrative and the entries of all sections; sections that stand where none should are read, too."""
    narrative = Narrative()
    hints: list[Entry] = []
    for section in document.iter():
        if local(section) != "section":
            continue
        if not any(local(a) == "section" for a in section.iterancestors()):
            narrative.section(section)
        hints.extend(entries(section))
    notes.extend(narrative.notes)
    return narrative.text(), tuple(dict.fromkeys(hints))


def _embedded(document: Element, notes: list[str]) -> tuple[bytes | None, str]:
    """(content, media) of a nonXMLBody: base64, or plain text."""
    text = next((child(e, "text") for e in document.iter() if local(e) == "nonXMLBody"), None)
    if text is None:
        return None, "text/plain"
    said = "".join(str(t) for t in text.itertext())
    if not said.strip():
        notes.append("its body lies outside of it" if child(text, "reference") is not None else "its body is empty")
        return None, "text/plain"
    kind, _, subtype = attribute(text, "mediaType").partition("/")
    if attribute(text, "representation").upper() != "B64":
        content = said.strip().encode("utf-8", "replace")
        return content, media_of(content, kind, subtype)
    found, note = bytes_of(said, "base64")
    if note:
        notes.append(f"its body: {note}")
    content = said.encode("utf-8", "replace") if found is None else _unpacked(found, attribute(text, "compression").upper(), notes)
    return content, media_of(content, kind, subtype)


def _unpacked(content: bytes, how: str, notes: list[str]) -> bytes:
    """DF (deflate), GZ and ZL are undone, to at most 100 MB; what cannot be undone stays as it is (CDA R2, CompressionAlgorithm)."""
    windows = {"DF": (-15, 15), "GZ": (31,), "ZL": (15,)}.get(how, ())
    for bits in windows:
        try:
            undone = zlib.decompressobj(bits)
            found = undone.decompress(content, LARGEST)
        except zlib.error:
            continue
        if undone.eof:
            return found
    if how:
        notes.append("its body is compressed in a way that could not be undone")
    return content


def _fragment(root: Element, notes: tuple[str, ...], name: str) -> Arrival:
    """A piece of a document that holds narrative: read, but it says of nobody whose it is."""
    narrative: list[str] = []
    text, hints = _body(root, narrative)
    part = local(root)
    content, media = _embedded(root, narrative)
    if not text.strip() and content is None:
        raise NotAClinicalDocument(file=name, why=f"it is only the part <{part}> of one and holds no narrative" if part in _PARTS else "its root element is not ClinicalDocument")
    return Arrival(documents=(ReadDocument(text=text, content=content, media=media),), entries=hints, happening="document",
                   notes=(*notes, *narrative, f"it is only the part <{part}> of a document" if part in _PARTS else "it is only a part of a document"))
