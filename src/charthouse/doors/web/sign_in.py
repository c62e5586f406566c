"""Signing in and out."""
from __future__ import annotations

from fastapi import APIRouter, Form, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from charthouse.bootstrap.demo import FACILITY, PEOPLE
from charthouse.doors.web.caller import COOKIE, bench, session, signed_in, token
from charthouse.doors.web.page import show
from charthouse.doors.web.places import purposes as theirs
from charthouse.flow.desk import Desk
from charthouse.flow.people import purposes
from charthouse.record.access import Actor
from charthouse.record.errors import BadRequest, NoSuchPlace, SignInRefused, TooManyTries

router = APIRouter()
PUBLIC = ("/sign-in", "/sign-in/demo")  # GET and POST


@router.get("/sign-in")
def page(request: Request, next: str = "/") -> Response:
    return show(request, "sign_in.html", people=PEOPLE if bench(request).demo else (), next=_inside(next), wrong="", login="")


@router.post("/sign-in")
def enter(request: Request, login: str = Form(max_length=80), password: str = Form(max_length=200), code: str = Form("", max_length=12), next_page: str = Form("/", alias="next")) -> Response:
    """By login, password and, where there is one, the code of an authenticator app. What is wrong is not told."""
    at, origin = bench(request), origin_of(request)
    try:
        at.tries.check(origin)
        account = at.entrance.sign_in(login, password, code, origin)
    except (SignInRefused, TooManyTries) as refused:
        if isinstance(refused, SignInRefused):
            at.tries.wrong(origin)
        return show(request, "sign_in.html", status=refused.http_status, people=(), next=_inside(next_page), wrong=str(refused), login=login)
    actor = account.actor(origin)
    token = at.sessions.begin(actor, account.shown, (purposes(account, at.rules) or ("administration",))[0])
    return _signed_in(request, token, "/account" if account.must_change else _inside(next_page))


@router.post("/sign-in/demo")
def demo(request: Request, role: str = Form(), next_page: str = Form("/", alias="next")) -> Response:
    """One click a role; there is no such place outside the demo."""
    if not bench(request).demo:
        raise NoSuchPlace()
    found = next((p for p in PEOPLE if p.id == role), None)
    if found is None:
        raise BadRequest(why="There is nobody of that role in the demo")
    facilities = frozenset({FACILITY}) if role != "administrator" else frozenset()
    actor = Actor(id=f"demo:{found.id}", roles=frozenset({found.role}), facilities=facilities, origin=origin_of(request))
    return _signed_in(request, bench(request).sessions.begin(actor, found.shown, found.purpose), _inside(next_page))


def _signed_in(request: Request, token: str, page: str) -> Response:
    answer = RedirectResponse(page, 303)
    answer.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=request.url.scheme == "https")
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
    chosen = next((p for p in theirs(desk) if p == purpose), None)
    if chosen is None:
        raise BadRequest(why=f"You can be here for {', '.join(theirs(desk))}")
    bench(request).sessions.turn(token(request), chosen)
    return RedirectResponse("/", 303)


def origin_of(request: Request) -> str:
    return request.client.host if request.client else ""


def _inside(path: str) -> str:
    """A path of ours; never another site's address."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) and "\n" not in path and "\r" not in path else "/"
