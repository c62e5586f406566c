"""Reports at the desk: figures of a period, within what the manager may see, made into a table."""
from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from datetime import date
from itertools import groupby

from charthouse.flow.desk import SITE, Desk
from charthouse.ports.store import Transaction
from charthouse.record.access import Access
from charthouse.record.act import Act
from charthouse.record.errors import BadRequest, NotFound
from charthouse.record.report import ActFigure, CodeFigure, Figures, Report
from charthouse.rooms.deciding import fold
from charthouse.rooms.privacy import scope
from charthouse.rooms.statistics import EVERY, FORMATS, REPORTS, Scheduled, leaving
from charthouse.rulebook.codebook import CodeBook

SCHEDULE = "reports.schedule"
MOST = 40  # reports that come by themselves


def figures(desk: Desk, since: date, until: date, book: CodeBook | None = None) -> Figures:
    """With the titles of codes where a book is given. Raises `BadRequest` for a period that ends before it begins."""
    if until < since:
        raise BadRequest(why="The period ends before it begins")

    def use(open: Transaction, access: Access) -> Figures:
        seen = scope(desk.actor, desk.purpose, desk.rules)
        visits = open.reporting.visits(access, seen, since, until)
        codes = open.reporting.codes(access, seen, since, until)
        audits = tuple(c for a in open.audits.listed(access, seen) for c in a.charts if c.at and since <= c.at.date() <= until)
        engines = {v.encounter: v.engine for v in visits}
        return Figures(since=since, until=until, today=desk.clock().date(), visits=visits, acts=tuple(replace(a, engine=engines.get(a.encounter, "")) for a in _acts(open.reporting.acts(access, seen, since, until))),
                       queries=open.reporting.queries(access, seen, since, until), audits=audits, codes=codes, lacks=open.reporting.lacks(access, seen, since, until), stays=open.reporting.stays(access, seen, since, until), claims=open.claims.figures(access, seen, since, until),
                       titles=_titles(codes, book) if book else {})

    return desk.use("report.read", SITE, use)


def schedule(desk: Desk) -> tuple[Scheduled, ...]:
    """The reports that come by themselves."""
    with desk.store.transaction() as open:
        said = open.steering.setting(SCHEDULE) or "[]"
    return tuple(Scheduled(**entry) for entry in json.loads(said))


def set_schedule(desk: Desk, entries: Sequence[Scheduled]) -> None:
    """Raises `BadRequest`."""
    if len(entries) > MOST or any(e.report not in REPORTS or e.every not in EVERY or e.format not in FORMATS for e in entries):
        raise BadRequest(why=f"At most {MOST} reports, each of this list, every {', '.join(EVERY)}, as {', '.join(FORMATS)}")
    desk.use("assignment.write", replace(SITE, id="reports"), lambda open, access: open.steering.set(access, SCHEDULE, json.dumps([asdict(e) for e in entries])))


def _titles(codes: tuple[CodeFigure, ...], book: CodeBook) -> dict[str, str]:
    names = {c.code[:3] if c.system == "ICD-10-CM" else c.code for c in codes}
    return {name: entry.title for name in names if (entry := book.entry(name)) is not None}


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
