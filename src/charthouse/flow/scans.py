"""The pages of a scan put right before it is filed: in order, without blank and double ones, and a patient at a time."""
from __future__ import annotations

from dataclasses import replace

from charthouse.record.received import Arrival, Page, ReadDocument
from charthouse.rooms.intake import pages as rooms

GAP = "\n\n"  # between two pages


def put_right(arrival: Arrival) -> tuple[tuple[Arrival, ...], bool]:
    """The arrival with its scans in order: one, or one a patient where a scan holds several surely; and whether a person must look, since it holds
    several and cannot be separated surely. What has fewer than two pages stays as it is. A patient's part of a scan is its text: the picture shows the
    other patient too, and stays with the scan as it was received."""
    parts: list[list[ReadDocument]] = [[]]
    for document in arrival.documents:
        done = _sorted(document)
        if done is None:
            return (arrival,), True
        parts[0].append(done[0])
        parts += [[one] for one in done[1:]]
    return tuple(replace(arrival, documents=tuple(part)) for part in parts), False


def _sorted(document: ReadDocument) -> list[ReadDocument] | None:
    if len(document.pages) < 2:
        return [document]
    scanned = [rooms.Scanned(number=n, text=document.text[p.start:p.end], start=p.start, turned=p.turned) for n, p in enumerate(document.pages, 1)]
    done = rooms.sort(scanned)
    if done.verdict == "held":
        return None
    notes = (*document.notes, *(r.message for r in done.rulings))
    of = [_of_pages(document, [document.pages[n - 1] for n in bundle.pages], notes) for bundle in done.bundles] or [document]
    return of if len(of) == 1 else [replace(one, content=one.text.encode(), media="text/plain", pages=()) for one in of]


def _of_pages(document: ReadDocument, pages: list[Page], notes: tuple[str, ...]) -> ReadDocument:
    """The document of these pages, in this order; each keeps its number in the scan, where its picture is."""
    if pages == list(document.pages):
        return replace(document, notes=notes)
    text, moved = "", []
    for page in pages:
        text += GAP if text else ""
        by = len(text) - page.start
        words = tuple(replace(w, start=w.start + by, end=w.end + by) for w in page.words)
        moved.append(replace(page, start=page.start + by, end=page.end + by, words=words))
        text += document.text[page.start:page.end]
    return replace(document, text=text, pages=tuple(moved), notes=notes)
