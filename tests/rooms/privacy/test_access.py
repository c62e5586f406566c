"""The access decision: no role, no access; stricter never allows more; broken glass opens one patient, to one person, for a time."""
from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charthouse.bootstrap import record
from charthouse.record.access import GLASS, PURPOSES, Actor, BreakGlass, Resource
from charthouse.rooms.privacy import decide, rules

RULES = record.access_rules()
ROLES = sorted({r.role for r in RULES})
ACTIONS = sorted({r.action for r in RULES} | {"no.such.action"})
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
FACILITIES = ("north", "south", "")

actors = st.builds(Actor, id=st.sampled_from(["ann", "bob"]), roles=st.frozensets(st.sampled_from(ROLES)), facilities=st.frozensets(st.sampled_from(FACILITIES)))
resources = st.builds(Resource, kind=st.sampled_from(["patient", "encounter", "site"]), patient=st.sampled_from(["", "p", "q"]), facility=st.sampled_from(FACILITIES), restricted=st.booleans())
panes = st.none() | st.builds(BreakGlass, actor=st.sampled_from(["ann", "bob"]), patient=st.sampled_from(["", "p", "q"]), reason=st.sampled_from(["", " ", "unconscious"]),
                              until=st.sampled_from([NOW, NOW + GLASS, NOW - GLASS]))  # fmt: skip
asked = st.tuples(actors, st.sampled_from(ACTIONS), resources, st.sampled_from(PURPOSES), panes)


def allowed(actor: Actor, action: str, resource: Resource, purpose: str, glass: BreakGlass | None, table=RULES) -> bool:  # type: ignore[no-untyped-def]
    ruling = decide(actor, action, resource, purpose, rules=table, now=NOW, glass=glass)  # type: ignore[arg-type]
    assert ruling.verdict in ("passed", "error")
    assert ruling.citation.startswith("45 CFR")
    return ruling.verdict == "passed"


@given(asked)
def test_without_a_role_nothing_is_allowed(question) -> None:  # type: ignore[no-untyped-def]
    actor, *rest = question
    assert not allowed(replace(actor, roles=frozenset()), *rest)
    assert not allowed(replace(actor, roles=frozenset({"unheard of"})), *rest)


@given(asked, st.data())
def test_stricter_never_allows_more(question, data) -> None:  # type: ignore[no-untyped-def]
    actor, action, resource, purpose, glass = question
    if allowed(*question):
        return
    fewer = data.draw(st.frozensets(st.sampled_from(sorted(actor.roles)))) if actor.roles else frozenset()
    assert not allowed(replace(actor, roles=fewer), action, resource, purpose, glass)
    assert not allowed(replace(actor, facilities=frozenset()), action, resource, purpose, glass)
    assert not allowed(actor, action, replace(resource, restricted=True), purpose, glass)
    assert not allowed(actor, action, resource, purpose, None)
    some = data.draw(st.lists(st.sampled_from(RULES), unique=True))
    assert not allowed(actor, action, resource, purpose, glass, some)


@given(asked)
def test_what_is_allowed_has_its_line_in_the_table(question) -> None:  # type: ignore[no-untyped-def]
    actor, action, resource, purpose, glass = question
    if not allowed(*question):
        return
    own = [r for r in RULES if r.role in actor.roles]
    by_role = any(r.action == action and purpose in r.purposes for r in own)
    by_glass = glass is not None and glass.actor == actor.id and glass.patient == resource.patient != "" and purpose == "emergency" and action in ("chart.read", "chart.find")
    assert by_role or (by_glass and any(r.action == "glass.break" for r in own))
    if by_role and not by_glass and resource.kind != "site" and action != "glass.break":
        assert resource.facility in actor.facilities


CODER = Actor(id="ann", roles=frozenset({"coder"}), facilities=frozenset({"north"}))
CHART = Resource(kind="encounter", id="e", patient="p", facility="north")


@pytest.mark.parametrize(
    ("actor", "action", "resource", "purpose", "rule"),
    [
        (CODER, "chart.read", CHART, "payment", ""),
        (CODER, "chart.file", CHART, "payment", "access/role"),
        (CODER, "chart.read", CHART, "release", "access/purpose"),
        (CODER, "chart.read", replace(CHART, facility="south"), "payment", "access/facility"),
        (CODER, "chart.read", replace(CHART, facility=""), "payment", "access/facility"),
        (CODER, "chart.read", replace(CHART, restricted=True), "payment", "access/restricted"),
        (CODER, "glass.break", CHART, "emergency", "access/role"),
        (replace(CODER, roles=frozenset({"provider"})), "glass.break", replace(CHART, facility="south", restricted=True), "emergency", ""),
        (replace(CODER, roles=frozenset({"interface"})), "chart.file", replace(CHART, restricted=True), "treatment", ""),
        (replace(CODER, roles=frozenset({"engine"})), "chart.read", replace(CHART, restricted=True), "payment", ""),
        (replace(CODER, roles=frozenset({"release_signer"})), "chart.export", replace(CHART, restricted=True), "release", ""),
        (replace(CODER, roles=frozenset({"administrator"})), "chart.read", CHART, "administration", "access/role"),
        (replace(CODER, roles=frozenset({"administrator"}), facilities=frozenset()), "key.rotate", Resource(kind="site"), "administration", ""),
    ],
)
def test_cases(actor: Actor, action: str, resource: Resource, purpose: str, rule: str) -> None:
    ruling = decide(actor, action, resource, purpose, rules=RULES, now=NOW)  # type: ignore[arg-type]
    assert (ruling.rule if ruling.verdict == "error" else "") == rule


@pytest.mark.parametrize(
    ("change", "opens"),
    [({}, True), ({"actor": "bob"}, False), ({"patient": "q"}, False), ({"reason": " "}, False), ({"until": NOW}, False), ({"until": NOW + timedelta(seconds=1)}, True)],
)
def test_broken_glass(change: dict[str, object], opens: bool) -> None:
    doctor = Actor(id="ann", roles=frozenset({"provider"}))
    glass = replace(BreakGlass(actor="ann", patient="p", reason="unconscious", until=NOW + GLASS), **change)  # type: ignore[arg-type]
    far = replace(CHART, facility="south", restricted=True)
    assert (decide(doctor, "chart.read", far, "emergency", rules=RULES, now=NOW, glass=glass).verdict == "passed") is opens
    assert decide(doctor, "chart.file", far, "emergency", rules=RULES, now=NOW, glass=glass).verdict == "error"
    assert decide(doctor, "chart.read", far, "treatment", rules=RULES, now=NOW, glass=glass).verdict == "error"


@pytest.mark.parametrize("purposes", ["", "leisure", "payment leisure"])
def test_a_line_with_no_such_purpose_is_refused(purposes: str) -> None:
    with pytest.raises(ValueError, match="coder"):
        rules([("coder", "chart.read", purposes)])


def test_everybody_who_reads_has_a_line() -> None:
    assert {"coder", "auditor", "biller", "provider", "engine"} <= {r.role for r in RULES if r.action == "chart.read"}
    assert "administrator" not in {r.role for r in RULES if r.action.startswith("chart.")}
