"""Copy-forward lineage: who first wrote a passage, where it was pasted, and what was changed in it.

Words are compared in shingles of four, chosen by winnowing (Schleimer, Wilkerson, Aiken: Winnowing, SIGMOD 2003), so that every run of
five words that stands in an earlier document is found, and the time grows with the length of the text only. A run is followed word by word, so
no hash decides alone. Each passage names the newest earlier document that has it (`source`); from there it is followed to the first.
"""
from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from charthouse.record.document import Copied, Document

LEAST = 40  # characters of the words of a passage; shorter ones ("No acute distress.") recur without being copied
SHINGLE = 4
GAP = 8  # words that may be changed between two runs of one passage
ALIKE = 0.6  # of the words of an edited passage, those that were left as they were
BACK = 64  # words that a run may reach back over the run before it
_TOKEN = re.compile(r"\d+(?:[.,:/]\d+)*\w*|\w+|[?+<>=-]")  # signs are words: "-JVD" is no copy of "+JVD"
_SENTENCE = re.compile(r"[^\n]+?(?:[.!?;](?=\s)|$)", re.M)


@dataclass(frozen=True, slots=True)
class Run:
    """Words [start, end) of a document that stand at `at` of the document number `source`."""

    start: int
    end: int
    source: int
    at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """[start, end) of `document` was copied from [source_start, source_end) of `source`; `origin` wrote most of it first. `edited`: some
    words were changed on the way."""

    document: str
    start: int
    end: int
    source: str
    source_start: int
    source_end: int
    origin: str
    edited: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineage:
    """`passages` in reading order; `share` of each document's words that were copied; `copied` are whole sentences that no word of was changed."""

    passages: tuple[Passage, ...]
    share: dict[str, float]
    copied: tuple[Copied, ...]

    def chain(self, passage: Passage) -> tuple[str, ...]:
        """The documents that it went through, from the first that had it to its own."""
        out, start, end = [passage.document, passage.source], passage.source_start, passage.source_end
        while True:
            over = [p for p in self.passages if p.document == out[-1] and p.start < end and p.end > start]
            if not over:
                return tuple(reversed(out))
            best = max(over, key=lambda p: min(p.end, end) - max(p.start, start))
            out.append(best.source)
            start, end = best.source_start, best.source_end


class _Words:
    """The words of one document as numbers, where they stand, and which document first wrote each."""

    def __init__(self, text: str, numbers: dict[str, int], own: int) -> None:
        self.ids: list[int] = []
        self.places: list[tuple[int, int]] = []
        for found in _TOKEN.finditer(text):
            self.ids.append(numbers.setdefault(found.group().lower(), len(numbers)))
            self.places.append(found.span())
        self.shingles = [hash(s) for s in zip(*(self.ids[n:] for n in range(SHINGLE)), strict=False)]  # of integers: the same in every process
        self.first = [own] * len(self.ids)
        self.sentences: dict[int, tuple[int, int, int]] = {}  # first word -> number of words, document, character

    def size(self, start: int, end: int) -> int:
        """Characters of the words [start, end), a blank after each."""
        return sum(b - a + 1 for a, b in self.places[start:end])


def trace(documents: Iterable[Document]) -> Lineage:
    """The lineage of documents in reading order."""
    documents = tuple(documents)
    numbers: dict[str, int] = {}
    index: dict[int, tuple[int, int]] = {}
    read: list[_Words] = []
    passages: list[Passage] = []
    copied: list[Copied] = []
    share: dict[str, float] = {}
    for n, document in enumerate(documents):
        words = _Words(document.text, numbers, n)
        read.append(words)
        groups = [g for g in _grouped(_runs(words, index, read)) if _kept(words, g)]
        for group in groups:
            for run in group:
                words.first[run.start:run.end] = read[run.source].first[run.at:run.at + run.end - run.start]
            passages.append(_passage(group, documents, n, read))
        share[document.id] = sum(r.end - r.start for g in groups for r in g) / len(words.ids) if words.ids else 0.0
        copied.extend(_sentences(document, n, [r for g in groups for r in g], documents, read))
        index.update((words.shingles[at], (n, at)) for at in _chosen(words.shingles))
    return Lineage(passages=tuple(passages), share=share, copied=tuple(copied))


