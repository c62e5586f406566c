"""The API put together: routes, errors in the form of where they were met, limits, and no log of what was asked."""
from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from charthouse.bootstrap.api import Serving
from charthouse.doors.api import answers, cds, fhir, operations, plain
from charthouse.doors.api.limits import Limits
from charthouse.record.errors import BadRequest, CharthouseError, NoSuchPlace


def create(serving: Serving) -> FastAPI:
    app = FastAPI(title="Charthouse", docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.serving = serving
    app.include_router(operations.router)
    app.include_router(fhir.router)
    app.include_router(plain.router)
    app.include_router(cds.router)
    app.add_exception_handler(CharthouseError, _ours)
    app.add_exception_handler(HTTPException, _nowhere)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_middleware(Limits)
    _describe(app)
    return app


def _ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, CharthouseError)
    return answers.error(request, error)


def _nowhere(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    answer = answers.error(request, NoSuchPlace())
    if error.status_code == 405:
        answer.status_code = 405
        answer.headers.update(error.headers or {})
    return answer


def _invalid(request: Request, error: Exception) -> Response:
    return answers.error(request, BadRequest(why="The request is not of the form that /openapi.json describes"))


def _describe(app: FastAPI) -> None:
    made: dict[str, Any] = {}
    plain_description = app.openapi

    def described() -> dict[str, Any]:
        if not made:
            made.update(plain_description())
            made.setdefault("components", {})["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
        return made

    app.openapi = described  # type: ignore[method-assign]
