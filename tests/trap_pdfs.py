"""PDF files that hide what tells whose they are, each in another way; made by reportlab, PIL and plain bytes, with nothing of the product. All of it invented."""
from __future__ import annotations

import io
import random
import zlib
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageDraw, ImageFilter, ImageFont
from reportlab.pdfgen.canvas import Canvas

FAMILIES = ("Quillfeather", "Brannigan", "Okonkwo", "Wrenfield", "Castellanos", "Lindqvist", "Pemberton", "Haverkamp", "Yildirim", "Ekwueme")
GIVEN = ("Tobias", "Annelise", "Halvard", "Bronwen", "Jorah", "Marisol", "Ottilie", "Cornelius")
STREETS = ("Juniper", "Larkspur", "Tamarack", "Wisteria")
PLAIN = ("Assessment: gout and essential hypertension.", "Foley catheter removed without difficulty.", "Babinski negative on both sides.", "Glasgow coma scale 15 of 15.", "Lungs clear, no wheezes or rales heard.", "Plan: colchicine 0.6 mg daily for two weeks.",
         "Potassium 4.1, creatinine 0.9, glucose 104.", "Return if pain or swelling gets worse.", "Ejection fraction 55 percent by echocardiogram.", "Denies chest pain, dyspnea and palpitations.")
FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"


@dataclass(frozen=True)
class Trap:
    """`secrets` must not be read in what is released, by anybody; `plain` are the lines that should still be read."""

    kind: str
    content: bytes
    secrets: tuple[str, ...]
    plain: tuple[str, ...]
    known: dict[str, str]


def person(chance: random.Random) -> dict[str, str]:
    return {"name": f"{chance.choice(GIVEN)} {chance.choice(FAMILIES)}", "mrn": f"CH-{chance.randrange(100000, 999999)}", "birth": f"19{chance.randrange(40, 99)}-0{chance.randrange(1, 10)}-{chance.randrange(10, 29)}", "phone": f"617-555-{chance.randrange(1000, 9999)}",
            "street": f"{chance.randrange(10, 99)} {chance.choice(STREETS)} Lane"}


def lines(who: dict[str, str], chance: random.Random) -> tuple[list[str], tuple[str, ...]]:
    year, month, day = who["birth"].split("-")
    plain = tuple(chance.sample(PLAIN, 5))
    return [f"Patient: {who['name']}", f"Date of birth: {month}/{day}/{year}   MRN: {who['mrn']}", f"Home address: {who['street']}, Boston", f"Telephone {who['phone']}", *plain, f"{who['name'].split()[1]} was seen again today."], plain


def written(canvas: Any, rows: list[str], *, size: int = 11, top: int = 720) -> None:
    canvas.setFont("Helvetica", size)
    for n, row in enumerate(rows):
        canvas.drawString(60, top - 20 * n, row)


def picture(rows: list[str], chance: random.Random, *, turned: float = 0.0, specks: int = 0, blur: float = 0.0) -> Image.Image:
    page = Image.new("L", (1275, 1650), 255)
    draw = ImageDraw.Draw(page)
    font = ImageFont.truetype(FONT, 30)
    for n, row in enumerate(rows):
        draw.text((120, 150 + 52 * n), row, font=font, fill=20)
    for _ in range(specks):
        x, y = chance.randrange(1275), chance.randrange(1650)
        draw.point((x, y), fill=0)
    if turned:
        page = page.rotate(turned, expand=abs(turned) >= 45, fillcolor=255, resample=Image.Resampling.BICUBIC)
    return page.filter(ImageFilter.GaussianBlur(blur)) if blur else page


def on_a_page(page: Image.Image, *, layer: list[str] | None = None) -> bytes:
    """A scan as PDF; `layer`: a text layer that nobody sees, as scanners lay it."""
    out = io.BytesIO()
    width, height = page.size[0] * 72 / 150, page.size[1] * 72 / 150
    canvas = Canvas(out, pagesize=(width, height))
    jpeg = io.BytesIO()
    page.save(jpeg, "JPEG", quality=88)
    jpeg.seek(0)
    from reportlab.lib.utils import ImageReader

    canvas.drawImage(ImageReader(jpeg), 0, 0, width, height)
    if layer:
        text = canvas.beginText(58, height - 84)
        text.setTextRenderMode(3)
        text.setFont("Helvetica", 14)
        text.setLeading(25)
        for row in layer:
            text.textLine(row)
        canvas.drawText(text)
    canvas.save()
    return out.getvalue()


