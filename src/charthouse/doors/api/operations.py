"""Operations on an encounter: its codes, and its DRG, made now from the chart as it stands."""
from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from charthouse.doors.api import answers, serving
from charthouse.doors.api.description import PURPOSE, failures
from charthouse.doors.api.fhir import ID
from charthouse.flow import listing
from charthouse.record.chart import Chart
from charthouse.record.errors import NotFound, NotInpatient

router = APIRouter(prefix="/fhir", tags=["FHIR R4"])
DESCRIBED: dict[str, Any] = {"responses": {200: {"description": "Parameters", "content": {"application/fhir+json": {"schema": {"type": "object"}}}}, **failures(400, 401, 403, 404, 413, 422, 503)},
                             "openapi_extra": {"parameters": [PURPOSE], "security": [{"bearer": []}]}}


@router.get("/Encounter/{id}/$suggest-codes", summary="The codes of an encounter with their proof", **DESCRIBED)
@router.post("/Encounter/{id}/$suggest-codes", summary="The codes of an encounter with their proof", **DESCRIBED)
def suggest_codes(request: Request, id: str) -> Response:
    at, chart = serving.of(request), _chart(request, id)
    return answers.fhir(at.codes.suggestions(at.coder.chart(chart)))


@router.get("/Encounter/{id}/$group-drg", summary="The DRG of an inpatient stay with its path", **DESCRIBED)
@router.post("/Encounter/{id}/$group-drg", summary="The DRG of an inpatient stay with its path", **DESCRIBED)
def group_drg(request: Request, id: str) -> Response:
    at, chart = serving.of(request), _chart(request, id)
    result = at.coder.chart(chart) if chart.encounter.setting == "inpatient" else {}
    if "grouping" not in result:
        raise NotInpatient()
    return answers.fhir(at.codes.grouping(result))


def _chart(request: Request, id: str) -> Chart:
    desk = serving.desk(request)
    if not ID.fullmatch(id):
        raise NotFound()
    with listing.not_telling(desk, "chart.read"):
        return desk.chart(id)
