"""A query as FHIR R4: the Task that a provider has, and the Communication that says it. Ids are the query's number, so that told again it is the same one."""
from __future__ import annotations

from datetime import datetime
from typing import Any

from charthouse.record.query import Query, Told

Resource = dict[str, Any]
SYSTEM = "urn:charthouse:query"
STATES = {"sent": "requested", "seen": "received", "answered": "completed", "withdrawn": "cancelled", "closed": "completed", "draft": "draft"}


def resources(told: Told) -> tuple[Resource, ...]:
    """The Communication first: the Task refers to it."""
    return communication(told), task(told)


def task(told: Told) -> Resource:
    q = told.query
    out: Resource = {
        "resourceType": "Task", "id": q.number, "identifier": [{"system": SYSTEM, "value": q.number}], "status": STATES[q.state], "intent": "order", "priority": "urgent" if q.concurrent else "routine",
        "code": {"coding": [{"system": "urn:charthouse:task", "code": "provider-query"}], "text": "Query to the provider"}, "description": q.draft.question, "focus": {"reference": f"Communication/{q.number}-asked"},
        "for": _patient(told), "encounter": _encounter(told), "authoredOn": _instant(q.made_at), "lastModified": _instant(q.closed_at or q.seen_at or q.sent_at or q.made_at),
        "requester": {"display": q.shown or q.draft.author}, "owner": {"display": q.handed_to or q.draft.to}}
    if q.due and q.open:
        out["restriction"] = {"period": {"end": _instant(q.due)}}
    if q.draft.options:
        out["input"] = [{"type": {"text": "answer offered"}, "valueString": o} for o in q.draft.options]
    if q.state == "withdrawn" and q.why:
        out["statusReason"] = {"text": q.why}
    if q.answer:
        out["output"] = [{"type": {"text": "answer"}, "valueString": q.answer.words or q.answer.choice}]
    return out


def communication(told: Told) -> Resource:
    """What is asked, in words: title, indicators with where they stand, question, answers offered."""
    q = told.query
    out = {"resourceType": "Communication", "id": f"{q.number}-asked", "identifier": [{"system": SYSTEM, "value": f"{q.number}-asked"}], "status": "completed", "subject": _patient(told),
           "encounter": _encounter(told), "sent": _instant(q.sent_at or q.made_at), "sender": {"display": q.shown or q.draft.author}, "recipient": [{"display": q.handed_to or q.draft.to}],
           "topic": {"text": q.draft.title}, "payload": [{"contentString": words(q)}]}
    if told.link:
        out["note"] = [{"text": f"Answer here: {told.link}"}]
    return out


def words(q: Query) -> str:
    """The query as a letter says it."""
    quoted = "\n".join(f"- “{i.span.text}” ({i.label})" for i in q.draft.indicators)
    offered = "\n".join(f"[ ] {o}" for o in q.draft.options)
    return "\n\n".join(filter(None, (f"Query {q.number}: {q.draft.title}", f"Indicators in the record:\n{quoted}" if quoted else "", q.draft.question, offered)))


def _patient(told: Told) -> Resource:
    who = told.registration
    return {"identifier": _identifier(who.identifiers), "display": " ".join(filter(None, (who.given, who.family)))} if who.identifiers else {"display": " ".join(filter(None, (who.given, who.family)))}


def _identifier(identifiers: tuple[tuple[str, str], ...]) -> Resource:
    system, value = identifiers[0]
    return {"system": system, "value": value} if ":" in system else {"assigner": {"display": system}, "value": value}


def _encounter(told: Told) -> Resource:
    return {"identifier": {"value": told.visit.number}} if told.visit.number else {"display": f"{told.visit.setting}, {told.visit.admitted.date().isoformat()}"}


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="seconds")
