"""One pure, table-driven decision: may this actor do this, to this, for this purpose?"""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from charthouse.record.access import PURPOSES, Actor, BreakGlass, Purpose, Resource, Scope
from charthouse.record.ruling import Ruling, Verdict

ROLE = "45 CFR 164.308(a)(4); 164.312(a)(1)"
EMERGENCY = "45 CFR 164.312(a)(2)(ii)"
_SEEING = frozenset({"chart.find", "chart.read"})  # what broken glass opens: to see, never to change or give out
# What a restriction does not stop: it shows nothing.
_ADDING = frozenset({"chart.file", "chart.restrict", "hold.write", "retention.sign", "identity.link", "identity.merge", "identity.unmerge", "identity.decide"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A right: the role may do the action for these purposes."""

    role: str
    action: str
    purposes: frozenset[str]


def rules(rows: Iterable[tuple[str, str, str]]) -> tuple[Rule, ...]:
    """From (role, actions, purposes), actions and purposes being lists of words. Raises ValueError for a purpose that there is not."""
    out = []
    for role, actions, purposes in rows:
        said = frozenset(purposes.split())
        if not said or not said <= set(PURPOSES):
            raise ValueError(f"{role}: no such purpose: {' '.join(sorted(said - set(PURPOSES))) or 'none is given'}")
        out += [Rule(role=role, action=action, purposes=said) for action in actions.split()]
    return tuple(out)


def decide(actor: Actor, action: str, resource: Resource, purpose: Purpose, *, rules: Iterable[Rule], now: datetime, glass: BreakGlass | None = None) -> Ruling:
    """Passed only when a rule of one of the actor's roles names the action and the purpose, the facility is the actor's, and the
    record is not restricted; or when the actor broke the glass for this patient, and the time is not over."""
    own = tuple(r for r in rules if r.role in actor.roles)
    if glass is not None and _opened(actor, action, resource, purpose, own, now, glass):
        return _ruling("access/break-glass", "passed", "Emergency access, to be reviewed", EMERGENCY, action)
    if not any(r.action == action for r in own):
        return _ruling("access/role", "error", f"No role of yours may do this ({action})", ROLE, action)
    if not _may(own, action, purpose):
        may = ", ".join(sorted(set().union(*(r.purposes for r in own if r.action == action))))
        return _ruling("access/purpose", "error", f"Not for the purpose {purpose}: your role may do this ({action}) for {may}", "45 CFR 164.502(b); 164.514(d)", action)
    if action == "glass.break":  # the facility and a restriction are what an emergency overrides
        return _ruling("access/break-glass", "passed", "The glass may be broken, for a reason that will be reviewed", EMERGENCY, action)
    if (resource.kind != "site" or resource.facility) and resource.facility not in actor.facilities:
        return _ruling("access/facility", "error", "The record is another facility's", ROLE, action)
    if resource.restricted and action not in _ADDING and not _may(own, "restricted.read", purpose):
        return _ruling("access/restricted", "error", "The record is restricted. In an emergency, break the glass", "45 CFR 164.522(a)", action)
    return _ruling("access/role", "passed", "Allowed by role and purpose", ROLE, action)


def scope(actor: Actor, purpose: Purpose, rules: Iterable[Rule]) -> Scope:
    """What a search may see at all: the same walls as `decide`, for many records at once."""
    own = tuple(r for r in rules if r.role in actor.roles)
    return Scope(facilities=tuple(sorted(actor.facilities)), restricted=_may(own, "restricted.read", purpose))


def _may(own: tuple[Rule, ...], action: str, purpose: Purpose) -> bool:
    return any(r.action == action and purpose in r.purposes for r in own)


def _opened(actor: Actor, action: str, resource: Resource, purpose: Purpose, own: tuple[Rule, ...], now: datetime, glass: BreakGlass) -> bool:
    return (
        purpose == "emergency" and action in _SEEING and _may(own, "glass.break", "emergency") and glass.actor == actor.id
        and bool(resource.patient) and resource.patient == glass.patient and bool(glass.reason.strip()) and now < glass.until
    )


def _ruling(rule: str, verdict: Verdict, message: str, citation: str, subject: str) -> Ruling:
    return Ruling(rule=rule, verdict=verdict, message=message, citation=citation, subject=subject)
