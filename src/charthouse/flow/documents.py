"""Filing a document of an arrival: new, of a newer version, an addendum, a cancellation, or one that is there already."""
from __future__ import annotations

from dataclasses import dataclass

from charthouse.flow import post
from charthouse.flow.desk import Desk
from charthouse.flow.kinds import kinds
from charthouse.record.filing import Filing
from charthouse.record.receipt import FoundDocument, Held
from charthouse.record.received import Arrival, ReadDocument
from charthouse.rooms.intake import typed


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    id: str
    kind: str = ""
    notes: tuple[str, ...] = ()


def file_document(desk: Desk, document: ReadDocument, arrival: Arrival, original: bytes, *, source: str, facility: str, patient: str, encounter: str | None,
                  sent_at: str) -> Filed | None:
    """None when it must wait for a person: no visit, or it speaks of a document that is not here."""
    same = _theirs(desk, patient, source, document.number)
    other = _theirs(desk, patient, source, document.replaces)
    if arrival.happening == "cancel_document":
        return _cancelled(desk, other or same)
    if not document.text.strip() and document.content is None and document.media == "text/plain":
        return _signed(desk, same, document)
    if encounter is None:
        return None
    here = content_of(document, arrival, original)
    there = post.document(desk, encounter, content=document.text.encode() if document.text.strip() else here)
    if there is not None and other is None and (same is None or same.id == there.id):
        return Filed(id=there.id, notes=("the same content was filed to this visit before",))
    return _new(desk, document, arrival, here, source=source, facility=facility, patient=patient, encounter=encounter, sent_at=sent_at, same=same, other=other)


def content_of(document: ReadDocument, arrival: Arrival, original: bytes) -> bytes:
    """The document as it was received: what was embedded; the text of a message; else the whole file."""
    if document.content is not None:
        return document.content
    return document.text.encode() if arrival.happening and document.media == "text/plain" else original


def _new(desk: Desk, document: ReadDocument, arrival: Arrival, content: bytes, *, source: str, facility: str, patient: str, encounter: str, sent_at: str,
         same: FoundDocument | None, other: FoundDocument | None) -> Filed:
    """What it replaces stays, marked so; an older version that comes late is filed as replaced already."""
    old = same or (other if arrival.happening == "replacement" else None)
    late = old is not None and old.sent_at > sent_at
    kind, score, unsure = _kind(document)
    id = desk.file(Filing(
        encounter=encounter, content=content, text=document.text or None, pages=document.pages, kind=kind, kind_score=score,
        media=document.media, author=document.author, service_date=document.service_date, source=source, title=document.title, signed=document.signed, number=document.number,
        replaces=(other or same).id if (other or same) and not late else None, sent_at=sent_at, state="replaced" if late else "filed"))  # type: ignore[union-attr]
    if unsure and (document.text.strip() or document.content is None):
        post.hold(desk, Held(outcome="unfiled", facility=facility, reason="kind", why=f"{score:.2f}", sender=source, patient=patient, document=id, original=content))
    if old is not None and not late:
        post.mark(desk, old.encounter, old.id, state="replaced")
    lost = document.replaces and other is None
    return Filed(id=id, kind=kind, notes=(*document.notes, *(("what it amends or replaces is not here",) if lost else ()), *(("its kind is not sure",) if unsure else ())))


def _kind(document: ReadDocument) -> tuple[str, float | None, bool]:
    """The kind, "" where it is not sure; how sure; and whether a person must say it."""
    if document.kind:
        return document.kind, None, False
    said = typed(document.text, kinds(), title=document.title, type_code=document.type_code)
    return (said.kind if said.sure else "", said.confidence, not said.sure)


def _cancelled(desk: Desk, found: FoundDocument | None) -> Filed | None:
    if found is None:
        return None
    post.mark(desk, found.encounter, found.id, state="cancelled")
    return Filed(id=found.id, notes=("cancelled",))


def _signed(desk: Desk, found: FoundDocument | None, document: ReadDocument) -> Filed | None:
    """A change of status: it has no text of its own."""
    if found is None:
        return None
    if document.signed is not None:
        post.mark(desk, found.encounter, found.id, signed=document.signed)
    return Filed(id=found.id, notes=("its status was changed",))


def _theirs(desk: Desk, patient: str, source: str, number: str) -> FoundDocument | None:
    found = post.document(desk, "", source=source, number=number) if number else None
    return found if found is not None and found.patient == patient else None


