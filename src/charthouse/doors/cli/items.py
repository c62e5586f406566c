"""From an item of the contract (CONTRACT: id, text or documents, setting, date, patient) to a `Work`."""
from __future__ import annotations

from datetime import date
from typing import Any

from charthouse.flow.steps import Received, Work
from charthouse.record.chart import SETTINGS, Encounter
from charthouse.record.code import SYSTEMS
from charthouse.record.document import Patient
from charthouse.record.errors import BadDate, BadRequest
from charthouse.record.evaluation import VISITS
from charthouse.record.grouping import Diagnosis, Stay


def work_of(item: dict[str, Any], *, setting: str = "", on: str = "") -> Work:
    """Raises `BadRequest` or `BadDate` for what is missing or wrong, naming the field."""
    chosen = str(item.get("setting") or setting or "outpatient")
    if chosen not in SETTINGS:
        raise BadRequest(why=f"`setting` is {chosen!r}; it is one of {', '.join(SETTINGS)}")
    given = item.get("date") or item.get("discharge_date") or on
    if not given:
        raise BadRequest(why="`date` is missing: the date of service, or of discharge for an inpatient, picks the code books")
    visit = str(item.get("visit") or "")
    if visit and visit not in VISITS:
        raise BadRequest(why=f"`visit` is {visit!r}; it is one of {', '.join(VISITS)}")
    encounter = Encounter(id=str(item.get("id", "")), setting=chosen, on=a_date(given), patient=_patient(item.get("patient")),
                          admitted=a_date(item["admission_date"]) if item.get("admission_date") else None,
                          discharge_status=str(item.get("discharge_status") or "01"), procedures=tuple(str(p).upper() for p in item.get("procedures") or ()), visit=visit)
    return Work(encounter=encounter, received=_received(item))


def a_date(value: object) -> date:
    try:
        if isinstance(value, date):
            return value
        if not (isinstance(value, str) and len(value) == 10):
            raise ValueError
        return date.fromisoformat(value)
    except ValueError:
        raise BadDate(value=str(value)[:40]) from None


def _patient(given: Any) -> Patient:
    given = given if isinstance(given, dict) else {}
    age = given.get("age")
    if age is not None and not (isinstance(age, int) and not isinstance(age, bool) and 0 <= age < 130):
        raise BadRequest(why="`patient.age` is a whole number of years from 0 to 129")
    return Patient(sex=str(given.get("sex") or "").upper()[:1], age=age, name=str(given.get("name") or ""), mrn=str(given.get("mrn") or ""))


def _received(item: dict[str, Any]) -> tuple[Received, ...]:
    documents = item.get("documents")
    if documents is None:
        if not isinstance(item.get("text"), str):
            raise BadRequest(why="`text` is missing: the note as a string, or `documents` as a list of {id, kind, text}")
        return (Received(id="note", content=item["text"], kind=str(item.get("kind") or "")),)
    if not isinstance(documents, list) or not documents or not all(isinstance(d, dict) and isinstance(d.get("text"), str) for d in documents):
        raise BadRequest(why="`documents` is a list of objects with `id`, `kind` and `text`")
    return tuple(Received(id=str(d.get("id") or f"document-{n}"), content=d["text"], kind=str(d.get("kind") or ""), author=str(d.get("author") or ""),
                          service_date=a_date(d["date"]) if d.get("date") else None) for n, d in enumerate(documents, 1))


def text_of(item: dict[str, Any]) -> str:
    if not isinstance(item.get("text"), str):
        raise BadRequest(why="`text` is missing: the note as a string")
    return str(item["text"])


def targets_of(item: dict[str, Any], text: str) -> list[tuple[int, int]]:
    """The marked spans [start, end) in code points. Raises `BadRequest` for one that lies outside the text or is blank."""
    targets = item["targets"]
    if not isinstance(targets, list) or not all(_is_target(t, len(text)) and text[t[0]:t[1]].strip() for t in targets):
        raise BadRequest(why="`targets` is a list of [start, end) within the text, in code points, each with a word in it")
    return [(start, end) for start, end in targets]


def _is_target(given: Any, length: int) -> bool:
    return isinstance(given, list) and len(given) == 2 and all(type(t) is int for t in given) and 0 <= given[0] < given[1] <= length


def stay_of(item: dict[str, Any]) -> Stay:
    """A stay for the grouper. Raises `BadRequest` naming the field that is missing or wrong."""
    for field in ("discharge_date", "age", "sex", "discharge_status", "principal"):
        if item.get(field) in (None, ""):
            raise BadRequest(why=f"`{field}` is missing")
    if type(item["age"]) is not int or not 0 <= item["age"] <= 124:
        raise BadRequest(why="`age` is a whole number of years from 0 to 124")
    if item["sex"] not in ("M", "F"):
        raise BadRequest(why='`sex` is "M" or "F"')
    if not str(item["discharge_status"]).isdigit():
        raise BadRequest(why='`discharge_status` is a UB-04 code such as "01"')
    for field in ("secondary", "procedures"):
        if not isinstance(item.get(field) or [], list):
            raise BadRequest(why=f"`{field}` is a list")
    return Stay(id=str(item.get("id", "")), discharge_date=a_date(item["discharge_date"]), age=item["age"], sex=item["sex"],
                discharge_status=str(item["discharge_status"]), principal=_diagnosis(item["principal"]),
                secondary=tuple(_diagnosis(d) for d in item.get("secondary") or ()), procedures=tuple(str(p) for p in item.get("procedures") or ()))


def _diagnosis(given: Any) -> Diagnosis:
    if isinstance(given, str):
        return Diagnosis(code=given)
    if not isinstance(given, dict) or not isinstance(given.get("code"), str) or not given["code"].strip():
        raise BadRequest(why="a diagnosis is {code, poa}")
    return Diagnosis(code=given["code"].strip().upper(), poa=str(given.get("poa") or ""))


def validated_of(item: dict[str, Any]) -> dict[str, list[str]]:
    """The codes that a person signed, by code system; a plain list is of ICD-10-CM. Raises `BadRequest`."""
    given = item.get("validated")
    signed = {"ICD-10-CM": given} if isinstance(given, list) else given
    if not isinstance(signed, dict) or not signed or not all(isinstance(codes, list) and all(isinstance(c, str) and c.strip() for c in codes) for codes in signed.values()):
        raise BadRequest(why='`validated` is the list of codes that a person signed, or lists by code system: {"ICD-10-CM": [...], "ICD-10-PCS": [...]}')
    if not set(signed) <= set(SYSTEMS):
        raise BadRequest(why=f"`validated` knows the code systems {', '.join(SYSTEMS)}")
    return signed
