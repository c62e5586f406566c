"""Which acts cannot be done, and what stands between a chart and being finished: over the real book."""
from __future__ import annotations

from datetime import date

import pytest

from charthouse.adapters.storage.codebook import SqliteCodeBook
from charthouse.record.act import Act
from charthouse.rooms.deciding import fold, lines_of, problems, refusal
from rooms.deciding.test_fold import ENGINE, acts, proposed

ON = date(2026, 3, 7)
REFUSED = {
    "no such line": (Act(what="accept", line="dX"), "no such code"), "no reason": (Act(what="reject", line="dJ9601"), "without a reason"),
    "a reason of no list": (Act(what="reject", line="dJ9601", reason="tired"), "without a reason"), "a procedure first": (Act(what="principal", line="p0BH17EZ"), "Only a diagnosis"),
    "no POA": (Act(what="poa", line="dJ9601", value="Q"), "POA indicator"), "not complete": (Act(what="add", system="ICD-10-CM", code="I50.2"), "not a complete code"),
    "in no book": (Act(what="add", system="ICD-10-CM", code="I99.999"), "not in the books"), "there already": (Act(what="add", system="ICD-10-CM", code="J96.01"), "already"),
    "change to nothing": (Act(what="change", line="dJ9601"), "No code"), "nothing to undo": (Act(what="undo"), "nothing to undo"), "nothing to redo": (Act(what="redo"), "nothing to do again"),
    "old code": (Act(what="change", line="dN1832", to="N18.3"), "not a complete code")}
ALLOWED = {
    "accept": Act(what="accept", line="dJ9601"), "reject": Act(what="reject", line="dJ9601", reason="integral"), "change": Act(what="change", line="dN1832", to="N18.31"),
    "add": Act(what="add", system="ICD-10-CM", code="E87.6"), "first": Act(what="principal", line="dJ9601"), "poa": Act(what="poa", line="dJ9601", value="W"), "left off": Act(what="accept", line="dJ189")}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_the_reason(name: str, book: SqliteCodeBook) -> None:
    act, why = REFUSED[name]
    assert why in refusal(act, fold(lines_of(ENGINE), (), inpatient=True), book, ON)


@pytest.mark.parametrize("name", ALLOWED)
def test_allowed(name: str, book: SqliteCodeBook) -> None:
    assert refusal(ALLOWED[name], fold(lines_of(ENGINE), (), inpatient=True), book, ON) == ""


def test_a_finished_chart_is_opened_by_undo_only(book: SqliteCodeBook) -> None:
    done = fold(lines_of(ENGINE), acts(Act(what="accept", line="dJ9601"), Act(what="submit")), inpatient=True)
    assert "finished" in refusal(ALLOWED["reject"], done, book, ON)
    assert refusal(Act(what="undo"), done, book, ON) == ""


def test_problems(book: SqliteCodeBook) -> None:
    def found(*given: Act, engine: list[dict[str, object]] = ENGINE, inpatient: bool = True) -> list[tuple[bool, str, str]]:
        return [(stop, line, r.rule) for stop, line, r in problems(fold(lines_of(engine), acts(*given), inpatient=inpatient), book, ON, inpatient=inpatient)]

    waiting = [(True, id, "claim/not-decided") for id in ("dJ9601", "dN1832", "p0BH17EZ")]
    decided = [Act(what="accept", line=id) for _, id, _ in waiting]
    assert found() == waiting
    assert found(*decided) == []
    assert (True, "", "claim/no-first") in found(Act(what="reject", line="dI5023", reason="other"))
    assert found(*decided, Act(what="add", line="a4", system="ICD-10-CM", code="E87.6")) == [(True, "a4", "claim/no-poa")]
    assert found(*decided, Act(what="add", line="a4", system="ICD-10-CM", code="Z79.4")) == []  # exempt from POA
    assert found(*decided, Act(what="flag", line="dJ9601")) == [(False, "dJ9601", "claim/flagged")]
    assert found(engine=[proposed("E87.6", status="auto", role="first-listed", poa="")], inpatient=False) == []


def test_excludes1_warns_of_what_a_person_put_together(book: SqliteCodeBook) -> None:
    engine = [proposed("E10.9", role="principal", status="auto")]
    added = acts(Act(what="add", line="a1", system="ICD-10-CM", code="E11.9"), Act(what="poa", line="a1", value="Y"))
    found = list(problems(fold(lines_of(engine), added, inpatient=True), book, ON, inpatient=True))
    assert {(stop, r.rule, r.subject) for stop, _, r in found} == {(False, "ocg/I.A.12.a/excludes1", "E10.9"), (False, "ocg/I.A.12.a/excludes1", "E11.9")}
