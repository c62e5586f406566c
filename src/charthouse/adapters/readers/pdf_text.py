"""The text layer of a page of a PDF: words with their boxes, as the page is shown; what lies on the page; and comments pinned to it."""
from __future__ import annotations

import ctypes
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from charthouse.ports.ocr import Seen

FINE = 32  # steps a point in which PDFium is asked for places on the page
MOST_OBJECTS = 20_000
OUTLINES = 200  # shapes from which a page without letters may have its text drawn
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st", 0x00AD: "-", 0x0002: "-", 0x00A0: " "}
_INVISIBLE = 3  # text render mode


def words_of(page: Any) -> tuple[list[Seen], int]:
    """The words with boxes in points from the upper left of the page as it is shown, turned upright; and how far it was turned clockwise
    for that. A hyphen at the end of a line stays; a ligature is written as its letters."""
    text = page.get_textpage()
    try:
        words = list(_words(text, page))
    finally:
        text.close()
    width, height = page.get_size()
    turned = _running(words)
    return [Seen(text="".join(c for c, _ in w), box=_turn(_hull([b for _, b in w]), turned, width, height), confidence=1.0, line=n) for n, w in words], turned


def _words(text: Any, page: Any) -> Iterator[tuple[int, list[tuple[str, tuple[float, float, float, float]]]]]:
    import pypdfium2.raw as pdfium

    line = 0
    word: list[tuple[str, tuple[float, float, float, float]]] = []
    box, at = pdfium.FS_RECTF(), _Place(page)
    for n in range(text.count_chars()):
        code = pdfium.FPDFText_GetUnicode(text, n)
        char = _LIGATURES.get(code) or (chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd")
        if char.isspace() or not pdfium.FPDFText_GetLooseCharBox(text, n, box):
            if word:
                yield line, word
                word = []
            line += char in "\r\n"
            continue
        place = at.box(box.left, box.bottom, box.right, box.top)
        if word and _leaps(word[-1][1], place):  # no blank and no line's end is told, but it stands elsewhere
            yield line, word
            word = []
            line += 1
        word.append((char, place))
    if word:
        yield line, word


def _leaps(last: tuple[float, float, float, float], here: tuple[float, float, float, float]) -> bool:
    size = max(last[3] - last[1], here[3] - here[1], last[2] - last[0], here[2] - here[0], 1.0)
    return abs((here[0] + here[2] - last[0] - last[2]) / 2) > 3 * size or abs((here[1] + here[3] - last[1] - last[3]) / 2) > 3 * size


class _Place:
    """From the page's own co-ordinates to points from the upper left of the page as shown."""

    def __init__(self, page: Any) -> None:
        self._page, (self._width, self._height) = page, page.get_size()
        self._x, self._y = ctypes.c_int(), ctypes.c_int()

    def point(self, x: float, y: float) -> tuple[float, float]:
        import pypdfium2.raw as pdfium

        pdfium.FPDF_PageToDevice(self._page, 0, 0, round(self._width * FINE), round(self._height * FINE), 0, x, y, self._x, self._y)
        return self._x.value / FINE, self._y.value / FINE

    def box(self, left: float, bottom: float, right: float, top: float) -> tuple[float, float, float, float]:
        (a, b), (c, d) = self.point(left, top), self.point(right, bottom)
        return (round(_within(min(a, c), self._width), 2), round(_within(min(b, d), self._height), 2),
                round(_within(max(a, c), self._width), 2), round(_within(max(b, d), self._height), 2))


def _within(value: float, most: float) -> float:
    return min(max(value, 0.0), most)


def _running(words: list[tuple[int, list[tuple[str, tuple[float, float, float, float]]]]]) -> int:
    """How far the page must be turned clockwise for its letters to run to the right."""
    runs = {0: 0.0, 90: 0.0, 180: 0.0, 270: 0.0}
    for _, word in words:
        for (_, a), (_, b) in pairwise(word):
            across, down = (b[0] + b[2] - a[0] - a[2]) / 2, (b[1] + b[3] - a[1] - a[3]) / 2
            if abs(across) >= abs(down):
                runs[0 if across >= 0 else 180] += abs(across)
            else:
                runs[270 if down > 0 else 90] += abs(down)
    return max(runs, key=lambda t: (runs[t], -t))


def _turn(box: tuple[float, float, float, float], turned: int, width: float, height: float) -> tuple[float, float, float, float]:
    left, top, right, bottom = box
    if turned == 90:
        return height - bottom, left, height - top, right
    if turned == 180:
        return width - right, height - bottom, width - left, height - top
    return (top, width - right, bottom, width - left) if turned == 270 else box


def _hull(boxes: list[tuple[float, float, float, float]]) -> tuple[float, float, float, float]:
    return min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)


def inked(page: Any, area: float) -> tuple[float, float, bool]:
    """The share of the page that pictures cover, the share of its texts that are invisible, and whether it is full of shapes."""
    import pypdfium2.raw as pdfium

    covered, texts, hidden, shapes = 0.0, 0, 0, 0
    for n, item in enumerate(page.get_objects(max_depth=4)):
        if n >= MOST_OBJECTS:
            break
        if item.type == pdfium.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = item.get_bounds()
            covered += max(0.0, right - left) * max(0.0, top - bottom) / max(1.0, area)
        elif item.type == pdfium.FPDF_PAGEOBJ_TEXT:
            texts += 1
            hidden += pdfium.FPDFTextObj_GetTextRenderMode(item) == _INVISIBLE
        elif item.type == pdfium.FPDF_PAGEOBJ_PATH:
            shapes += 1
    return covered, hidden / texts if texts else 0.0, shapes > OUTLINES


def comments_of(page: Any, line: int) -> list[Seen]:
    """What is pinned to the page as a comment, at the place of its pin: PDFium draws no words for it."""
    import pypdfium2.raw as pdfium

    out: list[Seen] = []
    at = _Place(page)
    for n in range(min(pdfium.FPDFPage_GetAnnotCount(page), 1000)):
        note = pdfium.FPDFPage_GetAnnot(page, n)
        try:
            if pdfium.FPDFAnnot_GetSubtype(note) != pdfium.FPDF_ANNOT_TEXT:
                continue
            box = pdfium.FS_RECTF()
            pdfium.FPDFAnnot_GetRect(note, box)
            place = at.box(box.left, box.bottom, box.right, box.top)
            words = _contents(note).split()
            step = max(1.0, (place[2] - place[0]) / max(1, len(words)))
            out += [Seen(text=w, box=(place[0] + k * step, place[1], place[0] + (k + 1) * step, place[3]), confidence=1.0, line=line + n) for k, w in enumerate(words)]
        finally:
            pdfium.FPDFPage_CloseAnnot(note)
    return out


def _contents(note: Any) -> str:
    import pypdfium2.raw as pdfium

    size = pdfium.FPDFAnnot_GetStringValue(note, b"Contents", None, 0)
    if not 2 < size < 100_000:
        return ""
    room = ctypes.create_string_buffer(size)
    pdfium.FPDFAnnot_GetStringValue(note, b"Contents", ctypes.cast(room, ctypes.POINTER(ctypes.c_ushort)), size)
    return room.raw[:-2].decode("utf-16-le", "replace")