def plain_pdf(rows: list[str]) -> tuple[Any, io.BytesIO]:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(612, 792))
    written(canvas, rows)
    return canvas, out


def added(content: bytes, objects: str, root: str, page: str = "") -> bytes:
    """One more revision: objects appended, with their catalog entries; `%%EOF` twice."""
    trailer = content[content.rindex(b"trailer"):]
    size = int(trailer.split(b"/Size")[1].split()[0])
    catalog = int(trailer.split(b"/Root")[1].split()[0])
    start = content.index(f"{catalog} 0 obj".encode())
    old = content[start:content.index(b"endobj", start)].decode("latin-1")
    new = old.rstrip()
    new = new[:new.rindex(">>")] + root + " >>\n"
    at = len(content) + 1
    body = f"\n{new}endobj\n{objects}"
    offsets, parts = {}, body
    for line in (f"{catalog} 0 obj", *[o.split("\n")[0] for o in objects.split("endobj\n") if o.strip()]):
        offsets[int(line.split()[0])] = at + parts.encode("latin-1").index(line.encode()) - 0
    xref = "xref\n" + "".join(f"{n} 1\n{o:010d} 00000 n \n" for n, o in sorted(offsets.items()))
    where = at + len(body.encode("latin-1"))
    last = int(content[content.rindex(b"startxref") + 9:].split()[0])
    return content + b"\n" + body.encode("latin-1") + (xref + f"trailer\n<< /Size {size + 20} /Root {catalog} 0 R /Prev {last} >>\nstartxref\n{where}\n%%EOF\n").encode()


def size_of(content: bytes) -> int:
    return int(content[content.rindex(b"/Size"):].split()[1])


def _plain(who: dict[str, str], rows: list[str], chance: random.Random) -> bytes:
    canvas, out = plain_pdf(rows)
    canvas.save()
    return out.getvalue()


def _white(who: dict[str, str], rows: list[str], chance: random.Random) -> bytes:
    canvas, out = plain_pdf(rows)
    canvas.setFillColorRGB(1, 1, 1)
    canvas.drawString(60, 120, f"Insured: {who['name']} {who['mrn']}")
    canvas.save()
    return out.getvalue()


def _tiny(who: dict[str, str], rows: list[str], chance: random.Random) -> bytes:
    canvas, out = plain_pdf(rows)
    canvas.setFont("Helvetica", 1)
    canvas.drawString(60, 100, f"{who['name']} {who['mrn']} {who['phone']}")
    canvas.save()
    return out.getvalue()


def _under(who: dict[str, str], rows: list[str], chance: random.Random) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(612, 792))
    canvas.setFont("Helvetica", 12)
    canvas.drawString(70, 130, f"{who['name']} {who['mrn']}")
    canvas.setFillColorRGB(0.9, 0.9, 0.9)
    canvas.rect(60, 110, 300, 50, stroke=0, fill=1)
    canvas.setFillColorRGB(0, 0, 0)
    written(canvas, rows)
    canvas.save()
    return out.getvalue()


