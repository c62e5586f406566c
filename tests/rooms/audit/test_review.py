"""The review of a finished chart: what is held against its codes, over and under alike, and what is not."""
from __future__ import annotations

from typing import Any

import pytest

from charthouse.record.audit import Assigned, Audited
from charthouse.rooms.audit import Coded, agreed, by_engine, prevented, review, taught

QUOTE = [{"document": "d1", "start": 0, "end": 9, "text": "Pneumonia"}]
TWICE = [*QUOTE, {"document": "d2", "start": 0, "end": 9, "text": "Pneumonia"}]


def coded(code: str, *, off: bool = False, decision: str = "", reason: str = "", quoted: bool = False, severity: str = "", without: str = "", system: str = "ICD-10-CM", proposed: str = "", first: bool = False, poa: str = "", reckoned: str = "", **engine: Any) -> Coded:
    return Coded(system=system, code=code, off=off, decision=decision, reason=reason, quoted=quoted, severity=severity, without=without, first=first, poa=poa, engine=({"code": proposed or code, "poa": reckoned} | engine) if engine else {})


def engine(*, evidence: list[dict[str, Any]] = QUOTE, status: str = "auto", confidence: float = 0.9, rule: str = "", verdict: str = "suppressed", **more: Any) -> dict[str, Any]:
    reasons = [{"rule": rule, "verdict": verdict, "message": "It is integral to another.", "citation": "OCG I.B.5"}] if rule else []
    return {"evidence": evidence, "status": status, "confidence": confidence, "reasons": reasons} | more


def fact(code: str, **said: Any) -> dict[str, Any]:
    return {"document": "d1", "start": 0, "end": 9, "text": "Pneumonia", "kind": "problem", "codes": [code], "assertion": "present", "experiencer": "patient", "over": False} | said


