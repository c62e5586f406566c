"""What the gate accepts and finishes, in each of its states, and what it says holds a chart."""
from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from charthouse.record.code import CodeLine, Status
from charthouse.record.ruling import Ruling
from charthouse.rooms.coding.gate.calibration import Calibration
from charthouse.rooms.coding.gate.chart import DOUBTED, Answer, answer, as_dict, from_dict, validate
from charthouse.rooms.coding.gate.decide import decide, hold
from charthouse.rooms.coding.gate.kept import chart_dict, chart_of, setting_dict, setting_of
from charthouse.rooms.coding.gate.learn import OWN, REST, Gate, SettingGate, learn
from charthouse.rooms.coding.gate.threshold import Promise, Proof
from charthouse.rulebook.families import family
from rooms.coding.gate.sites import chart, population

PROOF = Proof(charts=100, threshold=0.8)
OPEN = SettingGate(engine="e", charts=100, groups={REST: PROOF}, whole=Proof(charts=100, threshold=0.5))


def line(code: str, score: float, status: Status = "review", rule: str = "reading/found", system: str = "ICD-10-CM") -> CodeLine:
    reason = Ruling(rule=rule, verdict="applied", message="", citation="")
    return CodeLine(system=system, code=code, title="", role="secondary", status=status, confidence=score, evidence=(), reasons=(reason,), edition="")  # type: ignore[arg-type]


def decided(lines: list[CodeLine], own: SettingGate | None = OPEN, **gate: object) -> tuple[list[str], bool, list[str]]:
    """Statuses, finished, and the rules that hold."""
    whole = Gate(settings={"outpatient": own} if own else {}, **({"engine": "e"} | gate))  # type: ignore[arg-type]
    out, decision = decide(answer("outpatient", lines), lines, whole)
    return [c.status for c in out], decision.finished, [r.rule for r in decision.held]


def test_before_the_first_validated_chart_the_shipped_statuses_stand_and_nothing_is_finished() -> None:
    assert decided([line("I10", 0.99, "auto"), line("E11.9", 0.6)], None) == (["auto", "review"], False, ["gate/no-charts"])


def test_the_site_says_what_is_accepted() -> None:
    assert decided([line("I10", 0.99), line("E11.9", 0.9)]) == (["auto", "auto"], True, [])
    assert decided([line("I10", 0.99, "auto"), line("E11.9", 0.8, "auto")]) == (["auto", "review"], False, ["gate/code"])


@pytest.mark.parametrize(
    ("own", "rule"),
    [(replace(OPEN, engine="older"), "gate/engine"), (replace(OPEN, drift=("Another mix.",)), "gate/drift"),
     (SettingGate(engine="e", charts=9, groups={REST: Proof(charts=9, needs=50)}, whole=Proof(charts=9, needs=50)), "gate/not-proved")],
)  # fmt: skip
def test_a_gate_that_is_not_open_gives_all_to_review(own: SettingGate, rule: str) -> None:
    assert decided([line("I10", 0.99, "auto")], own) == (["review"], False, [rule])


def test_codes_may_be_accepted_while_no_chart_is_finished() -> None:
    own = replace(OPEN, whole=Proof(charts=100, needs=None))
    assert decided([line("I10", 0.99)], own) == (["auto"], False, ["gate/whole-closed"])


def test_a_doubt_about_what_was_left_off_holds_the_chart() -> None:
    sure, doubt = line("I10", 0.99), line("E11.9", 0.49, "suppressed", DOUBTED)
    assert decided([sure, doubt, line("Z00.00", 0.02, "suppressed", "reading/absent")]) == (["auto", "suppressed", "suppressed"], True, [])
    assert decided([sure, replace(doubt, confidence=0.51)])[1:] == (False, ["gate/whole"])


def test_a_code_system_nobody_validated_is_not_accepted() -> None:
    assert decided([line("I10", 0.99), line("G0101", 0.99, system="HCPCS")])[0::2] == (["auto", "review"], ["gate/family"])


def test_a_family_of_its_own_has_its_own_threshold() -> None:
    own = replace(OPEN, groups={REST: PROOF, "endocrine": Proof(charts=300, threshold=0.95)})
    assert decided([line("I10", 0.9), line("E11.9", 0.9)], own)[0] == ["auto", "review"]


def test_codes_a_person_assigned_are_not_the_gates_to_decide() -> None:
    given_code = line("0SRC0J9", 1.0, "auto", "coding/given", "ICD-10-PCS")
    assert decided([line("I10", 0.99), given_code])[:2] == (["auto", "auto"], True)


def test_no_code_and_an_unread_document_hold() -> None:
    assert decided([])[1:] == (False, ["gate/no-code"])
    lines = [line("I10", 0.99)]
    held = decide(answer("outpatient", lines, readable=False), lines, Gate(settings={"outpatient": OPEN}, engine="e"))[1]
    assert (held.finished, [r.rule for r in held.held]) == (False, ["gate/unread"])


def test_an_error_of_the_claim_holds() -> None:
    _, decision = decide(answer("outpatient", [line("I10", 0.99)]), [], Gate(settings={"outpatient": OPEN}, engine="e"))
    error = Ruling(rule="mce/x", verdict="error", message="Wrong sex.", citation="", subject="I10")
    assert decision.finished
    assert hold(decision, [replace(error, verdict="warning")]) == decision
    assert not hold(decision, [error]).finished
    assert hold(decision, [error]).held[-1].rule == "gate/edit"


