"""How an answer looks: FHIR resources and bundles with ETag, problem details for JSON (RFC 9457), OperationOutcome for FHIR."""
from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from fastapi import Request
from fastapi.responses import Response

from charthouse.record.errors import CharthouseError

FHIR = "application/fhir+json"
ISSUE = {401: "login", 403: "forbidden", 404: "not-found", 406: "not-supported", 409: "conflict", 413: "too-long", 503: "timeout", 500: "exception"}


def fhir(body: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None) -> Response:
    return Response(json.dumps(body, ensure_ascii=False), status, headers, FHIR)


def one(request: Request, resource: dict[str, Any]) -> Response:
    """A resource with its ETag; 304 where the asker has it already."""
    version = (resource.get("meta") or {}).get("versionId")
    if not version:
        return fhir(resource)
    tag = f'W/"{version}"'
    if tag in [t.strip() for t in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers={"ETag": tag})
    return fhir(resource, headers={"ETag": tag})


def bundle(request: Request, kind: str, found: list[dict[str, Any]], *, pairs: tuple[tuple[str, str], ...], total: int | None, after: str) -> Response:
    """A page. `after`: the cursor of the next one."""
    root = base(request)
    links = [{"relation": "self", "url": f"{root}/{kind}" + (f"?{urlencode(pairs)}" if pairs else "")}]
    if after:
        links.append({"relation": "next", "url": f"{root}/{kind}?{urlencode({'_cursor': after})}"})
    body: dict[str, Any] = {"resourceType": "Bundle", "type": "searchset", "link": links}
    if total is not None:
        body["total"] = total
    if found:
        body["entry"] = [{"fullUrl": f"{root}/{kind}/{r['id']}", "resource": r, "search": {"mode": "match"}} for r in found]
    return fhir(body)


def base(request: Request) -> str:
    return f"{str(request.base_url).rstrip('/')}/fhir"


def error(request: Request, problem: CharthouseError) -> Response:
    """In the form of where it was asked."""
    status = problem.http_status
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None
    if request.url.path.startswith("/fhir"):
        return fhir(outcome(problem), status, headers)
    body = {"type": f"urn:charthouse:error:{problem.code}", "title": type(problem).__name__, "status": status, "detail": str(problem), "code": problem.code}
    return Response(json.dumps(body), status, headers, "application/problem+json")


def outcome(problem: CharthouseError) -> dict[str, Any]:
    detail = {"coding": [{"system": "urn:charthouse:error", "code": problem.code}], "text": str(problem)}
    return {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": ISSUE.get(problem.http_status, "invalid"), "details": detail, "diagnostics": str(problem)}]}