NOT_ADDRESSED = engine(status="suppressed", confidence=0.2, rule="ocg/IV.J/not-addressed")
CASES: dict[str, tuple[list[Coded], dict[str, Any], list[str]]] = {
    # more coded than the record holds
    "no words for it": ([coded("J18.9", decision="added")], {}, ["audit/no-evidence J18.9 over"]),
    "words that a person selected": ([coded("J18.9", decision="added", quoted=True)], {}, []),
    "words that the engine quotes": ([coded("J18.9", **engine())], {}, []),
    "said of it elsewhere": ([coded("J18.9", decision="added")], {"facts": [fact("J18.9")]}, []),
    "only denied": ([coded("J18.9", decision="added")], {"facts": [fact("J18.9", assertion="absent")]}, ["audit/denied J18.9 over"]),
    "only supposed": ([coded("J18.9", decision="added")], {"facts": [fact("J18.9", assertion="hypothetical")]}, ["audit/denied J18.9 over"]),
    "only of a relative": ([coded("J18.9", decision="added")], {"facts": [fact("J18.9", experiencer="other")]}, ["audit/denied J18.9 over"]),
    "denied once and held once": ([coded("J18.9", decision="accepted", **engine())], {"facts": [fact("J18.9", assertion="absent"), fact("J18.9")]}, []),
    "probable": ([coded("J18.9", decision="accepted", **engine())], {"facts": [fact("J18.9", assertion="possible")]}, []),
    "denied, and a person quotes words for it": ([coded("J18.9", decision="added", quoted=True)], {"facts": [fact("J18.9", assertion="absent")]}, []),
    "put back against a rule": ([coded("R05.9", decision="accepted", **engine(status="suppressed", rule="ocg/I.B.5"))], {}, ["audit/against-rule R05.9 over"]),
    "put back where only a house rule spoke": ([coded("R05.9", decision="accepted", **engine(status="suppressed", rule="house/copied-forward"))], {}, []),
    "left off by a rule": ([coded("R05.9", off=True, **engine(status="suppressed", rule="ocg/I.B.5"))], {}, []),
    "the only MCC, quoted once": ([coded("J96.01", severity="MCC", without="293", **engine())], {}, ["audit/sole-severity J96.01 over"]),
    "the only MCC, quoted twice and sure": ([coded("J96.01", severity="MCC", without="293", **engine(evidence=TWICE))], {}, []),
    "the only MCC, quoted twice and unsure": ([coded("J96.01", severity="MCC", without="293", **engine(evidence=TWICE, confidence=0.3))], {}, ["audit/sole-severity J96.01 over"]),
    "two that carry it": ([coded("J96.01", severity="MCC", without="293", **engine()), coded("J18.9", severity="MCC", without="292", **engine())], {}, []),
    "an MCC that carries nothing": ([coded("J96.01", severity="MCC", **engine())], {}, []),
    "told as over": ([coded("J18.9", decision="accepted", **engine())], {"facts": [fact("J18.9", over=True)]}, ["audit/history J18.9 over"]),
    "told as over and as present": ([coded("J18.9", decision="accepted", **engine())], {"facts": [fact("J18.9", over=True), fact("J18.9")]}, []),
    "a procedure that nothing tells of": ([coded("0DTJ4ZZ", system="ICD-10-PCS", decision="added")], {}, ["audit/no-evidence 0DTJ4ZZ over", "audit/no-report 0DTJ4ZZ over"]),
    # which comes first, what holds what, and what was there
    "principal that came later": ([coded("J18.9", first=True, poa="N", **engine())], {}, ["audit/principal J18.9 other"]),
    "a symptom first": ([coded("R07.9", first=True, **engine()), coded("I21.4", **engine(role="principal"))], {}, ["audit/principal R07.9 other"]),
    "another first": ([coded("J96.01", first=True, **engine()), coded("I50.23", **engine(role="principal"))], {}, ["audit/principal J96.01 other"]),
    "first as it was read": ([coded("I50.23", first=True, **engine(role="principal")), coded("J96.01", **engine())], {}, []),
    "first of the same category": ([coded("I50.23", first=True, **engine()), coded("I50.33", **engine(role="principal"))], {}, []),
    "held in a combination": ([coded("I10", decision="accepted", **engine(status="suppressed", rule="ocg/combination"))], {}, ["audit/against-rule I10 over"]),
    "another POA": ([coded("J18.9", poa="Y", reckoned="N", **engine())], {}, ["audit/poa J18.9 other"]), "POA that only a provider says": ([coded("J18.9", poa="W", reckoned="N", **engine())], {}, []),
    "exempt": ([coded("Z79.4", poa="1", reckoned="exempt", **engine())], {}, []),
    # less coded than the record holds
    "a sure one taken off": ([coded("J18.9", off=True, decision="rejected", reason="not said", **engine())], {}, ["audit/rejected-sure J18.9 under"]),
    "an unsure one taken off": ([coded("J18.9", off=True, decision="rejected", reason="not said", **engine(status="review", confidence=0.4))], {}, []),
    "a sure one without words taken off": ([coded("J18.9", off=True, decision="rejected", reason="not said", **engine(evidence=[]))], {}, []),
    "documented twice and not coded": ([coded("J18.9", off=True, **NOT_ADDRESSED | {"evidence": TWICE})], {}, ["audit/not-coded J18.9 under"]),
    "documented once and not coded": ([coded("J18.9", off=True, **NOT_ADDRESSED)], {}, []),
    "a CC documented once and not coded": ([coded("J18.9", off=True, severity="CC", without="292", **NOT_ADDRESSED)], {}, ["audit/not-coded J18.9 under"]),
    "a sign is no finding": ([coded("R05.9", off=True, **NOT_ADDRESSED | {"evidence": TWICE})], {}, []),
    "its category is coded": ([coded("J18.1", **engine()), coded("J18.9", off=True, **NOT_ADDRESSED | {"evidence": TWICE})], {}, []),
    "a person took it off as not addressed": ([coded("J18.9", off=True, decision="rejected", reason="not addressed", **NOT_ADDRESSED | {"evidence": TWICE})], {}, []),
    "changed to unspecified": ([coded("I50.9", decision="changed", proposed="I50.23", **engine())], {}, ["audit/unspecified I50.9 under"]),
    "unspecified as it was proposed": ([coded("I50.9", decision="accepted", **engine())], {}, []),
    "added unspecified beside a nearer one": ([coded("I50.9", decision="added", quoted=True), coded("I50.23", off=True, **engine(status="suppressed", rule="ocg/I.B.2"))], {}, ["audit/unspecified I50.9 under"]),
    "added unspecified, the nearer one refused": ([coded("I50.9", decision="added", quoted=True), coded("I50.23", off=True, decision="rejected", **engine(status="suppressed", rule="ocg/I.B.2"))], {}, []),
    "an operation that is not coded": ([coded("K35.80", **engine())], {"documents": [{"id": "d1", "kind": "operative_note", "text": "Appendectomy\nDone."}]}, ["audit/no-procedure  under"]),
    "an operation that is": ([coded("K35.80", **engine()), coded("0DTJ4ZZ", system="ICD-10-PCS", **engine())], {"documents": [{"id": "d1", "kind": "operative_note", "text": "Appendectomy"}]}, [])}


@pytest.mark.parametrize("case", CASES)
def test_what_is_held_against_a_chart(case: str) -> None:
    codes, result, wanted = CASES[case]
    found = review(codes, result, inpatient=True)
    assert [f"{r.rule} {r.subject} {direction}" for r, direction, _ in found] == wanted
    assert all(r.citation and r.verdict == "warning" for r, _, _ in found)


