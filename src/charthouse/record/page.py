"""A page as it was read, with its words where they stand."""
from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word where it stands: [start, end) in the text of its document, and `box` (left, top, right, bottom) on the page, in the page's
    unit, from its upper left corner. `other` is what a second engine read there when it does not agree."""

    start: int
    end: int
    text: str = field(repr=False)
    box: tuple[float, float, float, float]
    confidence: float = 1.0
    other: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page as it is shown upright. Width and height in pixels of the image, or in points (1/72 inch) of a PDF. `turned` is how far it was
    turned clockwise to stand upright, and `skew` how far it lay askew, both in degrees of the page as received. `start` and `end` bound its text."""

    number: int
    width: float
    height: float
    start: int
    end: int
    words: tuple[Word, ...] = field(default=(), repr=False)
    turned: int = 0
    skew: float = 0.0
    engine: str = ""  # "text layer", "rapidocr 3.10 + tesseract 5.3"; "" for text that has no pages
