"""Chart audit: samples, blind coding, the two codings side by side, and scorecards."""
from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from charthouse.doors.web.caller import bench, needs, session
from charthouse.doors.web.page import show
from charthouse.flow import audits, listing
from charthouse.flow.deciding_view import kind, patient_of
from charthouse.flow.desk import Desk
from charthouse.rooms.audit import by_coder, differences, score

router = APIRouter()


@router.get("/audit")
def index(request: Request, desk: Desk = needs("audit.write")) -> Response:
    today = desk.clock().date()
    return show(request, "audit/index.html", audits=[(a, score(a.charts)) for a in audits.listed(desk)], since=today - timedelta(days=90), until=today)


@router.post("/audit")
def make(request: Request, name: str = Form("", max_length=100), since: date = Form(), until: date = Form(), size: int = Form(0, ge=0, le=5000), margin: float = Form(5.0), confidence: float = Form(95.0),  # noqa: B008
         desk: Desk = needs("audit.write")) -> Response:
    made = audits.make(desk, bench(request).kit, name, since, until, size=size, margin=margin / 100, confidence=confidence / 100)
    return RedirectResponse(f"/audit/{made.id}", 303)


@router.get("/audit/{id}")
def sample(request: Request, id: str, desk: Desk = needs("audit.write")) -> Response:
    audit = audits.one(desk, id)
    return show(request, "audit/sample.html", audit=audit, whole=score(audit.charts), cards=by_coder(audit.charts), findings={c.encounter: differences(c) for c in audit.charts if c.done}, me=desk.actor.id)


@router.get("/audit/{id}/chart/{chart}")
def chart(request: Request, id: str, chart: str, desk: Desk = needs("audit.write")) -> Response:
    """Blind until it was coded; then side by side."""
    with listing.not_telling(desk, "audit.write"):
        at, audited = audits.blind(desk, id, chart)
    documents = [{"id": d["id"], "label": f"{kind(d)}, {d['date'] or ''}", "text": d["text"]} for d in at.result.get("documents", ())]
    return show(request, "audit/chart.html", audit=id, chart=audited, documents=documents, patient=patient_of(at), found=differences(audited) if audited.done else (), inpatient=at.inpatient,
                day=at.coded.visit.day, titles={a.code: _title(request, a.code) for a in (*audited.theirs, *audited.mine)} if audited.done else {})


class Coded(BaseModel):
    codes: list[dict[str, Any]] = Field(max_length=80)


@router.post("/audit/{id}/chart/{chart}")
def code(request: Request, id: str, chart: str, asked: Coded, desk: Desk = needs("audit.write")) -> dict[str, str]:
    with listing.not_telling(desk, "audit.write"):
        audits.code(desk, bench(request).kit, id, chart, asked.codes, session(request).shown)
    return {"next": f"/audit/{id}/chart/{chart}"}


def _title(request: Request, code: str) -> str:
    entry = bench(request).kit.book.entry(code)
    return entry.title if entry else ""