def _split(who: dict[str, str], rows: list[str], chance: random.Random) -> bytes:
    """Each letter in an operator of its own."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(612, 792))
    for n, row in enumerate(rows):
        text = canvas.beginText(60, 720 - 20 * n)
        text.setFont("Helvetica", 11)
        for letter in row:
            text.textOut(letter)
        canvas.drawText(text)
    canvas.save()
    return out.getvalue()


def _metadata(who: dict[str, str], rows: list[str], chance: random.Random) -> bytes:
    canvas, out = plain_pdf(rows)
    canvas.setTitle(f"Chart of {who['name']}")
    canvas.setSubject(who["mrn"])
    canvas.save()
    return out.getvalue()


def _form(who: dict[str, str], rows: list[str], chance: random.Random) -> bytes:
    canvas, out = plain_pdf(rows)
    canvas.acroForm.textfield(name="patient", value=f"{who['name']} {who['mrn']}", x=60, y=100, width=300, height=22, fontSize=10)
    canvas.save()
    return out.getvalue()


def _outline(who: dict[str, str], rows: list[str], chance: random.Random) -> bytes:
    canvas, out = plain_pdf(rows)
    canvas.bookmarkPage("p")
    canvas.addOutlineEntry(f"{who['name']} {who['mrn']}", "p")
    canvas.save()
    return out.getvalue()


def _note(who: dict[str, str], rows: list[str], chance: random.Random) -> bytes:
    canvas, out = plain_pdf(rows)
    canvas.textAnnotation(f"{who['name']}, {who['mrn']}, call {who['phone']}", Rect=[300, 300, 330, 330])
    canvas.save()
    return out.getvalue()


def _attached(who: dict[str, str], rows: list[str], chance: random.Random) -> bytes:
    content = _plain(who, rows, chance)
    n, inside = size_of(content) + 1, zlib.compress(f"{who['name']} {who['mrn']}".encode()).decode("latin-1")
    objects = (f"{n} 0 obj\n<< /Type /EmbeddedFile /Filter /FlateDecode /Length {len(inside)} >>\nstream\n{inside}\nendstream\nendobj\n"
               f"{n + 1} 0 obj\n<< /Type /Filespec /F (note.txt) /EF << /F {n} 0 R >> >>\nendobj\n")
    return added(content, objects, f" /Names << /EmbeddedFiles << /Names [(note.txt) {n + 1} 0 R] >> >>")


def _revision(who: dict[str, str], rows: list[str], chance: random.Random) -> bytes:
    """The page was drawn anew in a second revision; the first still stands in the file."""
    first = _plain(who, [*rows, f"Next of kin: {who['name']} {who['phone']}"], chance)
    return added(first, f"{size_of(first) + 1} 0 obj\n<< /Revised true >>\nendobj\n", " /Lang (en-US)")


def _scan(who: dict[str, str], rows: list[str], chance: random.Random) -> bytes:
    return on_a_page(picture(rows, chance))


def _speckled(who: dict[str, str], rows: list[str], chance: random.Random) -> bytes:
    return on_a_page(picture(rows, chance, specks=6000))


def _askew(who: dict[str, str], rows: list[str], chance: random.Random) -> bytes:
    return on_a_page(picture(rows, chance, turned=chance.choice((-3.0, 2.0, 4.0))))


def _sideways(who: dict[str, str], rows: list[str], chance: random.Random) -> bytes:
    return on_a_page(picture(rows, chance, turned=chance.choice((90, 180, 270))))


def _layer(who: dict[str, str], rows: list[str], chance: random.Random) -> bytes:
    """A hidden layer of text that says something else than the picture: a redactor who trusts it paints the wrong places."""
    return on_a_page(picture(rows, chance), layer=["Lorem ipsum dolor sit amet", *rows[4:9]])


def _inside(who: dict[str, str], rows: list[str], chance: random.Random) -> bytes:
    """Text, and a picture with text in it on the same page."""
    canvas, out = plain_pdf(rows)
    small = Image.new("L", (900, 120), 255)
    ImageDraw.Draw(small).text((20, 30), f"{who['name']}  {who['mrn']}", font=ImageFont.truetype(FONT, 40), fill=0)
    png = io.BytesIO()
    small.save(png, "PNG")
    png.seek(0)
    from reportlab.lib.utils import ImageReader

    canvas.drawImage(ImageReader(png), 60, 120, 360, 48)
    canvas.save()
    return out.getvalue()


KINDS = {"plain": _plain, "white text": _white, "tiny text": _tiny, "text under a box": _under, "split operators": _split, "metadata": _metadata, "form field": _form, "outline": _outline, "pinned note": _note, "attachment": _attached, "earlier revision": _revision,
         "scan": _scan, "speckled scan": _speckled, "scan askew": _askew, "scan sideways": _sideways, "wrong hidden layer": _layer, "text in a picture": _inside}


def trap(kind: str, seed: int) -> Trap:
    chance = random.Random(f"{kind} {seed}")
    who = person(chance)
    rows, plain = lines(who, chance)
    year, month, day = who["birth"].split("-")
    secrets = (*who["name"].split(), who["mrn"], f"{month}/{day}/{year}", who["phone"], who["street"].rsplit(" ", 1)[0])
    return Trap(kind, KINDS[kind](who, rows, chance), secrets, plain, {"name": who["name"], "mrn": who["mrn"]} if seed % 2 else {})
