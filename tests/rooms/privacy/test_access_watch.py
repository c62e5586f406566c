"""Which accesses are flagged: rule by rule, with what quiets them, and over a small year that is made up elsewhere."""
from __future__ import annotations

import importlib.util
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from charthouse.record.watch import Look, Member, Quiet, Reason, Watched
from charthouse.rooms.privacy import Watch

NOON = datetime(2026, 5, 4, 12)
ANA = Member(id="ana", unit="4 West", family="Quillfeather", home="4 oak street boston", patient="p-ana")
BEN = Member(id="ben", unit="4 West", family="Common", home="9 elm street", patient="p-ben")
EVA = Member(id="eva", unit="Records", family="Common", home="1 ash street")
PATIENTS = (Watched(id="p-ana", family="Quillfeather", home="4 oak street boston", member="ana"), Watched(id="p-ben", family="Common", home="9 elm street", member="ben"), Watched(id="home", family="Other", home="4 oak street boston"),
            Watched(id="aunt", family="Quillfeather", home="far away"), Watched(id="star", family="Star", home="z", vip=True), Watched(id="any", family="Common", home="y"), *(Watched(id=f"c{n}", family="Common", home=f"c{n}") for n in range(20)))


def look(actor: str, patient: str, *, days: float = 0, how: str = "open", followed: bool = True) -> Look:
    return Look(at=NOON + timedelta(days=days), actor=actor, patient=patient, how=how, followed=followed)  # type: ignore[arg-type]


def why(who: str, patient: str, strength: str = "strong") -> Reason:
    return Reason(who=who, patient=patient, what="care team" if strength == "strong" else "on the unit", since=NOON - timedelta(days=1), until=NOON + timedelta(days=1), strength=strength)  # type: ignore[arg-type]


def flagged(looks: list[Look], *reasons: Reason, quiet: tuple[Quiet, ...] = ()) -> list[list[str]]:
    return [[r.rule.split("/")[1] for r in a.rulings] for a in Watch((ANA, BEN, EVA), PATIENTS, reasons, quiet).alerts(looks)]


@pytest.mark.parametrize(("access", "reasons", "expected"), [
    (look("eva", "any"), (why("eva", "any"),), []), (look("ana", "any"), (why("4 West", "any", "weak"),), []), (look("eva", "any"), (), [["unexplained"]]), (look("eva", "any", days=2), (why("eva", "any"),), [["unexplained"]]), (look("eva", "any", days=-2), (why("eva", "any"),), [["unexplained"]]),
    (look("ana", "p-ana"), (why("ana", "p-ana"),), [["self"]]), (look("ana", "home"), (why("ana", "home"),), [["household"]]), (look("ana", "aunt"), (why("ana", "aunt"),), []), (look("ana", "aunt"), (why("4 West", "aunt", "weak"),), [["family-name"]]),
    (look("eva", "any"), (why("4 West", "any", "weak"),), [["unexplained"]]),  # of another unit
    (look("ana", "p-ben"), (why("4 West", "p-ben", "weak"),), [["co-worker"]]), (look("ana", "p-ben"), (why("ana", "p-ben"),), []), (look("eva", "p-ben"), (why("eva", "p-ben", "weak"),), []), (look("ana", "star"), (why("ana", "star"),), []),
    (look("ana", "star"), (why("4 West", "star", "weak"),), [["vip"]]), (look("ana", "star"), (), [["vip", "unexplained"]]), (look("eva", "any", how="search"), (), [["part-of-a-name", "unexplained"]]), (look("eva", "any", how="search"), (why("eva", "any"),), []),
    (look("ana", "any", how="glass", followed=False), (), [["glass"]]), (look("ana", "any", how="glass"), (), []), (look("ben", "c1"), (why("4 West", "c1", "weak"),), []),  # a common family name says nothing
    (look("nobody", "any"), (), [["unexplained"]])])
def test_what_is_flagged(access: Look, reasons: tuple[Reason, ...], expected: list[list[str]]) -> None:
    assert flagged([access], *reasons) == expected


