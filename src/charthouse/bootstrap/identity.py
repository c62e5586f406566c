"""The master patient index, wired: the linkage of files, and the desk of the identity lead."""
from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from charthouse.record.errors import BadRequest
from charthouse.settings import facilities as set_facilities

if TYPE_CHECKING:
    from charthouse.flow.desk import Desk
    from charthouse.record.filing import Registration
    from charthouse.record.identity import Merge
    from charthouse.record.person import Pair


def link_files(left: Path, right: Path) -> list[Pair]:
    """The pairs of two files, or inside one when both are the same. Raises `BadPersonFile`, `MissingPart`."""
    from charthouse.adapters.linkage.person_file import read
    from charthouse.adapters.linkage.splink import SplinkModel
    from charthouse.flow.linking import link
    from charthouse.flow.weighing import weights

    model = SplinkModel(weights())
    rows = read(left)
    return link(rows, None if left.resolve() == right.resolve() else read(right), model)


@contextmanager
def at_desk(facilities: str = "") -> Iterator[Desk]:
    """The desk of the user of this machine as identity lead, at these facilities (by comma), else at the one that is set."""
    from charthouse.bootstrap import record

    where = frozenset(name.strip() for name in (facilities or ",".join(set_facilities())).split(",") if name.strip())
    if not where:
        raise BadRequest(why="Nothing says which facility's records are meant: give --facility, or set CHARTHOUSE_FACILITY")
    with record.opened() as site:
        yield record.sign_in(site, record.person("identity_lead", *where), "operations")


def shown(desk: Desk, id: str) -> dict[str, object]:
    """A possible duplicate with both records and what each comparison weighs; or a record with its merges. Raises `NoRecord`."""
    from charthouse.flow import identity
    from charthouse.flow.weighing import weighing
    from charthouse.record.errors import NoRecord
    from charthouse.rooms.identity import compared

    try:
        found, a, b = identity.pair(desk, id)
    except NoRecord:
        said, merges = desk.patient(id), identity.lineage(desk, id)
        return {**_details(said), "merges": [_merged(m) for m in merges]}
    sides = {name: [one, two] for (name, one), two in zip(_details(a).items(), _details(b).values(), strict=True)}
    proposed = {"proposed": f"{found.survivor} stays, {found.proposed_at:%Y-%m-%d %H:%M} by {found.proposed_by}"} if found.proposed_at else {}
    return {"pair": found.id, "records": [found.a, found.b], "state": found.state, **proposed, "probability": f"{found.probability:.4f}", **sides, "rulings": [f"{r.rule}: {r.message}" for r in compared(a, b, weighing())]}


def _details(said: Registration) -> dict[str, object]:
    return {name: getattr(said, name) for name in ("facility", "family", "given", "birth_date", "sex", "address", "postcode", "phone", "restricted")} | {
        "numbers": ", ".join(f"{system} {value}" for system, value in said.identifiers)}


def _merged(m: Merge) -> str:
    undone = f", taken apart {m.undone_at:%Y-%m-%d %H:%M} by {m.undone_by}" if m.undone_at else ""
    return f"{m.id}: {m.folded} into {m.survivor}, {m.at:%Y-%m-%d %H:%M} by {m.actor}{undone}"
