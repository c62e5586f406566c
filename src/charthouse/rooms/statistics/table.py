"""What the reports share: columns, the last decisions, and a table as it may leave the department."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from charthouse.record.report import ActFigure, Column, Figures, Report

SMALL = 11  # CMS cell size suppression policy: no cell of 1 to 10


def columns(first: str, **others: str) -> tuple[Column, ...]:
    return (Column(name=first), *(Column(name=name, kind=kind) for name, kind in others.items()))  # type: ignore[arg-type]


def last_decisions(f: Figures) -> Iterable[ActFigure]:
    """The last decision on each line of a chart that was not taken back."""
    found: dict[tuple[str, str], ActFigure] = {}
    for a in sorted(f.acts, key=lambda a: (a.encounter, a.n)):
        if a.stands and a.what in ("accept", "reject", "change"):
            found[a.encounter, a.line] = a
    return found.values()


def leaving(report: Report) -> Report:
    """As it may leave the department: a row of fewer than eleven visits shows no figures, and where only one such row is left out the next smallest goes with it, so that it cannot be reckoned from a sum."""
    sizes = [(int(str(row[report.counts] or 0)), n) for n, row in enumerate(report.rows)]
    small = {n for size, n in sizes if 0 < size < SMALL}
    if len(small) == 1 and len(sizes) > 1:
        small.add(min((size, n) for size, n in sizes if n not in small)[1])
    hidden = tuple(tuple(cell if column.kind == "text" and k == 0 else "<11" if k == report.counts else None for k, (cell, column) in enumerate(zip(row, report.columns, strict=True))) if n in small else row
                   for n, row in enumerate(report.rows))
    return replace(report, rows=hidden, headline=("", "") if small else report.headline)
