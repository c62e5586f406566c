"""JSON beside FHIR: a file taken in, a text coded, the state of the site."""
from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from charthouse.doors.api import serving
from charthouse.doors.api.description import KEY, PURPOSE, failures
from charthouse.doors.cli.items import work_of
from charthouse.flow.desk import Desk
from charthouse.record.api import Kept
from charthouse.record.errors import AlreadyThere, BadRequest, CharthouseError, OtherRequest

router = APIRouter(prefix="/api", tags=["JSON"])
SECURE: dict[str, Any] = {"security": [{"bearer": []}]}
OBJECT = {"content": {"application/json": {"schema": {"type": "object"}}}}


@router.post("/documents", status_code=201, summary="Take a file in", responses={201: {"description": "What came of it", **OBJECT}, 202: {"description": "Held for a person, with the reason", **OBJECT}, **failures(400, 401, 403, 409, 413, 422, 503, fhir=False)},
             openapi_extra={"parameters": [PURPOSE, KEY], "requestBody": {"content": {"*/*": {"schema": {"type": "string", "format": "binary"}}}}, **SECURE})
async def documents(request: Request) -> Response:
    return await run_in_threadpool(_documents, request, await request.body())


def _documents(request: Request, content: bytes) -> Response:
    at, desk = serving.of(request), serving.desk(request)
    key = request.headers.get("idempotency-key")
    digest = hashlib.sha256(b"POST /api/documents\n" + content).hexdigest()
    before = _before(desk, key, digest)
    if before is not None:
        return Response(before.body, before.status, {"Idempotency-Replayed": "true"}, "application/json")
    if not content:
        raise BadRequest(why="The request has no content: send the file itself")
    taken: list[dict[str, object]] = []
    failed: list[CharthouseError] = []
    for arrival in at.arrivals(content):
        try:
            taken.append(at.deliver(desk, arrival, content))
        except CharthouseError as error:  # one part of a bundle stops no other
            failed.append(error)
    if failed and not taken:
        raise failed[0]
    status = 201 if any(one.get("outcome") == "filed" for one in taken) else 202  # held for a person: nothing is filed yet
    body = json.dumps({"taken": taken, "failed": [error.as_dict() for error in failed]}, default=str)
    if key is not None:
        _keep(desk, key, Kept(request=digest, status=status, body=body, at=datetime.now(UTC)))
    return Response(body, status, media_type="application/json")


def _before(desk: Desk, key: str | None, digest: str) -> Kept | None:
    """The answer that was given. Raises `OtherRequest`."""
    if key is None:
        return None
    if not (0 < len(key) <= 200 and key.isprintable()):
        raise OtherRequest()
    with desk.store.transaction() as open:
        found = open.answers.kept(desk.actor.id, key)
    if found is not None and found.request != digest:
        raise OtherRequest()
    return found


def _keep(desk: Desk, key: str, answer: Kept) -> None:
    try:
        with desk.store.transaction() as open:
            open.answers.keep(desk.actor.id, key, answer)
    except AlreadyThere:  # the same request, sent twice at once: intake itself files nothing twice
        return


@router.post("/code", summary="Code a text", responses={200: {"description": "The codes", **OBJECT}, **failures(400, 401, 403, 413, 422, 503, fhir=False)},
             openapi_extra={"parameters": [PURPOSE], **SECURE, "requestBody": {"required": True, "content": {"application/json": {"schema": {
                 "type": "object", "required": ["text"], "properties": {"id": {"type": "string"}, "text": {"type": "string"}, "date": {"type": "string", "format": "date"},
                                                                    "setting": {"type": "string", "enum": ["outpatient", "inpatient", "mention"]}}}}}}})
async def code(request: Request) -> Response:
    return await run_in_threadpool(_code, request, await request.body())


def _code(request: Request, content: bytes) -> Response:
    """A line of the contract in, its answer out. The text is not kept."""
    desk = serving.desk(request)
    desk.act("code.ask")
    try:
        item = json.loads(content)
    except (ValueError, RecursionError):
        raise BadRequest(why="The request is not JSON") from None
    if not isinstance(item, dict):
        raise BadRequest(why="The request is not a JSON object")
    try:
        content.decode("utf-8")
        json.dumps(item, ensure_ascii=False).encode("utf-8")
    except UnicodeError:
        raise BadRequest(why="The request is not Unicode: it holds half a character") from None
    answer = serving.of(request).coder.work(work_of(item)) | {"id": item.get("id")}
    return Response(json.dumps(answer, ensure_ascii=False), media_type="application/json")


@router.get("/status", summary="What the record holds, in numbers", responses={200: {"description": "Counts", **OBJECT}, **failures(400, 401, 403, 503, fhir=False)},
            openapi_extra={"parameters": [PURPOSE], **SECURE})
def status(request: Request) -> Response:
    serving.desk(request).act("status.read")
    return Response(json.dumps(serving.of(request).state(serving.of(request).site)), media_type="application/json")
