"""Reports: a page each, with a picture, its table, its definition, and the table as CSV."""
from __future__ import annotations

from datetime import date, timedelta

from fastapi import APIRouter, Request
from fastapi.responses import Response

from charthouse.doors.web.caller import needs
from charthouse.doors.web.page import show
from charthouse.flow import reports
from charthouse.flow.desk import Desk
from charthouse.record.report import Report
from charthouse.rooms.statistics import REPORTS

router = APIRouter()
BARS = 24  # at most so many in a picture


def _period(desk: Desk, since: date | None, until: date | None) -> tuple[date, date]:
    """A year up to today where nothing is said."""
    last = until or desk.clock().date()
    return since or last - timedelta(days=365), last


@router.get("/reports")
def index(request: Request, since: date | None = None, until: date | None = None, desk: Desk = needs("report.read")) -> Response:
    first, last = _period(desk, since, until)
    f = reports.figures(desk, first, last)
    return show(request, "reports/index.html", reports=[reports.report(name, f) for name in REPORTS], since=first, until=last)


@router.get("/reports/{name}")
def page(request: Request, name: str, since: date | None = None, until: date | None = None, desk: Desk = needs("report.read")) -> Response:
    first, last = _period(desk, since, until)
    made = reports.report(name, reports.figures(desk, first, last))
    return show(request, "reports/report.html", report=made, bars=_bars(made), since=first, until=last)


@router.get("/reports/{name}/csv")
def table(name: str, since: date | None = None, until: date | None = None, leaves: bool = False, desk: Desk = needs("report.read")) -> Response:
    first, last = _period(desk, since, until)
    text = reports.as_csv(reports.report(name, reports.figures(desk, first, last)), leaves=leaves)
    return Response(text, media_type="text/csv", headers={"content-disposition": f'attachment; filename="{name}-{first}-{last}.csv"'})


def _bars(report: Report) -> list[tuple[str, str, float]]:
    """(label, value, width from 0 to 100) for the picture."""
    found = [(str(row[0]), row[report.bars]) for row in report.rows if isinstance(row[report.bars], int | float)][:BARS]
    most = max((abs(float(str(value))) for _, value in found), default=0.0)
    return [(label, f"{value:g}" if isinstance(value, int | float) else str(value), round(100 * abs(float(str(value))) / most, 2) if most else 0.0) for label, value in found]
