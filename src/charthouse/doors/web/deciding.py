"""What the coding screen asks and says: the chart as it stands, acts on its codes, the texts and pages behind them, the book."""
from __future__ import annotations

from datetime import date
from typing import Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, Field

from charthouse.doors.web.caller import bench, may, needs, session
from charthouse.doors.web.work import LIST
from charthouse.flow import deciding, deciding_view, listing, queries, worklists
from charthouse.flow.desk import Desk
from charthouse.record.act import Act
from charthouse.record.errors import ChartChanged, NotFinished, NotFound
from charthouse.record.query import BECAUSE

router = APIRouter()
System = Literal["ICD-10-CM", "ICD-10-PCS", "HCPCS", "CPT"]


class Selected(BaseModel):
    document: str = Field(max_length=100)
    start: int = Field(ge=0)
    end: int = Field(ge=1)


class Asked(BaseModel):
    """One act, and how many the person had seen before."""

    version: int = Field(ge=0)
    what: Literal["accept", "reject", "change", "add", "principal", "poa", "flag", "unflag"]
    line: str = Field("", max_length=40)
    code: str = Field("", max_length=12, pattern=r"^[A-Za-z0-9.]*$")
    system: System = "ICD-10-CM"
    value: str = Field("", max_length=8)
    reason: str = Field("", max_length=40)
    note: str = Field("", max_length=2000)
    span: Selected | None = None

    def act(self, shown: str) -> Act:
        code = self.code.upper()
        return Act(what=self.what, line=self.line, system=self.system if self.what == "add" else "", code=code if self.what == "add" else "", to=code if self.what == "change" else "", value=self.value,
                   reason=self.reason, note=self.note, span=(self.span.document, self.span.start, self.span.end) if self.span else None, shown=shown)


class Step(BaseModel):
    version: int = Field(ge=0)


class Submitted(Step):
    sure: bool = False


@router.get("/chart/{chart}/state")
def state(request: Request, chart: str, desk: Desk = needs("chart.read")) -> dict[str, Any]:
    """Who may decide has the chart lent from now on, unless somebody else has it; then it is shown to read."""
    with listing.not_telling(desk, "chart.read"):
        told = _state(request, desk, deciding.opened(desk, chart))
    if told["can"]["decide"] or told["can"]["undo"]:
        item = worklists.lease(desk, chart, session(request).shown)
        if item.lease != desk.actor.id:
            told["can"] = {"decide": False, "undo": False, "redo": False, "why": f"{item.leased_by} is working on this chart: you can read it, and decide when it is given back."}
    return told


@router.post("/chart/{chart}/acts")
def act(request: Request, chart: str, asked: Asked, desk: Desk = needs("code.decide")) -> Response:
    return _acted(request, desk, chart, asked.act(session(request).shown), asked.version)


@router.post("/chart/{chart}/undo")
def undo(request: Request, chart: str, asked: Step, desk: Desk = needs("code.decide")) -> Response:
    return _acted(request, desk, chart, Act(what="undo", shown=session(request).shown), asked.version)


@router.post("/chart/{chart}/redo")
def redo(request: Request, chart: str, asked: Step, desk: Desk = needs("code.decide")) -> Response:
    return _acted(request, desk, chart, Act(what="redo", shown=session(request).shown), asked.version)


@router.post("/chart/{chart}/submit")
def submit(request: Request, chart: str, asked: Submitted, desk: Desk = needs("code.decide")) -> Response:
    """The chart is finished; where to go next. What stands against it comes with the refusal."""
    try:
        with listing.not_telling(desk, "code.decide"):
            deciding.submit(desk, bench(request).kit, chart, asked.version, session(request).shown, sure=asked.sure)
    except (ChartChanged, NotFinished) as error:
        return _refused(request, desk, chart, error)
    return JSONResponse({"next": _next(request, desk)})


def _next(request: Request, desk: Desk) -> str:
    """The next chart of the list that the person came from."""
    name = request.cookies.get(LIST, "")
    if not name:
        return "/"
    try:
        found = worklists.next_for(desk, worklists.one(desk, name), session(request).shown)
    except NotFound:
        return "/"
    return f"/chart/{found}" if found else f"/work/{name}"


@router.get("/chart/{chart}/questions")
def left_open(chart: str, desk: Desk = needs("chart.read")) -> dict[str, Any]:
    """What the record leaves open as the codes stand, and whether this person may ask."""
    with listing.not_telling(desk, "chart.read"):
        _, found = queries.left_open(desk, chart)
    return {"questions": [{"key": o.key, "because": BECAUSE[o.kind], "message": o.ruling.message, "citation": o.ruling.citation, "line": o.line, "spans": [s.as_dict() for s in o.ruling.spans], "asked": asked}
                          for o, asked in found], "may": may(desk, "query.write")}


@router.get("/chart/{chart}/documents/{document}")
def document(chart: str, document: str, desk: Desk = needs("chart.read")) -> dict[str, Any]:
    with listing.not_telling(desk, "chart.read"):
        found = deciding_view.document(deciding.opened(desk, chart), document)
    if found is None:
        raise NotFound()
    return found


@router.get("/chart/{chart}/documents/{document}/pages/{number}")
def page(request: Request, chart: str, document: str, number: int, desk: Desk = needs("chart.read")) -> Response:
    """A scanned page as a picture."""
    with listing.not_telling(desk, "chart.read"):
        pages = deciding_view.pages_of(deciding.opened(desk, chart), document)
    if not any(p.number == number for p in pages):
        raise NotFound()
    content, media = listing.content(desk, document, read=False)
    return Response(bench(request).page(content, f"page.{media.rpartition('/')[2]}", pages, number), media_type="image/jpeg")


@router.get("/books/find")
def find(request: Request, q: str, system: System = "ICD-10-CM", on: date | None = None, desk: Desk = needs("chart.read")) -> dict[str, Any]:
    """What a person types: the start of a code, or words in any order. No chart is opened."""
    return {"found": deciding_view.found(q[:200], system, on or date.today(), bench(request).kit.book)}


@router.get("/books/code/{system}/{code}")
def book(request: Request, system: System, code: str, on: date | None = None, desk: Desk = needs("chart.read")) -> dict[str, Any]:
    told = deciding_view.told_of(code.upper(), on or date.today(), bench(request).kit.book)
    if told is None:
        raise NotFound()
    return told


def _state(request: Request, desk: Desk, at: deciding.Opened) -> dict[str, Any]:
    return deciding_view.state(at, bench(request).kit, may_decide=may(desk, "code.decide"))


def _acted(request: Request, desk: Desk, chart: str, act: Act, version: int) -> Response:
    try:
        with listing.not_telling(desk, "code.decide"):
            return JSONResponse(_state(request, desk, deciding.act(desk, bench(request).kit, chart, act, version)))
    except ChartChanged as error:
        return _refused(request, desk, chart, error)


def _refused(request: Request, desk: Desk, chart: str, error: ChartChanged | NotFinished) -> Response:
    """With the chart as it is now."""
    return JSONResponse({"error": error.as_dict(), "state": _state(request, desk, deciding.opened(desk, chart))}, error.http_status)
