"""Pictures of pages: formats, turns, bombs; and with the engines themselves: words on the right place of the picture."""
from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from draw_scans import DISCHARGE, FAX_BODIES, LAB, LEFT, RIGHT, SCANS, Drawn, discharge, fax, noisy
from test_pdf_reader import Fake

from charthouse.adapters.readers import imaging
from charthouse.adapters.readers.image import ImageReader, pictures
from charthouse.adapters.readers.scan import is_blank
from charthouse.ports.ocr import Picture, Seen
from charthouse.record.errors import DamagedScan, TooLargeScan
from charthouse.record.received import ReadDocument

np = pytest.importorskip("numpy")
pytest.importorskip("cv2", reason="the part for OCR is not installed: pip install 'charthouse[ocr]'")
Image = pytest.importorskip("PIL.Image")


def saved(image: Any, format: str, **more: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, format, **more)
    return out.getvalue()


def black(image: Any) -> Any:
    """In black and white, without the dots by which Pillow paints a grey."""
    return image.point(lambda v: 255 * (v > 128)).convert("1")


def read(content: bytes, engine: Any = None) -> ReadDocument:
    (arrival,) = ImageReader(lambda: engine or Fake()).read(content, "a.png")
    document = arrival.documents[0]
    assert all(document.text[w.start : w.end] == w.text for p in document.pages for w in p.words)
    return document


@pytest.fixture(scope="module")
def page() -> Drawn:
    return discharge()


# -- files -----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("format", "mode", "more"), [
    ("PNG", "L", {}), ("PNG", "1", {}), ("PNG", "P", {}), ("PNG", "RGBA", {}), ("PNG", "I;16", {}), ("JPEG", "L", {}), ("JPEG", "CMYK", {}), ("WEBP", "RGB", {}),
    ("TIFF", "L", {}), ("TIFF", "1", {"compression": "group3"}), ("TIFF", "1", {"compression": "group4"}), ("TIFF", "L", {"compression": "tiff_lzw"}),
])
def test_each_format_is_unpacked_to_the_same_greys(page: Drawn, format: str, mode: str, more: dict[str, Any]) -> None:
    image = Image.fromarray(np.asarray(page.image).astype(np.uint16) * 257) if mode == "I;16" else (black(page.image) if mode == "1" else page.image.convert(mode))
    content = saved(image, format, **more)
    ((pixels, kind),) = pictures(content, "a")
    assert kind == format
    assert ImageReader(Fake).knows(content, "")
    difference = np.abs(pixels.astype(int) - np.asarray(page.image).astype(int))
    assert (difference > 100).mean() < 0.01


def test_a_fax_has_its_pages_and_square_pixels(page: Drawn) -> None:
    low = black(page.image.resize((1728, 1100)))
    content = saved(low, "TIFF", compression="group4", save_all=True, append_images=[low], dpi=(204, 98))
    found = [pixels for pixels, _ in pictures(content, "a")]
    assert [p.shape for p in found] == [(2290, 1728)] * 2
    assert [p.number for p in read(content).pages] == [1, 2]


def test_the_turn_that_a_camera_notes_is_kept(page: Drawn) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held on its side
    ((pixels, _),) = pictures(saved(page.image, "JPEG", exif=exif), "a")
    assert pixels.shape == (1700, 2200)


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 1, 0, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    with pytest.raises((TooLargeScan, DamagedScan)):
        read(bomb)
    smaller = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 12_000, 9_000, 1, 0, 0, 0, 0)) + chunk(b"IDAT", b"")
    with pytest.raises(TooLargeScan, match="12000 x 9000 pixels"):
        read(smaller)


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0garbage", b"II*\x00\x08\x00\x00\x00", b"RIFF\x00\x00\x00\x00WEBP"])
def test_a_damaged_picture_says_so(content: bytes) -> None:
    with pytest.raises(DamagedScan, match="damaged or cut off"):
        read(content)


def test_a_blank_page_is_not_read(page: Drawn) -> None:
    blank = noisy(Image.new("L", (1700, 2200), 240), noise=8)
    assert is_blank(np.asarray(blank))
    assert not is_blank(np.asarray(page.image))
    engine = Fake()
    document = read(saved(blank, "PNG"), engine)
    assert (document.text, engine.asked) == ("", [])
    assert "page 1: nothing was read on it" in document.notes


# -- preparing -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("askew", [-5.0, -1.0, 0.0, 0.6, 3.0])
def test_skew_is_found(page: Drawn, askew: float) -> None:
    assert imaging.skew(np.asarray(noisy(page.image, skew=askew))) == pytest.approx(askew, abs=0.16)


