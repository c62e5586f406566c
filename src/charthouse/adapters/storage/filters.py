"""The filters of a question, and what an actor may see, as conditions on entries of the index."""
from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from charthouse.adapters.storage.people import everyone
from charthouse.adapters.storage.schema import encounter, identifier, patient, search_code, search_entry
from charthouse.adapters.storage.scope import Condition, within
from charthouse.record.access import Scope
from charthouse.record.finding import Question

_SAME = ("kind", "setting", "unit", "facility")


def conditions(question: Question, scope: Scope) -> list[Condition]:
    """All of them must hold. The scope comes first and is never left out."""
    entry = search_entry.c
    found: list[Condition] = [*within(scope, entry.facility, entry.restricted), entry.state == "filed"]
    found += [entry[name] == value for name in _SAME if (value := getattr(question, name))]
    if question.author:
        found.append(entry.author.ilike(f"%{escaped(question.author)}%", escape="\\"))
    if question.since:
        found.append(entry.day >= question.since)
    if question.until:
        found.append(entry.day <= question.until)
    return found + _who(question) + [entry.encounter.in_(_with(group)) for group in question.codes] + _without(question)


def _who(question: Question) -> list[Condition]:
    found: list[Condition] = [search_entry.c.patient.in_(everyone(question.patient))] if question.patient else []
    if question.number:
        found.append(search_entry.c.patient.in_(sa.select(identifier.c.patient).where(identifier.c.value == question.number)))
    if question.visit:
        found.append(search_entry.c.encounter.in_(sa.select(encounter.c.id).where(encounter.c.number == question.visit)))
    if question.name or question.born:
        family, _, given = (part.strip() for part in question.name.partition(","))
        named = [column.ilike(f"{escaped(value)}%", escape="\\") for column, value in ((patient.c.family, family), (patient.c.given, given)) if value]
        born = [patient.c.birth_date == question.born] if question.born else []
        found.append(search_entry.c.patient.in_(sa.select(patient.c.id).where(*named, *born)))
    return found


def _without(question: Question) -> list[Condition]:
    """Of visits that are coded: one that nobody has coded yet lacks every code, and says nothing by it."""
    if not question.without:
        return []
    coded = search_entry.c.encounter.in_(sa.select(search_code.c.encounter))
    return [coded, *(search_entry.c.encounter.not_in(_with(group)) for group in question.without)]


def _with(patterns: tuple[str, ...]) -> sa.Select[Any]:
    return sa.select(search_code.c.encounter).where(sa.or_(*(_code(p) for p in patterns)))


def _code(pattern: str) -> Condition:
    """Codes are compared without their dot. What stands before the first wildcard narrows the search by the index."""
    bare = search_code.c.bare
    low, dash, high = pattern.upper().replace(".", "").partition("-")
    if dash:
        return sa.and_(bare >= low, bare < high + "~")
    start = low.split("*")[0].split("?")[0]
    if start == low:
        return bare == low
    like = escaped(low).replace("*", "%").replace("?", "_")
    within = bare.like(like, escape="\\")
    return sa.and_(bare >= start, bare < start + "~", within)


def escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def name_of(who: sa.ColumnElement[str]) -> sa.ScalarSelect[str]:
    return sa.select(patient.c.family + ", " + patient.c.given).where(patient.c.id == who).scalar_subquery()


def number_of(who: sa.ColumnElement[str]) -> sa.ScalarSelect[str]:
    """The first number that the patient was given."""
    return sa.select(identifier.c.value).where(identifier.c.patient == who).order_by(identifier.c.since, identifier.c.value).limit(1).scalar_subquery()
