"""What the tests of the store share: an actor, a desk, and a patient, a visit and a document made at it."""
from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime

from charthouse.adapters.storage import site as sites
from charthouse.adapters.storage.layout import Layout
from charthouse.adapters.storage.site import Site
from charthouse.bootstrap import record
from charthouse.flow import identity
from charthouse.flow.desk import Desk, sign_in
from charthouse.record.access import Actor, Purpose
from charthouse.record.filing import Filing, Registration, Visit

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
CLERK = Actor(id="clerk", roles=frozenset({"him_manager"}), facilities=frozenset({"north"}), origin="test")


@contextmanager
def reopened(layout: Layout) -> Iterator[Site]:
    again = sites.opened(layout)
    try:
        yield again
    finally:
        again.close()


def desk_of(site: Site, actor: Actor = CLERK, purpose: Purpose = "operations", clock: Callable[[], datetime] = lambda: NOW) -> Desk:
    return sign_in(site, record.access_rules(), actor, purpose, clock)


def a_patient(desk: Desk, number: str = "1", **more: object) -> str:
    fields: dict[str, object] = {"facility": "north", "identifiers": (("urn:north:mrn", number),), "family": "Example", "given": "Erin", "birth_date": date(1961, 3, 2), "sex": "F"}
    return desk.register(Registration(**(fields | more)))  # type: ignore[arg-type]


def a_visit(desk: Desk, patient: str, **more: object) -> str:
    return desk.admit(Visit(**({"patient": patient, "facility": "north", "setting": "outpatient", "admitted": datetime(2026, 3, 2, 8)} | more)))  # type: ignore[arg-type]


def a_document(desk: Desk, encounter: str, text: str = "Assessment: gout.") -> str:
    return desk.file(Filing(encounter=encounter, content=text.encode(), text=text, kind="clinic note"))


def second(desk: Desk) -> Desk:
    """Somebody else in the same roles."""
    return replace(desk, actor=replace(desk.actor, id="second"))


def merged_by_two(desk: Desk, survivor: str, folded: str, reason: str) -> str:
    """The merge's id."""
    assert identity.merge(desk, survivor, folded, reason).outcome == "proposed"
    return identity.merge(second(desk), survivor, folded, reason).merge
