"""What acts on a chart come to: each act, its undoing, and an engine that reads the chart anew."""
from __future__ import annotations

from typing import Any

import pytest

from charthouse.record.act import Act
from charthouse.rooms.deciding import Decided, corrections, fold, lines_of


def proposed(code: str, *, role: str = "secondary", status: str = "review", system: str = "ICD-10-CM", poa: str = "Y") -> dict[str, Any]:
    return {"system": system, "code": code, "role": role, "status": status, "poa": poa, "reasons": [], "evidence": []}


ENGINE = [proposed("I50.23", role="principal", status="auto"), proposed("J96.01"), proposed("N18.32"), proposed("0BH17EZ", system="ICD-10-PCS", role="procedure"), proposed("J18.9", status="suppressed")]


def acts(*given: Act) -> tuple[Act, ...]:
    return tuple(Act(what=a.what, n=n, line=a.line, system=a.system, code=a.code, to=a.to, value=a.value, reason=a.reason, span=a.span, by="ana", shown="Ana Ruiz") for n, a in enumerate(given, 1))


def after(*given: Act, engine: list[dict[str, Any]] = ENGINE) -> Decided:
    return fold(lines_of(engine), acts(*given), inpatient=True)


def shown(decided: Decided) -> list[str]:
    return [f"{line.code} {line.role} {line.decision}".strip() for line in decided.codes]


FRESH = ["I50.23 principal", "J96.01 secondary", "N18.32 secondary", "0BH17EZ procedure"]
ACCEPT, REJECT = Act(what="accept", line="dJ9601"), Act(what="reject", line="dN1832", reason="not said")
CASES = {
    "nothing": ((), FRESH, ["J18.9"]),
    "accept": ((ACCEPT,), [FRESH[0], "J96.01 secondary accepted", *FRESH[2:]], ["J18.9"]),
    "reject": ((REJECT,), [*FRESH[:2], FRESH[3]], ["N18.32", "J18.9"]),
    "accept what was left off": ((Act(what="accept", line="dJ189"),), [*FRESH[:3], "J18.9 secondary accepted", FRESH[3]], []),
    "change": ((Act(what="change", line="dN1832", to="N18.31"),), [*FRESH[:2], "N18.31 secondary changed", FRESH[3]], ["J18.9"]),
    "change, then accept": ((Act(what="change", line="dN1832", to="N18.31"), Act(what="accept", line="dN1832")), [*FRESH[:2], "N18.31 secondary changed", FRESH[3]], ["J18.9"]),
    "add": ((Act(what="add", line="a1", system="ICD-10-CM", code="E87.6"),), [*FRESH[:3], "E87.6 secondary added", FRESH[3]], ["J18.9"]),
    "add an external cause": ((Act(what="add", line="a1", system="ICD-10-CM", code="W19.XXXA"),), [*FRESH[:3], "W19.XXXA external cause added", FRESH[3]], ["J18.9"]),
    "add what was left off": ((Act(what="add", line="a1", system="ICD-10-CM", code="J18.9"),), [*FRESH[:3], "J18.9 secondary accepted", FRESH[3]], []),
    "another comes first": ((Act(what="principal", line="dJ9601"),), ["J96.01 principal accepted", "I50.23 secondary", *FRESH[2:]], ["J18.9"]),
    "reject the first": ((Act(what="reject", line="dI5023", reason="other"),), FRESH[1:], ["I50.23", "J18.9"]),
    "undo": ((ACCEPT, REJECT, Act(what="undo")), [FRESH[0], "J96.01 secondary accepted", *FRESH[2:]], ["J18.9"]),
    "undo twice, redo once": ((ACCEPT, REJECT, Act(what="undo"), Act(what="undo"), Act(what="redo")), [FRESH[0], "J96.01 secondary accepted", *FRESH[2:]], ["J18.9"]),
    "an act after undo ends redo": ((REJECT, Act(what="undo"), ACCEPT, Act(what="redo")), [FRESH[0], "J96.01 secondary accepted", *FRESH[2:]], ["J18.9"]),
}


@pytest.mark.parametrize("name", CASES)
def test_what_acts_come_to(name: str) -> None:
    given, codes, off = CASES[name]
    decided = after(*given)
    assert shown(decided) == codes
    assert [line.code for line in decided.left_off] == off


@pytest.mark.parametrize("act", [case[0][0] for name, case in CASES.items() if len(case[0]) == 1], ids=[n for n, case in CASES.items() if len(case[0]) == 1])
def test_each_act_is_undone_wholly(act: Act) -> None:
    decided = after(act, Act(what="undo"))
    assert (shown(decided), [line.code for line in decided.left_off]) == (FRESH, ["J18.9"])
    assert (decided.undone, decided.can_undo, decided.can_redo) == (frozenset({1}), False, True)


def test_poa_and_flags() -> None:
    decided = after(Act(what="poa", line="dJ9601", value="N"), Act(what="flag", line="dJ9601"), Act(what="flag", line="dN1832"), Act(what="unflag", line="dN1832"))
    assert [(line.poa, line.flagged) for line in decided.codes[:3]] == [("Y", False), ("N", True), ("Y", False)]


def test_finished_and_opened_again() -> None:
    done = after(ACCEPT, Act(what="submit"))
    assert done.final is not None
    assert done.final.n == 2
    assert after(ACCEPT, Act(what="submit"), Act(what="undo")).final is None


def test_decisions_hold_when_the_engine_reads_the_chart_anew() -> None:
    said = (Act(what="accept", line="dJ9601", system="ICD-10-CM", code="J96.01"), Act(what="change", line="dN1832", system="ICD-10-CM", code="N18.32", to="N18.31"),
            Act(what="reject", line="dE876", system="ICD-10-CM", code="E87.6", reason="other"))
    decided = after(*said, engine=[proposed("I50.23", role="principal"), proposed("N18.32"), proposed("R65.20")])
    assert shown(decided) == ["I50.23 principal", "N18.31 secondary changed", "R65.20 secondary", "J96.01 secondary accepted"]
    assert [line.gone for line in decided.codes] == [False, False, False, True]
    assert decided.left_off == ()


def test_what_a_chart_teaches() -> None:
    decided = after(ACCEPT, REJECT, Act(what="change", line="dI5023", to="I50.33"), Act(what="add", line="a4", system="ICD-10-CM", code="E87.6", span=("d1", 3, 8)),
                    Act(what="add", line="a5", system="ICD-10-PCS", code="5A1935Z"), Act(what="reject", line="dJ189", reason="not said"))
    said = {(c.action, c.code, c.to, c.words, c.reason) for c in corrections(decided, {"d1": "K+ low K today"})}
    assert said == {("accept", "J96.01", "", "", ""), ("remove", "N18.32", "", "", "not said"), ("change", "I50.23", "I50.33", "", ""), ("add", "E87.6", "", "low K", "missed")}
