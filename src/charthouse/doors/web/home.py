"""My day."""
from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from charthouse.doors.web.caller import signed_in
from charthouse.doors.web.page import show
from charthouse.flow.desk import Desk

router = APIRouter()


@router.get("/")
def day(request: Request, desk: Desk = signed_in()) -> Response:
    return show(request, "home/day.html")
