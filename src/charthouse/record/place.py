"""Where quoted words stand on the pages of their document. Pure."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from charthouse.record.page import Page, Word


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A piece of a line on a page: `box` (left, top, right, bottom) in the page's unit."""

    page: int
    box: tuple[float, float, float, float]

    def as_dict(self) -> dict[str, object]:
        return {"page": self.page, "box": list(self.box)}


def places(pages: Sequence[Page], start: int, end: int) -> tuple[Place, ...]:
    """The places of the words that [start, end) of the text touches, one for each line of each page, in reading order."""
    out: list[Place] = []
    for page in pages:
        if page.start < end and start < page.end:
            out += [Place(page=page.number, box=_hull(line)) for line in _lines([w for w in page.words if w.start < end and start < w.end])]
    return tuple(out)


def _lines(words: Sequence[Word]) -> list[list[Word]]:
    """Words that follow each other on one line: beside each other, and to the right."""
    lines: list[list[Word]] = []
    for word in words:
        last = lines[-1][-1] if lines else None
        if last and word.box[0] >= last.box[0] and min(word.box[3], last.box[3]) - max(word.box[1], last.box[1]) > 0.3 * (last.box[3] - last.box[1]):
            lines[-1].append(word)
        else:
            lines.append([word])
    return lines


def _hull(words: Sequence[Word]) -> tuple[float, float, float, float]:
    return min(w.box[0] for w in words), min(w.box[1] for w in words), max(w.box[2] for w in words), max(w.box[3] for w in words)
