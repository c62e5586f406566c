"""A chart of the record on its way through the steps."""
from __future__ import annotations

from charthouse.flow.steps import Received, Work
from charthouse.record.chart import Chart
from charthouse.record.errors import EmptyNote


def work_of(chart: Chart) -> Work:
    """Documents that nothing was read from are left out. Raises `EmptyNote` where none is left."""
    received = tuple(Received(id=d.id, content=d.text, kind=d.kind, author=d.author, service_date=d.service_date, source=d.source) for d in chart.documents if d.text.strip())
    if not received:
        raise EmptyNote()
    return Work(encounter=chart.encounter, received=received)
