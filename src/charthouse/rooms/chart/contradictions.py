"""A copied passage that says the opposite of what the same note says anew: the examination of another day, carried over."""
from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from charthouse.record.document import Document, Span, quote
from charthouse.record.ruling import Ruling
from charthouse.rooms.chart.lineage import Lineage, Passage

CITATION = "AHIMA, Auditing Copy and Paste; 42 CFR 482.24(c)(1)"
_DENIED = re.compile(r"\b(?:no|not|denies|without|never)\s+(?:\w+\s+)?$", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opposites:
    """Two states of one thing that cannot both hold."""

    topic: str
    states: tuple[re.Pattern[str], re.Pattern[str]]


def opposites(rows: Iterable[tuple[str, str, str]]) -> tuple[Opposites, ...]:
    """From the rows of `contradictions.tsv`."""
    return tuple(Opposites(topic=topic, states=(re.compile(one, re.I), re.compile(other, re.I))) for topic, one, other in rows)


def contradictions(document: Document, lineage: Lineage, table: Iterable[Opposites]) -> Iterator[Ruling]:
    """One ruling a topic, with the copied words and the new ones. A line with an addendum about the copy still shows it: it is the reader who is warned."""
    pasted = [p for p in lineage.passages if p.document == document.id]
    for pair in table if pasted else ():
        for one, other in (pair.states, pair.states[::-1]):
            old = [s for s in _said(document, one) if _within(s, pasted)]
            new = [s for s in _said(document, other) if not _within(s, pasted)]
            if old and new and all(_within(s, pasted) for s in _said(document, one)):
                origin = next(p.origin for p in pasted if p.start <= old[0].start and old[0].end <= p.end)
                yield Ruling(rule="chart/copied-contradicted", verdict="warning", subject=document.id, citation=CITATION, spans=(old[0], new[0]),
                             message=f"The passage on {pair.topic} was copied from {origin} and contradicts what this note says itself")


def _said(document: Document, state: re.Pattern[str]) -> Iterator[Span]:
    for found in state.finditer(document.text):
        if not _DENIED.search(document.text[max(0, found.start() - 24):found.start()]):
            yield quote(document, found.start(), found.end())


def _within(span: Span, passages: list[Passage]) -> bool:
    return any(p.start <= span.start and span.end <= p.end for p in passages)
