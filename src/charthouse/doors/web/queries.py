"""Queries: written beside the quotations they rest on and judged while one types, listed with their clocks, answered on a small page, printed as a letter."""
from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from pydantic import BaseModel, Field

from charthouse.doors.web.caller import bench, needs, session
from charthouse.doors.web.page import show
from charthouse.flow import listing, queries, query_clock, questions
from charthouse.flow.deciding import Opened
from charthouse.flow.deciding_view import patient_of
from charthouse.flow.desk import Desk
from charthouse.record.document import Span
from charthouse.record.errors import NotCompliant
from charthouse.record.query import BECAUSE, FORMS, KINDS, OPEN, Draft, Indicator

router = APIRouter()


class Quote(BaseModel):
    document: str = Field(max_length=100)
    start: int = Field(ge=0)
    end: int = Field(ge=1)
    text: str = Field(max_length=600)
    label: str = Field("", max_length=200)


class Asked(BaseModel):
    to: str = Field(max_length=120)
    kind: str = Field(max_length=20)
    form: str = Field(max_length=10)
    title: str = Field(max_length=200)
    question: str = Field(max_length=2000)
    options: list[str] = Field([], max_length=12)
    indicators: list[Quote] = Field([], max_length=20)
    line: str = Field("", max_length=40)
    template: str = Field("", max_length=200)

    def draft(self, at: Opened, shown: str, desk: Desk) -> Draft:
        return Draft(encounter=at.encounter, patient=at.coded.visit.patient, on=desk.clock().date(), author=shown, to=self.to.strip(), kind=self.kind if self.kind in KINDS else "specificity",
                     form=self.form if self.form in FORMS else "open", title=self.title.strip(), question=self.question.strip(), options=tuple(o.strip() for o in self.options if o.strip()),
                     indicators=tuple(Indicator(span=Span(document=i.document, start=i.start, end=i.end, text=i.text), label=i.label) for i in self.indicators), line=self.line, template=self.template)


@router.get("/query/new")
def composer(request: Request, chart: str, line: str = "", kind: str = "specificity", question: str = "", desk: Desk = needs("query.write")) -> Response:
    """Beside the quotations of a code of the chart, or of a question that the record leaves open."""
    with listing.not_telling(desk, "chart.read"):
        at, open_ = queries.left_open(desk, chart)
    shown, now = session(request).shown, desk.clock()
    asked = next((o for o, _ in open_ if o.key == question), None)
    draft = questions.drafted(at, asked, shown, now) if asked else questions.begun(at, line, kind if kind in KINDS else "specificity", shown, now)
    code = at.decided.line(draft.line)
    return show(request, "queries/new.html", chart=chart, draft=draft, code=code, why=asked.ruling if asked else None, title=(code.engine.get("title") or "") if code else "", kinds=BECAUSE, patient=patient_of(at), asked=queries.of(desk, chart),
                documents=[{"id": d["id"], "label": f"{str(d['kind'] or 'document').replace('_', ' ').capitalize()}, {d['date'] or ''}", "text": d["text"]} for d in at.result.get("documents", ())])


@router.post("/query/new/try")
def attempt(request: Request, chart: str, asked: Asked, desk: Desk = needs("query.write")) -> dict[str, Any]:
    """What is not compliant so far."""
    with listing.not_telling(desk, "chart.read"):
        at = queries.opened(desk, chart)
    return {"findings": [r.as_dict() for r in queries.judged(at, asked.draft(at, session(request).shown, desk), bench(request).kit)]}


@router.post("/query/new")
def send(request: Request, chart: str, asked: Asked, desk: Desk = needs("query.write")) -> Response:
    with listing.not_telling(desk, "chart.read"):
        at = queries.opened(desk, chart)
    draft = asked.draft(at, session(request).shown, desk)
    try:
        made = queries.send(desk, bench(request).kit, at, draft, session(request).shown)
    except NotCompliant as error:
        return JSONResponse({"error": error.as_dict(), "findings": [r.as_dict() for r in queries.judged(at, draft, bench(request).kit)]}, error.http_status)
    return JSONResponse({"number": made.number, "chart": f"/chart/{chart}"})


@router.get("/queries")
def listed(request: Request, all: bool = False, desk: Desk = needs("query.write")) -> Response:
    found = queries.listed(desk, "query.write", ("sent", "seen", "answered", "withdrawn", "closed") if all else OPEN)
    return show(request, "queries/list.html", found=found, all=all, now=desk.clock(), kinds=BECAUSE, provider=False)


@router.post("/queries/ladder")
def set_ladder(names: str = Form("", max_length=1000), desk: Desk = needs("assignment.write")) -> Response:
    """To whom overdue queries are handed on."""
    query_clock.set_ladder(desk, names.splitlines())
    return RedirectResponse("/team", 303)


@router.get("/answers")
def waiting(request: Request, desk: Desk = needs("query.answer")) -> Response:
    """What waits for this provider."""
    return show(request, "queries/list.html", found=queries.listed(desk, "query.answer", OPEN, to=session(request).shown), all=False, now=desk.clock(), kinds=BECAUSE, provider=True)


@router.get("/query/{number}")
def page(request: Request, number: str, desk: Desk = needs("query.answer")) -> Response:
    """The provider's small page."""
    with listing.not_telling(desk, "query.answer"):
        query = queries.shown_to_provider(desk, number)
    return show(request, "queries/answer.html", query=query, patient=_patient(desk, query.draft.encounter), wrong="")


@router.post("/query/{number}/answer")
def answer(request: Request, number: str, choice: str = Form("", max_length=300), words: str = Form("", max_length=4000), desk: Desk = needs("query.answer")) -> Response:
    with listing.not_telling(desk, "query.answer"):
        queries.answer(desk, number, session(request).shown, chosen=choice, words=words)
    return RedirectResponse(f"/query/{number}", 303)


@router.post("/query/{number}/withdraw")
def withdraw(number: str, why: str = Form("", max_length=500), desk: Desk = needs("query.write")) -> Response:
    with listing.not_telling(desk, "query.write"):
        queries.withdraw(desk, number, why)
    return RedirectResponse("/queries", 303)


@router.get("/query/{number}/letter")
def letter(request: Request, number: str, desk: Desk = needs("chart.read")) -> Response:
    """To print, for who answers on paper."""
    with listing.not_telling(desk, "chart.read"):
        query = queries.read(desk, number)
    return show(request, "queries/letter.html", query=query, patient=_patient(desk, query.draft.encounter))


def _patient(desk: Desk, chart: str) -> dict[str, Any]:
    with listing.not_telling(desk, "chart.read"):
        return patient_of(queries.opened(desk, chart))
