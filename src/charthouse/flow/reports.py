"""Reports at the desk: figures of a period, within what the manager may see, made into a table."""
from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date
from itertools import groupby

from charthouse.flow.desk import SITE, Desk
from charthouse.ports.store import Transaction
from charthouse.record.access import Access
from charthouse.record.act import Act
from charthouse.record.errors import BadRequest, NotFound
from charthouse.record.report import ActFigure, Figures, Report
from charthouse.rooms.deciding import fold
from charthouse.rooms.privacy import scope
from charthouse.rooms.statistics import REPORTS, leaving


def figures(desk: Desk, since: date, until: date) -> Figures:
    """Raises `BadRequest` for a period that ends before it begins."""
    if until < since:
        raise BadRequest(why="The period ends before it begins")

    def use(open: Transaction, access: Access) -> Figures:
        seen = scope(desk.actor, desk.purpose, desk.rules)
        visits = open.reporting.visits(access, seen, since, until)
        return Figures(since=since, until=until, today=desk.clock().date(), visits=visits, acts=tuple(_acts(open.reporting.acts(access, seen, since, until))), queries=open.reporting.queries(access, seen, since, until))

    return desk.use("report.read", SITE, use)


def report(name: str, f: Figures) -> Report:
    """Raises `NotFound`."""
    if name not in REPORTS:
        raise NotFound()
    return REPORTS[name](f)


def _acts(rows: tuple[tuple[str, str, Act], ...]) -> Iterator[ActFigure]:
    for encounter, of in groupby(rows, key=lambda r: r[0]):
        mine = list(of)
        undone = fold((), tuple(a for _, _, a in mine), inpatient=mine[0][1] == "inpatient").undone
        yield from (ActFigure(encounter=encounter, setting=setting, n=a.n, what=a.what, line=a.line, system=a.system, code=a.code, by=a.shown or a.by, at=a.at, stands=a.n not in undone) for _, setting, a in mine if a.at)


def as_csv(report: Report, *, leaves: bool) -> str:
    """A table for another program. `leaves`: it leaves the department, so small cells are left out."""
    shown, out = leaving(report) if leaves else report, io.StringIO()
    write = csv.writer(out)
    write.writerow([c.name for c in shown.columns])
    write.writerows([_plain(cell) for cell in row] for row in shown.rows)
    return out.getvalue()


def _plain(cell: object) -> object:
    """A spreadsheet reads a text that begins so as a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t") else "" if cell is None else cell
