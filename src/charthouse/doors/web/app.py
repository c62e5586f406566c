"""The workbench put together: pages, files, errors as pages or JSON, headers."""
from __future__ import annotations

from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from charthouse.bootstrap.web import Workbench
from charthouse.doors.web import audit, billing, coding, deciding, find, home, intake, people, queries, reports, sign_in, training, work
from charthouse.doors.web.headers import Headers
from charthouse.doors.web.page import HERE, show
from charthouse.record.errors import BadRequest, ChangePassword, CharthouseError, NoSuchPlace, ProofNeeded, SignInNeeded

ROUTERS = (sign_in.router, people.router, queries.router, billing.router, reports.router, find.router, audit.router, training.router, intake.router, home.router, work.router, deciding.router, coding.router)


def create(bench: Workbench) -> FastAPI:
    app = FastAPI(title="Charthouse workbench", openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.bench = bench
    for router in ROUTERS:
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=HERE / "static"))
    app.add_exception_handler(CharthouseError, _ours)
    app.add_exception_handler(HTTPException, _nowhere)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_middleware(Headers)
    return app


def _ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, CharthouseError)
    if _wants_json(request):
        return JSONResponse({"error": error.as_dict()}, error.http_status)
    if isinstance(error, SignInNeeded):
        back = request.url.path if request.method == "GET" else "/"
        return RedirectResponse(f"/sign-in?next={quote(back)}", 303)
    if isinstance(error, ChangePassword):
        return RedirectResponse("/account", 303)
    if isinstance(error, ProofNeeded):
        return RedirectResponse(f"/prove?next={quote(request.url.path if request.method == 'GET' else '/')}", 303)
    return show(request, "error.html", status=error.http_status, error=error)


def _nowhere(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    answer = _ours(request, NoSuchPlace())
    answer.status_code = error.status_code
    return answer


def _invalid(request: Request, error: Exception) -> Response:
    return _ours(request, BadRequest(why="What was sent does not have the form that this page sends"))


def _wants_json(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "") or request.headers.get("content-type", "").startswith("application/json")
