"""Documents of HL7 v2: a transcription with its TXA (chapter 9), a report of results with its OBR (chapter 7)."""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from charthouse.adapters.readers.hl7_content import LINES, Content, content_of
from charthouse.adapters.readers.hl7_patient import moment, person
from charthouse.adapters.readers.tables import system
from charthouse.adapters.wire.hl7 import Message, Segment
from charthouse.record.received import Entry, ReadDocument

TYPES = "http://terminology.hl7.org/CodeSystem/v2-0270"
# HL7 table 0270, those that name one of our kinds surely
_KINDS = {"DS": "discharge_summary", "OP": "operative_note", "HP": "history_and_physical", "PH": "history_and_physical", "CN": "consultation", "PC": "consultation",
          "ED": "emergency_note", "PR": "progress_note", "DI": "radiology_report"}
# HL7 table 0074, the section that made a report
_SECTIONS = {**dict.fromkeys(("LAB", "CH", "HM", "MB", "BG", "SR", "TX", "IMM", "MCB", "MYC", "VR", "URN", "CHEM"), "laboratory_report"),
             **dict.fromkeys(("RAD", "RX", "CT", "NMR", "NMS", "RUS", "VUS", "OUS", "XRC", "MRI", "US"), "radiology_report")}
_SIGNED = {"AU": True, "LA": True, "DI": False, "DO": False, "IN": False, "IP": False, "PA": False}  # HL7 table 0271


def transcriptions(message: Message, happening: str, notes: list[str]) -> tuple[tuple[ReadDocument, ...], tuple[Entry, ...]]:
    """The document of an MDM message. One without a content (T01, T03 ..., T11) has its number and state and an empty text."""
    txa = message.first("TXA")
    content = content_of(message, (s for s in message.segments if s.name == "OBX" or (s.name == "NTE" and txa and s.start > txa.start)))
    if txa is None:
        notes.append("there is no TXA: what document it is must be said by a person")
        head = ReadDocument(text="")
    else:
        head = _head(message, txa, happening, notes)
    notes.extend(content.notes)
    if not content.text() and not content.embedded and happening in ("document", "addendum", "replacement"):
        notes.append("the document is empty")
    return tuple(_documents(head, content)), tuple(content.entries)


def _head(message: Message, txa: Segment, happening: str, notes: list[str]) -> ReadDocument:
    at = message.at
    number, parent, order = _entity(message, txa(12)), _entity(message, txa(13)), _entity(message, txa(14))
    on = moment(message, txa(4) or txa(6), "TXA-4", notes)
    signed = _SIGNED.get(at(txa, 17).upper())
    obr, obx = message.first("OBR"), message.first("OBX")
    return ReadDocument(
        text="", title=at(txa, 25) or (at(obr, 4, 2) if obr else "") or (at(obx, 3, 2) if obx else ""), kind=_KINDS.get(at(txa, 2).upper(), ""),
        type_code=(TYPES, at(txa, 2)) if at(txa, 2) else ("", ""), author=person(message, txa(9)) or person(message, txa(5)),
        service_date=on.date() if on else None, signed=True if signed is None and at(txa, 22) else signed, number=number, answers=next((n for n in (order, parent) if n.startswith("Q-")), ""),
        replaces="" if parent.startswith("Q-") else parent if happening in ("addendum", "document") else (parent or number) if happening == "replacement" else "")


def _entity(message: Message, field: str) -> str:
    """EI: its first part; older senders put the number into the third."""
    return message.part(field) or message.part(field, 3)


def reports(message: Message, happening: str, notes: list[str]) -> tuple[tuple[ReadDocument, ...], tuple[Entry, ...]]:
    """Each OBR of a result with its OBX and notes is a report. OBX of other messages (an admission, an order, a charge) are one where they hold text."""
    documents: list[ReadDocument] = []
    entries: list[Entry] = []
    seen: dict[str, int] = {}
    for obr, rest in _orders(message):
        content = content_of(message, rest)
        entries.extend(content.entries)
        notes.extend(content.notes)
        told = content.embedded or any(s(2) in LINES and s(5).strip() for s in rest if s.name == "OBX")
        if not told and (obr is None or happening != "result"):
            continue
        if content.text() or content.embedded:
            head = ReadDocument(text="") if obr is None else _report(message, obr, notes)
            if head.number:
                seen[head.number] = seen.get(head.number, 0) + 1
                head = head if seen[head.number] == 1 else _renamed(head, f"order {seen[head.number]}")
            documents.extend(_documents(head, content))
    return tuple(documents), tuple(entries)


def _orders(message: Message) -> Iterator[tuple[Segment | None, list[Segment]]]:
    obr: Segment | None = None
    rest: list[Segment] = []
    after = False
    for segment in message.segments:
        if segment.name == "OBR":
            if rest:
                yield obr, rest
            obr, rest, after = segment, [], True
        elif segment.name == "OBX":
            rest.append(segment)
            after = True
        elif segment.name == "NTE" and after:
            rest.append(segment)
        elif segment.name not in ("NTE", "PRT"):
            after = False
    if rest:
        yield obr, rest


def _report(message: Message, obr: Segment, notes: list[str]) -> ReadDocument:
    at = message.at
    on = moment(message, obr(7), "OBR-7", notes) or moment(message, obr(22), "OBR-22", notes)
    status, interpreter = at(obr, 25).upper(), person(message, obr(32))
    number = _entity(message, obr(3))
    number = f"{number}^{at(obr, 4)}" if number and at(obr, 4) else number  # one filler order may have several reports
    return ReadDocument(
        text="", title=at(obr, 4, 2) or at(obr, 4), kind=_SECTIONS.get(at(obr, 24).upper(), ""), type_code=(system(at(obr, 4, 3)), at(obr, 4)) if at(obr, 4) else ("", ""), author=interpreter,
        service_date=on.date() if on else None, signed=False if status in ("P", "S", "I", "R", "A", "O") else True if status in ("F", "C") and interpreter else None,
        number=number, replaces=number if status == "C" else "")


def _documents(head: ReadDocument, content: Content) -> Iterator[ReadDocument]:
    """The text, then each embedded original as a document of its own: numbers `N`, `N#2`, `N#3`."""
    text = content.text()
    n = 0
    if text.strip() or not content.embedded:
        n += 1
        yield replace(head, text=text)
    for found in content.embedded:
        n += 1
        yield replace(_renamed(head, str(n)) if n > 1 and head.number else head, media=found.media, content=found.content, title=head.title or found.title)


def _renamed(head: ReadDocument, by: str) -> ReadDocument:
    return replace(head, number=f"{head.number}#{by}", replaces=f"{head.replaces}#{by}" if head.replaces else "")
