"""A whole record as a PDF that a person can read: cover, index, then each document in order; scans and PDFs as pictures of their pages.

Text is set in a fixed pitch, so that tables of a note keep their columns. Every page names the patient and carries its number. Pages are laid out twice, first
to know their numbers, and only one document is held at a time.
"""
from __future__ import annotations

import io
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from charthouse.record.errors import MissingPart
from charthouse.record.export import Paper, WholeRecord

WIDTH, HEIGHT, MARGIN = 612.0, 792.0, 54.0  # points: US Letter
SIZE, LEADING = 9.0, 11.5
ACROSS, DOWN = 92, 55  # characters of a line, lines of a page
INDEXED = 40  # documents on a page of the index
DOTS = 110  # per inch, of pictures
MOST_PAGES = 2_000  # of one original
_FONTS = ("/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf", "/usr/share/fonts/dejavu-sans-mono-fonts/DejaVuSansMono.ttf", "/usr/share/fonts/TTF/DejaVuSansMono.ttf",
          "/Library/Fonts/DejaVuSansMono.ttf")


@dataclass(frozen=True, slots=True)
class Laid:
    """A document on pages: `first` is its first page."""

    title: str
    day: str
    author: str
    visit: str
    first: int
    pages: int


def record_pdf(whole: WholeRecord, papers: Callable[[], Iterator[Paper]], made: str) -> bytes:
    """`papers` gives the documents anew each time. Raises `MissingPart`."""
    sheet = Sheet(whole, made)
    laid: list[Laid] = []
    index_pages = -(-len(whole.rows("document")) // INDEXED)
    at = 2 + index_pages
    for paper in papers():
        pages = len(_pages(paper)) + _pictures(paper)
        laid.append(Laid(paper.title, str(paper.row["service_date"] or paper.row["received_at"])[:10], str(paper.row["author"]), str(paper.row["encounter"] or ""), at, pages))
        at += pages
    sheet.total = at - 1
    _cover(sheet, whole, laid, made)
    for first in range(0, len(laid), INDEXED):
        _index(sheet, laid, first)
    for paper, place in zip(papers(), laid, strict=True):
        _document(sheet, paper, place)
    return sheet.done()


class Sheet:
    """The canvas, with what stands on every page."""

    def __init__(self, whole: WholeRecord, made: str) -> None:
        try:
            from reportlab.pdfgen.canvas import Canvas
        except ImportError:
            raise MissingPart(what="The PDF of a record", part="export") from None
        who = whole.registration
        self.who = ", ".join(filter(None, (who.family, who.given))) or "(no name)"
        self.number = who.identifiers[0][1] if who.identifiers else ""
        self.total = 0
        self._out = io.BytesIO()
        self.font, self.unicode = _font()
        self.canvas: Any = Canvas(self._out, pagesize=(WIDTH, HEIGHT), invariant=1, lang="en-US")
        self.canvas.setTitle("Medical record")
        self.canvas.setAuthor("Charthouse")

    def text(self, x: float, y: float, said: str, size: float = SIZE, font: str = "") -> None:
        self.canvas.setFont(font or self.font, size)
        self.canvas.drawString(x, y, said if self.unicode else said.encode("cp1252", "replace").decode("cp1252"))

    def end(self, below: str) -> None:
        self.canvas.setStrokeGray(0.6)
        self.canvas.line(MARGIN, MARGIN - 8, WIDTH - MARGIN, MARGIN - 8)
        self.text(MARGIN, MARGIN - 20, f"{self.who}  {self.number}"[:60], 7.5)
        self.canvas.setFont(self.font, 7.5)
        self.canvas.drawRightString(WIDTH - MARGIN, MARGIN - 20, f"{below}page {self.canvas.getPageNumber()} of {self.total}")
        self.canvas.showPage()

    def done(self) -> bytes:
        self.canvas.save()
        return self._out.getvalue()


def _font() -> tuple[str, bool]:
    """A font of the machine that has most letters of the world's Latin, Greek and Cyrillic; else one that every reader of PDF has, and its letters only."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    there = next((p for p in _FONTS if Path(p).exists()), None)
    if there is None:
        return "Courier", False
    pdfmetrics.registerFont(TTFont("record", there))
    return "record", True


def _cover(sheet: Sheet, whole: WholeRecord, laid: Sequence[Laid], made: str) -> None:
    who = whole.registration
    sheet.text(MARGIN, HEIGHT - 140, "Medical record", 26, "Helvetica-Bold")
    lines = [("Patient", sheet.who), ("Number", ", ".join(v for _, v in who.identifiers)), ("Born", who.birth_date.isoformat() if who.birth_date else ""), ("Sex", who.sex),
             ("Facility", who.facility), ("Visits", str(len(whole.rows("encounter")))), ("Documents", str(len(laid))), ("Pages", str(sheet.total)), ("Made", made)]
    y = HEIGHT - 190
    for name, value in lines:
        sheet.text(MARGIN, y, name, 10.5, "Helvetica")
        for line in textwrap.wrap(value, 60) or [""]:
            sheet.text(MARGIN + 90, y, line, 10.5)
            y -= 17
    notes = ["Documents stand in the order in which they were received. What was received as a picture or a PDF is shown as received, after the text that was read from it.",
             "The same folder holds the originals, the data (record.json, fhir-bundle.json) and a list of all files with their hashes (manifest.json)."]
    if whole.left_out:
        notes.append(f"{whole.left_out} visits at other facilities are not in it.")
    if not sheet.unicode:
        notes.append("Letters that this PDF cannot show stand as a question mark; the files of texts have them.")
    y -= 20
    for line in (part for note in notes for part in (*textwrap.wrap(note, 88), "")):
        sheet.text(MARGIN, y, line, 9.5, "Helvetica")
        y -= 13
    sheet.end("")


def _index(sheet: Sheet, laid: Sequence[Laid], first: int) -> None:
    sheet.text(MARGIN, HEIGHT - MARGIN - 10, "Documents", 14, "Helvetica-Bold")
    y = HEIGHT - MARGIN - 34
    for n, place in enumerate(laid[first:first + INDEXED], first + 1):
        sheet.text(MARGIN, y, f"{n:>4}  {place.day:<10}  {place.title[:34]:<34}  {place.author[:26]:<26}", 8.5)
        sheet.canvas.setFont(sheet.font, 8.5)
        sheet.canvas.drawRightString(WIDTH - MARGIN, y, str(place.first))
        sheet.canvas.linkRect("", f"d{n}", (MARGIN, y - 3, WIDTH - MARGIN, y + 10), relative=0, thickness=0)
        y -= 15.5
    sheet.end("index, ")


def _document(sheet: Sheet, paper: Paper, place: Laid) -> None:
    sheet.canvas.bookmarkPage(f"d{paper.number}")
    sheet.canvas.addOutlineEntry(f"{paper.number}. {place.title}, {place.day}", f"d{paper.number}")
    below = f"document {paper.number}, "
    for lines in _pages(paper):
        _heading(sheet, paper, place)
        y = HEIGHT - MARGIN - 40
        for line in lines:
            sheet.text(MARGIN, y, line)
            y -= LEADING
        sheet.end(below)
    drawn = 0
    for picture in _drawn(paper):
        _heading(sheet, paper, place)
        _draw(sheet, picture)
        sheet.end(below)
        drawn += 1
    if drawn != _pictures(paper):
        raise AssertionError("the pages of an original were counted wrongly")


def _heading(sheet: Sheet, paper: Paper, place: Laid) -> None:
    sheet.text(MARGIN, HEIGHT - MARGIN, f"{paper.number}. {place.title}", 11, "Helvetica-Bold")
    sheet.text(MARGIN, HEIGHT - MARGIN - 14, "   ".join(filter(None, (place.day, place.author[:40], f"visit {place.visit}" if place.visit else ""))), 7.5)
    sheet.canvas.setStrokeGray(0.6)
    sheet.canvas.line(MARGIN, HEIGHT - MARGIN - 20, WIDTH - MARGIN, HEIGHT - MARGIN - 20)


def _pages(paper: Paper) -> list[list[str]]:
    """The text in lines, the lines in pages; nothing where the pictures say it all."""
    if not paper.text.strip():
        return [] if _pictures(paper) else [[f"[This document has no text. Its original: {paper.original_name}]"]]
    lines = [part for line in paper.text.expandtabs(8).splitlines() for part in (textwrap.wrap(_printable(line), ACROSS, drop_whitespace=False, replace_whitespace=False) or [""])]
    return [lines[n:n + DOWN] for n in range(0, len(lines), DOWN)]


def _printable(line: str) -> str:
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line)


# -- originals that are pictures ---------------------------------------------------------------------------------------------------------
def _pictures(paper: Paper) -> int:
    """How many pages of the original are shown; 0 where it is no picture, or cannot be shown."""
    media = str(paper.row["media"])
    try:
        if media == "application/pdf":
            import pypdfium2

            document = pypdfium2.PdfDocument(paper.original)
            try:
                return min(len(document), MOST_PAGES)
            finally:
                document.close()
        if media.startswith("image/"):
            from PIL import Image

            with Image.open(io.BytesIO(paper.original)) as image:
                return min(int(getattr(image, "n_frames", 1)), MOST_PAGES)
    except Exception:  # of a damaged file: the libraries name no common error
        return 0
    return 0


def _drawn(paper: Paper) -> Iterator[Any]:
    """A picture for each page, None where one cannot be shown."""
    for n in range(_pictures(paper)):
        try:
            yield _picture(paper, n)
        except Exception:
            yield None


def _picture(paper: Paper, n: int) -> Any:
    if paper.row["media"] == "application/pdf":
        import pypdfium2

        document = pypdfium2.PdfDocument(paper.original)
        try:
            return document[n].render(scale=DOTS / 72).to_pil().convert("RGB")
        finally:
            document.close()
    from PIL import Image

    with Image.open(io.BytesIO(paper.original)) as image:
        image.seek(n)
        shown = image.convert("RGB")
    shown.thumbnail((int(8.5 * DOTS * 1.5), int(11 * DOTS * 1.5)))
    return shown


def _draw(sheet: Sheet, picture: Any) -> None:
    from reportlab.lib.utils import ImageReader

    wide, high = WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN - 30
    if picture is None:
        sheet.text(MARGIN, HEIGHT - MARGIN - 40, "[This page of the original cannot be shown.]")
        return
    packed = io.BytesIO()
    picture.save(packed, "JPEG", quality=80)
    scale = min(wide / picture.width, high / picture.height)
    sheet.canvas.drawImage(ImageReader(packed), MARGIN + (wide - picture.width * scale) / 2, MARGIN + (high - picture.height * scale), picture.width * scale, picture.height * scale)
