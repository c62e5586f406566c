"""The coding screen: the page. What it shows comes from `deciding.py`, one question after the other, each in the ledger."""
from __future__ import annotations

from functools import lru_cache

from fastapi import APIRouter, Request
from fastapi.responses import Response

from charthouse.doors.web.caller import needs
from charthouse.doors.web.page import HERE, show
from charthouse.flow.desk import Desk

router = APIRouter()


@router.get("/chart/{chart}")
def screen(request: Request, chart: str, desk: Desk = needs("chart.read")) -> Response:
    """The three panes, empty. Nothing of a chart is in it, so it is the same whether the chart exists or not."""
    return show(request, "coding/chart.html", chart=chart, modules=modules())


@lru_cache(maxsize=1)
def modules() -> tuple[str, ...]:
    """The scripts of the screen, which the browser fetches all at once."""
    return (*(f"coding/{p.name}" for p in sorted((HERE / "static" / "coding").glob("*.js")) if p.stem != "early"), "ask.js", "keys.js")
