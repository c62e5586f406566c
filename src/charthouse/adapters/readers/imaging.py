"""A page's picture made fit to read: turned upright, of a usual size, laid straight, its ground even, its specks gone; and the way back for boxes.

All in grey, a byte a pixel. Nothing is made black and white here: both engines do that better themselves, from the greys.
"""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from charthouse.ports.ocr import Picture

LEAST, MOST = 2000, 3300  # pixels of the longer side: 200 to 300 dots an inch of a letter page
SKEW_MOST, SKEW_LEAST = 8.0, 0.15  # degrees that are looked for, and below which a page lies straight
SPECKS = 0.002  # share of the pixels that stand alone, above which a page is fax-like and is cleaned
UNEVEN = 25  # greys by which the ground of a page may vary


@dataclass(frozen=True, slots=True)
class Prepared:
    """A page to read. `back` takes a point of it to the page as received and turned upright (an affine of two rows)."""

    picture: Picture
    skew: float
    back: Any

    def box(self, box: tuple[float, float, float, float], width: float, height: float) -> tuple[float, float, float, float]:
        """The box on the upright page as received, within its edges."""
        left, top, right, bottom = box
        middle = ((left + right) / 2, (top + bottom) / 2)  # a word is short: its box keeps its shape and goes with its middle
        (a, b, c), (d, e, f) = self.back
        x, y = a * middle[0] + b * middle[1] + c, d * middle[0] + e * middle[1] + f
        across, down = (right - left) / 2 * (a * a + d * d) ** 0.5, (bottom - top) / 2 * (b * b + e * e) ** 0.5
        across, down = across + abs(d) * down * 0.5, down + abs(d) * across
        return _within(x - across, width), _within(y - down, height), _within(x + across, width), _within(y + down, height)


def _within(value: float, most: float) -> float:
    return round(min(max(value, 0.0), most), 1)


def picture(pixels: Any) -> Picture:
    return Picture(width=int(pixels.shape[1]), height=int(pixels.shape[0]), pixels=pixels.tobytes())


def turned(pixels: Any, degrees: int) -> Any:
    """Turned clockwise by a multiple of 90 degrees."""
    import numpy as np

    return np.ascontiguousarray(np.rot90(pixels, -degrees // 90))


def prepared(pixels: Any) -> Prepared:
    """An upright page, ready."""
    import cv2
    import numpy as np

    height, width = pixels.shape
    clean = even(despeckled(pixels))
    angle = skew(clean)
    longer = max(height, width)
    scale = LEAST / longer if longer < LEAST else MOST / longer if longer > MOST else 1.0
    scale = min(scale, 3.0)
    if angle == 0.0 and scale == 1.0:
        return Prepared(picture(clean), 0.0, ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0)))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    forth = cv2.getRotationMatrix2D((width / 2, height / 2), -angle, scale)
    forth[:, 2] += np.array(size) / 2 - np.array([width / 2, height / 2])
    done = cv2.warpAffine(clean, forth, size, flags=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC, borderValue=(255,))
    back = cv2.invertAffineTransform(forth)
    return Prepared(picture(done), angle, tuple(tuple(float(v) for v in row) for row in back))


def skew(pixels: Any) -> float:
    """How far the lines run upwards to the right, in degrees counter-clockwise: the turn under which rows of ink and rows of ground
    differ most (projection profiles)."""
    import cv2

    height, width = pixels.shape
    small = cv2.resize(pixels, None, fx=min(1.0, 1000 / max(height, width)), fy=min(1.0, 1000 / max(height, width)), interpolation=cv2.INTER_AREA)
    if min(small.shape) < 40:
        return 0.0
    ink = cv2.threshold(small, 0, 1, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)[1]
    if not 0.001 < ink.mean() < 0.5:
        return 0.0
    best = 0.0
    for reach, step in ((SKEW_MOST, 1.0), (1.0, 0.25), (0.25, 0.05)):
        steps = round(reach / step)
        best = max((best + k * step for k in range(-steps, steps + 1)), key=lambda a: (_contrast(ink, a), -abs(a)))
    return round(best, 2) if SKEW_LEAST <= abs(best) <= SKEW_MOST else 0.0


def _contrast(ink: Any, angle: float) -> float:
    import cv2
    import numpy as np

    height, width = ink.shape
    laid = cv2.warpAffine(ink * 255, cv2.getRotationMatrix2D((width / 2, height / 2), -angle, 1), (width, height), flags=cv2.INTER_LINEAR)
    rows = laid.sum(axis=1, dtype=np.float64)
    return float((np.diff(rows) ** 2).sum())


def despeckled(pixels: Any) -> Any:
    """A median over 3 x 3 where many pixels stand alone (a fax, salt and pepper); else as it is."""
    import cv2
    import numpy as np

    middle = cv2.medianBlur(pixels, 3)
    alone = np.abs(pixels.astype(np.int16) - middle) > 120
    dark = pixels < 128
    near = cv2.filter2D(dark.astype(np.uint8), -1, np.ones((3, 3), np.uint8))
    specks = (dark & (near == 1)) | (~dark & (near == 8) & alone)
    return middle if specks.mean() > SPECKS else pixels


def even(pixels: Any) -> Any:
    """The ground made white where it varies over the page (a shadow, a photograph); else as it is."""
    import cv2
    import numpy as np

    height, width = pixels.shape
    if min(height, width) < 64:
        return pixels
    small = cv2.resize(pixels, (max(8, width // 16), max(8, height // 16)), interpolation=cv2.INTER_AREA)
    ground = cv2.medianBlur(cv2.dilate(small, np.ones((5, 5), np.uint8)), 5)
    if int(np.percentile(ground, 95)) - int(np.percentile(ground, 5)) < UNEVEN:
        return pixels
    wide = np.maximum(cv2.resize(ground, (width, height), interpolation=cv2.INTER_LINEAR), 1)
    return np.clip(pixels.astype(np.float32) * 250 / wide, 0, 255).astype(np.uint8)
