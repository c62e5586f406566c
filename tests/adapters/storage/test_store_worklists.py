"""Worklists on SQLite and PostgreSQL: a list's query holds what its rules say, a lease is one person's, and an item follows the work."""
from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from storage_kit import NOW, a_patient, a_visit, desk_of

from charthouse.adapters.storage.site import Site
from charthouse.flow import worklists
from charthouse.flow.desk import SITE, Desk
from charthouse.record.access import Actor, Scope
from charthouse.record.errors import AccessDenied, BadRequest, NotFound
from charthouse.record.worklist import Item, Rules, Standing, Worklist
from charthouse.rooms.worklists import belongs, first_comes

ANA = Actor(id="ana", roles=frozenset({"coder"}), facilities=frozenset({"north"}), origin="test")
LUIS = replace(ANA, id="luis")
EVERYTHING = Rules(states=())


def all_items(desk: Desk) -> tuple[Item, ...]:
    return worklists.rows(desk, Worklist(id="all", name="All", rules=EVERYTHING), most=1000)[0]


def used(desk: Desk, use: Any) -> Any:
    return desk.use("chart.find", SITE, use)


def some_visits(desk: Desk) -> list[str]:
    """Twelve visits that differ in everything that a rule can ask for."""
    ids = []
    for n in range(12):
        days = n * 2
        visit = a_visit(desk, a_patient(desk, str(n), family=f"Family{n}"), setting=("inpatient", "outpatient")[n % 2], unit=("Medicine", "Surgery", "")[n % 3], payer=("Medicare", "Self")[n % 2],
                        admitted=datetime(2026, 2, 1, 8), **({"discharged": NOW.replace(tzinfo=None) - timedelta(days=days)} if n % 4 != 2 and n % 2 == 0 else {}))
        ids.append(visit)
    for n, id in enumerate(ids[:9]):
        used(desk, lambda open, access, n=n, id=id: open.work_items.stand(access, id, Standing(state=("held", "alone", "in work", "finished")[n % 4], confidence=n / 10 if n else None, reasons=("gate/closed", "gate/edit")[: n % 3], weight=n / 2 if n % 2 else None)))
    return ids


RULES = st.builds(
    Rules, states=st.lists(st.sampled_from(["waiting", "held", "alone", "in work", "finished"]), max_size=3).map(tuple), settings=st.sampled_from([(), ("inpatient",), ("outpatient", "inpatient")]),
    units=st.sampled_from([(), ("Medicine",), ("Surgery", "Medicine")]), payers=st.sampled_from([(), ("Self",)]), reasons=st.sampled_from([(), ("gate/edit",), ("gate/ed",), ("gate/closed", "x")]),
    days_at_least=st.integers(0, 30), days_at_most=st.one_of(st.none(), st.integers(0, 40)), confidence_below=st.one_of(st.none(), st.sampled_from([0.0, 0.3, 0.5, 1.0])),
    weight_at_least=st.one_of(st.none(), st.sampled_from([0.0, 0.5, 2.0])), assigned=st.sampled_from(["", "me", "nobody"]))


def test_the_query_of_a_list_holds_what_its_rules_say(desk: Desk, site: Site) -> None:
    ids = some_visits(desk)
    worklists.assign(desk, ids[3:6], "clerk", "Clerk", 2)
    worklists.assign(desk, ids[6:7], "luis", "Luis")
    items = all_items(desk)
    assert len(items) == 12

    @settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(RULES, st.sampled_from(["oldest", "unsure", "surest", "heaviest"]))
    def same(rules: Rules, order: str) -> None:
        found, count = worklists.rows(desk, Worklist(id="x", name="x", rules=rules, order=order))  # type: ignore[arg-type]
        wanted = sorted((i for i in items if belongs(i, rules, me="clerk", today=NOW.date())), key=lambda i: first_comes(i, order, NOW.date()))  # type: ignore[arg-type]
        assert {i.encounter for i in found} == {i.encounter for i in wanted}
        assert [i.priority for i in found] == [i.priority for i in wanted]
        assert count == len(wanted)

    same()


def test_a_lease_is_one_persons_until_it_runs_out_or_is_given_back(desk: Desk, site: Site) -> None:
    visit = a_visit(desk, a_patient(desk))
    ana, luis = desk_of(site, ANA, "payment"), desk_of(site, LUIS, "payment")
    assert worklists.lease(ana, visit, "Ana").lease == "ana"
    assert (worklists.lease(luis, visit, "Luis").lease, worklists.lease(luis, visit, "Luis").leased_by) == ("ana", "Ana")
    assert worklists.lease(ana, visit, "Ana").lease == "ana"
    worklists.give_back(luis, visit, "Luis")  # not his to give
    assert worklists.lease(luis, visit, "Luis").lease == "ana"
    worklists.give_back(ana, visit, "Ana")
    assert worklists.lease(luis, visit, "Luis").lease == "luis"
    later = desk_of(site, ANA, "payment", clock=lambda: NOW + worklists.LEASED + timedelta(seconds=1))
    assert worklists.lease(later, visit, "Ana").lease == "ana"


