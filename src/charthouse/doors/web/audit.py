"""Chart audit: the review of finished charts, samples, blind coding, the two codings side by side and settled, scorecards, and what coders may learn."""
from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field

from charthouse.doors.web.caller import bench, needs, session
from charthouse.doors.web.page import show
from charthouse.flow import audit_findings, audits, listing
from charthouse.flow.audits import as_csv
from charthouse.flow.deciding_view import kind, patient_of
from charthouse.flow.desk import Desk
from charthouse.record.audit import Aim, Finding
from charthouse.rooms.audit import by_coder, by_engine, differences, prevented, score

router = APIRouter()


@router.get("/audit")
def index(request: Request, desk: Desk = needs("audit.write")) -> Response:
    today = desk.clock().date()
    made = audits.listed(desk)
    every = [c for a in made for c in a.charts]
    reviewed = audit_findings.reviews(desk)
    return show(request, "audit/index.html", audits=[(a, score(a.charts)) for a in made], since=today - timedelta(days=90), until=today, prevented=prevented(every), engine=by_engine(every), cards=by_coder(every),
                open=len(reviewed), rules=sorted({f.ruling.rule for f, _ in reviewed}))


@router.get("/audit/review")
def review(request: Request, state: str = "open", desk: Desk = needs("audit.write")) -> Response:
    """What the review of all finished charts found."""
    chosen = state if state in ("open", "right", "wrong") else "open"
    return show(request, "audit/review.html", found=audit_findings.reviews(desk, (chosen,)), state=chosen)


@router.post("/audit/review/settle")
def settle_review(request: Request, encounter: str = Form(max_length=60), key: str = Form(max_length=200), right: bool = Form(), why: str = Form("", max_length=1000), desk: Desk = needs("audit.write")) -> Response:
    with listing.not_telling(desk, "audit.write"):
        audit_findings.settle(desk, bench(request).kit, "", encounter, key, right=right, why=why, shown=session(request).shown)
    return RedirectResponse("/audit/review", 303)


@router.get("/audit/education")
def education(request: Request, desk: Desk = needs("audit.write")) -> Response:
    """For each coder what was wrong most, with the charts to study."""
    return show(request, "audit/education.html", coders=_topics(audit_findings.education(desk)))


@router.get("/education")
def mine(request: Request, desk: Desk = needs("code.decide")) -> Response:
    """What this coder may learn from their own charts."""
    found = audit_findings.of_me(desk)
    return show(request, "audit/mine.html", found=sorted(found, key=lambda f: (f.state != "open", f.studied_at is not None)), topics=_topics(tuple(f for f in found if f.state == "right")))


@router.post("/education/studied")
def studied(audit: str = Form("", max_length=60), encounter: str = Form(max_length=60), key: str = Form(max_length=200), desk: Desk = needs("code.decide")) -> Response:
    with listing.not_telling(desk, "code.decide"):
        audit_findings.studied(desk, audit, encounter, key)
    return RedirectResponse("/education", 303)


@router.post("/education/reply")
def reply(audit: str = Form("", max_length=60), encounter: str = Form(max_length=60), key: str = Form(max_length=200), words: str = Form("", max_length=1000), desk: Desk = needs("code.decide")) -> Response:
    with listing.not_telling(desk, "code.decide"):
        audit_findings.reply(desk, audit, encounter, key, words)
    return RedirectResponse("/education", 303)


def _topics(found: Sequence[Finding]) -> list[tuple[str, list[tuple[str, str, list[Finding]]]]]:
    """(coder, [(what was wrong, code category, the findings)], the commonest first)."""
    by: dict[str, dict[tuple[str, str], list[Finding]]] = {}
    for f in found:
        by.setdefault(f.coder_shown, {}).setdefault((f.ruling.rule, (f.to or f.ruling.subject)[:3]), []).append(f)
    return [(who, [(rule, family, of) for (rule, family), of in sorted(topics.items(), key=lambda t: (-len(t[1]), t[0]))]) for who, topics in sorted(by.items())]


@router.post("/audit")
def make(request: Request, name: str = Form("", max_length=100), since: date = Form(), until: date = Form(), size: int = Form(0, ge=0, le=5000), margin: float = Form(5.0), confidence: float = Form(95.0),  # noqa: B008
         coder: str = Form("", max_length=100), setting: str = Form("", max_length=20), unit: str = Form("", max_length=100), drg: str = Form("", max_length=5), family: str = Form("", max_length=10), rule: str = Form("", max_length=60),
         desk: Desk = needs("audit.write")) -> Response:
    aim = Aim(coder=coder.strip(), setting=setting.strip(), unit=unit.strip(), drg=drg.strip(), family=family.strip(), rule=rule.strip())
    made = audits.make(desk, bench(request).kit, name, since, until, size=size, margin=margin / 100, confidence=confidence / 100, aim=aim)
    return RedirectResponse(f"/audit/{made.id}", 303)


@router.get("/audit/{id}")
def sample(request: Request, id: str, desk: Desk = needs("audit.write")) -> Response:
    audit = audits.one(desk, id)
    return show(request, "audit/sample.html", audit=audit, whole=score(audit.charts), cards=by_coder(audit.charts), engine=by_engine(audit.charts), prevented=prevented(audit.charts), findings={c.encounter: differences(c) for c in audit.charts if c.done}, me=desk.actor.id)


@router.get("/audit/{id}/csv")
def table(id: str, desk: Desk = needs("audit.write", proof=True)) -> Response:
    """The sample for another program; it leaves here, so who they are is shown again before."""
    audit = audits.one(desk, id)
    return Response(as_csv(audit), media_type="text/csv", headers={"content-disposition": f'attachment; filename="audit-{audit.id}.csv"'})


@router.get("/audit/{id}/chart/{chart}")
def chart(request: Request, id: str, chart: str, desk: Desk = needs("audit.write")) -> Response:
    """Blind until it was coded; then side by side."""
    with listing.not_telling(desk, "audit.write"):
        at, audited = audits.blind(desk, id, chart)
    documents = [{"id": d["id"], "label": f"{kind(d)}, {d['date'] or ''}", "text": d["text"]} for d in at.result.get("documents", ())]
    return show(request, "audit/chart.html", audit=id, chart=audited, documents=documents, patient=patient_of(at), found=audit_findings.findings(desk, id, chart) if audited.done else (), inpatient=at.inpatient,
                day=at.coded.visit.day, titles={a.code: _title(request, a.code) for a in (*audited.theirs, *audited.mine, *audited.agreed)} if audited.done else {})


@router.post("/audit/{id}/chart/{chart}/settle")
def settle(request: Request, id: str, chart: str, key: str = Form(max_length=200), right: bool = Form(), why: str = Form("", max_length=1000), desk: Desk = needs("audit.write")) -> Response:
    with listing.not_telling(desk, "audit.write"):
        audit_findings.settle(desk, bench(request).kit, id, chart, key, right=right, why=why, shown=session(request).shown)
    return RedirectResponse(f"/audit/{id}/chart/{chart}", 303)


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
