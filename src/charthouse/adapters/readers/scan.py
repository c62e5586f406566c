"""A picture of a page read: turned upright, prepared, seen by the engine, put in reading order, its boxes taken back to the page as received."""
from __future__ import annotations

from dataclasses import replace
from typing import Any

from charthouse.adapters.readers import imaging, layout
from charthouse.ports.ocr import OcrEngine
from charthouse.record.received import Page, Word

BLANK = 0.0004  # share of dark pixels below which nothing is written on a page


def read_page(pixels: Any, engine: OcrEngine, *, number: int, start: int, size: tuple[float, float] | None = None) -> tuple[str, Page]:
    """The text, and the page with its words. `size` is width and height of the upright page in its own unit, where that is not the pixel."""
    turned, text, skew = 0, "", 0.0
    words: tuple[Word, ...] = ()
    if not is_blank(pixels):
        turned = engine.turn(imaging.picture(pixels))
        pixels = imaging.turned(pixels, turned)
        ready = imaging.prepared(pixels)
        text, words = layout.text_of(layout.lines(engine.read(ready.picture)), start)
        words, skew = tuple(replace(w, box=ready.box(w.box, pixels.shape[1], pixels.shape[0])) for w in words), ready.skew
    height, width = pixels.shape
    if size:
        size = size if turned % 180 == 0 else (size[1], size[0])
        words = tuple(_scaled(w, size[0] / width, size[1] / height) for w in words)
        width, height = size
    return text, Page(number=number, width=width, height=height, start=start, end=start + len(text), words=words, turned=turned, skew=skew, engine=engine.name)


def is_blank(pixels: Any) -> bool:
    """Whether nothing is written on it: hardly a pixel is much darker than the ground."""
    import cv2
    import numpy as np

    inner = pixels[pixels.shape[0] // 40 : -(pixels.shape[0] // 40) or None, pixels.shape[1] // 40 : -(pixels.shape[1] // 40) or None]  # punched holes and edges
    if inner.size == 0:
        return True
    smooth = cv2.medianBlur(np.ascontiguousarray(inner), 3) if min(inner.shape) > 64 else inner  # a small picture has no specks
    return bool((smooth.astype(int) < int(np.median(smooth)) - 60).mean() < BLANK)


def _scaled(word: Word, across: float, down: float) -> Word:
    left, top, right, bottom = word.box
    return replace(word, box=(round(left * across, 2), round(top * down, 2), round(right * across, 2), round(bottom * down, 2)))