def test_the_next_chart_is_nobody_elses(desk: Desk, site: Site) -> None:
    visits = [a_visit(desk, a_patient(desk, str(n)), admitted=datetime(2026, 2, n + 1, 8)) for n in range(3)]
    worklist = Worklist(id="w", name="W", rules=EVERYTHING)
    ana, luis = desk_of(site, ANA, "payment"), desk_of(site, LUIS, "payment")
    worklists.assign(desk, visits[1:2], "ana", "Ana")
    assert worklists.next_for(luis, worklist, "Luis") == visits[0]
    assert worklists.next_for(ana, worklist, "Ana") == visits[1]
    assert worklists.next_for(desk_of(site, replace(ANA, id="third"), "payment"), worklist, "Third") == visits[2]
    assert worklists.next_for(desk_of(site, replace(ANA, id="fourth"), "payment"), worklist, "Fourth") is None


def test_lists_are_written_by_who_may(desk: Desk, site: Site) -> None:
    assert [c.worklist.id for c in worklists.lists(desk)] == [w.id for w in worklists.DEFAULTS]
    made = worklists.save(desk, "cardiology", "Cardiology", {"units": ["Cardiology"], "days_at_least": 2}, "heaviest", 9)
    assert worklists.one(desk, "cardiology") == made
    assert len(worklists.lists(desk)) == len(worklists.DEFAULTS) + 1
    worklists.remove(desk, "old")
    with pytest.raises(NotFound):
        worklists.one(desk, "old")
    with pytest.raises(BadRequest, match="no rule named"):
        worklists.save(desk, "x", "X", {"mood": 1}, "oldest")
    with pytest.raises(AccessDenied):
        worklists.save(desk_of(site, ANA, "payment"), "x", "X", {}, "oldest")


def test_all_are_assigned_or_none(desk: Desk, site: Site) -> None:
    north, south = a_visit(desk, a_patient(desk)), a_visit(desk_of(site, replace(ANA, id="s", roles=frozenset({"him_manager"}), facilities=frozenset({"south"}))), a_patient(
        desk_of(site, replace(ANA, id="s", roles=frozenset({"him_manager"}), facilities=frozenset({"south"}))), "9", facility="south"), facility="south")
    with pytest.raises(AccessDenied):
        worklists.assign(desk, [north, south], "ana", "Ana")
    assert {i.assignee for i in all_items(desk)} == {""}
    assert [i.encounter for i in all_items(desk)] == [north]  # and another facility's visit is in no list


def test_pauses_and_the_rate(desk: Desk, site: Site) -> None:
    worklists.pause(desk, "north", "Medicine", "new templates")
    worklists.set_rate(desk, 0.2)
    pauses, rate, places = worklists.pauses(desk)
    assert ([(p.unit, p.why) for p in pauses], rate, places) == ([("Medicine", "new templates")], 0.2, ())
    visit = a_visit(desk, a_patient(desk), unit="Medicine")
    alone = {"gate": {"finished": True, "held": []}, "codes": []}
    def kept(unit: str) -> str:
        return used(desk, lambda open, access: worklists.keep(open, access, visit, alone, undecided=0, begun=False, finished=None, facility="north", unit=unit)).state  # type: ignore[no-any-return]

    assert kept("Medicine") == "held"
    assert kept("Surgery") in ("alone", "sampled")
    worklists.resume(desk, "north", "Medicine")
    assert worklists.pauses(desk)[0] == ()
    with pytest.raises(BadRequest, match="reason"):
        worklists.pause(desk, "north", "", " ")
    with pytest.raises(AccessDenied):
        worklists.pause(desk, "south", "", "not mine")


def test_restricted_records_are_in_no_list_of_who_may_not_see_them(desk: Desk, site: Site) -> None:
    visit = a_visit(desk, a_patient(desk, restricted=True))
    assert used(desk, lambda open, access: open.work_items.count(access, EVERYTHING, Scope(facilities=("north",)), "ana", NOW.date())) == 0
    assert [i.encounter for i in all_items(desk)] == [visit]
    assert worklists.rows(desk_of(site, ANA, "payment"), Worklist(id="all", name="All", rules=EVERYTHING))[0] == ()
