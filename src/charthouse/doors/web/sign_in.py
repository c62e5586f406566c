"""Signing in and out."""
from __future__ import annotations

from fastapi import APIRouter, Form, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from charthouse.bootstrap.demo import FACILITY, PEOPLE
from charthouse.doors.web.caller import COOKIE, bench, session, signed_in, token
from charthouse.doors.web.page import show
from charthouse.flow.desk import Desk
from charthouse.record.access import PURPOSES, Actor
from charthouse.record.errors import BadRequest, NoSuchPlace

router = APIRouter()
PUBLIC = ("/sign-in", "/sign-in/demo")


@router.get("/sign-in")
def page(request: Request, next: str = "/") -> Response:
    return show(request, "sign_in.html", people=PEOPLE if bench(request).demo else (), next=_inside(next))


@router.post("/sign-in/demo")
def demo(request: Request, role: str = Form(), next_page: str = Form("/", alias="next")) -> Response:
    """One click a role; there is no such place outside the demo."""
    if not bench(request).demo:
        raise NoSuchPlace()
    found = next((p for p in PEOPLE if p.id == role), None)
    if found is None:
        raise BadRequest(why="There is nobody of that role in the demo")
    facilities = frozenset({FACILITY}) if role != "administrator" else frozenset()
    actor = Actor(id=f"demo:{found.id}", roles=frozenset({found.role}), facilities=facilities, origin=request.client.host if request.client else "")
    answer = RedirectResponse(_inside(next_page), 303)
    answer.set_cookie(COOKIE, bench(request).sessions.begin(actor, found.shown, found.purpose), httponly=True, samesite="strict", secure=request.url.scheme == "https")
    return answer


@router.post("/sign-out")
def out(request: Request, desk: Desk = signed_in()) -> Response:
    bench(request).sessions.end(token(request))
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(COOKIE)
    return answer


@router.get("/session")
def current(request: Request, desk: Desk = signed_in()) -> JSONResponse:
    """For a page whose session ended and who has signed in again beside it."""
    person = session(request)
    return JSONResponse({"who": person.actor.id, "shown": person.shown, "purpose": person.purpose, "csrf": person.csrf})


@router.post("/purpose")
def turn(request: Request, purpose: str = Form(), desk: Desk = signed_in()) -> Response:
    chosen = next((p for p in PURPOSES if p == purpose), None)
    if chosen is None:
        raise BadRequest(why=f"A purpose is one of {', '.join(PURPOSES)}")
    bench(request).sessions.turn(token(request), chosen)
    return RedirectResponse("/", 303)


def _inside(path: str) -> str:
    """A path of ours; never another site's address."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) and "\n" not in path and "\r" not in path else "/"
