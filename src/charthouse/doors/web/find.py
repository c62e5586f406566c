"""Finding: by what documents say, and whose, when, what kind and with which codes. The question is sent in a form, so that nothing of it stands in an address."""
from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from charthouse.bootstrap import finding
from charthouse.doors.web.caller import needs
from charthouse.doors.web.page import show
from charthouse.flow.desk import Desk
from charthouse.flow.finding import find
from charthouse.record.errors import BadRequest
from charthouse.record.finding import Question
from charthouse.rooms.finding import Snippet
from charthouse.rooms.intake import KINDS

router = APIRouter()
PAGE = 20


@router.get("/find")
def form(request: Request, desk: Desk = needs("chart.find")) -> Response:
    return _shown(request, dict.fromkeys(("words", "mrn", "name", "kind", "setting", "since", "until", "code", "without"), ""), None, (), 0)


@router.post("/find")
def search(request: Request, words: str = Form("", max_length=400), mrn: str = Form("", max_length=60), name: str = Form("", max_length=120), kind: str = Form("", max_length=40), setting: str = Form("", max_length=12),
           since: str = Form("", max_length=10), until: str = Form("", max_length=10), code: str = Form("", max_length=120), without: str = Form("", max_length=120), first: int = Form(0, ge=0, le=10_000),
           desk: Desk = needs("chart.find")) -> Response:
    said = {"words": words, "mrn": mrn, "name": name, "kind": kind, "setting": setting, "since": since, "until": until, "code": code, "without": without}
    given = Question(number=mrn.strip(), name=name.strip(), kind=kind if kind in KINDS else "", setting=setting, since=_day(since), until=_day(until), codes=_codes(code), without=_codes(without))
    if not words.strip() and not given.filters():
        raise BadRequest(why="Say what is looked for: some words, a patient, a kind of document, days or a code")
    understood = finding.understood(words, given)
    return _shown(request, said, find(desk, understood.question, first=first, most=PAGE), understood.notes, first)


def _shown(request: Request, said: dict[str, str], answer: Any, notes: tuple[str, ...], first: int) -> Response:
    hits = [(hit, list(_parts(passage)), passage) for hit, passage in answer.shown] if answer else []
    return show(request, "find/find.html", said=said, answer=answer, hits=hits, notes=notes, first=first, page=PAGE, kinds=KINDS)


def _parts(passage: Snippet) -> Iterator[tuple[bool, str]]:
    """(whether it is one of the words that were looked for, text), in order."""
    at = 0
    for start, end in passage.marks:
        yield False, passage.text[at:start]
        yield True, passage.text[start:end]
        at = end
    yield False, passage.text[at:]


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said) if said else None
    except ValueError:
        raise BadRequest(why="A day is written as 2026-03-02") from None


def _codes(said: str) -> tuple[tuple[str, ...], ...]:
    """One group: any of the codes that are named with commas between."""
    codes = tuple(c.strip().upper() for c in said.split(",") if c.strip())
    return (codes,) if codes else ()
