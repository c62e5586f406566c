"""Marks on a text, cut into segments that do not overlap: the one hard part of showing evidence in its place."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

GUARD = ("absent", "possible", "history", "present")  # of two marks of one length, the more guarded one decides the pattern


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Code points [start, end) of one document. `code` is the number of a code ("3", "b"), "" for a fact without one;
    `place` counts the evidence of that code from 1; `pattern` is one of `GUARD`, "" when no fact says; `note` says why."""

    start: int
    end: int
    pattern: str = ""
    note: str = ""
    code: str = ""
    place: int = 0

    @property
    def ref(self) -> str:
        """The name of this evidence in the page: "3.1"."""
        return f"{self.code}.{self.place}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A run of text under one set of marks. `refs` are the evidence that it belongs to, `closes` the codes whose evidence ends here."""

    id: str
    text: str
    pattern: str = ""
    note: str = ""
    refs: tuple[str, ...] = ()
    closes: tuple[str, ...] = ()

    @property
    def tinted(self) -> bool:
        """Whether a code that stands rests on it."""
        return any(r[0].isdigit() for r in self.refs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Segments in a row: the document's own words, or (with `origin`) words copied from another document. `block` means whole lines."""

    segments: tuple[Segment, ...]
    origin: str = ""
    block: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A passage [start, end) that stood in the document `origin` before."""

    start: int
    end: int
    origin: str


def passages(text: str, marks: Iterable[Mark], copies: Iterable[Copy], *, name: str) -> tuple[Passage, ...]:
    """The whole text in order, nothing lost and nothing twice. `name` begins the segments' ids. Marks and copies outside the text are cut to it."""
    size = len(text)
    runs = _runs(text, merged(text, copies))
    segments = segmented(text, [m for m in marks if 0 <= m.start < min(m.end, size)], [c.start for c in runs], name=name)
    out, at, first = [], 0, 0
    for run in runs:
        last = first
        while last < len(segments) and at < run.end:
            at += len(segments[last].text)
            last += 1
        out.append(Passage(segments=tuple(segments[first:last]), origin=run.origin, block=bool(run.origin) and whole_lines(text, run)))
        first = last
    return tuple(out)


def segmented(text: str, marks: Sequence[Mark], cuts: Iterable[int], *, name: str) -> list[Segment]:
    """The text cut at every start and end of a mark and at `cuts`."""
    size = len(text)
    begin: dict[int, list[Mark]] = defaultdict(list)
    for m in marks:
        begin[m.start].append(m)
    edges = sorted({0, size, *cuts, *begin, *(min(m.end, size) for m in marks)})
    active: list[Mark] = []
    out = []
    for n, (start, end) in enumerate(pairwise(edges)):
        active = [m for m in active if m.end > start] + begin[start]
        out.append(_segment(f"{name}-{n}", text[start:end], active, [m for m in active if min(m.end, size) == end]))
    return out


def _segment(id: str, text: str, active: Sequence[Mark], ending: Sequence[Mark]) -> Segment:
    if not active:
        return Segment(id=id, text=text)
    said = sorted((m for m in active if m.pattern), key=lambda m: (m.end - m.start, GUARD.index(m.pattern)))
    return Segment(
        id=id, text=text, pattern=said[0].pattern if said else "present", note=said[0].note if said else "",
        refs=tuple(dict.fromkeys(m.ref for m in active if m.code)), closes=tuple(dict.fromkeys(m.code for m in ending if m.code)),
    )


def merged(text: str, copies: Iterable[Copy]) -> list[Copy]:
    """Copied passages in order, those of one origin with only white space between them made one, none overlapping another."""
    out: list[Copy] = []
    for c in sorted(copies, key=lambda c: (c.start, c.end)):
        start, end = max(c.start, out[-1].end if out else 0), min(c.end, len(text))
        if start >= end:
            continue
        if out and out[-1].origin == c.origin and not text[out[-1].end:start].strip():
            out[-1] = Copy(start=out[-1].start, end=end, origin=c.origin)
        else:
            out.append(Copy(start=start, end=end, origin=c.origin))
    return [_to_line_ends(text, c) for c in out]


def _to_line_ends(text: str, c: Copy) -> Copy:
    """A copied passage of whole lines takes its last line's end with it, so that a block shows no empty line after it."""
    return Copy(start=c.start, end=c.end + 1, origin=c.origin) if whole_lines(text, c) and text[c.end:c.end + 1] == "\n" else c


def whole_lines(text: str, c: Copy) -> bool:
    """Whether the passage begins and ends with a line."""
    return (c.start == 0 or text[c.start - 1] == "\n") and (c.end == len(text) or "\n" in (text[c.end], text[c.end - 1]))


def _runs(text: str, copies: Sequence[Copy]) -> list[Copy]:
    """The text in runs, copied or its own (origin "")."""
    out, at = [], 0
    for c in copies:
        if c.start > at:
            out.append(Copy(start=at, end=c.start, origin=""))
        out.append(c)
        at = c.end
    return [*out, Copy(start=at, end=len(text), origin="")] if at < len(text) else out
