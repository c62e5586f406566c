"""The criteria of a search as conditions of SQL. Days are compared as days, instants as instants."""
from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from charthouse.adapters.storage.people import everyone
from charthouse.adapters.storage.schema import document, encounter, event, identifier, patient, step
from charthouse.record.listing import Criterion, Interval, Kind, Token

Condition = sa.ColumnElement[bool]
Value = Token | Interval
# the actions that make or change a record; what else is in the ledger looks, or is about the site
WRITES = ("chart.file", "chart.restrict", "code.decide", "code.propose", "query.write", "query.answer", "deficiency.write", "identity.link", "identity.merge", "identity.unmerge",
          "claim.write", "retention.sign", "hold.write")
OPEN_END = "9999"  # a stay that has not ended

Term = Callable[[Any], Condition]


def conditions(kind: Kind, criteria: tuple[Criterion, ...]) -> list[Condition]:
    return [sa.or_(*(TERMS[kind, c.name](v) for v in c.values)) for c in criteria]


def _is(column: Any) -> Term:
    return lambda token: column == token.value


def _of(column: Any) -> Term:
    """Of this person, whichever of its records the thing came to."""
    return lambda token: column.in_(everyone(token.value))


def _starts(*columns: Any) -> Term:
    """A word of the name starts so."""
    def condition(token: Token) -> Condition:
        said = token.value.lower()
        return sa.or_(*(c for column in columns for c in (sa.func.lower(column).startswith(said, autoescape=True), sa.func.lower(column).contains(f" {said}", autoescape=True))))
    return condition


def compared(first: Any, last: Any, interval: Interval, low: Any, high: Any) -> Condition:
    """A period [first, last] of the record against [low, high] of the search, both with their ends (FHIR R4, 3.1.1.4.8)."""
    within = sa.and_(first >= low, last <= high)
    by: dict[str, Condition] = {"eq": within, "ne": sa.not_(within), "gt": last > high, "ge": last >= low, "lt": first < low, "le": first <= high, "sa": first > high, "eb": last < low}
    return by[interval.comparison]


def days(first: Any, last: Any | None = None, *, text: bool = False) -> Term:
    """`text`: the columns are ISO 8601, of which the first ten characters are the local day."""
    def condition(interval: Interval) -> Condition:
        low, high = interval.start.date(), (interval.end - timedelta(microseconds=1)).date()
        ends: tuple[date | str, date | str] = (low.isoformat(), high.isoformat()) if text else (low, high)
        return compared(first, first if last is None else last, interval, *ends)
    return condition


def instants(column: Any, *, text: bool = False) -> Term:
    def condition(interval: Interval) -> Condition:
        low, high = interval.start, interval.end - timedelta(microseconds=1)
        ends: tuple[datetime | str, datetime | str] = (spelled(low), spelled(high)) if text else (low, high)
        return compared(column, column, interval, *ends)
    return condition


def spelled(at: datetime) -> str:
    """As the ledger spells an instant."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def written(patient_column: Any) -> Any:
    """When this patient's record was last written, as the ledger says."""
    return sa.select(sa.func.max(event.c.at)).where(event.c.patient == patient_column, event.c.action.in_(WRITES), event.c.outcome == "done").scalar_subquery()


def _identifier(token: Token) -> Condition:
    query = sa.select(identifier.c.value).where(identifier.c.patient == patient.c.id, identifier.c.value == token.value)
    return sa.exists(query if token.system is None else query.where(identifier.c.system == token.system))


def _visit_status(token: Token) -> Condition:
    cancelled, discharged, stays = encounter.c.state == "cancelled", encounter.c.discharged.is_not(None), encounter.c.setting == "inpatient"
    by: dict[str, Condition] = {"cancelled": cancelled, "finished": sa.and_(sa.not_(cancelled), discharged),
                                "in-progress": sa.and_(sa.not_(cancelled), sa.not_(discharged), stays), "unknown": sa.and_(sa.not_(cancelled), sa.not_(discharged), sa.not_(stays))}
    return by.get(token.value, sa.false())


def _document_status(token: Token) -> Condition:
    by: dict[str, Condition] = {"current": document.c.state == "filed", "superseded": document.c.state.in_(("replaced", "superseded")),
                                "entered-in-error": document.c.state.not_in(("filed", "replaced", "superseded"))}
    return by.get(token.value, sa.false())


_first_day = sa.func.substr(encounter.c.admitted, 1, 10)
_last_day = sa.func.coalesce(sa.func.substr(encounter.c.discharged, 1, 10), sa.case((encounter.c.setting == "inpatient", OPEN_END), else_=_first_day))
TASK_STATES = {"due": "requested", "running": "in-progress", "leased": "in-progress", "done": "completed", "quarantined": "failed", "failed": "failed", "superseded": "cancelled"}
SEX = {"male": "M", "female": "F"}
CLASSES = {"IMP": "inpatient", "AMB": "outpatient"}
OUTCOMES = {"0": "done", "8": "refused"}

TERMS: dict[tuple[str, str], Term] = {
    ("patient", "_id"): _is(patient.c.id), ("patient", "_lastUpdated"): instants(written(patient.c.id), text=True), ("patient", "identifier"): _identifier,
    ("patient", "family"): _starts(patient.c.family), ("patient", "given"): _starts(patient.c.given), ("patient", "name"): _starts(patient.c.family, patient.c.given),
    ("patient", "birthdate"): days(patient.c.birth_date), ("patient", "gender"): lambda t: patient.c.sex == SEX.get(t.value, "-" if t.value != "unknown" else ""),
    ("encounter", "_id"): _is(encounter.c.id), ("encounter", "_lastUpdated"): instants(written(encounter.c.patient), text=True), ("encounter", "patient"): _of(encounter.c.patient),
    ("encounter", "identifier"): _is(encounter.c.number), ("encounter", "date"): days(_first_day, _last_day, text=True), ("encounter", "status"): _visit_status,
    ("encounter", "class"): lambda t: encounter.c.setting == CLASSES.get(t.value, "-"),
    ("document", "_id"): _is(document.c.id), ("document", "_lastUpdated"): instants(document.c.received_at), ("document", "patient"): _of(document.c.patient),
    ("document", "encounter"): _is(document.c.encounter), ("document", "date"): instants(document.c.received_at), ("document", "period"): days(document.c.service_date),
    ("document", "type"): _is(document.c.kind), ("document", "status"): _document_status,
    ("step", "_id"): lambda t: step.c.encounter == t.value.partition(".")[0],  # the rest of the id is told by the rows
    ("step", "patient"): _of(encounter.c.patient), ("step", "encounter"): _is(step.c.encounter), ("step", "code"): _is(step.c.name),
    ("step", "status"): lambda t: step.c.state.in_([s for s, said in TASK_STATES.items() if said == t.value]), ("step", "modified"): instants(sa.func.coalesce(step.c.done_at, step.c.due_at)),
    **{(kind, name): condition for kind in ("event", "writing") for name, condition in {
        "_id": lambda t: event.c.seq == (int(t.value) if t.value.isdigit() and len(t.value) < 19 else -1), "date": instants(event.c.at, text=True), "patient": _of(event.c.patient),
        "agent": _is(event.c.actor), "action": _is(event.c.action), "outcome": lambda t: event.c.outcome == OUTCOMES.get(t.value, "-"), "subject": _is(event.c.subject)}.items()}}
