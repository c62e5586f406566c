"""The order in which words on a page are read: columns of prose one after the other, rows of a table on one line. Pure.

A page is cut at gutters: a band that no line crosses over several rows, with prose on both sides. Lines of prose fill their column; cells of a
table do not, so a table stays in rows.
"""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from charthouse.ports.ocr import Seen
from charthouse.record.received import Word

APART = 2.2  # heights of a line: a gap in a line that wide parts it in two cells
LEAST_LINES = 4  # lines that a column has
PROSE_WORDS, PROSE_FILL = 3, 0.7  # median words of its lines, and how far the median line fills the widest


@dataclass(frozen=True, slots=True)
class _Piece:
    """Words of a line without a wide gap."""

    words: tuple[Seen, ...]
    left: float
    top: float
    right: float
    bottom: float

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


def lines(words: Iterable[Seen]) -> tuple[tuple[Seen, ...], ...]:
    """The lines of the page in reading order, each from left to right."""
    pieces = _pieces(words)
    if not pieces:
        return ()
    height = median(p.bottom - p.top for p in pieces) or 1.0
    return tuple(tuple(w for p in row for w in p.words) for row in _ordered(_rows(pieces), height))


def text_of(rows: Sequence[Sequence[Seen]], start: int = 0) -> tuple[str, tuple[Word, ...]]:
    """The text of the lines, and each word where it stands in it when it begins at `start`. A wide gap is written as three blanks, a
    paragraph as an empty line."""
    tall = sorted(w.box[3] - w.box[1] for row in rows for w in row)
    height = tall[len(tall) // 2] if tall else 1.0
    parts: list[str] = []
    words: list[Word] = []
    at = start
    for lead, row in zip(_leads(rows, height), rows, strict=True):
        last: float | None = None
        for w in row:
            gap = lead if last is None else "   " if w.box[0] - last > APART * height else " "
            parts += [gap, w.text]
            at += len(gap)
            words.append(Word(start=at, end=at + len(w.text), text=w.text, box=w.box, confidence=round(min(1.0, max(0.0, w.confidence)), 3), other=w.other))
            at, last = at + len(w.text), w.box[2]
    return "".join(parts), tuple(words)


def _leads(rows: Sequence[Sequence[Seen]], height: float) -> list[str]:
    """What goes before each line: an empty line where it stands clearly further down than lines of this page do, or begins a new column."""
    middles = [median((w.box[1] + w.box[3]) / 2 for w in row) for row in rows]
    steps = [b - a for a, b in pairwise(middles)]
    down = sorted(s for s in steps if 0.5 * height < s < 4 * height) or [height]
    usual = down[len(down) * 3 // 10]  # of a page with many headings the middle one is no step from line to line
    return ["", *("\n\n" if s > max(1.4 * usual, 1.2 * height) or s < -height else "\n" for s in steps)][: len(rows)]


def _pieces(words: Iterable[Seen]) -> list[_Piece]:
    by_line: dict[int, list[Seen]] = {}
    for word in words:
        by_line.setdefault(word.line, []).append(word)
    out = []
    for line in by_line.values():
        line.sort(key=lambda w: w.box[0])
        height = median(w.box[3] - w.box[1] for w in line) or 1.0
        run = [line[0]]
        for word in line[1:]:
            if word.box[0] - run[-1].box[2] > APART * height:
                out.append(_piece(run))
                run = []
            run.append(word)
        out.append(_piece(run))
    return out


def _piece(words: list[Seen]) -> _Piece:
    return _Piece(tuple(words), min(w.box[0] for w in words), min(w.box[1] for w in words), max(w.box[2] for w in words), max(w.box[3] for w in words))


def _rows(pieces: Iterable[_Piece]) -> list[list[_Piece]]:
    """Pieces that stand beside each other, from left to right; rows from the top."""
    rows: list[list[_Piece]] = []
    for piece in sorted(pieces, key=lambda p: p.middle):
        for row in rows[-3:]:
            first = row[0]
            over = min(first.bottom, piece.bottom) - max(first.top, piece.top)
            if over > 0.5 * min(first.bottom - first.top, piece.bottom - piece.top) and all(piece.left >= p.right - 3 or piece.right <= p.left + 3 for p in row):
                row.append(piece)
                break
        else:
            rows.append([piece])
    return [sorted(row, key=lambda p: p.left) for row in rows]


def _ordered(rows: list[list[_Piece]], height: float) -> list[list[_Piece]]:
    cut = _gutter(rows, height)
    if cut is None:
        return rows
    x, first, end = cut
    inside = [p for row in rows[first:end] for p in row]
    left, right = ([p for p in inside if p.right <= x], [p for p in inside if p.left >= x])
    return [*_ordered(rows[:first], height), *_ordered(_rows(left), height), *_ordered(_rows(right), height), *_ordered(rows[end:], height)]


def _gutter(rows: list[list[_Piece]], height: float) -> tuple[float, int, int] | None:
    """Where a gutter stands, and the rows [first, end) that it parts: the one with the most lines beside it."""
    if len(rows) < LEAST_LINES:
        return None
    left, right = min(p.left for row in rows for p in row), max(p.right for row in rows for p in row)
    best: tuple[float, float, int, int] | None = None
    step = max(4.0, (right - left) / 120)
    x = left + 0.15 * (right - left)
    while x < left + 0.85 * (right - left):
        for first, end in _runs(rows, x):
            inside = [p for row in rows[first:end] for p in row]
            a, b = [p for p in inside if p.right <= x], [p for p in inside if p.left >= x]
            if _columns(a, b, height):
                width = min(p.left for p in b) - max(p.right for p in a)
                best = max(best or (0.0, 0.0, 0, 0), (len(inside) + min(width / height, 20) / 100, x, first, end))
        x += step
    return None if best is None else best[1:]


def _runs(rows: list[list[_Piece]], x: float) -> Iterable[tuple[int, int]]:
    """Runs of rows of which none is crossed by the line at x."""
    first = 0
    for n, row in enumerate([*rows, None]):
        if row is None or any(p.left < x < p.right for p in row):
            if n - first >= LEAST_LINES:
                yield first, n
            first = n + 1


def _columns(a: list[_Piece], b: list[_Piece], height: float) -> bool:
    """Whether these two sides are columns of prose that stand beside each other."""
    if min(len(a), len(b)) < LEAST_LINES or min(p.left for p in b) - max(p.right for p in a) < 0.8 * height:
        return False
    top, bottom = (max(min(p.top for p in side) for side in (a, b)), min(max(p.bottom for p in side) for side in (a, b)))
    shorter = min(max(p.bottom for p in side) - min(p.top for p in side) for side in (a, b))
    return bottom - top > 0.6 * shorter and _prose(a) and _prose(b)


def _prose(side: list[_Piece]) -> bool:
    widths = [p.right - p.left for p in side]
    return median(len(p.words) for p in side) >= PROSE_WORDS and median(widths) >= PROSE_FILL * max(widths)
