"""A report of the department as a PDF: what it counts, the picture, the table, and page numbers. Letter, upright; wide tables lie down."""
from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from charthouse.record.errors import MissingPart
from charthouse.record.report import Report

BARS, WIDE = 16, 7  # bars of the picture; columns from which the page lies down
_FONTS = (("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf"), ("/usr/share/fonts/dejavu-sans-fonts/DejaVuSans.ttf", "/usr/share/fonts/dejavu-sans-fonts/DejaVuSans-Bold.ttf"))


def report_pdf(report: Report, since: date, until: date, made: str) -> bytes:
    """`made`: when, as it is printed. Raises `MissingPart`."""
    try:
        from reportlab.lib import colors
        from reportlab.lib.pagesizes import landscape, letter
        from reportlab.lib.styles import ParagraphStyle
        from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle
    except ImportError:
        raise MissingPart(what="The PDF of a report", part="export") from None
    font, bold = _fonts()
    plain = ParagraphStyle("plain", fontName=font, fontSize=9, leading=12)
    small = ParagraphStyle("small", parent=plain, fontSize=8, leading=10.5, textColor=colors.Color(0.35, 0.35, 0.35))
    head, big = ParagraphStyle("head", parent=plain, fontName=bold, fontSize=16, leading=20), ParagraphStyle("big", parent=plain, fontSize=12, leading=18)
    cell, right = ParagraphStyle("cell", parent=plain, fontSize=8, leading=10), ParagraphStyle("right", parent=plain, fontSize=8, leading=10, alignment=2)
    numeric = [c.kind != "text" for c in report.columns]
    rows = [[Paragraph(f"<b>{escape(c.name[:1].upper() + c.name[1:])}</b>", right if n else cell) for c, n in zip(report.columns, numeric, strict=True)]]
    rows += [[Paragraph(escape("" if value is None else f"{value:g}" if isinstance(value, float) else str(value)), right if n else cell) for value, n in zip(row, numeric, strict=True)] for row in report.rows]
    table = Table(rows, repeatRows=1, hAlign="LEFT", style=TableStyle([("LINEBELOW", (0, 0), (-1, 0), 0.8, colors.black), ("LINEBELOW", (0, 1), (-1, -1), 0.25, colors.lightgrey), ("VALIGN", (0, 0), (-1, -1), "TOP"),
                                                                     ("TOPPADDING", (0, 0), (-1, -1), 2), ("BOTTOMPADDING", (0, 0), (-1, -1), 2)]))
    story: list[Any] = [Paragraph(escape(report.title), head), Paragraph(f"{since} to {until}; made {escape(made)}", small), Spacer(1, 6)]
    if report.headline[0]:
        story.append(Paragraph(f"<b>{escape(report.headline[0])}</b> {escape(report.headline[1])}", big))
    picture = _picture(report, font)
    story += [picture, Spacer(1, 8)] if picture is not None else []
    story += [table if report.rows else Paragraph("There is nothing to count in this period.", plain), Spacer(1, 10), Paragraph(escape(report.definition), plain), Spacer(1, 4),
              Paragraph(f"{escape(report.source)}. A row of fewer than 11 is left out, and the next smallest with it where it could be reckoned (CMS cell size suppression policy).", small)]
    out = io.BytesIO()
    page = landscape(letter) if len(report.columns) >= WIDE else letter
    SimpleDocTemplate(out, pagesize=page, leftMargin=48, rightMargin=48, topMargin=48, bottomMargin=54, title=report.title, author="Charthouse", invariant=1).build(story, canvasmaker=_numbered(report.title, font))
    return out.getvalue()


def _picture(report: Report, font: str) -> Any:
    """Bars of the report's column, the first rows."""
    from reportlab.graphics.shapes import Drawing, Rect, String
    from reportlab.lib import colors

    found = [(str(row[0]), float(value)) for row in report.rows if isinstance(value := row[report.bars], int | float)][:BARS]
    most = max((abs(v) for _, v in found), default=0.0)
    if not found or not most:
        return None
    made = Drawing(500, len(found) * 16 + 4)
    for n, (label, value) in enumerate(found):
        y = (len(found) - n - 1) * 16 + 4
        made.add(String(150, y + 2, label[:30], fontName=font, fontSize=8, textAnchor="end"))
        made.add(Rect(156, y, 280 * abs(value) / most, 11, fillColor=colors.Color(0.04, 0.35, 0.66), strokeColor=None))
        made.add(String(160 + 280 * abs(value) / most, y + 2, f"{value:g}", fontName=font, fontSize=8))
    return made


def _numbered(title: str, font: str) -> Any:
    """A canvas that says "page 2 of 3" when it knows how many there are."""
    from reportlab.pdfgen.canvas import Canvas

    class Numbered(Canvas):  # type: ignore[misc]
        def __init__(self, *args: Any, **more: Any) -> None:
            super().__init__(*args, **more)
            self._kept: list[dict[str, Any]] = []

        def showPage(self) -> None:
            self._kept.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for n, state in enumerate(self._kept, 1):
                self.__dict__.update(state)
                self.setFont(font, 8)
                self.drawString(48, 32, title)
                self.drawRightString(self._pagesize[0] - 48, 32, f"page {n} of {len(self._kept)}")
                super().showPage()
            super().save()

    return Numbered


def _fonts() -> tuple[str, str]:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for plain, bold in _FONTS:
        if Path(plain).exists() and Path(bold).exists():
            pdfmetrics.registerFont(TTFont("Report", plain))
            pdfmetrics.registerFont(TTFont("Report-Bold", bold))
            pdfmetrics.registerFontFamily("Report", normal="Report", bold="Report-Bold")
            return "Report", "Report-Bold"
    return "Helvetica", "Helvetica-Bold"