def test_what_was_explained_explains_the_next_for_a_while_but_not_forever() -> None:
    reason = why("eva", "any")
    assert flagged([look("eva", "any"), look("eva", "any", days=10), look("eva", "any", days=15)], reason) == [["unexplained"]]
    assert flagged([look("ana", "star"), look("ana", "star", days=5)], why("ana", "star")) == [["vip"]]  # weakly only


def test_a_day_of_many_charts_is_flagged_where_nothing_strong_explains_it() -> None:
    reasons = [Reason(who="Records", patient=f"c{n % 20}", what="on the unit", since=NOON - timedelta(days=90), until=NOON + timedelta(days=90), strength="weak") for n in range(20)]
    usual = [look("eva", f"c{n}", days=-day) for day in range(1, 20) for n in range(3)]
    many = [Watched(id=f"m{n}", family="Common", home=f"m{n}") for n in range(60)]
    near = [Reason(who="Records", patient=p.id, what="on the unit", since=NOON - timedelta(days=1), until=NOON + timedelta(days=1), strength="weak") for p in many]
    alerts = list(Watch((EVA,), [*PATIENTS, *many], [*reasons, *near]).alerts([*usual, *(look("eva", p.id) for p in many)]))
    assert len(alerts) == 32, "from the twenty-ninth chart on"
    assert {r.rule for a in alerts for r in a.rulings} == {"watch/volume"}


FOREVER = NOON + timedelta(days=90)


@pytest.mark.parametrize(("quiet", "access", "flags"), [
    (Quiet(actor="eva", patient="any", until=FOREVER), look("eva", "any"), 0), (Quiet(actor="eva", patient="any", until=FOREVER), look("eva", "c1"), 1), (Quiet(actor="eva", patient="any", until=FOREVER), look("ben", "any"), 1),
    (Quiet(actor="eva", rule="unexplained", until=FOREVER), look("eva", "c1"), 0), (Quiet(actor="eva", rule="unexplained", until=FOREVER), look("ben", "c1"), 1), (Quiet(actor="eva", rule="unexplained", until=NOON - timedelta(days=1)), look("eva", "c1"), 1),
    (Quiet(actor="ana", rule="self", until=FOREVER), look("ana", "p-ana"), 1),  # no answer hides that kind
    (Quiet(actor="ana", rule="household", until=FOREVER), look("ana", "home"), 1), (Quiet(actor="ana", patient="home", until=FOREVER), look("ana", "home"), 0)])
def test_what_an_answer_quiets(quiet: Quiet, access: Look, flags: int) -> None:
    assert len(flagged([access], quiet=(quiet,))) == flags


def made_up():  # type: ignore[no-untyped-def]
    """The generator of the benchmark: it shares nothing with the rules."""
    file = Path(__file__).parents[3] / "benchmarks" / "access_year.py"
    spec = importlib.util.spec_from_file_location("access_year", file)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["access_year"] = module
    spec.loader.exec_module(module)
    return module


def test_a_year_that_is_made_up() -> None:
    module = made_up()
    made = module.year(21, 20_000, 100)
    kinds, false = module.judged(made)
    assert len(made.looks) == 20_000
    assert len(kinds) == 10
    unexplained = [v for k, v in kinds.items() if k not in module.LOOKS_EXPLAINED]
    seeming = [kinds[k] for k in module.LOOKS_EXPLAINED]
    assert all(f == n for f, n in unexplained), kinds
    assert sum(f for f, _ in seeming) >= 0.7 * sum(n for _, n in seeming)
    assert false <= 2 * 20


def test_a_kind_that_is_quieted_for_one_is_still_flagged_of_others() -> None:
    module = made_up()
    made = module.year(22, 20_000, 100)
    first = next(n for n, kind in made.snoops.items() if kind == "co-worker")
    quiet = [Quiet(actor=made.looks[first].actor, rule=rule, until=datetime(2027, 1, 1)) for rule in ("co-worker", "unexplained")]
    flagged = {id(a.look) for a in Watch(made.members, made.patients, made.reasons, quiet).alerts(made.looks)}
    others = [n for n, kind in made.snoops.items() if kind == "co-worker" and made.looks[n].actor != made.looks[first].actor]
    assert id(made.looks[first]) not in flagged
    assert others
    assert all(id(made.looks[n]) in flagged for n in others)
