"""Claims on paper: the texts alone, for preprinted forms, or on a blank form that a site has the right to use. No form is in this repository."""
from __future__ import annotations

import ctypes
import io
from collections.abc import Sequence
from typing import Any, Protocol

from charthouse.record.errors import BadRequest, MissingPart

WIDTH, HEIGHT = 612.0, 792.0  # US Letter, points
ACROSS, DOWN = 7.2, 12.0  # 10 characters an inch, 6 lines an inch
SIZE = 10.0  # Courier of ten points has a pitch of six: it is spread to 7.2
FONT, PITCH = "Courier", 6.0


class Text(Protocol):
    """`rooms.billing.Set`."""

    @property
    def text(self) -> str: ...

    @property
    def line(self) -> int: ...

    @property
    def column(self) -> int: ...


def form_pdf(pages: Sequence[Sequence[Text]], *, shift: tuple[float, float] = (0.0, 0.0), blank: bytes | None = None) -> bytes:
    """`shift` in points, to the right and down, for the printer at hand. `blank`: the site's own form (PDF, its first page). Raises `MissingPart`, `BadRequest`."""
    try:
        from reportlab.pdfgen.canvas import Canvas
    except ImportError:
        raise MissingPart(what="A claim on paper", part="export") from None
    out = io.BytesIO()
    canvas: Any = Canvas(out, pagesize=(WIDTH, HEIGHT), invariant=1, lang="en-US")
    canvas.setTitle("Claim")
    canvas.setAuthor("Charthouse")
    for page in pages:
        for set_ in page:
            at = canvas.beginText((set_.column - 1) * ACROSS + MARGIN + shift[0], HEIGHT - set_.line * DOWN - shift[1])
            at.setFont(FONT, SIZE)
            at.setCharSpace(ACROSS - PITCH)
            at.textLine(set_.text.encode("cp1252", "replace").decode("cp1252"))
            canvas.drawText(at)
        canvas.showPage()
    canvas.save()
    return _over(blank, out.getvalue(), len(pages)) if blank is not None else out.getvalue()


MARGIN = 18.0  # the first column begins a quarter of an inch from the edge


def _over(blank: bytes, texts: bytes, count: int) -> bytes:
    """Each page of texts on a copy of the blank form."""
    import pypdfium2 as pdfium
    import pypdfium2.raw as raw

    try:
        form = pdfium.PdfDocument(blank)
        form[0].close()
    except pdfium.PdfiumError:
        raise BadRequest(why="The blank form is no PDF that can be opened") from None
    data, made, out = pdfium.PdfDocument(texts), pdfium.PdfDocument.new(), io.BytesIO()
    for number in range(count):
        made.import_pages(form, [0])
        page = made[number]
        inside = raw.FPDF_NewXObjectFromPage(made.raw, data.raw, ctypes.c_int(number))
        raw.FPDFPage_InsertObject(page.raw, raw.FPDF_NewFormObjectFromXObject(inside))
        raw.FPDFPage_GenerateContent(page.raw)
        raw.FPDF_CloseXObject(inside)
        page.close()
    made.save(out)
    for document in (made, data, form):
        document.close()
    return out.getvalue()