def test_confidence_is_calibrated_and_the_score_kept() -> None:
    half = Calibration(points=((0.0, 0.0), (1.0, 0.5)))
    own = replace(OPEN, calibration=half)
    (out,), _ = decide(answer("outpatient", [line("I10", 0.9)]), [line("I10", 0.9)], Gate(settings={"outpatient": own}, engine="e"))
    assert (out.score, out.confidence) == (0.9, 0.45)
    (again,), _ = decide(answer("outpatient", [out]), [out], Gate(settings={"outpatient": own}, engine="e"))
    assert again == out
    (shipped,), _ = decide(answer("outpatient", [line("I10", 0.9)]), [line("I10", 0.9)], Gate(shipped={"outpatient": half}, engine="e"))
    assert shipped.confidence == 0.45


# -- learning ------------------------------------------------------------------------------------------------------------


def test_a_missed_code_makes_a_chart_wrong_as_an_extra_one_does() -> None:
    lines = answer("outpatient", [line("I10", 0.9), line("E11.9", 0.9)])
    def judged(*codes: str) -> tuple[bool, tuple[str, ...]]:
        one = validate(lines, {"ICD-10-CM": codes}, id="1", engine="e")
        return one.right, one.missed

    assert judged("I10", "e119") == (True, ())
    assert judged("I10") == (False, ())
    assert judged("I10", "E11.9", "N18.32") == (False, ("N18.32",))


def test_a_system_that_nobody_signed_is_not_judged_and_the_chart_not_as_a_whole() -> None:
    one = validate(answer("outpatient", [line("I10", 0.9), line("G0101", 0.9, system="HCPCS")]), {"ICD-10-CM": ["I10"]}, id="1", engine="e")
    assert one.partial
    assert [c.code for c in one.answer.codes] == ["I10"]
    assert learn([one], Promise(), "e")["outpatient"].whole.charts == 0


def test_only_charts_of_this_engine_teach() -> None:
    charts = [chart(str(n), [(0.9 + n / 1000, True)]) for n in range(60)]
    assert learn(charts, Promise(), "engine 1")["outpatient"].whole.threshold is not None
    assert learn(charts, Promise(), "engine 2") == {}
    assert learn([*charts[:58], replace(charts[58], engine="engine 0")], Promise(), "engine 1")["outpatient"].charts == 58


def test_a_family_is_judged_alone_from_a_number_of_charts_on() -> None:
    eye = [chart(f"a{n:03}", [(0.9, n % 2 > 0)], family="eye") for n in range(OWN * 3 // 2)]  # one in three teaches, the others prove
    charts = [*eye, *(chart(f"b{n:03}", [(0.9 + n / 1000, True)]) for n in range(99))]
    own = learn(charts, Promise(), "engine 1")["outpatient"]
    assert (own.group("eye")[1].threshold, own.group("circulatory")[0]) == (None, REST)
    assert own.group("circulatory")[1].threshold is not None
    assert set(learn(charts[3:], Promise(), "engine 1")["outpatient"].groups) == {REST}


def test_what_is_kept_comes_back_as_it_was() -> None:
    charts = [chart(str(n), codes, missed=["I10"] * (n % 3 == 0), doubts=[(0.2, False)]) for n, codes in enumerate(population(1, 290, sharp=4, base=3))]
    learned = learn(charts, Promise(), "engine 1")["outpatient"]
    assert learned.calibration.points
    assert learned.lean.steps
    assert learned.groups[REST].threshold is not None
    assert setting_of(setting_dict(learned), "engine 1") == learned
    assert all(chart_of(chart_dict(c)) == replace(c, answer=from_dict(as_dict(c.answer))) for c in charts)


def test_what_another_engine_kept_is_shut_not_misread() -> None:
    old = setting_of({"engine": "of old", "charts": 80, "form": "nobody knows"}, "engine 1")
    assert decided([line("I10", 0.99, "auto")], old, engine="engine 1") == (["review"], False, ["gate/engine"])


@pytest.mark.parametrize(("system", "code", "name"), [("ICD-10-CM", "I10", "circulatory"), ("ICD-10-CM", "H59.9", "eye"), ("ICD-10-CM", "H60.0", "ear"), ("ICD-10-CM", "D49.9", "neoplasms"),
                                                       ("ICD-10-CM", "D50.0", "blood"), ("ICD-10-CM", "Y93.01", "external causes"), ("HCPCS", "G0101", "HCPCS")])  # fmt: skip
def test_the_family_of_a_code(system: str, code: str, name: str) -> None:
    assert family(system, code) == name


@settings(max_examples=50, deadline=None)
@given(st.lists(st.floats(0.01, 0.99), min_size=1, max_size=4), st.lists(st.floats(0.01, 0.99), max_size=4), st.floats(0.01, 0.99))
def test_one_more_doubt_never_raises_the_chance_of_a_chart(stand: list[float], left: list[float], more: float) -> None:
    def chance(doubts: list[float]) -> float:
        lines = [line("I10", s) for s in stand] + [line("I10", s, "suppressed", DOUBTED) for s in doubts]
        return answer("outpatient", lines).chance

    assert chance([*left, more]) <= chance(left)
    assert Answer(setting="outpatient", codes=(), doubts=()).lowest == 0.0
