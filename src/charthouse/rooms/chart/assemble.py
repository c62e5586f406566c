"""Putting a chart together: documents in the order in which they were written, copied passages traced to their origin."""
from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

from charthouse.record.chart import Chart, Encounter
from charthouse.record.document import Copied, Document

LEAST = 40  # characters; shorter lines ("Plan:", "No acute distress.") recur without being copied


def assemble(encounter: Encounter, documents: Iterable[Document]) -> Chart:
    """The chart: documents by date (as given within a date), and what each copied from an earlier one."""
    ordered = tuple(sorted(documents, key=lambda d: d.service_date or date.max))
    return Chart(encounter=encounter, documents=ordered, copied=tuple(_copied(ordered)))


def _copied(documents: tuple[Document, ...]) -> Iterator[Copied]:
    if len(documents) < 2:
        return
    first: dict[str, tuple[str, int]] = {}
    for document in documents:
        passages = list(_passages(document.text))
        for key, start, end in passages:
            if key in first and first[key][0] != document.id:
                yield Copied(document=document.id, start=start, end=end, origin=first[key][0], origin_start=first[key][1])
        for key, start, _ in passages:
            first.setdefault(key, (document.id, start))


def _passages(text: str) -> Iterator[tuple[str, int, int]]:
    """Lines and sentences long enough to be recognised, folded to lower case and single spaces."""
    for found in re.finditer(r"[^\n]+", text):
        key = " ".join(found.group().lower().split())
        if len(key) >= LEAST:
            yield key, found.start(), found.end()
