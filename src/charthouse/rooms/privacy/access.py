"""One pure, table-driven decision: may this actor do this, to this, for this purpose?"""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from charthouse.record.access import PURPOSES, Actor, BreakGlass, Purpose, Resource
from charthouse.record.ruling import Ruling, Verdict

CITATION = "45 CFR 164.308(a)(4); 164.312(a)"
_EMERGENCY = frozenset({"chart.read", "chart.find"})  # what broken glass opens: to see, never to change or give out


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A line of `lexicon/access.tsv`: a role may do an action for these purposes."""

    role: str
    action: str
    purposes: frozenset[str]


def rules(rows: Iterable[tuple[str, str, str]]) -> tuple[Rule, ...]:
    """From (role, actions, purposes), each a list of words. Raises ValueError for a purpose that there is not."""
    out = []
    for role, actions, purposes in rows:
        said = frozenset(purposes.split())
        if not said <= set(PURPOSES):
            raise ValueError(f"{role}: no such purpose: {', '.join(sorted(said - set(PURPOSES)))}")
        out += [Rule(role=role, action=action, purposes=said) for action in actions.split()]
    return tuple(out)


def decide(actor: Actor, action: str, resource: Resource, purpose: Purpose, *, rules: Iterable[Rule], now: datetime, glass: BreakGlass | None = None) -> Ruling:
    """Passed only when a rule of one of the actor's roles names the action and the purpose, the facility is the actor's, and the
    record is not restricted; or when the glass is broken for this patient and not yet over."""
    if glass is not None and _open(glass, action, resource, purpose, now):
        return _ruling("access/break-glass", "passed", "Emergency access, to be reviewed.", "45 CFR 164.312(a)(2)(ii)", action)
    named = [r for r in rules if r.role in actor.roles and r.action == action]
    if not named:
        return _ruling("access/role", "error", f"No role of yours may do this ({action}).", CITATION, action)
    if not any(purpose in r.purposes for r in named):
        may = ", ".join(sorted(set().union(*(r.purposes for r in named))))
        return _ruling("access/purpose", "error", f"Not for the purpose {purpose}: your role may do this ({action}) for {may}.", "45 CFR 164.502(b); 164.514(d)", action)
    if resource.facility and resource.facility not in actor.facilities:
        return _ruling("access/facility", "error", "The record is another facility's.", CITATION, action)
    if resource.restricted and action.startswith("chart.") and not any(r.action == "restricted.read" and r.role in actor.roles for r in rules):
        return _ruling("access/restricted", "error", "The record is restricted. In an emergency, break the glass.", "45 CFR 164.522", action)
    return _ruling("access/role", "passed", "Allowed by role and purpose.", CITATION, action)


def _open(glass: BreakGlass, action: str, resource: Resource, purpose: Purpose, now: datetime) -> bool:
    return purpose == "emergency" and action in _EMERGENCY and resource.patient == glass.patient and bool(glass.reason.strip()) and now < glass.until


def _ruling(rule: str, verdict: Verdict, message: str, citation: str, subject: str) -> Ruling:
    return Ruling(rule=rule, verdict=verdict, message=message, citation=citation, subject=subject)
