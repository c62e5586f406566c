"""CDS Hooks 2.0: before a patient is discharged, the provider's own screen shows what is asked about the record and what it leaves open. No card names a code, and none leads."""
from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from charthouse import settings
from charthouse.doors.api import serving
from charthouse.doors.api.description import failures
from charthouse.flow import listing, queries, questions
from charthouse.flow.desk import Desk
from charthouse.record.listing import Criterion, Search, Token
from charthouse.record.query import Draft, Query

router = APIRouter(prefix="/cds-services", tags=["CDS Hooks"])
SERVICE = "charthouse-queries"
HOOKS = ("encounter-discharge",)
SUMMARY = 140  # characters, CDS Hooks 2.0
MOST = 8  # cards
SOURCE = {"label": "Charthouse, medical records", "topic": {"system": "urn:charthouse:task", "code": "provider-query", "display": "Query to the provider"}}


class Asked(BaseModel):
    """The request of a hook. `prefetch.encounter` says the number of the visit, by which it is found here."""

    hook: str = Field(max_length=60)
    hookInstance: str = Field("", max_length=100)
    context: dict[str, Any] = {}
    prefetch: dict[str, Any] = {}


@router.get("", summary="The services that there are")
def services() -> dict[str, Any]:
    return {"services": [{"id": SERVICE, "hook": hook, "title": "Open questions about the record", "description": "Queries that wait for an answer, and what the record of this encounter leaves open.",
                          "prefetch": {"encounter": "Encounter/{{context.encounterId}}"}} for hook in HOOKS]}


@router.post(f"/{SERVICE}", summary="What is open before discharge", responses=failures(400, 401, 403, 404, 422, 503, fhir=False), openapi_extra={"security": [{"bearer": []}]})
def cards(request: Request, asked: Asked) -> dict[str, Any]:
    """No card where the visit is not known here, so that a discharge is never held up by us."""
    origin = request.client.host if request.client else ""
    at, desk = serving.of(request), serving.of(request).callers.desk(request.headers.get("authorization", ""), request.headers.get("x-charthouse-purpose", "treatment"), origin)
    visit = _visit(desk, asked)
    if visit is None:
        return {"cards": []}
    with listing.not_telling(desk, "chart.read"):
        chart, open_ = queries.left_open(desk, visit)
        sent = [q for q in queries.of(desk, visit) if q.open]
    drafts = [questions.drafted(chart, o, "Charthouse", desk.clock()) for o, number in open_ if not number] if chart.decided.final is None else []
    compliant = [d for d in drafts if not queries.judged(chart, d, at.coder.kit)]
    return {"cards": [*(_query(q) for q in sent), *(_question(d) for d in compliant)][:MOST]}


@router.post(f"/{SERVICE}/feedback", summary="What became of the cards; not kept", responses=failures(400, 401, 403, 422, fhir=False))
def feedback(request: Request) -> dict[str, Any]:
    serving.desk(request)
    return {}


def _visit(desk: Desk, asked: Asked) -> str | None:
    """By its number as the hospital has it, else by our own id."""
    encounter = asked.prefetch.get("encounter")
    numbers = [str(i.get("value", "")) for i in encounter.get("identifier", ()) if isinstance(i, dict)] if isinstance(encounter, dict) and isinstance(encounter.get("identifier", ()), list) else []
    for name, values in (("identifier", numbers), ("_id", [str(asked.context.get("encounterId", ""))])):
        tokens = tuple(Token(value=v) for v in values if v)
        found = listing.find(desk, Search(kind="encounter", criteria=(Criterion(name=name, values=tokens),), limit=2)) if tokens else ()
        if len(found) == 1:
            return found[0].id
    return None


def _query(q: Query) -> dict[str, Any]:
    link = {"label": "Answer the query", "url": f"{settings.address()}/query/{quote(q.number)}", "type": "absolute"}
    return _card(f"query {q.number}", f"Query {q.number}: {q.draft.title}", q.draft, "warning", [link] if settings.address() else [])


def _question(d: Draft) -> dict[str, Any]:
    return _card(d.template, f"{d.title}: the record leaves something open", d, "info", [])


def _card(name: str, summary: str, d: Draft, indicator: str, links: list[dict[str, str]]) -> dict[str, Any]:
    quoted = "\n".join(f"- “{i.span.text}” ({i.label})" for i in d.indicators)
    return {"uuid": str(uuid5(NAMESPACE_URL, f"{d.encounter} {name}")), "summary": summary[:SUMMARY], "detail": f"{d.question}\n\n{quoted}\n\nDocument in your own judgment; every answer is as good as another.", "indicator": indicator,
            "source": SOURCE, "links": links, "overrideReasons": [{"code": "documented", "display": "Documented already"}, {"code": "not-applicable", "display": "Does not apply to this patient"}]}
