"""Worklists: a list to work through, its lines, the next chart, and the team."""
from __future__ import annotations

from dataclasses import asdict
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from pydantic import BaseModel, Field

from charthouse.doors.web.caller import bench, may, needs, session
from charthouse.doors.web.page import show
from charthouse.flow import query_clock, worklists
from charthouse.flow.desk import Desk
from charthouse.record.errors import BadRequest
from charthouse.record.worklist import ORDERS, STATES, Item
from charthouse.rooms.worklists import as_said

router = APIRouter()
LIST = "charthouse_list"  # the list that a person works through, so that the next chart is one of it
BLOCK = 200  # lines that are fetched together
NEW = "new"


@router.get("/work/{id}")
def page(request: Request, id: str, desk: Desk = needs("chart.find")) -> Response:
    worklist = worklists.one(desk, id)
    return show(request, "work/list.html", worklist=worklist, people=bench(request).people(session(request)), may_assign=may(desk, "assignment.write"), may_code=may(desk, "code.decide"), block=BLOCK)


@router.get("/work/{id}/rows")
def rows(id: str, first: int = 0, q: str = "", desk: Desk = needs("chart.find")) -> dict[str, Any]:
    """A block of the lines, from number `first`."""
    items, count = worklists.rows(desk, worklists.one(desk, id), first=max(first, 0), most=BLOCK, words=q[:100])
    today = desk.clock().date()
    return {"first": first, "count": count if not q else None, "rows": [_row(i, today) for i in items]}


@router.post("/work/{id}/next")
def next_one(request: Request, id: str, desk: Desk = needs("code.decide")) -> Response:
    """The next chart that nobody else has, lent to this person."""
    found = worklists.next_for(desk, worklists.one(desk, id), session(request).shown)
    answer = RedirectResponse(f"/chart/{found}" if found else f"/work/{quote(id)}?none=1", 303)
    answer.set_cookie(LIST, id, httponly=True, samesite="strict", secure=request.url.scheme == "https")
    return answer


class Assigned(BaseModel):
    visits: list[str] = Field(min_length=1, max_length=500)
    to: str = Field("", max_length=100)
    priority: int | None = Field(None, ge=0, le=9)


@router.post("/team/assign")
def assign(request: Request, asked: Assigned, desk: Desk = needs("assignment.write")) -> JSONResponse:
    people = {p.id: p.shown for p in bench(request).people(session(request))}
    if asked.to and asked.to not in people:
        raise BadRequest(why="There is nobody of that name here")
    worklists.assign(desk, asked.visits, asked.to, people.get(asked.to, ""), asked.priority)
    return JSONResponse({"assigned": len(asked.visits), "to": people.get(asked.to, "")})


@router.get("/team")
def team(request: Request, desk: Desk = needs("assignment.write")) -> Response:
    pauses, rate, places = worklists.pauses(desk)
    loads = [(p, *worklists.load(desk, p.id)) for p in bench(request).people(session(request)) if "coder" in p.roles]
    return show(request, "work/team.html", loads=loads, pauses=pauses, rate=rate, ladder=query_clock.ladder(desk), services=sorted({(facility, unit) for facility, unit, _ in places}), lists=worklists.lists(desk))


@router.post("/team/pause")
def pause(facility: str = Form(max_length=100), unit: str = Form("", max_length=100), why: str = Form("", max_length=500), desk: Desk = needs("assignment.write")) -> Response:
    worklists.pause(desk, facility, unit, why)
    return RedirectResponse("/team", 303)


@router.post("/team/resume")
def resume(facility: str = Form(max_length=100), unit: str = Form("", max_length=100), desk: Desk = needs("assignment.write")) -> Response:
    worklists.resume(desk, facility, unit)
    return RedirectResponse("/team", 303)


@router.post("/team/rate")
def rate(percent: float = Form(ge=0, le=100), desk: Desk = needs("assignment.write")) -> Response:
    worklists.set_rate(desk, percent / 100)
    return RedirectResponse("/team", 303)


@router.get("/team/lists/{id}")
def edit(request: Request, id: str, desk: Desk = needs("assignment.write")) -> Response:
    worklist = worklists.tried(NEW, "New list", {}, "oldest") if id == NEW else worklists.one(desk, id)
    _, _, places = worklists.pauses(desk)
    choices = {"settings": ("inpatient", "outpatient"), "states": STATES, "facilities": _sorted(p[0] for p in places), "units": _sorted(p[1] for p in places), "payers": _sorted(p[2] for p in places)}
    return show(request, "work/edit.html", worklist=worklist, said=as_said(worklist.rules), choices=choices, orders=ORDERS, new=id == NEW)


class Edited(BaseModel):
    name: str = Field(max_length=200)
    rules: dict[str, Any]
    order: str = Field("oldest", max_length=20)
    place: int = Field(99, ge=0, le=999)


@router.post("/team/lists/{id}/try")
def attempt(id: str, asked: Edited, desk: Desk = needs("assignment.write")) -> dict[str, int]:
    """How many visits the list would hold."""
    return {"count": worklists.count(desk, worklists.tried(id, asked.name, asked.rules, asked.order))}


@router.post("/team/lists/{id}")
def save(id: str, asked: Edited, desk: Desk = needs("assignment.write")) -> dict[str, str]:
    own = worklists.new_id(asked.name) if id == NEW else worklists.one(desk, id).id
    return {"id": worklists.save(desk, own, asked.name, asked.rules, asked.order, asked.place).id}


@router.post("/team/lists/{id}/remove")
def remove(id: str, desk: Desk = needs("assignment.write")) -> Response:
    worklists.remove(desk, worklists.one(desk, id).id)
    return RedirectResponse("/team", 303)


def _sorted(values: Any) -> tuple[str, ...]:
    return tuple(sorted({v for v in values if v}))


def _row(item: Item, today: Any) -> dict[str, Any]:
    told = asdict(item) | {"days": item.days(today), "admitted": item.admitted.isoformat(), "discharged": item.discharged.isoformat() if item.discharged else None}
    for name in ("finished_at", "leased_until"):
        told[name] = told[name].isoformat(timespec="minutes") if told[name] else None
    return told
