"""What a chart leaves open, read by the real engine: what raises a question, what does not, and that each question becomes a compliant query."""
from __future__ import annotations

import tomllib
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from charthouse.flow import queries, questions
from charthouse.flow.deciding import Opened
from charthouse.flow.result import as_dict
from charthouse.flow.run import run
from charthouse.flow.steps import Kit, Received, Work
from charthouse.record.act import Act, Coded
from charthouse.record.chart import Encounter
from charthouse.record.document import Patient
from charthouse.record.filing import Registration, Visit
from charthouse.record.query import Opportunity, Query
from charthouse.rooms.cdi import Standing, opportunities, scan
from charthouse.rooms.deciding import fold, lines_of

CASES = tomllib.loads((Path(__file__).parents[2] / "cases" / "cdi" / "opportunities.toml").read_text(encoding="utf-8"))["case"]
EACH = pytest.mark.parametrize("case", CASES, ids=[c["id"] for c in CASES])
NOW = datetime.fromisoformat("2026-11-06T09:00:00+00:00")


_results: dict[str, dict[str, Any]] = {}


def _read(id: str, kit: Kit) -> dict[str, Any]:
    """By the real engine, once a case."""
    if id not in _results:
        _results[id] = _coded(next(c for c in CASES if c["id"] == id), kit)
    return _results[id]


def _coded(case: dict[str, Any], kit: Kit) -> dict[str, Any]:
    setting = case.get("setting", "inpatient")
    encounter = Encounter(id=case["id"], setting=setting, on=date(2026, 11, 5), admitted=date(2026, 11, 1) if setting == "inpatient" else None, patient=Patient(age=70, sex="F"))
    received = tuple(Received(id=f"d{n}", content=text, kind=kind, author=author, service_date=date.fromisoformat(day)) for n, (kind, day, author, text) in enumerate(case["documents"]))
    return as_dict(run(Work(encounter=encounter, received=received), kit), full=True)


def opened(case: dict[str, Any], kit: Kit, *acts: Act) -> Opened:
    result, inpatient = _read(case["id"], kit), case.get("setting", "inpatient") == "inpatient"
    visit = Visit(patient="p", facility="Main", setting="inpatient" if inpatient else "outpatient", admitted=datetime.fromisoformat("2026-11-01T08:00:00+00:00"), attending="Dr. Lim")
    return Opened(encounter=case["id"], result=result, decided=fold(lines_of(result["codes"]), acts, inpatient=inpatient),
                  coded=Coded(visit=visit, registration=Registration(facility="Main"), made_at=NOW, proposal=case["id"], acts=acts))


@EACH
def test_what_is_left_open_and_what_is_not(case: dict[str, Any], kit: Kit) -> None:
    found = {o.key: o for o in questions.left_open(opened(case, kit))}
    assert set(found) == set(case["wants"])
    for key, words in case["wants"].items():
        quoted = " | ".join(s.text for s in found[key].ruling.spans)
        assert all(w in quoted for w in words), quoted
        assert found[key].ruling.citation
    if "offers" in case:
        assert next(iter(found.values())).options == tuple(case["offers"])


@EACH
def test_quotations_stand_in_the_record(case: dict[str, Any], kit: Kit) -> None:
    at = opened(case, kit)
    texts = {d["id"]: d["text"] for d in at.result["documents"]}
    for o in questions.left_open(at):
        assert o.ruling.spans
        assert all(texts[s.document][s.start:s.end] == s.text for s in o.ruling.spans)


@EACH
def test_each_question_becomes_a_query_that_may_be_sent(case: dict[str, Any], kit: Kit) -> None:
    at = opened(case, kit)
    for o in questions.left_open(at):
        draft = questions.drafted(at, o, "Ana Ruiz", NOW)
        assert queries.judged(at, draft, kit) == (), o.key


def test_a_code_that_a_person_adds_answers_the_question(kit: Kit) -> None:
    case = next(c for c in CASES if c["id"] == "hyponatremia")
    assert questions.left_open(opened(case, kit))
    assert not questions.left_open(opened(case, kit, Act(n=1, what="add", line="a1", system="ICD-10-CM", code="E87.1", by="x")))


def test_a_question_that_was_asked_is_known_by_its_query(kit: Kit) -> None:
    at = opened(next(c for c in CASES if c["id"] == "sepsis"), kit)
    (question,) = questions.left_open(at)
    draft = questions.drafted(at, question, "Ana Ruiz", NOW)
    sent = Query(number="Q-1", draft=draft, state="sent", made_at=NOW, by="x")
    assert questions.asked_by(question, [sent]) == "Q-1"
    assert questions.unasked(at, [sent]) == ()
    assert questions.unasked(at, [Query(number="Q-1", draft=draft, state="withdrawn", made_at=NOW, by="x")]) == (question,)


def test_a_diagnosis_that_stands_only_in_copied_text_is_asked_about() -> None:
    text = "Severe malnutrition, dietitian follows."
    engine = {"evidence": [{"document": "d2", "start": 0, "end": 19, "text": "Severe malnutrition"}], "reasons": [{"rule": "house/copied-forward", "citation": "AHIMA, Copy and Paste", "verdict": "suppressed"}]}
    codes = [Standing(line="dE43", code="E43", off=True, engine=engine)]
    result = {"documents": [{"id": "d2", "text": text, "date": None}], "facts": []}
    (found,) = opportunities(result, scan(result, (), inpatient=True), (), codes, inpatient=True)
    assert isinstance(found, Opportunity)
    assert (found.key, found.about) == ("copied:E43", "severe malnutrition")
    assert not opportunities(result, scan(result, (), inpatient=True), (), [Standing(line="dE43", code="E43", off=True, decided=True, engine=engine)], inpatient=True)
