"""FHIR R4: read and search of what is in the record."""
from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.concurrency import run_in_threadpool

from charthouse.bootstrap.api import Serving
from charthouse.doors.api import answers, serving
from charthouse.doors.api.capability import statement
from charthouse.doors.api.codes import codes_found, one_code
from charthouse.doors.api.description import read_described, search_described
from charthouse.doors.api.parameters import RESOURCES
from charthouse.doors.api.search import Asked, Pairs, accepted, asked, format_of
from charthouse.flow import listing
from charthouse.flow.desk import Desk
from charthouse.record.errors import BadSearch, NotFound
from charthouse.record.listing import Search

router = APIRouter(prefix="/fhir", tags=["FHIR R4"])
ID = re.compile(r"[A-Za-z0-9\-.]{1,64}", re.ASCII)


@router.get("/metadata", summary="What this server can do")
def metadata(request: Request) -> Response:
    format_of(request.query_params.get("_format", ""))
    return answers.fhir(statement(answers.base(request), serving.of(request).started))


def add(kind: str) -> None:
    """The routes of one kind of resource."""
    def read(request: Request, id: str) -> Response:
        return _read(request, kind, id)

    def search(request: Request) -> Response:
        return _search(request, kind, parse_qsl(request.url.query, keep_blank_values=True))

    async def search_form(request: Request) -> Response:
        form = parse_qsl((await request.body()).decode("utf-8", errors="replace"), keep_blank_values=True, max_num_fields=1000)
        return await run_in_threadpool(_search, request, kind, [*parse_qsl(request.url.query, keep_blank_values=True), *form])

    router.add_api_route(f"/{kind}/{{id}}", read, methods=["GET"], name=f"{kind} read", **read_described(kind))
    if RESOURCES[kind].parameters:
        router.add_api_route(f"/{kind}", search, methods=["GET"], name=f"{kind} search", **search_described(kind))
        router.add_api_route(f"/{kind}/_search", search_form, methods=["POST"], name=f"{kind} search by form", **search_described(kind, form=True))


def _read(request: Request, kind: str, id: str) -> Response:
    at = serving.of(request)
    desk = serving.desk(request)
    if kind != "Binary":
        format_of(request.query_params.get("_format", ""))
        accepted(request.headers.get("accept", ""))
    if not ID.fullmatch(id):
        raise NotFound()
    of = RESOURCES[kind].kind
    if of == "content":
        return _content(desk, id, request)
    if of == "codes":
        return answers.one(request, one_code(at, desk, kind, id))
    listed = listing.one(desk, of, id)
    return answers.one(request, at.write.provenance(listed) if kind == "Provenance" else at.write.resource(listed))


def _content(desk: Desk, id: str, request: Request) -> Response:
    """As it is, or inside a Binary resource for who asks for FHIR."""
    import base64

    document, dot, form = id.partition(".")
    if dot and form != "text":
        raise NotFound()
    content, media = listing.content(desk, document, read=bool(dot))
    if "fhir" in request.headers.get("accept", "") or "json" in request.headers.get("accept", "").partition(",")[0]:
        return answers.fhir({"resourceType": "Binary", "id": id, "contentType": media, "data": base64.b64encode(content).decode()})
    return Response(content, media_type=media, headers={"Content-Disposition": "attachment"})


def _search(request: Request, kind: str, pairs: Pairs) -> Response:
    at = serving.of(request)
    desk = serving.desk(request)
    accepted(request.headers.get("accept", ""))
    query, after = _continued(at, desk, kind, pairs)
    of = RESOURCES[kind].kind
    if of == "codes":
        found = codes_found(at, desk, kind, query)
        total = len(found) if query.total else None
        rest = [r for r in found if r["id"] > after]
        shown, last = rest[:query.limit], rest[query.limit - 1]["id"] if len(rest) > query.limit else ""
    elif of == "content":
        raise NotFound()
    else:
        total = listing.count(desk, Search(kind=of, criteria=query.criteria)) if query.total else None
        listed = () if query.only_count else listing.find(desk, Search(kind=of, criteria=query.criteria, after=after, limit=query.limit))
        shown = [at.write.provenance(one) if kind == "Provenance" else at.write.resource(one) for one in listed]
        last = (listed[-1].place or listed[-1].id) if len(listed) == query.limit else ""
    if query.only_count:
        shown, last = [], ""
    next = at.cursors.seal(desk.actor.id, {"kind": kind, "after": last, "pairs": query.pairs}) if last else ""
    return answers.bundle(request, kind, shown, pairs=query.pairs, total=total, after=next)


def _continued(at: Serving, desk: Desk, kind: str, pairs: Pairs) -> tuple[Asked, str]:
    """(what is asked, after what): a cursor holds both."""
    cursor = dict(pairs).get("_cursor", "")
    if not cursor:
        return asked(kind, pairs), ""
    kept: dict[str, Any] = at.cursors.open(desk.actor.id, cursor)
    if kept.get("kind") != kind:
        raise BadSearch(why="The `_cursor` is of another list")
    return asked(kind, [(n, v) for n, v in kept["pairs"]]), str(kept["after"])


for _kind in RESOURCES:
    add(_kind)