@pytest.mark.parametrize(("askew", "size"), [(0.0, 1.0), (2.0, 1.0), (-1.5, 0.5), (1.0, 2.0)])
def test_boxes_go_back_to_the_page_as_received(page: Drawn, askew: float, size: float) -> None:
    """A black bar is laid askew; its box found on the prepared page covers it on the page as received."""
    image = page.image.copy()
    image.paste(0, (600, 1700, 760, 1740))
    image = noisy(image, skew=askew, noise=0)
    image = image.resize((round(image.width * size), round(image.height * size)))
    pixels = np.asarray(image)
    ready = imaging.prepared(pixels)
    straight = np.frombuffer(ready.picture.pixels, np.uint8).reshape(ready.picture.height, ready.picture.width)

    def bar(of: Any) -> tuple[float, float, float, float]:
        low = round(of.shape[0] * 0.7)  # under all words
        ys, xs = np.nonzero(of[low:] < 100)
        return float(xs.min()), float(ys.min()) + low, float(xs.max()), float(ys.max()) + low

    assert ready.box(bar(straight), image.width, image.height) == pytest.approx(bar(pixels), abs=6 * size + 3)


def test_specks_go_and_shadows_are_lit(page: Drawn) -> None:
    speckled = np.asarray(page.image).copy()
    speckled[np.random.default_rng(2).random(speckled.shape) < 0.01] = 0
    assert (imaging.despeckled(speckled)[1900:] < 100).mean() < 0.0005
    shadow = (np.asarray(page.image) * np.linspace(1, 0.5, 1700)[None, :]).astype(np.uint8)
    lit = imaging.even(shadow)
    assert np.percentile(lit[1900:], 5) > 215
    clean = np.asarray(page.image)
    assert imaging.despeckled(clean) is clean
    assert imaging.even(clean) is clean


def test_a_turned_page_is_turned_back_and_noted() -> None:
    class Turned(Fake):
        def turn(self, picture: Picture) -> int:
            return 270 if picture.width > picture.height else 0

    document = read(saved(discharge().image.rotate(90, expand=True), "PNG"), Turned())
    assert (document.pages[0].turned, document.pages[0].width, document.pages[0].height) == (270, 1700, 2200)
    assert any("turned by 270 degrees" in n for n in document.notes)


# -- the engines themselves ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def engine() -> Any:
    pytest.importorskip("rapidocr", reason="the part for OCR is not installed: pip install 'charthouse[ocr]'")
    pytest.importorskip("tesserocr", reason="the part for OCR is not installed: pip install 'charthouse[ocr]'")
    from charthouse.bootstrap.ocr import engine

    return engine()


def missing(text: str, found: str) -> list[str]:
    return [w for w in text.split() if w not in found.split()]


def test_a_scanned_summary_is_read_and_each_word_lies_on_its_place(engine: Any, page: Drawn) -> None:
    document = read(saved(page.image, "PNG"), engine)
    assert missing(DISCHARGE, document.text) == []
    assert "\n1. Acute on chronic systolic heart failure\n2. Type 2 diabetes mellitus with diabetic polyneuropathy\n" in document.text
    stands: dict[str, list[tuple[float, ...]]] = {}
    for word in document.pages[0].words:
        stands.setdefault(word.text, []).append(word.box)
    off = [w for w, (left, top, right, bottom) in page.words
           if not any(a - 12 <= (left + right) / 2 <= c + 12 and abs(a - left) < 22 and abs(c - right) < 22 and b < (top + bottom) / 2 < d for a, b, c, d in stands.get(w, ()))]
    assert off == []
    assert document.pages[0].engine.startswith("rapidocr 3.")


def test_columns_tables_and_faxes_are_read_in_order(engine: Any) -> None:
    columns = read((SCANS / "history-and-physical.jpg").read_bytes(), engine).text
    assert missing(LEFT + " " + RIGHT, columns) == []
    assert columns.index("travelled") < columns.index("Temperature")
    table = read((SCANS / "laboratory.webp").read_bytes(), engine).text
    assert [r for r in LAB if "   ".join(r) not in table] == []
    document = read((SCANS / "fax.tif").read_bytes(), engine)
    assert [missing(body, document.text[p.start : p.end]) for p, body in zip(document.pages, FAX_BODIES, strict=True)] == [[], []]


@pytest.mark.parametrize("name", ["rapidocr", "tesseract"])
def test_each_engine_finds_how_a_page_lies(engine: Any, name: str) -> None:
    from charthouse.bootstrap.ocr import engine as of

    pixels = np.asarray(noisy(fax()[0].image, skew=0.5))[:1200]
    for degrees in (90, 180) if name == "tesseract" else (0, 90, 180, 270):
        assert of(name).turn(imaging.picture(imaging.turned(pixels, degrees))) == (360 - degrees) % 360


def test_what_is_not_there_is_not_read(engine: Any) -> None:
    speckled = Image.fromarray(np.where(np.random.default_rng(3).random((800, 600)) < 0.02, 0, 255).astype(np.uint8))
    assert len(read(saved(speckled, "PNG"), engine).text) < 12


def test_the_same_picture_the_same_words(engine: Any) -> None:
    small: Callable[[], tuple[Seen, ...]] = lambda: engine.read(imaging.picture(np.asarray(fax()[1].image)[:700]))  # noqa: E731
    assert small() == small()
