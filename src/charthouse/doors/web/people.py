"""My account, and an administrator's page of all accounts."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from pydantic import Field

from charthouse.doors.web.caller import bench, needs, session, signed_in, token
from charthouse.doors.web.page import show
from charthouse.doors.web.sign_in import ASKED, Signed, _inside, address_of, origin_of
from charthouse.flow import people
from charthouse.flow.desk import Desk
from charthouse.record.account import Account, Challenge
from charthouse.record.errors import BadRequest, CharthouseError, NoSuchPlace, SignInRefused, TooManyTries

router = APIRouter()


@router.get("/account")
def mine(request: Request, desk: Desk = signed_in()) -> Response:
    return _mine(request, desk)


def _mine(request: Request, desk: Desk, wrong: str = "", done: str = "", status: int = 200) -> Response:
    at = bench(request)
    if at.demo:
        return show(request, "people/account.html", account=None, sessions=(), factor="", picture="", wrong="", done="", passkeys=(), can_passkey=False)
    account = at.entrance.own(desk.actor.id)
    factor = "" if account.factor else at.hasher.factor()
    with at.site.transaction() as open:
        sessions, passkeys = open.people.sessions(account.id), open.passkeys.of(account.id)
    return show(request, "people/account.html", status=status, account=account, sessions=sessions, factor=factor, picture=at.picture(factor, account.login) if factor else "", wrong=wrong, done=done, passkeys=passkeys,
                can_passkey=not _is_number(address_of(request)))


def _is_number(address: str) -> bool:
    """A passkey is made for a name, never for an address in numbers (Web Authentication, 5.1.2)."""
    host = urlsplit(address).hostname or ""
    return ":" in host or host.replace(".", "").isdigit()


@router.post("/account/passkeys/ask")
def ask_passkey(request: Request, desk: Desk = signed_in()) -> Response:
    """What the browser asks an authenticator for a new passkey."""
    at = bench(request)
    if at.demo:
        raise NoSuchPlace()
    options, challenge = at.passkeys.register(at.entrance.own(desk.actor.id), address_of(request), at.entrance.keys(desk.actor.id))
    return _asking(request, options, replace(challenge, token=token(request)))


def _asking(request: Request, options: dict[str, Any], challenge: Challenge) -> Response:
    answer = JSONResponse(options)
    answer.set_cookie(ASKED, bench(request).waiting.put(challenge), httponly=True, samesite="strict", secure=request.url.scheme == "https", max_age=600)
    return answer


def _asked(request: Request) -> Challenge:
    """What this session was asked, once. Raises `BadRequest`."""
    found = bench(request).waiting.take(request.cookies.get(ASKED, ""), Challenge)
    if found is None or found.token != token(request):
        raise BadRequest(why="This passkey was not asked for, or it was used already. Begin again")
    return found


class Made(Signed):
    name: str = Field("", max_length=60)


@router.post("/account/passkeys")
def add_passkey(request: Request, said: Made, desk: Desk = signed_in()) -> dict[str, str]:
    bench(request).entrance.add_passkey(_asked(request), said.answer, said.name, origin_of(request))
    return {"next": "/account"}


@router.post("/account/passkeys/remove")
def remove_passkey(request: Request, id: str = Form(max_length=400), desk: Desk = signed_in()) -> Response:
    return _done(request, desk, lambda: bench(request).entrance.remove_passkey(desk.actor.id, id, origin_of(request)), "The passkey is taken away.")


@router.post("/account/password")
def password(request: Request, old: str = Form(max_length=200), new: str = Form(max_length=200), again: str = Form(max_length=200), desk: Desk = signed_in()) -> Response:
    """One's own; every other session of the account ends."""
    def do() -> None:
        if new != again:
            raise BadRequest(why="The new password was typed in two ways")
        bench(request).entrance.set_password(desk.actor.id, old, new, origin_of(request))
        _end_others(request, desk)

    return _done(request, desk, do, "Your password is changed. Your other sessions have ended.")


@router.post("/account/factor")
def factor(request: Request, factor: str = Form("", max_length=64), code: str = Form("", max_length=12), desk: Desk = signed_in()) -> Response:
    """Set, or taken away with an empty one."""
    return _done(request, desk, lambda: bench(request).entrance.set_factor(desk.actor.id, factor, code, origin_of(request)), "Your second factor is set." if factor else "Your second factor is taken away.")


@router.post("/account/sessions/end")
def end_others(request: Request, desk: Desk = signed_in()) -> Response:
    return _done(request, desk, lambda: _end_others(request, desk), "Your other sessions have ended.")


def _end_others(request: Request, desk: Desk) -> None:
    at, own = bench(request), session(request)
    with at.site.transaction() as open:
        for hash, other in open.people.tokens(desk.actor.id):
            if other != own.id:
                open.people.end(hash)


