"""Small PDF files made by hand for the tests: text, pictures of pages, fields, comments, attachments, a lock."""
from __future__ import annotations

import io
from typing import Any

from draw_scans import Drawn


def pdf(pages: list[tuple[bytes, str]], *, more: list[bytes] = (), root: str = "", trailer: str = "") -> bytes:  # type: ignore[assignment]
    """A file of pages (content stream, further entries of the page). Objects 1 catalogue, 2 pages, 3 Helvetica, then `more`, then the pages."""
    objects: list[bytes] = [b"", b"", b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>", *more]
    kids = []
    for content, entries in pages:
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
        where = "" if "/MediaBox" in entries else "/MediaBox [0 0 612 792]"
        fonts = "" if "/Resources" in entries else "/Resources << /Font << /F 3 0 R >> >>"
        objects.append(f"<< /Type /Page /Parent 2 0 R {where} {fonts} /Contents {len(objects)} 0 R {entries} >>".encode())
        kids.append(f"{len(objects)} 0 R")
    objects[0] = f"<< /Type /Catalog /Pages 2 0 R {root} >>".encode()
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>".encode()
    out = io.BytesIO(b"%PDF-1.7\n")
    out.seek(0, 2)
    at = []
    for n, body in enumerate(objects, 1):
        at.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (n, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + b"".join(b"%010d 00000 n \n" % a for a in at))
    out.write(f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode())
    return out.getvalue()


def text(lines: list[tuple[float, float, str]], *, size: int = 12, mode: int = 0, matrix: str = "1 0 0 1") -> bytes:
    """Lines at (x, y) from the lower left, in points."""
    escaped = [(x, y, line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")) for x, y, line in lines]
    return "\n".join(f"BT /F {size} Tf {mode} Tr {matrix} {x} {y} Tm ({line}) Tj ET" for x, y, line in escaped).encode("cp1252")


def prose(words: str = "The patient was seen in the clinic for palpitations and was well otherwise.") -> list[tuple[float, float, str]]:
    return [(72, 700 - 20 * n, words) for n in range(4)]


def scanned(page: Drawn, *, layer: bytes = b"") -> bytes:
    """A page that is a picture, and what lies over it."""
    jpeg = io.BytesIO()
    page.image.save(jpeg, "JPEG", quality=80)
    width, height = page.image.size
    picture = b"<< /Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /DCTDecode /Length %d >>\nstream\n%s\nendstream" % (
        width, height, jpeg.tell(), jpeg.getvalue())
    return pdf([(b"q 612 0 0 792 0 0 cm /P Do Q\n" + layer, "/Resources << /XObject << /P 4 0 R >> /Font << /F 3 0 R >> >>")], more=[picture])


def with_field_and_comment() -> bytes:
    """A filled field, drawn by its appearance, and a comment pinned to the page."""
    shown = text([(2, 4, "Penicillin allergy")])
    more = [b"<< /Type /XObject /Subtype /Form /BBox [0 0 200 20] /Resources << /Font << /F 3 0 R >> >> /Length %d >>\nstream\n%s\nendstream" % (len(shown), shown),
            b"<< /Type /Annot /Subtype /Widget /FT /Tx /T (allergy) /V (Penicillin allergy) /Rect [72 500 272 520] /F 4 /AP << /N 4 0 R >> >>",
            b"<< /Type /Annot /Subtype /Text /Rect [72 300 92 320] /Contents (Call the cardiologist) >>"]
    return pdf([(text(prose()), "/Annots [5 0 R 6 0 R]")], more=more, root="/AcroForm << /Fields [5 0 R] /DR << /Font << /F 3 0 R >> >> >>")


def with_attachment() -> bytes:
    more = [b"<< /Type /EmbeddedFile /Length 5 >>\nstream\nhello\nendstream", b"<< /Type /Filespec /F (a.txt) /UF (a.txt) /EF << /F 4 0 R >> >>"]
    return pdf([(text(prose()), "")], more=more, root="/Names << /EmbeddedFiles << /Names [(a.txt) 5 0 R] >> >>")


def locked() -> bytes:
    """Says that it is encrypted under a password that nobody has."""
    return pdf([(text(prose()), "")], trailer=f"/Encrypt << /Filter /Standard /V 1 /R 2 /O <{'5a' * 32}> /U <{'a5' * 32}> /P -4 >> /ID [<{'01' * 16}> <{'01' * 16}>]")


def joined(first: Any, second: Any) -> bytes:
    """A file of the pages of two."""
    import pypdfium2

    out = pypdfium2.PdfDocument.new()
    for content in (first, second):
        with pypdfium2.PdfDocument(content) as part:
            out.import_pages(part)
    target = io.BytesIO()
    out.save(target)
    out.close()
    return target.getvalue()
