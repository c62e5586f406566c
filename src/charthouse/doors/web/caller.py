"""Who asks for a page, and whether they may: a dependency that every route has. Default deny.

    @router.get("/audit")
    def audits(request: Request, desk: Desk = needs("audit.write")) -> Response: ...
"""
from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, Any

from fastapi import Depends, Request

from charthouse.flow.desk import SITE, Desk, told
from charthouse.record.errors import BadRequest, ChangePassword, ProofNeeded, SignInNeeded
from charthouse.record.session import Session
from charthouse.rooms.people import proven

if TYPE_CHECKING:
    from charthouse.bootstrap.web import Workbench

COOKIE = "charthouse"
BEFORE_ALL = ("/account", "/sign-out", "/session")  # what may be done with a password that somebody else gave
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def bench(request: Request) -> Workbench:
    found: Workbench = request.app.state.bench
    return found


def token(request: Request) -> str:
    return request.cookies.get(COOKIE, "")


def session(request: Request) -> Session:
    """Raises `SignInNeeded`."""
    found = found_session(request)
    if found is None:
        raise SignInNeeded()
    return found


def found_session(request: Request) -> Session | None:
    """None when nobody is signed in. Looked up once a request."""
    if not hasattr(request.state, "session"):
        held = token(request)
        request.state.session = bench(request).sessions.find(held) if held else None
    found: Session | None = request.state.session
    return found


async def checked(request: Request) -> Session:
    """The session; what changes something must carry its token, so that no other site can make a browser send it. Raises `SignInNeeded`, `BadRequest`."""
    from starlette.concurrency import run_in_threadpool

    found = await run_in_threadpool(session, request)
    if request.method not in SAFE:
        said = request.headers.get("x-csrf", "")
        if not said and request.headers.get("content-type", "").startswith(FORMS):
            said = str((await request.form()).get("csrf", ""))
        if not hmac.compare_digest(said.encode(), found.csrf.encode()):
            raise BadRequest(why="The page that this came from is not one of this session. Nothing was changed: load the page again")
    return found


def may(at: Desk, action: str) -> bool:
    """Whether a role of theirs has the action for the purpose at all; what it is about is decided when it is used."""
    return any(r.role in at.actor.roles and r.action == action and at.purpose in r.purposes for r in at.rules)


class Needs:
    """The dependency. `action` is read by the test that goes over all routes; "" is for what every signed-in person may do."""

    def __init__(self, action: str, *, proof: bool = False) -> None:
        self.action, self.proof = action, proof

    def __call__(self, request: Request, person: Session = Depends(checked)) -> Desk:  # noqa: B008
        if person.must_change and not request.url.path.startswith(BEFORE_ALL):
            raise ChangePassword()
        desk = bench(request).desk(person)
        if self.proof and not proven(person, desk.clock()):
            raise ProofNeeded()
        if self.action and not may(desk, self.action):
            desk.use(self.action, SITE, told)  # refused, and written down
        return desk


def needs(action: str, *, proof: bool = False) -> Any:
    """The desk of who asks; with `proof` they typed their password within five minutes. Raises `SignInNeeded`, `AccessDenied`, `ChangePassword`, `ProofNeeded`."""
    return Depends(Needs(action, proof=proof))


def signed_in() -> Any:
    """The desk of who asks, whoever it is. Raises `SignInNeeded`."""
    return Depends(Needs(""))