def _chosen(shingles: list[int]) -> Iterator[int]:
    """The smaller of each two neighbours, which is winnowing with a window of two; the first of the document always."""
    yield from range(min(len(shingles), 1))
    for at in range(1, len(shingles)):
        yield at - 1 if shingles[at - 1] < shingles[at] else at


def _runs(words: _Words, index: dict[int, tuple[int, int]], read: list[_Words]) -> list[Run]:
    """Runs of words that stand in an earlier document, in order, none over another. Linear: each step moves on, and reaches back `BACK` words at most."""
    out: list[Run] = []
    at = 0
    while at < len(words.shingles):
        found = index.get(words.shingles[at])
        run = _followed(words, at, read, *found, out[-1] if out else None) if found else None
        if run is None:
            at += 1
            continue
        if out and run.start < out[-1].end:
            before = out.pop()
            if before.start < run.start:
                out.append(Run(before.start, run.start, before.source, before.at))
        out.append(run)
        at = max(at + 1, run.end - SHINGLE + 1)
    return out


def _followed(words: _Words, at: int, read: list[_Words], source: int, there: int, before: Run | None) -> Run | None:
    """The run through this shingle, as far as it goes; over an earlier run only when that is the shorter one."""
    here, origin = words.ids, read[source].ids
    end = 0
    while at + end < len(here) and there + end < len(origin) and here[at + end] == origin[there + end]:
        end += 1
    if end < SHINGLE:
        return None
    least = 0 if before is None else max(before.start, before.end - BACK)
    back = 0
    while at - back > least and there - back > 0 and here[at - back - 1] == origin[there - back - 1]:
        back += 1
    start = at - back
    if before is not None and start < before.end and end + back <= before.end - before.start:
        start = before.end
        back = at - start
    if at + end - start < SHINGLE:
        return None
    return Run(start, at + end, source, there - back)


def _grouped(runs: list[Run]) -> Iterator[list[Run]]:
    """Runs of one source with little between them, here and there, are one passage that was edited."""
    group: list[Run] = []
    for run in runs:
        if group and not (run.source == group[-1].source and run.start - group[-1].end <= GAP and 0 <= run.at - _end(group[-1]) <= GAP):
            yield group
            group = []
        group.append(run)
    if group:
        yield group


def _end(run: Run) -> int:
    return run.at + run.end - run.start


def _kept(words: _Words, group: list[Run]) -> bool:
    same = sum(r.end - r.start for r in group)
    return sum(words.size(r.start, r.end) for r in group) >= LEAST and same >= ALIKE * (group[-1].end - group[0].start)


def _passage(group: list[Run], documents: tuple[Document, ...], n: int, read: list[_Words]) -> Passage:
    source, here, there = group[0].source, read[n].places, read[group[0].source].places
    writers: dict[int, int] = {}
    for run in group:
        for first in read[n].first[run.start:run.end]:
            writers[first] = writers.get(first, 0) + 1
    return Passage(document=documents[n].id, start=here[group[0].start][0], end=here[group[-1].end - 1][1], source=documents[source].id,
                   source_start=there[group[0].at][0], source_end=there[_end(group[-1]) - 1][1],
                   origin=documents[max(writers, key=lambda d: (writers[d], -d))].id, edited=len(group) > 1)


def _sentences(document: Document, n: int, runs: list[Run], documents: tuple[Document, ...], read: list[_Words]) -> Iterator[Copied]:
    """Whole sentences within a run that is long enough, each with the first document that had it so."""
    words = read[n]
    long = iter([r for r in runs if words.size(r.start, r.end) >= LEAST])
    run = next(long, None)
    at = 0
    for found in _SENTENCE.finditer(document.text) if run else ():
        while at < len(words.places) and words.places[at][0] < found.start():
            at += 1
        first = at
        while at < len(words.places) and words.places[at][1] <= found.end():
            at += 1
        while run is not None and run.end <= first:
            run = next(long, None)
        if run is None:
            return
        if first < at and run.start <= first and at <= run.end:
            there = run.at + first - run.start
            size, origin, start = read[run.source].sentences.get(there, (0, 0, 0))
            if size != at - first:
                origin, start = run.source, read[run.source].places[there][0]
            words.sentences[first] = (at - first, origin, start)
            lead = len(found.group()) - len(found.group().lstrip())
            yield Copied(document=document.id, start=found.start() + lead, end=found.end() - len(found.group()) + len(found.group().rstrip()), origin=documents[origin].id,
                         origin_start=start)
