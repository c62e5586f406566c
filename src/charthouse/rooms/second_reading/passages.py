"""What of the chart is shown with a question: the words around the evidence, and no more.

The assessment is not sent with every question: a sentence that all questions hold could speak to all of them.
"""
from __future__ import annotations

from collections.abc import Iterable

from charthouse.ports.second_reader import Passage
from charthouse.record.chart import Chart
from charthouse.record.document import Span
from charthouse.record.fact import Fact

AROUND = 240  # characters on each side of a quotation, within its paragraph
PASSAGES = 4


def passages(evidence: Iterable[Span], chart: Chart, facts: tuple[Fact, ...]) -> tuple[Passage, ...]:
    """The paragraphs' parts around the quotations, in order of the evidence; those that meet are made one."""
    windows: list[tuple[str, int, int]] = []
    for span in evidence:
        start, end = _around(chart.document(span.document).text, span)
        meeting = [w for w in windows if w[0] == span.document and w[1] <= end and start <= w[2]]
        joined = (span.document, min(start, *(w[1] for w in meeting)), max(end, *(w[2] for w in meeting))) if meeting else (span.document, start, end)
        windows = [joined if w is meeting[0] else w for w in windows if w not in meeting[1:]] if meeting else [*windows, joined]
    return tuple(_passage(chart, document, start, end, facts) for document, start, end in windows[:PASSAGES])


def _passage(chart: Chart, document: str, start: int, end: int, facts: tuple[Fact, ...]) -> Passage:
    section = next((f.section for f in facts if f.span.document == document and start <= f.span.start < end), "")
    return Passage(section=section, span=Span(document=document, start=start, end=end, text=chart.document(document).text[start:end]))


def _around(text: str, span: Span) -> tuple[int, int]:
    """[start, end) of the window: to the blank line before and after, at most `AROUND` characters, whole words."""
    first, last = max(0, span.start - AROUND), min(len(text), span.end + AROUND)
    blank = text.rfind("\n\n", first, span.start)
    start = blank + 2 if blank >= 0 else _word_start(text, first, span.start)
    blank = text.find("\n\n", span.end, last)
    end = blank if blank >= 0 else _word_end(text, last, span.end)
    return start, end


def _word_start(text: str, first: int, limit: int) -> int:
    if first == 0 or text[first - 1].isspace():
        return first
    return next((i + 1 for i in range(first, limit) if text[i].isspace()), limit)


def _word_end(text: str, last: int, limit: int) -> int:
    if last == len(text) or text[last].isspace():
        return last
    return next((i for i in range(last - 1, limit - 1, -1) if text[i].isspace()), limit)
