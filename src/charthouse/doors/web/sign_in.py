"""Signing in and out."""
from __future__ import annotations

from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from pydantic import BaseModel

from charthouse.bootstrap.demo import FACILITY, PEOPLE
from charthouse.doors.web.caller import COOKIE, bench, found_session, session, signed_in, token
from charthouse.doors.web.page import show
from charthouse.doors.web.places import purposes as theirs
from charthouse.flow.desk import Desk
from charthouse.flow.people import purposes
from charthouse.record.access import Actor
from charthouse.record.account import Account, Challenge, Known, Pending
from charthouse.record.errors import BadRequest, CharthouseError, DirectoryRefused, NoSuchPlace, PasskeyAsked, SignInRefused, TooManyTries

router = APIRouter()
ASKED, BEGUN = "charthouse-asked", "charthouse-begun"  # cookies: of a passkey that is asked for, of a sign-in with the directory
PUBLIC = ("/sign-in", "/sign-in/demo", "/sign-in/passkey", "/sign-in/oidc", "/sign-in/oidc/back")  # GET and POST


@router.get("/sign-in")
def page(request: Request, next: str = "/", out: bool = False) -> Response:
    return _page(request, next, out=out)


def _page(request: Request, next: str, *, wrong: str = "", login: str = "", status: int = 200, out: bool = False) -> Response:
    at = bench(request)
    return show(request, "sign_in.html", status=status, people=PEOPLE if at.demo else (), next=_inside(next), wrong=wrong, login=login, directory=at.directory.name if at.directory else "",
                ends=at.directory.ends_at(f"{address_of(request)}/sign-in") if out and at.directory else "")


@router.post("/sign-in")
def enter(request: Request, login: str = Form(max_length=80), password: str = Form(max_length=200), code: str = Form("", max_length=12), next_page: str = Form("/", alias="next")) -> Response:
    """By login, password and, where there is one, the code of an authenticator app. What is wrong is not told."""
    at, origin = bench(request), origin_of(request)
    try:
        at.tries.check(origin)
        account = at.entrance.sign_in(login, password, code, origin)
    except PasskeyAsked as asked:
        return _passkey(request, str(asked.fields["account"]), _inside(next_page))
    except (SignInRefused, TooManyTries) as refused:
        if isinstance(refused, SignInRefused):
            at.tries.wrong(origin)
        return _page(request, next_page, status=refused.http_status, wrong=str(refused), login=login)
    return _signed_in(request, _begun(request, account), "/account" if account.must_change else _inside(next_page))


def _begun(request: Request, account: Account) -> str:
    """A new session: its token."""
    at = bench(request)
    return at.sessions.begin(account.actor(origin_of(request)), account.shown, (purposes(account, at.rules) or ("administration",))[0])


def _passkey(request: Request, account: str, next_page: str) -> Response:
    """The password was right: now the passkey."""
    at = bench(request)
    options, challenge = at.passkeys.ask(account, address_of(request), at.entrance.keys(account))
    answer = show(request, "people/passkey.html", options=options)
    answer.set_cookie(ASKED, at.waiting.put(replace(challenge, next_page=next_page)), httponly=True, samesite="strict", secure=request.url.scheme == "https", max_age=600)
    return answer


class Signed(BaseModel):
    """What an authenticator answered, as the browser has it."""

    answer: dict[str, Any]


@router.post("/sign-in/passkey")
def with_passkey(request: Request, said: Signed) -> Response:
    """Where to go on. Raises `SignInRefused`."""
    at, origin = bench(request), origin_of(request)
    at.tries.check(origin)
    challenge = at.waiting.take(request.cookies.get(ASKED, ""), Challenge)
    if challenge is None or challenge.token:
        raise SignInRefused()
    try:
        account = at.entrance.with_passkey(challenge, said.answer, origin)
    except SignInRefused:
        at.tries.wrong(origin)
        raise
    answer = JSONResponse({"next": "/account" if account.must_change else challenge.next_page})
    _cookie(request, answer, _begun(request, account))
    answer.delete_cookie(ASKED)
    return answer


@router.get("/sign-in/oidc")
def directory(request: Request, next: str = "/", again: bool = False) -> Response:
    """To the hospital's directory; `again` by who is signed in and shows once more who they are."""
    at = bench(request)
    if at.directory is None:
        raise NoSuchPlace()
    person = found_session(request) if again else None
    if again and (person is None or not person.actor.id.startswith("oidc:")):
        raise NoSuchPlace()
    where, pending = at.directory.begin(f"{address_of(request)}/sign-in/oidc/back", _inside(next), again=token(request) if again else "")
    answer = RedirectResponse(where, 303)
    answer.set_cookie(BEGUN, at.waiting.put(pending), httponly=True, samesite="lax", secure=request.url.scheme == "https", max_age=600, path="/sign-in/oidc")
    return answer


@router.get("/sign-in/oidc/back")
def back(request: Request, state: str = "", code: str = "") -> Response:
    """From the directory. The page that answers goes on by itself: a browser sends a strict cookie only to what our own page asks for."""
    at, origin = bench(request), origin_of(request)
    pending = at.waiting.take(request.cookies.get(BEGUN, ""), Pending)
    if at.directory is None or pending is None:
        raise DirectoryRefused(why="the answer does not belong to a sign-in that was begun in this browser")
    at.tries.check(origin)
    try:
        known = at.directory.finish(pending, state, code)
        if pending.again:
            _shown_again(request, pending, known)
            held = pending.again
        else:
            held = _begun(request, at.entrance.from_directory(known, origin))
    except CharthouseError:
        at.tries.wrong(origin)
        raise
    answer = show(request, "people/onward.html", next=pending.next_page)
    _cookie(request, answer, held)
    answer.delete_cookie(BEGUN, path="/sign-in/oidc")
    return answer


def _shown_again(request: Request, pending: Pending, known: Known) -> None:
    at = bench(request)
    person = at.sessions.find(pending.again)
    if person is None or person.actor.id != known.id:
        raise DirectoryRefused(why="it was somebody else who signed in there")
    at.sessions.prove(pending.again)


def address_of(request: Request) -> str:
    """As the browser shows it."""
    return bench(request).address or f"{request.url.scheme}://{request.url.netloc}"


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
    _cookie(request, answer, token)
    return answer


def _cookie(request: Request, answer: Response, token: str) -> None:
    answer.set_cookie(COOKIE, token, httponly=True, samesite="strict", secure=request.url.scheme == "https")


@router.post("/sign-out")
def out(request: Request, desk: Desk = signed_in()) -> Response:
    elsewhere = session(request).actor.id.startswith("oidc:")
    bench(request).sessions.end(token(request))
    answer = RedirectResponse("/sign-in?out=true" if elsewhere else "/sign-in", 303)
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
