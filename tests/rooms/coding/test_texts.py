"""From words to codes: short notes through reading, proposing and the guidelines, before the learned confidence."""
from __future__ import annotations

from typing import Any

import coding_cases as cc
import pytest

from charthouse.flow.run import run
from charthouse.flow.steps import Kit, Received, Work
from charthouse.record.chart import Encounter
from charthouse.record.document import Patient
from charthouse.rooms.coding import candidates
from charthouse.rooms.coding.candidate import Candidate


def coded(case: dict[str, Any], kit: Kit) -> tuple[Candidate, ...]:
    setting = case.get("setting", "outpatient")
    encounter = Encounter(id="case", setting=setting, on=case.get("date", cc.ON), patient=Patient(sex=case.get("sex", ""), age=case.get("age")))
    document = case.get("document", "discharge_summary" if setting == "inpatient" else "note")
    work = run(Work(encounter=encounter, received=(Received(id="document", content=case["text"], kind=document),)), kit, until="abstraction")
    assert work.chart is not None
    return candidates(work.chart, work.facts, kit.specifier, kit.tables)[0]


@pytest.mark.parametrize("case", [pytest.param(c, id=c["id"]) for c in cc.table("texts")])
def test_what_a_note_comes_to(case: dict[str, Any], kit: Kit) -> None:
    found = coded(case, kit)
    on = {c.code for c in found if not c.off}
    off = {c.code: c.reasons[0].rule for c in found if c.off}
    assert set(case["stand"]) <= on, (on, off)
    for code, rule in case.get("off", {}).items():
        assert code not in on
        assert not rule or off.get(code) == rule, off


@pytest.mark.parametrize("case", [pytest.param(c, id=c["id"]) for c in cc.table("texts")])
def test_every_code_quotes_the_note(case: dict[str, Any], kit: Kit) -> None:
    for c in coded(case, kit):
        assert c.facts
        for fact in c.facts:
            assert case["text"][fact.span.start:fact.span.end] == fact.span.text
