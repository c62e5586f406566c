"""PDF through PDFium: the text layer with a box a word where there is a good one, OCR of the rendered page where there is none, page by page.

Fields of forms and annotations are drawn into the page first, so that they are read where they stand. Attachments are noted, not opened.
"""
from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from charthouse.adapters.readers import layout, pdf_text
from charthouse.adapters.readers.image import MOST_PAGES, MOST_PIXELS, notes_of
from charthouse.adapters.readers.scan import read_page
from charthouse.ports.ocr import OcrEngine, Seen
from charthouse.record.errors import DamagedScan, LockedScan, MissingPart, TooLargeScan, UnreadableDocument
from charthouse.record.received import Arrival, Page, ReadDocument

DPI, FINEST, LEAST_SIDE = 200, 300, 8.0  # dots an inch at which a scanned page is drawn; up to, for a small page; points that a page has at least
LARGEST = 200_000_000  # bytes
MOST_TEXT = 4_000_000  # characters of a file
SCANNED = 0.4  # share of the page that pictures cover, from which it is a scan
FEW = 40  # letters of a text layer below which a scan has none
_PASSWORD = 4  # FPDF_ERR_PASSWORD


@dataclass(slots=True)
class _Read:
    """What is read so far, and the pages whose text layer did not serve."""

    parts: list[str] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    at: int = 0

    def add(self, text: str, page: Page) -> None:
        self.parts.append(text)
        self.pages.append(page)
        self.at += len(text) + 2


@dataclass(frozen=True, slots=True)
class PdfReader:
    """Implements `ports.readers.FileReader`. `engine` is asked for only when a page must be read by OCR."""

    engine: Callable[[], OcrEngine]
    name: str = "pdf"

    def knows(self, content: bytes, name: str) -> bool:
        return b"%PDF-" in content[:1024]

    def read(self, content: bytes, name: str) -> Iterator[Arrival]:
        """One document. Raises `LockedScan`, `DamagedScan` and `TooLargeScan` (each an `UnreadableDocument`)."""
        if len(content) > LARGEST:
            raise TooLargeScan(file=name, why=f"it has {len(content):,} bytes; at most {LARGEST:,} are read")
        with opened(content, name) as document:
            done = _Read()
            try:
                for n in range(len(document)):
                    self._page(document, n, done, name)
                notes = (*done.notes, *notes_of(done.pages), *_attachments(document))
            except (UnreadableDocument, MissingPart):
                raise
            except Exception as error:  # PDFium on a damaged page
                raise DamagedScan(file=name, why=f"page {len(done.pages) + 1} is damaged ({type(error).__name__})") from None
        yield Arrival(documents=(ReadDocument(text="\n\n".join(done.parts), media="application/pdf", pages=tuple(done.pages), notes=notes),))

    def _page(self, document: Any, n: int, done: _Read, name: str) -> None:
        page, comments = _flat(document, n)
        try:
            width, height = page.get_size()
            if min(width, height) < LEAST_SIDE or max(width, height) > 14_400:
                done.notes.append(f"page {n + 1} has no usual size and was left out")
                done.add("", Page(number=n + 1, width=width, height=height, start=done.at, end=done.at))
                return
            words, turned = pdf_text.words_of(page)
            why = unfit(page, words, width * height)
            if why:
                dpi = min(FINEST, max(DPI, DPI * 11 * 72 / max(width, height)))
                pixels = render(page, dpi, name)
                text, read = read_page(pixels, self.engine(), number=n + 1, start=done.at, size=(width, height))
                if why != "no text layer":
                    done.notes.append(f"page {n + 1}: {why}; read by OCR")
            else:
                text, placed = layout.text_of((*layout.lines(words), *layout.lines(comments)), done.at)
                size = (width, height) if turned % 180 == 0 else (height, width)
                read = Page(number=n + 1, width=size[0], height=size[1], start=done.at, end=done.at + len(text), words=placed, turned=turned, engine="text layer")
        finally:
            page.close()
        if done.at + len(text) > MOST_TEXT:
            raise TooLargeScan(file=name, why=f"it holds more than {MOST_TEXT:,} characters")
        done.add(text, read)


def unfit(page: Any, words: list[Seen], area: float) -> str:
    """Why the page must be read by OCR; "" when its text layer is good. A layer that a scanner laid invisibly under its picture is read
    anew: nobody says how good it was."""
    letters = sum(len(w.text) for w in words)
    covered, invisible, drawn = pdf_text.inked(page, area)
    if not letters:
        return "no text layer" if covered or drawn else ""
    if garbled([w.text for w in words]):
        return "the text layer is garbled"
    if invisible > 0.5:
        return "the text layer is invisible, over a picture" if covered >= SCANNED else ""
    return "the text layer covers little of a scanned page" if covered >= SCANNED and letters < FEW else ""


def garbled(words: list[str]) -> bool:
    """Whether a text layer is no text: characters that stand for nothing (a font without its table), or letters that make no words."""
    text = "".join(words)
    odd = sum(c == "\ufffd" or "\ue000" <= c <= "\uf8ff" or (c < " " and c not in "\t\n\r") for c in text)
    plain = [w for w in words if re.fullmatch(r"[A-Za-z]{3,}[.,;:]?", w)]
    voweled = sum(bool(re.search(r"[aeiouyAEIOUY]", w)) for w in plain)
    letters = sum(c.isalnum() for c in text)
    return odd > 0.05 * len(text) or (len(text) > 80 and letters < 0.4 * len(text)) or (len(plain) > 20 and voweled < 0.5 * len(plain))


def render(page: Any, dpi: float, name: str) -> Any:
    """The page in grey. Raises `TooLargeScan`."""
    import numpy as np

    width, height = page.get_size()
    if width * height * (dpi / 72) ** 2 > MOST_PIXELS:
        dpi = 72 * (MOST_PIXELS / (width * height)) ** 0.5
    if dpi < 72:
        raise TooLargeScan(file=name, why=f"a page measures {width / 72:.0f} x {height / 72:.0f} inches")
    bitmap = page.render(scale=dpi / 72, grayscale=True)
    return np.ascontiguousarray(bitmap.to_numpy().reshape(bitmap.height, bitmap.width).astype(np.uint8))


def opened(content: bytes, name: str) -> Any:
    try:
        import pypdfium2
    except ImportError:
        raise MissingPart(what="Reading PDF", part="ocr") from None
    try:
        document = pypdfium2.PdfDocument(content)
        with suppress(pypdfium2.PdfiumError):  # a form that is damaged: the pages can still be read
            document.init_forms()
        pages = len(document)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == _PASSWORD or "assword" in str(error):
            raise LockedScan(file=name) from None
        raise DamagedScan(file=name, why="it is no whole PDF") from None
    if not pages:
        document.close()
        raise DamagedScan(file=name, why="it has no pages")
    if pages > MOST_PAGES:
        document.close()
        raise TooLargeScan(file=name, why=f"it has {pages} pages; at most {MOST_PAGES} are read")
    return document


def _flat(document: Any, n: int) -> tuple[Any, list[Seen]]:
    """The page with its fields and annotations drawn into it, and the comments that were pinned to it."""
    import pypdfium2.raw as pdfium

    page = document[n]
    comments = pdf_text.comments_of(page, line=1_000_000)
    if pdfium.FPDFPage_GetAnnotCount(page):
        pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY)
        page.close()
        page = document[n]
    return page, comments


def _attachments(document: Any) -> tuple[str, ...]:
    count = document.count_attachments()
    return (f"{count} attached file{'s' * (count > 1)} inside it, not opened: take out what belongs to the chart and send it by itself",) if count else ()
