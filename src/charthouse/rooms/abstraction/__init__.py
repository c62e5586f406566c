"""Reading: sections, findings, assertion, experiencer, time and values."""
from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace

from charthouse.record.chart import Chart
from charthouse.record.document import Copied
from charthouse.record.fact import Fact
from charthouse.rooms.abstraction.read import Reader, read, read_targets

__all__ = ["Reader", "abstract", "read", "read_targets"]


def abstract(chart: Chart, reader: Reader) -> tuple[Fact, ...]:
    """All facts of a chart, document by document; those in copied passages say where they were copied from."""
    out: list[Fact] = []
    for document in chart.documents:
        copied = sorted((c for c in chart.copied if c.document == document.id), key=lambda c: c.start)
        facts = read(document, reader)
        out.extend((_traced(f, copied) for f in facts) if copied else facts)
    return tuple(out)


def _traced(fact: Fact, copied: list[Copied]) -> Fact:
    at = bisect_right([c.start for c in copied], fact.span.start) - 1
    inside = at >= 0 and fact.span.end <= copied[at].end
    return replace(fact, copied_from=copied[at].origin) if inside else fact
