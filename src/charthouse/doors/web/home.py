"""My day: what waits for me, what is overdue, what I have begun."""
from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from charthouse.doors.web.caller import may, signed_in
from charthouse.doors.web.page import show
from charthouse.flow import worklists
from charthouse.flow.desk import Desk

router = APIRouter()


@router.get("/")
def day(request: Request, desk: Desk = signed_in()) -> Response:
    if not may(desk, "chart.find"):
        return show(request, "home/day.html", lists=(), begun=(), mine=(), overdue=(), codes=False, today=desk.clock().date())
    with desk.together() as one:
        lists, (begun, mine, overdue) = worklists.lists(one), worklists.of_me(one)
    return show(request, "home/day.html", lists=lists, begun=begun, mine=mine, overdue=overdue, codes=may(desk, "code.decide"), today=desk.clock().date())
