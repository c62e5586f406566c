"""PDF: the text layer where it is good, OCR where it is not, page by page, and what else may lie in a file."""
from __future__ import annotations

import pickle
from dataclasses import dataclass, field

import pdf_files as files
import pytest
from draw_scans import fax

from charthouse.adapters.readers.pdf import PdfReader, garbled
from charthouse.ports.ocr import Picture, Seen
from charthouse.record.errors import DamagedScan, LockedScan, MissingPart, TooLargeScan
from charthouse.record.received import ReadDocument

pytest.importorskip("pypdfium2")


@dataclass
class Fake:
    """An engine that reads one word on every page, and says on how many it was asked."""

    name: str = "fake 1.0"
    asked: list[tuple[int, int]] = field(default_factory=list)

    def read(self, picture: Picture) -> tuple[Seen, ...]:
        self.asked.append((picture.width, picture.height))
        return (Seen(text="scanned", box=(170.0, 220.0, 340.0, 250.0), confidence=0.9),)

    def turn(self, picture: Picture) -> int:
        return 0


def read(content: bytes, engine: Fake | None = None) -> ReadDocument:
    (arrival,) = PdfReader(lambda: engine or Fake()).read(content, "a.pdf")
    (document,) = arrival.documents
    for page in document.pages:
        assert all(document.text[w.start : w.end] == w.text and page.start <= w.start < w.end <= page.end for w in page.words)
        assert all(0 <= w.box[0] <= w.box[2] <= page.width + 1 and 0 <= w.box[1] <= w.box[3] <= page.height + 1 for w in page.words)
    return document


def test_a_text_layer_is_read_with_the_place_of_each_word() -> None:
    engine = Fake()
    document = read(files.pdf([(files.text([(72, 700, "Lobar pneumonia, right lower lobe.")]), "")]), engine)
    assert document.text == "Lobar pneumonia, right lower lobe."
    assert (document.media, document.pages[0].engine, engine.asked) == ("application/pdf", "text layer", [])
    first = document.pages[0].words[0]
    assert (first.text, first.confidence) == ("Lobar", 1.0)
    left, top, right, bottom = first.box
    assert left == pytest.approx(72, abs=2)
    assert top < 792 - 700 < bottom
    assert 20 < right - left < 45


def test_hyphens_stay_and_ligatures_are_their_letters() -> None:
    document = read(files.pdf([(files.text([(72, 700, "shortness of breath, fol-"), (72, 680, "low up is due; \u201cflow\u201d")]), "")]))
    assert "fol-\nlow up" in document.text


@pytest.mark.parametrize(("turn", "matrix", "at"), [(0, "1 0 0 1", (72, 700)), (90, "0 1 -1 0", (72, 100)), (180, "-1 0 0 -1", (540, 90)), (270, "0 -1 1 0", (500, 700))])
@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_pages_and_texts_that_are_turned_are_read_upright(turn: int, matrix: str, at: tuple[int, int], rotate: int) -> None:
    words = "Persistent atrial fibrillation on apixaban therapy."
    document = read(files.pdf([(files.text([(*at, words)], matrix=matrix), f"/Rotate {rotate}")]))
    assert document.text == words
    page = document.pages[0]
    assert page.turned == (turn - rotate) % 360
    lefts = [w.box[0] for w in page.words]
    assert lefts == sorted(lefts)


def test_a_scanned_page_is_read_by_ocr_in_points_of_the_page() -> None:
    engine = Fake()
    document = read(files.scanned(fax()[0]), engine)
    assert document.text == "scanned"
    assert [round(v / 100) for v in engine.asked[0]] == [17, 22]
    assert document.pages[0].engine == "fake 1.0"
    assert document.pages[0].words[0].box == pytest.approx((61.2, 79.2, 122.4, 90.0), abs=0.5)


