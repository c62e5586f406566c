"""THE table of places in the bar at the top."""
from __future__ import annotations

from typing import NamedTuple

from charthouse.doors.web.caller import may
from charthouse.flow.desk import Desk
from charthouse.record.access import PURPOSES, Purpose


class Place(NamedTuple):
    """`key`: `g` and then this letter goes there. Shown to who has one of the `actions` for the purpose they are here for; to all where there is none."""

    path: str
    label: str
    key: str
    actions: tuple[str, ...] = ()


PLACES = (
    Place("/", "My day", "d"),
    Place("/audit", "Audit", "a", ("audit.write",)),
    Place("/claims", "Claims", "c", ("claim.write",)),
    Place("/denials", "Denials", "l", ("claim.write",)),
    Place("/education", "To study", "e", ("code.decide",)),
    Place("/find", "Find", "f", ("chart.find",)),
    Place("/users", "Accounts", "u", ("user.write",)),
    Place("/intake", "Intake", "i", ("intake.settle",)),
    Place("/queries", "Queries", "q", ("query.write",)),
    Place("/answers", "Queries to me", "q", ("query.answer",)),
    Place("/reports", "Reports", "r", ("report.read",)),
    Place("/train", "Training", "n", ("training.do",)),
    Place("/team", "Team", "t", ("assignment.write",)),
)


def places(desk: Desk) -> tuple[Place, ...]:
    return tuple(p for p in PLACES if not p.actions or any(may(desk, action) for action in p.actions))


def purposes(desk: Desk) -> tuple[Purpose, ...]:
    """What the person may be here for, by their roles."""
    theirs = {p for r in desk.rules if r.role in desk.actor.roles for p in r.purposes}
    return tuple(p for p in PURPOSES if p in theirs)
