"""Charges that come as a table: each filed to its visit once."""
from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from charthouse.flow.desk import Desk
from charthouse.flow.post import patient_of, visit
from charthouse.ports.store import Transaction
from charthouse.record.access import Access
from charthouse.record.received import Charge, Said


def filed(desk: Desk, facility: str, sender: str, charges: Sequence[tuple[str, Charge]]) -> tuple[int, int, tuple[str, ...]]:
    """(filed, there before, numbers of visits that there are not). The charges of a visit are one transaction; a charge with a number that the visit has is not filed again."""
    new = again = 0
    unknown: list[str] = []
    for number, of in groupby(sorted(charges, key=lambda c: c[0]), key=lambda c: c[0]):
        found = visit(desk, facility, "", Said(number=number))
        mine = [c for _, c in of]
        if found is None:
            unknown.append(number)
            continue
        done = _of_visit(desk, facility, sender, found.encounter, mine)
        new, again = new + done, again + len(mine) - done
    return new, again, tuple(unknown)


def _of_visit(desk: Desk, facility: str, sender: str, encounter: str, charges: Sequence[Charge]) -> int:
    patient = patient_of(desk, encounter)

    def use(open: Transaction, access: Access) -> int:
        there = {c.charge.number for c in open.claims.material(access, encounter).charges}
        fresh = tuple({c.number: c for c in charges if c.number not in there}.values())
        open.stays.charge(access, patient, encounter, facility, sender, fresh)
        return len(fresh)

    return desk.use("chart.file", ("encounter", encounter), use)