@pytest.mark.parametrize(("layer", "why"), [
    (files.text(files.prose(), mode=3), "invisible"),
    (files.text(files.prose("xkcd qrst bcdf ghjk lmnp wvtz")), "garbled"),
    (files.text([(500, 20, "Page 1")]), "covers little"),
])
def test_a_poor_text_layer_over_a_picture_is_read_anew_and_that_is_noted(layer: bytes, why: str) -> None:
    document = read(files.scanned(fax()[0], layer=layer))
    assert document.text == "scanned"
    assert any(why in n for n in document.notes)


def test_each_page_is_judged_for_itself() -> None:
    document = read(files.joined(files.pdf([(files.text(files.prose()), "")]), files.scanned(fax()[0])))
    assert [p.engine for p in document.pages] == ["text layer", "fake 1.0"]
    assert document.text.endswith("otherwise.\n\nscanned")


def test_an_empty_page_asks_no_engine() -> None:
    engine = Fake()
    assert read(files.pdf([(b"", "")]), engine).text == ""
    assert engine.asked == []


def test_fields_and_comments_are_read_where_they_stand() -> None:
    document = read(files.with_field_and_comment())
    assert "Penicillin allergy" in document.text
    assert "Call the cardiologist" in document.text
    boxes = {w.text: w.box for w in document.pages[0].words}
    assert boxes["Penicillin"][1] == pytest.approx(792 - 520, abs=12)
    assert boxes["cardiologist"][1] == pytest.approx(792 - 320, abs=12)


def test_attachments_are_noted() -> None:
    assert any("1 attached file" in n for n in read(files.with_attachment()).notes)


@pytest.mark.parametrize(("words", "is_garbled"), [
    (["The", "patient", "denies", "chest", "pain."], False), (["\ue001\ue002\ue003", "\ufffd"], True), (["BP", "120/80", "K", "4.1"], False),
    (["xkcd", "qrst", "bcdf", "ghjk"] * 8, True), (["###", "@@@", "!!!!"] * 20, True),
])
def test_what_is_no_text(words: list[str], is_garbled: bool) -> None:
    assert garbled(words) is is_garbled


def test_a_locked_file_a_broken_one_and_one_too_large_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(LockedScan, match="locked with a password"):
        read(files.locked())
    for broken in (b"%PDF-1.7\nnothing", files.pdf([(b"", "")])[:60]):
        with pytest.raises(DamagedScan):
            read(broken)
    monkeypatch.setattr("charthouse.adapters.readers.pdf.MOST_PAGES", 1)
    with pytest.raises(TooLargeScan, match="2 pages"):
        read(files.pdf([(b"", ""), (b"", "")]))
    monkeypatch.setattr("charthouse.adapters.readers.pdf.MOST_TEXT", 10)
    with pytest.raises(TooLargeScan, match="characters"):
        read(files.pdf([(files.text(files.prose()), "")]))


def test_a_page_of_no_size_is_left_out_and_the_others_are_read() -> None:
    document = read(files.pdf([(b"", "/MediaBox [0 0 3 3]"), (files.text(files.prose()), "")]))
    assert len(document.pages) == 2
    assert "palpitations" in document.text
    assert any("usual size" in n for n in document.notes)


def test_without_engines_a_text_layer_is_read_and_a_scan_says_what_is_missing() -> None:
    def none() -> Fake:
        raise MissingPart(what="Reading scans", part="ocr")

    reader = PdfReader(none)
    assert next(reader.read(files.pdf([(files.text(files.prose()), "")]), "a.pdf")).documents[0].text
    with pytest.raises(MissingPart, match=r"charthouse\[ocr\]"):
        next(reader.read(files.scanned(fax()[0]), "a.pdf"))


def test_the_reader_knows_its_format_and_travels_to_another_process() -> None:
    from charthouse.bootstrap.ocr import pdf_reader

    reader = pickle.loads(pickle.dumps(pdf_reader()))
    assert reader.knows(files.pdf([(b"", "")]), "")
    assert not reader.knows(b"\x89PNG\r\n\x1a\n", "a.pdf")
