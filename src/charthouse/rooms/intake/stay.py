"""What a visit comes to, from all that messages said of it: the order in which they arrived does not matter, only that in which they were sent."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import UTC, datetime

from charthouse.record.filing import Visit
from charthouse.record.receipt import Happened
from charthouse.record.received import Said

_OPENS = frozenset({"admit", "register", "transfer", "discharge", "cancel_discharge"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Folded:
    """`state` is "open" or "cancelled"."""

    visit: Visit
    state: str


def folded(happened: Sequence[Happened], *, patient: str, facility: str, number: str, now: datetime) -> Folded:
    """The newest word on each thing counts; an empty one says nothing. A discharge before its admission makes the visit; a cancelled admission
    (HL7 v2 A11) is open again when a later message admits it; a cancelled discharge (A13) is open until a later one. `now` stands for an
    admission that nobody has told of."""
    known: dict[str, str] = {}
    admitted, discharged, status, state = None, None, "", "open"
    for h in sorted(happened, key=_order):
        known |= {name: value for name in ("setting", "unit", "attending", "payer", "admission_type", "admission_source") if (value := getattr(h.said, name))}
        admitted = h.said.admitted or admitted
        if h.what == "cancel_discharge":
            discharged, status = None, ""
        elif h.what == "discharge":
            discharged, status = h.said.discharged or _when(h) or discharged, h.said.status or status
        elif h.said.discharged:
            discharged, status = h.said.discharged, h.said.status or status
        state = "cancelled" if h.what == "cancel_admit" else "open" if h.what in _OPENS else state
    begun = admitted or min(filter(None, (discharged, *map(_when, happened))), key=instant, default=now)
    return Folded(state=state, visit=Visit(
        patient=patient, facility=facility, number=number, setting="inpatient" if known.get("setting") == "inpatient" else "outpatient", admitted=begun, discharged=discharged,
        discharge_status=status, unit=known.get("unit", ""), attending=known.get("attending", ""), payer=known.get("payer", ""), admission_type=known.get("admission_type", ""), admission_source=known.get("admission_source", "")))


def instant(at: datetime) -> datetime:
    """A time without a zone is compared as if it were UTC."""
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _when(happened: Happened) -> datetime | None:
    return datetime.fromisoformat(happened.sent_at) if happened.sent_at else None


def _order(happened: Happened) -> tuple[str, ...]:
    """By when it was sent; what was sent at one time in a fixed order, so that all orders of arrival come to the same."""
    return (happened.sent_at, happened.what, *(str(getattr(happened.said, f.name) or "") for f in fields(Said)))
