"""A trainee's codes against the adjudicated ones, and how a person gets on."""
from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from charthouse.record.audit import Assigned
from charthouse.record.document import Span
from charthouse.record.training import Attempt, Case
from charthouse.rooms.training import Known, attempted, curve, differences, level, standing, weakest

ON, AT = date(2026, 3, 10), datetime(2026, 11, 26, 9, tzinfo=UTC)


def codes(*written: str) -> tuple[Assigned, ...]:
    """"I50.23*/Y": first, POA Y."""
    return tuple(Assigned(system="ICD-10-CM", code=w.partition("/")[0].rstrip("*"), first="*" in w, poa=w.partition("/")[2]) for w in written)


def case(*key: str, setting: str = "outpatient", rejected: tuple[tuple[str, str], ...] = (), why: tuple[tuple[str, str], ...] = ()) -> Case:
    return Case(id="c", topic="cardiology", level="routine", setting=setting, on=ON, admitted=None, sex="F", age=61, documents=(), key=codes(*key), rejected=rejected, why=why)  # type: ignore[arg-type]


CASES = {
    "the same": (case("I10*", "E11.9"), ("I10*", "E11.9"), []), "one too few": (case("I10*", "E11.9"), ("I10*",), ["training/under E11.9"]), "one too many": (case("I10*"), ("I10*", "R05.9"), ["training/over R05.9"]),
    "less exact": (case("E11.65*"), ("E11.9*",), ["training/specificity E11.65"]), "another first": (case("I10*", "E11.9"), ("E11.9*", "I10"), ["training/first I10"]),
    "the first is missing": (case("I10*", "E11.9"), ("E11.9*",), ["training/under I10"]), "POA": (case("I10*/Y", "E87.6/N", setting="inpatient"), ("I10*/Y", "E87.6/Y"), ["training/poa E87.6"]),
    "POA that was not said": (case("E87.6*/N", setting="inpatient"), ("E87.6*",), []), "POA of an outpatient": (case("E87.6*/N"), ("E87.6*/Y",), [])}


@pytest.mark.parametrize("name", CASES)
def test_what_differs(name: str) -> None:
    at, given, wanted = CASES[name]
    found = differences(at, codes(*given), {})
    assert [f"{r.rule} {r.subject}" for r in found] == wanted
    assert all(r.message and r.citation for r in found)


@pytest.mark.parametrize(("why", "words"), [("integral symptom", "belongs to a diagnosis"), ("negated", "denies it"), ("family", "relative"), ("uncertain", "only suspected"), ("history only", "told as history"), ("not addressed", "neither treated"),
                                            ("'Never needed BiPAP'", "Never needed BiPAP")])
def test_why_a_tempting_code_is_not_given(why: str, words: str) -> None:
    (found,) = differences(case("I10*", rejected=(("R05.9", why),)), codes("I10*", "R05.9"), {})
    assert words in found.message


def test_the_adjudicators_reason_comes_before_the_engines_and_its_quotations_stand() -> None:
    span = Span(document="note", start=0, end=4, text="T2DM")
    known = {"E11.9": Known(spans=(span,), message="“T2DM” is coded to E11.9", citation="OCG I.C.4.a")}
    (told,) = differences(case("I10*", "E11.9"), codes("I10*"), known)
    assert (told.message, told.citation, told.spans) == ("“T2DM” is coded to E11.9", "OCG I.C.4.a", (span,))
    (told,) = differences(case("I10*", "E11.9", why=(("E11.9", "'T2DM'; I.C.4.a"),)), codes("I10*"), known)
    assert told.message == "'T2DM'; I.C.4.a"


def attempt(n: int, right: int, over: int = 0, under: int = 0, id: str = "") -> Attempt:
    return Attempt(person="p", shown="P", case=id or f"c{n}", codes=(), right=right, over=over, under=under, at=AT + timedelta(minutes=n))


def test_only_the_first_try_counts() -> None:
    of = [attempt(0, 1, under=1, id="a"), attempt(1, 2, id="a"), attempt(2, 2, id="b")]
    assert [(a.case, round(mean, 3)) for a, mean in curve(of)] == [("a", 0.667), ("b", 0.857)]
    now = standing(of)
    assert (now.cases, now.last, now.whole) == (2, 2, 1)
    assert (now.low, now.high) == pytest.approx((0.0126, 0.9874), abs=1e-3)  # Clopper and Pearson, 1 of 2


def test_the_mean_is_of_the_last_ten() -> None:
    of = [attempt(n, 0, under=1) for n in range(5)] + [attempt(n, 1) for n in range(5, 15)]
    assert curve(of)[-1][1] == 1.0
    assert standing(of).f1 == 1.0
    assert standing(()).f1 is None


def test_where_one_goes_wrong_most() -> None:
    of = [attempted(case("E11.65*", "I10"), codes("E11.9*"), "p", "P", AT)]
    assert weakest(of, {"c": case("E11.65*", "I10")}) == (("E11", 2), ("I10", 1))
    assert (of[0].right, of[0].over, of[0].under, of[0].f1, of[0].whole) == (0, 1, 2, 0.0, False)


@pytest.mark.parametrize(("number", "inpatient", "wanted"), [(1, False, "routine"), (2, False, "routine"), (3, False, "combined"), (4, False, "hard"), (1, True, "hard")])
def test_how_hard_a_case_is(number: int, inpatient: bool, wanted: str) -> None:
    assert level(number, inpatient=inpatient) == wanted
