"""What every reader sees on a page: its text layer, and each OCR engine by itself. Boxes are shares of the page as it is shown, not turned."""
from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from charthouse.adapters.readers import layout, pdf_text
from charthouse.adapters.readers.image import pictures
from charthouse.adapters.readers.pdf import _flat, opened, render
from charthouse.adapters.readers.scan import read_page
from charthouse.ports.ocr import OcrEngine, Seen

Box = tuple[float, float, float, float]
Source = dict[str, Any]  # page, reader, text, words: [start, end, [left, top, right, bottom]]
LOOK, AGAIN = 200, 300  # dots an inch: to find and to paint; to read again
BARS = "barcode"


def sources(content: bytes, name: str, engines: list[OcrEngine], *, dpi: int = LOOK, sharpened: bool = False) -> Iterator[Source]:
    """Page by page. Raises `UnreadableDocument`."""
    for number, (pixels, layer, comments) in enumerate(drawn(content, name, dpi), 1):
        if layer is not None:
            yield _spelled(number, "text layer", layer, pixels.shape[1] * 72 / dpi, pixels.shape[0] * 72 / dpi)
        if comments:
            yield {"page": number, "reader": "comments", "text": comments, "words": []}
        ready = _sharp(pixels) if sharpened else pixels
        for engine in engines:
            text, page = read_page(ready, engine, number=number, start=0)
            yield {"page": number, "reader": engine.name, "text": text, "words": [(w.start, w.end, shares(w.box, page.turned, page.width, page.height)) for w in page.words]}
        bars = list(_bars(pixels))
        if bars:
            yield {"page": number, "reader": BARS, "text": " ".join("#" for _ in bars), "words": [(2 * n, 2 * n + 1, box) for n, box in enumerate(bars)]}


def drawn(content: bytes, name: str, dpi: int) -> Iterator[tuple[Any, list[Seen] | None, str]]:
    """Each page in grey as it is shown, fields and annotations drawn in; the words of its text layer with boxes in points, not turned (None: a picture); comments pinned to it."""
    if b"%PDF-" not in content[:1024]:
        for pixels, _ in pictures(content, name):
            yield pixels, None, ""
        return
    with opened(content, name) as document:
        for n in range(len(document)):
            page, comments = _flat(document, n)
            try:
                words, turned = pdf_text.words_of(page)
                width, height = page.get_size()
                upright = (width, height) if turned % 180 == 0 else (height, width)
                layer = [Seen(text=w.text, box=tuple(s * side for s, side in zip(shares(w.box, turned, *upright), (width, height) * 2, strict=True)), confidence=1.0, line=w.line) for w in words]
                yield render(page, dpi, name), layer, " ".join(c.text for c in comments)
            finally:
                page.close()


def shares(box: Box, turned: int, width: float, height: float) -> Box:
    """A box on the page turned clockwise by `turned`, which then measures width x height, as shares of the page before it was turned."""
    left, top, right, bottom = box[0] / width, box[1] / height, box[2] / width, box[3] / height
    match turned % 360:
        case 90:
            found = top, 1 - right, bottom, 1 - left
        case 180:
            found = 1 - right, 1 - bottom, 1 - left, 1 - top
        case 270:
            found = 1 - bottom, left, 1 - top, right
        case _:
            found = left, top, right, bottom
    return tuple(round(min(max(v, 0.0), 1.0), 5) for v in found)  # type: ignore[return-value]


def _spelled(number: int, reader: str, words: list[Seen], width: float, height: float) -> Source:
    text, placed = layout.text_of(layout.lines(words), 0)
    return {"page": number, "reader": reader, "text": text, "words": [(w.start, w.end, shares(w.box, 0, width, height)) for w in placed]}


def _sharp(pixels: Any) -> Any:
    """Other than at the first look: the contrast stretched, edges sharpened."""
    import cv2
    import numpy as np

    low, high = np.percentile(pixels, (1, 99))
    wide = np.clip((pixels.astype(np.float32) - low) * (255 / max(high - low, 1)), 0, 255).astype(np.uint8)
    return np.ascontiguousarray(cv2.addWeighted(wide, 1.6, cv2.GaussianBlur(wide, (0, 0), 2.0), -0.6, 0))


def _bars(pixels: Any) -> Iterator[Box]:
    """Bar codes and QR codes: they carry numbers."""
    import cv2

    height, width = pixels.shape
    for found in (cv2.QRCodeDetector().detectMulti(pixels), cv2.barcode.BarcodeDetector().detectMulti(pixels)):
        if found[0] and found[1] is not None:
            for corners in found[1]:
                xs, ys = corners[:, 0] / width, corners[:, 1] / height
                yield shares((float(xs.min()), float(ys.min()), float(xs.max()), float(ys.max())), 0, 1, 1)
