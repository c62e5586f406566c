"""An engine that reads pictures of pages."""
from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A page in grey: one byte a pixel (0 black, 255 white), row by row from the upper left."""

    width: int
    height: int
    pixels: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A word as an engine sees it: `box` (left, top, right, bottom) in pixels, `line` counts the engine's own lines. `other` is what a second
    engine reads there when it does not agree ("": nothing)."""

    text: str = field(repr=False)
    box: tuple[float, float, float, float]
    confidence: float
    line: int = 0
    other: str | None = field(default=None, repr=False)


class OcrEngine(Protocol):
    """Deterministic, offline. Models are loaded when the first page comes."""

    @property
    def name(self) -> str:
        """With its version, as it stands in the provenance of a page."""
        ...

    def read(self, picture: Picture) -> tuple[Seen, ...]:
        """The words of an upright page, each in its line."""
        ...

    def turn(self, picture: Picture) -> int:
        """How far the page must be turned clockwise to stand upright: 0, 90, 180 or 270 degrees."""
        ...
