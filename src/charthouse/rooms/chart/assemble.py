"""Putting a chart together: documents in the order in which they were written, copied passages traced to their origin."""
from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from charthouse.record.chart import Chart, Encounter
from charthouse.record.document import Document
from charthouse.rooms.chart.lineage import trace


def assemble(encounter: Encounter, documents: Iterable[Document]) -> Chart:
    """The chart: documents by date (as given within a date), and what each copied from an earlier one."""
    ordered = tuple(sorted(documents, key=lambda d: d.service_date or date.max))
    return Chart(encounter=encounter, documents=ordered, copied=trace(ordered).copied if len(ordered) > 1 else ())
