"""Reports: a page each, with a picture, its table, its definition, and the table as CSV."""
from __future__ import annotations

from datetime import date, timedelta

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from charthouse.bootstrap import report_files as files
from charthouse.doors.web.caller import bench, may, needs
from charthouse.doors.web.page import show
from charthouse.flow import reports
from charthouse.flow.desk import Desk
from charthouse.record.report import Report
from charthouse.rooms.statistics import EVERY, FORMATS, REPORTS, Scheduled

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
    return show(request, "reports/index.html", reports=[reports.report(name, f) for name in REPORTS], since=first, until=last, schedule=reports.schedule(desk), every=EVERY, formats=FORMATS, may_schedule=may(desk, "assignment.write"))


@router.post("/reports/schedule")
def add(report: str = Form(max_length=40), every: str = Form(max_length=10), format: str = Form(max_length=10), desk: Desk = needs("assignment.write", proof=True)) -> Response:
    """One more report that comes by itself."""
    reports.set_schedule(desk, (*reports.schedule(desk), Scheduled(report=report, every=every, format=format)))  # type: ignore[arg-type]
    return RedirectResponse("/reports", 303)


@router.post("/reports/schedule/remove")
def remove(number: int = Form(ge=0), desk: Desk = needs("assignment.write", proof=True)) -> Response:
    reports.set_schedule(desk, tuple(e for n, e in enumerate(reports.schedule(desk)) if n != number))
    return RedirectResponse("/reports", 303)


@router.get("/reports/{name}")
def page(request: Request, name: str, since: date | None = None, until: date | None = None, desk: Desk = needs("report.read")) -> Response:
    first, last = _period(desk, since, until)
    made = reports.report(name, reports.figures(desk, first, last, bench(request).kit.book))
    return show(request, "reports/report.html", report=made, bars=_bars(made), since=first, until=last)


@router.get("/reports/{name}/file/{format}")
def file(request: Request, name: str, format: str, since: date | None = None, until: date | None = None, desk: Desk = needs("report.read")) -> Response:
    """To give away: small cells are left out."""
    return _file(request, name, format, since, until, desk, leaves=True)


@router.get("/reports/{name}/whole/{format}")
def whole(request: Request, name: str, format: str, since: date | None = None, until: date | None = None, desk: Desk = needs("report.read", proof=True)) -> Response:
    """With every cell: for the department alone, so who asks shows again who they are."""
    return _file(request, name, format, since, until, desk, leaves=False)


def _file(request: Request, name: str, format: str, since: date | None, until: date | None, desk: Desk, *, leaves: bool) -> Response:
    first, last = _period(desk, since, until)
    content = files.spelled(reports.report(name, reports.figures(desk, first, last, bench(request).kit.book)), format, first, last, desk.clock().strftime("%Y-%m-%d %H:%M UTC"), leaves=leaves)
    return Response(content, media_type=files.MEDIA[format], headers={"content-disposition": f'attachment; filename="{name}-{first}-{last}.{format}"'})


def _bars(report: Report) -> list[tuple[str, str, float]]:
    """(label, value, width from 0 to 100) for the picture."""
    found = [(str(row[0]), row[report.bars]) for row in report.rows if isinstance(row[report.bars], int | float)][:BARS]
    most = max((abs(float(str(value))) for _, value in found), default=0.0)
    return [(label, f"{value:g}" if isinstance(value, int | float) else str(value), round(100 * abs(float(str(value))) / most, 2) if most else 0.0) for label, value in found]
