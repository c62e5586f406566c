"""Training mode: adjudicated charts to code, what differs with its reasons, and how one gets on."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from charthouse.doors.web.caller import bench, may, needs, session
from charthouse.doors.web.page import show
from charthouse.flow import training
from charthouse.flow.deciding_view import told_of
from charthouse.flow.desk import Desk
from charthouse.record.training import LEVELS, Attempt, Case
from charthouse.rooms.training import curve, standing, weakest

router = APIRouter()
NOTES = 12  # of the book, shown with a code
WIDE, HIGH = 640, 180  # of the picture


class Drawn(NamedTuple):
    """A curve as points of a picture."""

    dots: list[tuple[float, float, str]]
    line: str


class Coded(BaseModel):
    codes: list[dict[str, Any]] = Field(max_length=80)


@router.get("/train")
def index(request: Request, desk: Desk = needs("training.do")) -> Response:
    cases, mine = bench(request).training_cases, training.mine(desk)
    done = {a.case: a for a in reversed(mine)}  # the first attempt counts
    listed = sorted(cases.values(), key=lambda c: (LEVELS.index(c.level), c.topic, c.id))
    return show(request, "training/index.html", cases=listed, done=done, standing=standing(mine), drawn=_drawn(mine), points=curve(mine), weakest=weakest(mine, cases)[:6], next=next((c for c in listed if c.id not in done), None),
                team=may(desk, "training.read"))


@router.get("/train/team")
def team(request: Request, desk: Desk = needs("training.read")) -> Response:
    """How each person gets on."""
    by: dict[str, list[Attempt]] = {}
    for a in training.everybody(desk):
        by.setdefault(a.person, []).append(a)
    cases = bench(request).training_cases
    people = [(of[-1].shown, standing(of), _drawn(of), weakest(of, cases)[:4], of[-1].at) for of in by.values()]
    return show(request, "training/team.html", people=sorted(people, key=lambda p: p[0]))


@router.get("/train/{case}")
def code(request: Request, case: str, again: bool = False, desk: Desk = needs("training.do")) -> Response:
    """To code; or, once it was, what differs."""
    at = training.one(bench(request).training_cases, case)
    attempts = [a for a in training.mine(desk) if a.case == case]
    last = attempts[-1] if attempts and not again else None
    found = training.compared(at, last.codes, bench(request).kit) if last else ()
    return show(request, "training/case.html", case=at, last=last, found=found, tries=len(attempts), book={r.subject: told_of(r.subject, at.on, bench(request).kit.book) for r in found}, notes=NOTES, titles=_titles(request, at, last),
                next=_after(request, desk, at))


@router.post("/train/{case}")
def done(request: Request, case: str, asked: Coded, desk: Desk = needs("training.do")) -> dict[str, str]:
    at = training.one(bench(request).training_cases, case)
    training.attempt(desk, bench(request).kit, at, asked.codes, session(request).shown)
    return {"next": f"/train/{case}"}


def _after(request: Request, desk: Desk, case: Case) -> Case | None:
    """The next of the same topic that was not tried, else of the same level."""
    done = {a.case for a in training.mine(desk)} | {case.id}
    left = [c for c in bench(request).training_cases.values() if c.id not in done]
    return next((c for c in left if c.topic == case.topic), next((c for c in left if c.level == case.level), next(iter(left), None)))


def _titles(request: Request, case: Case, last: Attempt | None) -> dict[str, str]:
    book = bench(request).kit.book
    return {a.code: entry.title for a in (*case.key, *(last.codes if last else ())) if (entry := book.entry(a.code)) is not None}


def _drawn(attempts: Sequence[Attempt]) -> Drawn:
    points = curve(attempts)
    step = WIDE / max(len(points) - 1, 1)
    at = [(round(n * step, 1), a.f1, mean) for n, (a, mean) in enumerate(points)]
    return Drawn(dots=[(x, round(HIGH * (1 - y), 1), f"{points[n][0].case}: {y:.2f}") for n, (x, y, _) in enumerate(at)], line=" ".join(f"{x},{round(HIGH * (1 - mean), 1)}" for x, _, mean in at))
