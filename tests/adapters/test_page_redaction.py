"""Pages redacted by their pixels: traps, redactors that do it badly, and what the boxes say. The whole of it is measured by benchmarks/redaction_traps.py."""
from __future__ import annotations

import io
import json
import random
import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageFilter
from typer.testing import CliRunner

from charthouse.adapters.redaction import look
from charthouse.bootstrap.redaction import InChildren, by_hand
from charthouse.doors.cli.main import app
from charthouse.flow.redacting import tables
from charthouse.record.errors import BadRequest, NotRedacted, UnreadableDocument
from charthouse.record.release import Painted
from charthouse.rooms import release
from trap_pdfs import added, lines, person, picture, plain_pdf, size_of, trap

pytest.importorskip("rapidocr", reason="the OCR engines are not installed")
WORK = InChildren()


def run(*arguments: object) -> Any:
    return CliRunner().invoke(app(), ["redact", *(str(a) for a in arguments)])


def bare(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


@pytest.mark.parametrize("kind", ["earlier revision", "scan sideways"])
def test_nothing_of_a_trap_is_left(kind: str, tmp_path: Path) -> None:
    t = trap(kind, 3)
    (tmp_path / "in.pdf").write_bytes(t.content)
    (tmp_path / "known.json").write_text(json.dumps(t.known))
    done = run(tmp_path / "in.pdf", "--out", tmp_path / "out.pdf", "--known", tmp_path / "known.json")
    assert done.exit_code == 0, done.output
    pdf = (tmp_path / "out.pdf").read_bytes()
    read = bare(" ".join(s["text"] for s in WORK.looked(pdf, "out.pdf")) + pdf.decode("latin-1"))
    assert [s for s in t.secrets if bare(s) in read] == []
    assert sum(bare(row) in read for row in t.plain) >= 3
    said = json.loads((tmp_path / "out.json").read_text())
    assert said["draft"]
    assert all(b["rule"] and b["citation"].startswith("45 CFR 164.514") for b in said["boxes"])
    assert not any(s in json.dumps(said) for s in t.secrets)
    assert run(tmp_path / "in.pdf", "--out", tmp_path / "out.pdf").exit_code == 4  # not written over


# -- redactors that do it badly ------------------------------------------------------------------------------------------------------


def _case() -> tuple[dict[str, str], list[str]]:
    chance = random.Random(5)
    who = person(chance)
    return who, lines(who, chance)[0]


WHO, ROWS = _case()
CLEAN = [row for row in ROWS if not any(part in row for part in (*WHO["name"].split(), WHO["mrn"], WHO["phone"], WHO["street"]))]


def rectangle_over_text() -> bytes:
    canvas, out = plain_pdf(ROWS)
    canvas.setFillColorRGB(0, 0, 0)
    for n in range(len(ROWS)):
        canvas.rect(55, 715 - 20 * n, 400, 16, stroke=0, fill=1)
    canvas.save()
    return out.getvalue()


def white_text() -> bytes:
    canvas, out = plain_pdf(CLEAN)
    canvas.setFillColorRGB(1, 1, 1)
    canvas.drawString(60, 100, " ".join(ROWS[:2]))
    canvas.save()
    return out.getvalue()


def cropped() -> bytes:
    canvas, out = plain_pdf([*CLEAN, *[""] * 20, ROWS[0], ROWS[1]])
    canvas.setCropBox((0, 400, 612, 792))
    canvas.save()
    return out.getvalue()


def metadata_left() -> bytes:
    canvas, out = plain_pdf(CLEAN)
    canvas.setTitle(f"{WHO['name']} {WHO['mrn']}")
    canvas.save()
    return out.getvalue()


def attachment_left() -> bytes:
    canvas, out = plain_pdf(CLEAN)
    canvas.save()
    content = out.getvalue()
    n = size_of(content) + 1
    text = f"{WHO['name']} {WHO['mrn']}"
    return added(content, f"{n} 0 obj\n<< /Type /EmbeddedFile /Length {len(text)} >>\nstream\n{text}\nendstream\nendobj\n{n + 1} 0 obj\n<< /Type /Filespec /F (a.txt) /EF << /F {n} 0 R >> >>\nendobj\n", f" /Names << /EmbeddedFiles << /Names [(a.txt) {n + 1} 0 R] >> >>")


def lightly_blurred() -> bytes:
    return pixels(picture(ROWS, random.Random(1)).filter(ImageFilter.GaussianBlur(1.2)))


def saved_over_the_old() -> bytes:
    canvas, out = plain_pdf(ROWS)
    canvas.save()
    return added(out.getvalue(), f"{size_of(out.getvalue()) + 1} 0 obj\n<< /Clean true >>\nendobj\n", " /Lang (en-US)")


def grey_bars() -> bytes:
    """Bars through which the letters can still be seen."""
    page = picture(ROWS, random.Random(1)).convert("L")
    return pixels(page.point(lambda v: 90 + v // 3))


def pixels(page: Image.Image) -> bytes:
    out = io.BytesIO()
    page.save(out, "PDF", resolution=150.0)
    return out.getvalue()


SECRETS = release.known_secrets({"name": WHO["name"], "mrn": WHO["mrn"], "phone": WHO["phone"]}, tables())


@pytest.mark.parametrize("bad", [rectangle_over_text, white_text, cropped, metadata_left, attachment_left, lightly_blurred, saved_over_the_old, grey_bars], ids=lambda f: f.__name__)
def test_a_bad_redactor_is_caught(bad: Any) -> None:
    assert release.leaks(WORK.reread(bad(), "bad.pdf"), SECRETS)


def test_a_good_one_is_not() -> None:
    assert release.leaks(WORK.reread(pixels(picture(CLEAN, random.Random(1))), "good.pdf"), SECRETS) == ()


class Careless:
    """Looks and reads as it should, and paints nothing."""

    def looked(self, content: bytes, name: str) -> Any:
        return WORK.looked(content, name)

    def painted(self, content: bytes, name: str, boxes: Any) -> bytes:
        return WORK.painted(content, name, {})

    def reread(self, content: bytes, name: str) -> Any:
        return WORK.reread(content, name)


def test_what_can_still_be_read_is_never_given() -> None:
    from charthouse.flow.redacting import pages

    with pytest.raises(NotRedacted, match="page 1") as error:
        pages(trap("plain", 1).content, "a.pdf", {}, (), Careless())
    assert not any(s in str(error.value) for s in trap("plain", 1).secrets)


# -- boxes ---------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("turned", [0, 90, 180, 270])
def test_a_box_comes_back_to_the_page_as_it_is_shown(turned: int) -> None:
    """A mark a tenth from the left and a fifth from the top, seen on the page turned clockwise."""
    at = {0: (10, 40, 20, 50), 90: (150, 10, 160, 20), 180: (80, 150, 90, 160), 270: (40, 80, 50, 90)}[turned]
    width, height = (100, 200) if turned % 180 == 0 else (200, 100)
    assert look.shares(at, turned, width, height) == (0.1, 0.2, 0.2, 0.25)


def source(text: str, reader: str = "a", page: int = 1) -> dict[str, Any]:
    words, at = [], 0
    for n, w in enumerate(text.split()):
        at = text.index(w, at)
        words.append([at, at + len(w), [n / 20, 0.1, (n + 0.8) / 20, 0.12]])
        at += len(w)
    return {"page": page, "reader": reader, "text": text, "words": words}


def test_what_one_reader_finds_is_painted_where_another_saw_it_otherwise() -> None:
    found, secrets = release.boxes([source("Patient: Tobias Quillfeather MRN CH-400731"), source("Patiemt Tobias Quilifeather MRN CH4OO731", "b", page=2)], {}, tables())
    assert ("tobias", "quillfeather") in secrets or ("quillfeather",) in secrets
    assert {p.page for p in found} == {1, 2}


@pytest.mark.parametrize(("seen", "leaks"), [
    ("Quillfeather came", True), ("Quilifeather came", True), ("QUILLFEATHER'S", True), ("quill feather", False), ("617 555 0142", True), ("6175550142", True), ("617 555 0143", False), ("a feather", False), ("CH-400731", True), ("CH4OO731", True)])
def test_what_counts_as_still_read(seen: str, leaks: bool) -> None:
    secrets = release.known_secrets({"name": "Tobias Quillfeather", "phone": "6175550142", "mrn": "CH-400731"}, tables())
    assert bool(release.leaks([source(seen)], secrets)) == leaks


def test_a_file_of_pixels_has_no_text_layer() -> None:
    assert release.leaks([source("anything at all", "text layer")], frozenset()) == ((1, "text layer"),)
    assert release.leaks([{"page": 0, "reader": "signs", "text": "a form\nan attachment", "words": []}], frozenset()) == ((0, "a form"), (0, "an attachment"))


def test_boxes_by_hand_are_painted_and_wrong_ones_refused(tmp_path: Path) -> None:
    file = tmp_path / "boxes.json"
    file.write_text('[{"page": 1, "box": [0.1, 0.1, 0.4, 0.2], "reason": "164.522"}]')
    assert by_hand(file) == (Painted(page=1, box=(0.1, 0.1, 0.4, 0.2), kind="BY HAND", rule="release/by-hand", citation="164.522", reader="by hand"),)
    for wrong in ('[{"page": 1, "box": [0.4, 0.1, 0.1, 0.2]}]', '[{"page": 0, "box": [0, 0, 1, 1]}]', '{"page": 1}', "nonsense", '[{"page": 1, "box": [0, 0, 2, 1]}]'):
        file.write_text(wrong)
        with pytest.raises(BadRequest):
            by_hand(file)
    painted = WORK.painted(pixels(Image.new("L", (850, 1100), 255)), "a.pdf", {1: [(0.1, 0.1, 0.4, 0.2)]})
    import pypdfium2

    grey = pypdfium2.PdfDocument(painted)[0].render(scale=1).to_pil().convert("L")
    assert grey.getpixel((int(0.25 * grey.width), int(0.15 * grey.height))) < 20  # type: ignore[operator]
    assert grey.getpixel((int(0.6 * grey.width), int(0.15 * grey.height))) > 235  # type: ignore[operator]


@pytest.mark.parametrize("content", [b"no pdf at all", b"%PDF-1.7 torn", b""])
def test_what_is_no_page_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableDocument):
        WORK.looked(content, "x.pdf")


def test_a_picture_is_redacted_as_a_pdf_is(tmp_path: Path) -> None:
    picture(ROWS, random.Random(1)).save(tmp_path / "scan.png")
    done = run(tmp_path / "scan.png", "--out", tmp_path / "out.pdf")
    assert done.exit_code == 0, done.output
    assert (tmp_path / "out.pdf").read_bytes().startswith(b"%PDF-")
