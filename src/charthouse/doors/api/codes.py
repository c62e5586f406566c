"""Conditions and procedures: they stand in the stored coding result of an encounter."""
from __future__ import annotations

from typing import Any

from charthouse.bootstrap.api import Serving
from charthouse.doors.api.search import Asked
from charthouse.flow import listing
from charthouse.flow.desk import Desk
from charthouse.record.errors import BadSearch, NotFound
from charthouse.record.listing import Criterion, Listed, Search, Token

AT_ONCE = 200  # encounters


def codes_found(at: Serving, desk: Desk, kind: str, asked: Asked) -> list[dict[str, Any]]:
    """In the order of their ids. Raises `BadSearch` where neither patient, encounter nor id is named."""
    found = [r for visit in _visits(desk, asked) for r in _of(at, desk, kind, visit)]
    return sorted((r for r in found if all(_holds(r, c) for c in asked.criteria)), key=lambda r: str(r["id"]))


def one_code(at: Serving, desk: Desk, kind: str, id: str) -> dict[str, Any]:
    """Raises `NotFound`."""
    visit = listing.one(desk, "encounter", id.partition(".")[0])
    found = next((r for r in _of(at, desk, kind, visit) if r["id"] == id), None)
    if found is None:
        raise NotFound()
    return found


def _of(at: Serving, desk: Desk, kind: str, visit: Listed) -> list[dict[str, Any]]:
    result = listing.result(desk, visit.id)
    made: list[dict[str, Any]] = (at.codes.conditions if kind == "Condition" else at.codes.procedures)(result, visit.id, visit.patient) if result else []
    return made


def _visits(desk: Desk, asked: Asked) -> list[Listed]:
    criteria = [c for c in asked.criteria if c.name == "patient"]
    ids = [c for c in asked.criteria if c.name in ("encounter", "_id")]
    criteria += [Criterion(name="_id", values=tuple(Token(value=v.value.partition(".")[0]) for v in c.values if isinstance(v, Token))) for c in ids]
    if not criteria:
        raise BadSearch(why="This is found by patient, encounter or _id")
    found: list[Listed] = []
    while True:
        page = listing.find(desk, Search(kind="encounter", criteria=tuple(criteria), after=found[-1].id if found else "", limit=AT_ONCE))
        found += page
        if len(page) < AT_ONCE:
            return found


def _holds(resource: dict[str, Any], criterion: Criterion) -> bool:
    """What the choice of the encounters has not settled."""
    coding = resource["code"]["coding"][0]
    said = {"_id": [("", resource["id"])], "code": [(coding["system"], coding["code"])], "status": [("", resource.get("status", ""))],
            "verification-status": [(c["system"], c["code"]) for c in resource.get("verificationStatus", {}).get("coding", ())]}
    if criterion.name not in said:
        return True
    return any(v.value == code and v.system in (None, "", system) for v in criterion.values if isinstance(v, Token) for system, code in said[criterion.name])