def test_the_drg_that_it_would_lead_to_is_said() -> None:
    ((_, _, drg),) = review([coded("J96.01", severity="MCC", without="293", **engine())], {}, inpatient=True)
    assert drg == "293"


def test_an_outpatient_has_no_severity_and_needs_no_procedure() -> None:
    assert not review([coded("J96.01", severity="MCC", without="293", **engine())], {"documents": [{"id": "d", "kind": "operative_note", "text": "x"}]}, inpatient=False)


@pytest.mark.parametrize(("said", "inpatient", "wanted"), [
    (["possible"], False, ["audit/uncertain"]), (["possible", "possible"], False, ["audit/uncertain"]), (["possible", "present"], False, []), (["possible"], True, [])])
def test_what_is_only_probable_is_coded_of_a_stay_and_not_of_a_visit(said: list[str], inpatient: bool, wanted: list[str]) -> None:
    found = review([coded("J18.9", decision="accepted", **engine())], {"facts": [fact("J18.9", assertion=s) for s in said]}, inpatient=inpatient)
    assert [r.rule for r, _, _ in found] == wanted


def codes(*written: str) -> tuple[Assigned, ...]:
    return tuple(Assigned(system="ICD-10-CM", code=w.rstrip("*"), first=w.endswith("*")) for w in written)


def chart(*, theirs: tuple[Assigned, ...], mine: tuple[Assigned, ...], engine: tuple[Assigned, ...] = (), agreed: tuple[Assigned, ...] | None = None) -> Audited:
    from datetime import UTC, datetime

    at = datetime(2026, 11, 1, tzinfo=UTC)
    return Audited(audit="a", encounter="e", coder="ana", coder_shown="Ana", setting="outpatient", theirs=theirs, mine=mine, engine=engine, at=at, agreed=agreed or (), settled_at=at if agreed is not None else None)


@pytest.mark.parametrize(("right", "wanted"), [
    ([], "I10*"), ([("audit/over", "E11.9", "")], "I10* E11.9"), ([("audit/under", "I10", "I10")], ""), ([("audit/specificity", "I50.9", "I50.23")], "I10*")])
def test_what_two_codings_come_to(right: list[tuple[str, str, str]], wanted: str) -> None:
    got = agreed(chart(theirs=codes("E11.9*"), mine=codes("I10*")), right)
    assert " ".join(a.code + ("*" if a.first else "") for a in got) == wanted


def test_where_the_coder_is_right_about_the_detail_and_the_order() -> None:
    whole = chart(theirs=codes("I50.9*", "E11.9"), mine=codes("E11.9*", "I50.23"))
    assert [a.code for a in agreed(whole, [("audit/specificity", "I50.9", "I50.23")])] == ["E11.9", "I50.9"]
    assert [a.code for a in agreed(whole, [("audit/specificity", "I50.9", "I50.23"), ("audit/first", "I50.9", "E11.9")])] == ["I50.9", "E11.9"]


def test_what_a_person_prevented_is_counted() -> None:
    whole = chart(engine=codes("I10*", "R05.9"), theirs=codes("I10*", "E11.9"), mine=codes("I10*", "E11.9"), agreed=codes("I10*", "E11.9"))
    assert [(a.code, how) for _, a, how in prevented([whole])] == [("R05.9", "taken off"), ("E11.9", "added")]
    assert prevented([chart(engine=codes("I10*"), theirs=codes("I10*"), mine=codes("I10*"))]) == ()  # not settled
    assert by_engine([whole]).over == by_engine([whole]).under == 1


def test_a_settled_audit_teaches() -> None:
    got = list(taught(codes("I10*", "I50.9", "R05.9"), codes("I10*", "I50.23", "E11.9"), {"E11.9": "T2DM", "I50.23": "acute on chronic systolic heart failure"}))
    assert [(c.action, c.code, c.to, c.words) for c in got] == [
        ("accept", "I10", "", ""), ("change", "I50.9", "I50.23", "acute on chronic systolic heart failure"), ("remove", "R05.9", "", ""), ("add", "E11.9", "", "T2DM")]


def test_the_combination_code_that_is_not_on_the_claim_is_named() -> None:
    held = engine(status="suppressed", rule="ocg/combination")
    held["reasons"][0]["message"] = "I13.0 holds it."
    found = review([coded("I10", decision="accepted", **held), coded("I13.0", off=True, decision="rejected", reason="other", **engine(status="review", confidence=0.4))], {}, inpatient=True)
    assert {(r.rule, r.subject) for r, _, _ in found} == {("audit/against-rule", "I10"), ("audit/combination", "I10")}
