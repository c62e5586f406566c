"""Finding and reading what the record holds, at the desk: lists within what the searcher may see, one thing by its id, its content, its codes.

Whether a record exists is told only to those who may see it: to others, what is there and what is not look alike (`NotFound`).
"""
from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from charthouse.flow import worker
from charthouse.flow.desk import SITE, Desk
from charthouse.record.access import Resource, Scope
from charthouse.record.errors import AccessDenied, NoRecord, NotFound
from charthouse.record.listing import Criterion, Kind, Listed, Search, Token
from charthouse.rooms.privacy import decide, scope

EVERYTHING = Scope(facilities=None, restricted=True)


def find(desk: Desk, search: Search) -> tuple[Listed, ...]:
    """A page. A search within one patient is decided as a reading of that patient; nobody is told whether there is such a one."""
    about, seen = _about(desk, search)
    try:
        return desk.use(_action(search.kind), about, lambda open, access: open.listing.find(access, search, seen))
    except (AccessDenied, NoRecord):
        if not isinstance(about, Resource) and _may(desk, "chart.find"):
            return ()
        raise


def count(desk: Desk, search: Search) -> int:
    about, seen = _about(desk, search)
    try:
        return desk.use(_action(search.kind), about, lambda open, access: open.listing.count(access, search, seen))
    except (AccessDenied, NoRecord):
        if not isinstance(about, Resource) and _may(desk, "chart.find"):
            return 0
        raise


def one(desk: Desk, kind: Kind, id: str) -> Listed:
    """Raises `NotFound`."""
    search = Search(kind=kind, criteria=(Criterion(name="_id", values=(Token(value=id),)),), limit=1_000 if kind == "step" else 1)
    action = "ledger.read" if kind == "event" else "chart.read"
    with not_telling(desk, action):
        found = desk.use(action, SITE if kind == "event" else _owner(desk, kind, id), lambda open, access: open.listing.find(access, search, EVERYTHING))
    if not found:
        raise NotFound()
    return found[0]


def content(desk: Desk, document: str, *, read: bool) -> tuple[bytes, str]:
    """(the document as received, or the text read from it; its media type). Raises `NotFound`."""
    with not_telling(desk, "chart.read"):
        return desk.use("chart.read", _owner(desk, "document", document), lambda open, access: open.listing.content(access, document, read=read))


def result(desk: Desk, encounter: str) -> dict[str, Any] | None:
    """The stored coding result (`flow/result.py`); None where it was not coded yet. Raises `NotFound`."""
    with not_telling(desk, "chart.read"):
        return worker.result(desk, encounter)


@contextmanager
def not_telling(desk: Desk, action: str) -> Iterator[None]:
    """For use of one record: who may do such a thing at all is told `NotFound`, who may not is refused, whether it is there or not."""
    try:
        yield
    except (AccessDenied, NoRecord):
        if _may(desk, action):
            raise NotFound() from None
        raise _refusal(desk, action) from None


def _owner(desk: Desk, kind: Kind, id: str) -> Resource | tuple[str, str]:
    """Whose record it is. For what is not there, the name of no record, so that the attempt is refused and written down."""
    with desk.store.transaction() as open:
        return open.listing.owner(kind, id) or ("encounter", f"none, {kind}/{id}")


def _action(kind: Kind) -> str:
    return "ledger.read" if kind == "event" else "chart.find"


def _about(desk: Desk, search: Search) -> tuple[Resource | tuple[str, str], Scope]:
    who = [c.values[0].value for c in search.criteria if c.name == "patient" and len(c.values) == 1 and isinstance(c.values[0], Token)]
    emergency = desk.purpose == "emergency"
    seen = EVERYTHING if emergency and who else scope(desk.actor, desk.purpose, desk.rules)
    return (("patient", who[0]) if emergency and who and search.kind != "event" else SITE), seen


def _may(desk: Desk, action: str) -> bool:
    """Whether this actor may do such a thing at all, to some record."""
    breaks = desk.purpose == "emergency" and any(r.action == "glass.break" and r.role in desk.actor.roles for r in desk.rules)
    return breaks or _ruling(desk, action).verdict == "passed"


def _refusal(desk: Desk, action: str) -> AccessDenied:
    ruling = _ruling(desk, action)
    return AccessDenied(why=ruling.message, rule=ruling.rule)


def _ruling(desk: Desk, action: str) -> Any:
    return decide(desk.actor, action, replace(SITE), desk.purpose, rules=desk.rules, now=desk.clock())
