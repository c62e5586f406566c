"""A chart of the record on its way through the steps: it is read already, so it begins with the step `chart`."""
from __future__ import annotations

from dataclasses import replace

from charthouse.flow.kinds import kinds
from charthouse.flow.steps import Work
from charthouse.record.chart import Chart
from charthouse.record.errors import EmptyNote
from charthouse.record.ruling import Ruling
from charthouse.rooms.intake import kind_of

SINCE = "chart"


def work_of(chart: Chart) -> Work:
    """A document that was not read holds the chart for a person. Raises `EmptyNote` where none was."""
    texts = tuple(replace(d, kind=d.kind or kind_of(d.text, kinds())) for d in chart.documents if d.text.strip())
    if not texts:
        raise EmptyNote()
    unread = tuple(Ruling(rule="intake/not-read", verdict="error", message="The document has no text: it was not read, or nothing stands in it", citation="intake", subject=d.id)
                   for d in chart.documents if not d.text.strip())
    return Work(encounter=chart.encounter, received=(), documents=texts, unread=unread)
