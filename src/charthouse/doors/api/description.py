"""The routes of FHIR as OpenAPI describes them."""
from __future__ import annotations

from typing import Any

from charthouse.doors.api.parameters import RESOURCES
from charthouse.doors.api.search import MOST

OUTCOME = {"description": "What was wrong, as an OperationOutcome", "content": {"application/fhir+json": {"schema": {"type": "object"}}}}
PROBLEM = {"description": "What was wrong, as problem details", "content": {"application/problem+json": {"schema": {"type": "object"}}}}
PURPOSE = {"name": "X-Charthouse-Purpose", "in": "header", "required": False, "schema": {"type": "string"}, "description": "The purpose of use; a key may have one of its own"}
KEY = {"name": "Idempotency-Key", "in": "header", "required": False, "schema": {"type": "string", "minLength": 1, "maxLength": 200},
       "description": "The same key again gives the same answer and does nothing more"}


def failures(*statuses: int, fhir: bool = True) -> dict[int | str, dict[str, Any]]:
    return dict.fromkeys(statuses, OUTCOME if fhir else PROBLEM)


def read_described(kind: str) -> dict[str, Any]:
    content = {"application/fhir+json": {"schema": {"type": "object"}}}
    if kind == "Binary":
        content["*/*"] = {"schema": {"type": "string"}}
    return {"summary": f"Read one {kind}", "responses": {200: {"description": kind, "content": content}, 304: {"description": "Not changed"}, **failures(400, 401, 403, 404, 406, 413, 422, 503)},
            "openapi_extra": {"parameters": [PURPOSE], "security": [{"bearer": []}]}}


def search_described(kind: str, *, form: bool = False) -> dict[str, Any]:
    kept = RESOURCES[kind]
    names = {**{name: {"type": "string"} for name in kept.parameters}, "_count": {"type": "integer", "minimum": 0, "maximum": MOST}, "_summary": {"type": "string", "enum": ["count", "false"]},
             "_total": {"type": "string", "enum": ["none", "estimate", "accurate"]}, "_cursor": {"type": "string"}}
    extra: dict[str, Any] = {"parameters": [PURPOSE], "security": [{"bearer": []}]}
    if form:
        extra["requestBody"] = {"content": {"application/x-www-form-urlencoded": {"schema": {"type": "object", "properties": names}}}}
    else:
        extra["parameters"] = [*extra["parameters"], *({"name": n, "in": "query", "required": False, "schema": s} for n, s in names.items())]
    return {"summary": f"Search {kind}" + (" by a form, so that nothing stands in an address" if form else ""), "description": kept.note,
            "responses": {200: {"description": "A Bundle", "content": {"application/fhir+json": {"schema": {"type": "object"}}}}, **failures(400, 401, 403, 404, 406, 413, 503)},
            "openapi_extra": extra}
