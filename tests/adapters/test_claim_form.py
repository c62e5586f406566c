"""Claims on paper, read back from the PDF: each text stands in its field, whole or told."""
from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from reportlab.pdfgen.canvas import Canvas

from charthouse.bootstrap import claims as wired
from charthouse.flow.tables import rows
from charthouse.record.claim import Claim, Form
from charthouse.record.errors import BadRequest
from charthouse.rooms.billing import pages, places
from claim_kit import Maker

DAY = date(2026, 4, 30)
WHERE = places(rows("billing", "forms.tsv"))


def grid(pdf: bytes, number: int, shift: tuple[float, float] = (0.0, 0.0)) -> dict[int, str]:
    """The page as lines of characters, each put where its middle lies."""
    page = pdfium.PdfDocument(pdf)[number]
    text = page.get_textpage()
    found: dict[int, dict[int, str]] = defaultdict(dict)
    for n in range(text.count_chars()):
        char = text.get_text_range(n, 1)
        if char.strip():
            left, bottom, right, _ = text.get_charbox(n, loose=True)
            column = int(((left + right) / 2 - 18 - shift[0] + 0.6) // 7.2) + 1
            line = round((792 - shift[1] - bottom) / 12 - 0.1)
            found[line][column] = char
    return {line: "".join(cells.get(c, " ") for c in range(1, max(cells) + 1)) for line, cells in found.items()}


def one(form: Form, seed: int) -> Claim:
    return Maker(seed, form).claim()


@pytest.mark.parametrize("form", ["professional", "institutional"])
@pytest.mark.parametrize("seed", range(12))
def test_each_text_stands_in_its_field(form: Form, seed: int) -> None:
    claim = one(form, seed)
    pdf, _ = wired.form_of([claim], DAY)
    made = pages(claim, WHERE, DAY)
    assert len(pdfium.PdfDocument(pdf)) == len(made)
    for number, page in enumerate(made):
        lines = grid(pdf, number)
        for s in page:
            assert lines[s.line][s.column - 1:s.column - 1 + len(s.text)].split() == s.text.encode("cp1252", "replace").decode("cp1252").split(), (s.field, lines[s.line])


def test_what_a_professional_claim_says() -> None:
    claim = one("professional", 3)
    said = {(s.field, s.line): s.text.strip() for s in pages(claim, WHERE, DAY)[0]}
    assert said["26", 56] == claim.id
    assert said["21.A", 40] == claim.principal.code.replace(".", "")  # type: ignore[union-attr]
    assert said["24d.code", 45] == claim.lines[0].code
    assert said["24f", 45] == f"{claim.lines[0].charge // 100} {claim.lines[0].charge % 100:02d}"
    assert said["24e", 45] == "".join("ABCDEFGHIJKL"[p - 1] for p in claim.lines[0].pointers)
    assert said["33a", 61] == claim.billing.number


def test_many_lines_make_pages_and_the_total_stands_on_the_last() -> None:
    claim = one("professional", 3)
    long = replace(claim, lines=tuple(replace(claim.lines[0], charge=100, control=str(n)) for n in range(14)), charge=1400)
    totals = [next(s.text.strip() for s in page if s.field == "28") for page in pages(long, WHERE, DAY)]
    assert totals == ["CONTINUED", "CONTINUED", "14 00"]
    stay = one("institutional", 3)
    stay = replace(stay, lines=tuple(replace(stay.lines[0], charge=100) for _ in range(23)), charge=2300)
    made = pages(stay, WHERE, DAY)
    assert [[s.text.strip() for s in page if s.field in ("43.page", "47.total")] for page in made] == [["1 OF 2"], ["2 OF 2", "2300"]]
    assert [sum(s.field == "47" for s in page) for page in made] == [22, 1]


def test_what_is_longer_than_its_field_is_told() -> None:
    claim = one("professional", 3)
    _, cut = wired.form_of([replace(claim, note="x" * 60)], DAY)
    assert any(c.startswith("19: cut") for c in cut)


def test_two_fields_in_one_place_are_refused(tmp_path: Path) -> None:
    table = tmp_path / "places.tsv"
    table.write_text("1500\t1a\t10\t50\t29\t\n1500\t2\t10\t60\t5\t\n")
    with pytest.raises(BadRequest, match="one place"):
        wired.form_of([one("professional", 1)], DAY, layout=table)
    table.write_text("1500\t1a\n")
    with pytest.raises(BadRequest, match="no table of places"):
        wired.form_of([one("professional", 1)], DAY, layout=table)


def test_on_a_blank_form_both_are_read(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "form.pdf"), pagesize=(612, 792))
    canvas.drawString(300, 780, "MY OWN BLANK FORM")
    canvas.save()
    pdf, _ = wired.form_of([one("professional", 1), one("professional", 2)], DAY, blank=tmp_path / "form.pdf")
    document = pdfium.PdfDocument(pdf)
    for page in document:
        text = page.get_textpage().get_text_bounded()
        assert "MY OWN BLANK FORM" in text
        assert "SIGNATURE ON FILE" in text
    (tmp_path / "none.pdf").write_bytes(b"no form")
    with pytest.raises(BadRequest, match="no PDF"):
        wired.form_of([one("professional", 1)], DAY, blank=tmp_path / "none.pdf")


def test_a_shift_moves_everything() -> None:
    claim = one("professional", 1)
    pdf, _ = wired.form_of([claim], DAY, shift=(3.6, -7.2))
    assert grid(pdf, 0, (3.6, -7.2))[61][50:60] == claim.billing.number


def test_paper_says_what_the_claim_says_of_signatures_and_of_each_payer() -> None:
    claim = replace(one("professional", 1), release="N", assigned="N")
    assert not [s for s in pages(claim, WHERE, DAY)[0] if s.field in ("12", "13")]
    stay = next(c for c in (one("institutional", n) for n in range(60)) if c.coverages)
    said = {s.field: s.text.strip() for s in pages(replace(stay, sequence="S"), WHERE, DAY)[0]}
    before = stay.coverages[0]
    assert (said["51a"], said["54a"], said["60a"]) == (before.payer.number, str(before.paid), before.subscriber.number)
    assert (said["51b"], said["60b"], said["53b"]) == (stay.payer.number, stay.subscriber.number, stay.assigned)
    assert "54b" not in said
