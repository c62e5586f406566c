"""Intake at the workbench: a file is taken in, and what is held is looked at and settled. Files are read in a limited child, and never shown as anything but text."""
from __future__ import annotations

from datetime import date

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from charthouse.doors.web.caller import bench, may, needs
from charthouse.doors.web.page import show
from charthouse.flow import intake, listing, post
from charthouse.flow.desk import Desk
from charthouse.flow.intake import Given
from charthouse.record.carried import unpacked
from charthouse.record.errors import BadRequest, CharthouseError, NotFound
from charthouse.record.receipt import Held, Receipt
from charthouse.rooms.intake import KINDS
from charthouse.rooms.intake.reasons import said

router = APIRouter()
SHOWN = 20_000  # characters of a held thing
MOST = 16  # files at once


@router.get("/intake")
def index(request: Request, desk: Desk = needs("intake.settle")) -> Response:
    return _index(request, desk)


def _index(request: Request, desk: Desk, *, receipts: tuple[tuple[str, Receipt], ...] = (), wrong: str = "", status: int = 200) -> Response:
    waiting = post.waiting(desk)
    return show(request, "intake/index.html", status=status, waiting=[(h, said(h.reason, h.why)) for h in waiting], kinds=KINDS, receipts=[(name, r, said(r.reason, "; ".join(r.notes)) if r.reason else "") for name, r in receipts], wrong=wrong,
                may_file=may(desk, "chart.file"), facilities=sorted(desk.actor.facilities))


@router.post("/intake")
def upload(request: Request, files: list[UploadFile] = File(default=[]), visit: str = Form("", max_length=60), kind: str = Form("", max_length=40), on: str = Form("", max_length=10), author: str = Form("", max_length=120),  # noqa: B008
           facility: str = Form("", max_length=80), desk: Desk = needs("intake.settle")) -> Response:
    """Each file by itself: one that cannot be read stops no other. Nothing is lost: what cannot be filed is held."""
    chosen = [f for f in files if f.filename]
    try:
        given = _given(visit, kind, on, author, facility if facility in desk.actor.facilities else "")
        if not chosen or len(chosen) > MOST:
            raise BadRequest(why=f"Choose at least one file, and at most {MOST}")
        receipts = tuple((f.filename or "file", r) for f in chosen for r in intake.take_in_file(desk, bench(request).read, f.file.read(), f.filename or "file", given))
    except CharthouseError as refused:
        return _index(request, desk, wrong=str(refused), status=refused.http_status)
    return _index(request, desk, receipts=receipts)


@router.get("/intake/{id}")
def one(request: Request, id: str, desk: Desk = needs("intake.settle")) -> Response:
    return _one(request, desk, id)


def _one(request: Request, desk: Desk, id: str, wrong: str = "", status: int = 200) -> Response:
    held = _held(desk, id)
    return show(request, "intake/held.html", status=status, held=held, why=said(held.reason, held.why), text=_text(held), kinds=KINDS, wrong=wrong)


@router.post("/intake/{id}")
def settle(request: Request, id: str, visit: str = Form("", max_length=60), kind: str = Form("", max_length=40), on: str = Form("", max_length=10), desk: Desk = needs("intake.settle")) -> Response:
    """Where it belongs, as a person says; or nothing is changed."""
    _held(desk, id)
    try:
        intake.file_held(desk, id, _given(visit, kind, on, "", ""))
    except CharthouseError as refused:
        return _one(request, desk, id, wrong=str(refused), status=refused.http_status)
    return RedirectResponse("/intake", 303)


@router.get("/intake/{id}/original")
def original(id: str, desk: Desk = needs("intake.settle")) -> Response:
    """As it was received, to be opened by another program: never shown by the browser."""
    return Response(_held(desk, id).original, media_type="application/octet-stream", headers={"content-disposition": f'attachment; filename="held-{id[:12]}"'})


def _held(desk: Desk, id: str) -> Held:
    with listing.not_telling(desk, "intake.settle"):
        found = post.held(desk, id)
    if found is None or found.facility not in desk.actor.facilities:
        raise NotFound()
    return found


def _text(held: Held) -> str:
    """What was read of it, as text."""
    if held.arrival:
        return "\n\n".join(d.text for d in unpacked(held.arrival).documents if d.text.strip())[:SHOWN]
    try:
        return held.original.decode("utf-8")[:SHOWN]
    except UnicodeDecodeError:
        return ""


def _given(visit: str, kind: str, on: str, author: str, facility: str) -> Given:
    if kind and kind not in KINDS:
        raise BadRequest(why=f"{kind} is no kind of document")
    try:
        day = date.fromisoformat(on) if on else None
    except ValueError:
        raise BadRequest(why="The day of service is written YYYY-MM-DD") from None
    return Given(visit=visit.strip(), kind=kind, on=day, author=author.strip(), facility=facility)
