"""What a release leaves out."""
from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """A stretch of a text [start, end) that tells whose it is. `kind` stands in its place (NAME, DATE, ...); `rule` found it, `citation` is why it must go."""

    start: int
    end: int
    kind: str
    rule: str
    why: str
    citation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Painted:
    """A box on a page (left, top, right, bottom as shares of the page): what it covers is of this `kind`; `rule` and `citation` say why; `reader` saw it (or "by hand"). The words are not kept."""

    page: int
    box: tuple[float, float, float, float]
    kind: str
    rule: str
    citation: str
    reader: str = ""