def _done(request: Request, desk: Desk, do: Callable[[], None], said: str) -> Response:
    if bench(request).demo:
        raise NoSuchPlace()
    try:
        do()
    except (BadRequest, SignInRefused) as refused:
        return _mine(request, desk, wrong=str(refused), status=refused.http_status)
    return _mine(request, desk, done=said)


@router.get("/prove")
def proof(request: Request, next: str = "/", desk: Desk = signed_in()) -> Response:
    return _prove(request, next)


def _prove(request: Request, next: str, *, wrong: str = "", status: int = 200) -> Response:
    at, person = bench(request), session(request)
    passkeys = at.entrance.keys(person.actor.id)
    return show(request, "people/prove.html", status=status, next=_inside(next), wrong=wrong, directory=at.directory.name if at.directory and person.actor.id.startswith("oidc:") else "", passkeys=bool(passkeys))


@router.post("/prove/passkey/ask")
def ask_again(request: Request, next: str = "/", desk: Desk = signed_in()) -> Response:
    at = bench(request)
    options, challenge = at.passkeys.ask(desk.actor.id, address_of(request), at.entrance.keys(desk.actor.id))
    return _asking(request, options, replace(challenge, token=token(request), next_page=_inside(next)))


@router.post("/prove/passkey")
def prove_with_passkey(request: Request, said: Signed, desk: Desk = signed_in()) -> dict[str, str]:
    challenge = _asked(request)
    if challenge.account != desk.actor.id:
        raise SignInRefused()
    bench(request).entrance.with_passkey(challenge, said.answer, origin_of(request), action="session.prove")
    bench(request).sessions.prove(token(request))
    return {"next": challenge.next_page}


@router.post("/prove")
def prove(request: Request, password: str = Form("", max_length=200), next_page: str = Form("/", alias="next"), desk: Desk = signed_in()) -> Response:
    at = bench(request)
    try:
        if not at.demo:
            at.entrance.prove(desk.actor.id, password, origin_of(request))
    except (SignInRefused, TooManyTries) as refused:
        return _prove(request, next_page, status=refused.http_status, wrong=str(refused))
    at.sessions.prove(token(request))
    return RedirectResponse(_inside(next_page), 303)


@router.get("/users")
def users(request: Request, desk: Desk = needs("user.write")) -> Response:
    return _users(request, desk)


def _users(request: Request, desk: Desk, wrong: str = "", given: tuple[str, str] | None = None, status: int = 200) -> Response:
    return show(request, "people/users.html", status=status, accounts=people.accounts(desk), roles=sorted({r.role for r in desk.rules} - {"engine", "interface"}), wrong=wrong, given=given)


@router.post("/users/add")
def add(request: Request, login: str = Form(max_length=100), shown: str = Form("", max_length=100), roles: list[str] = Form([]), facilities: str = Form("", max_length=1000), desk: Desk = needs("user.write", proof=True)) -> Response:  # noqa: B008
    return _given(request, desk, login, lambda: people.add(desk, bench(request).hasher, login, shown, frozenset(roles), _facilities(facilities)))


@router.post("/users/{id}/reset")
def reset(request: Request, id: str, desk: Desk = needs("user.write", proof=True)) -> Response:
    return _given(request, desk, id.removeprefix("user:"), lambda: people.reset(desk, bench(request).hasher, id))


@router.post("/users/{id}/roles")
def roles(request: Request, id: str, roles: list[str] = Form([]), facilities: str = Form("", max_length=1000), desk: Desk = needs("user.write", proof=True)) -> Response:  # noqa: B008
    return _changed(request, desk, id, lambda a: replace(a, roles=frozenset(roles), facilities=_facilities(facilities)))


@router.post("/users/{id}/disable")
def disable(request: Request, id: str, desk: Desk = needs("user.write", proof=True)) -> Response:
    return _changed(request, desk, id, lambda a: replace(a, disabled=not a.disabled))


def _given(request: Request, desk: Desk, login: str, do: Callable[[], str]) -> Response:
    try:
        return _users(request, desk, given=(login, do()))
    except CharthouseError as refused:
        return _users(request, desk, wrong=str(refused), status=refused.http_status)


def _changed(request: Request, desk: Desk, id: str, how: Callable[[Account], Account]) -> Response:
    try:
        people.change(desk, id, how)
    except CharthouseError as refused:
        return _users(request, desk, wrong=str(refused), status=refused.http_status)
    return RedirectResponse("/users", 303)


def _facilities(said: str) -> frozenset[str]:
    return frozenset(f.strip() for f in said.split(",") if f.strip())
