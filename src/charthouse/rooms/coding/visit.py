"""What a visit comes to beside its diagnoses: the level of the visit, HCPCS lines, and procedures by a site's CPT file."""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from charthouse.record.chart import Chart
from charthouse.record.code import CodeLine
from charthouse.record.evaluation import Evaluation
from charthouse.record.fact import Fact
from charthouse.rooms.coding.evaluation import VisitTables, evaluate
from charthouse.rooms.coding.services import ServiceTables, services
from charthouse.rooms.coding.services.cpt import Descriptors, procedures
from charthouse.rooms.coding.services.tables import CPT, line, ruling
from charthouse.rulebook.codebook import CodeBook

_QUOTED = 6
_QUARTER_HOUR = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Visiting:
    """The tables of a visit, and the descriptors of the site's CPT file where one is loaded."""

    evaluation: VisitTables
    services: ServiceTables
    descriptors: Descriptors


def visit(chart: Chart, facts: tuple[Fact, ...], lines: tuple[CodeLine, ...], tables: Visiting, book: CodeBook) -> tuple[tuple[Evaluation, ...], tuple[CodeLine, ...]]:
    """The levels of the chart's visits, and the lines to add to its codes. Every line is for a person to review."""
    if chart.encounter.setting == "mention":
        return (), ()
    levels = evaluate(chart, facts, lines, tables.evaluation, book)
    added = (*_levels(levels, tables.evaluation, chart, book), *procedures(chart, tables.descriptors, book), *services(chart, facts, tables.services, book))
    return levels, tuple({(c.system, c.code): c for c in reversed(added)}.values())[::-1]


def _levels(levels: tuple[Evaluation, ...], tables: VisitTables, chart: Chart, book: CodeBook) -> Iterator[CodeLine]:
    for e in levels:
        spans = tuple(s for _, r in e.elements for s in r.spans)[:_QUOTED]
        if e.code:
            reason = ruling("em/line", "applied", f"{e.category}, {e.level}, by {e.decided_by}.", CPT, subject=e.code, spans=spans)
            yield line("CPT", e.code, spans, (reason,), book, chart.encounter.on)
        yield from _prolonged(e, tables, chart, book)


def _prolonged(e: Evaluation, tables: VisitTables, chart: Chart, book: CodeBook) -> Iterator[CodeLine]:
    """85 FR 84472, 87 FR 69404: Medicare counts each 15 minutes from a total time on, with the highest level by time only."""
    time = next((r for r in e.reasons if r.rule == "em/time"), None)
    row = next(((code, least, citation) for category, code, least, citation in tables.times if category == e.category and code[0] == "G"), None)
    if time is None or row is None or e.minutes is None or e.minutes < row[1] or time.subject != "high":
        return
    units = (e.minutes - row[1]) // _QUARTER_HOUR + 1
    reason = ruling("em/prolonged", "applied", f"Total time of {e.minutes} minutes; prolonged service counts from {row[1]}. The level is then chosen by time.", row[2], subject=row[0], spans=time.spans)
    yield line("HCPCS", row[0], time.spans, (reason,), book, chart.encounter.on, units=units)
