"""Whether a visit belongs to a list, and what comes first in it."""
from __future__ import annotations

from datetime import date, datetime
from typing import Any

from charthouse.record.worklist import Item, Order, Rules


def belongs(item: Item, rules: Rules, *, me: str, today: date) -> bool:
    """All that the rules say holds of it."""
    one_of = ((rules.states, item.state), (rules.settings, item.setting), (rules.facilities, item.facility), (rules.units, item.unit), (rules.payers, item.payer))
    if any(wanted and value not in wanted for wanted, value in one_of):
        return False
    if rules.reasons and not set(rules.reasons) & set(item.reasons):
        return False
    days = item.days(today)
    if days < rules.days_at_least or (rules.days_at_most is not None and days > rules.days_at_most):
        return False
    if rules.confidence_below is not None and (item.confidence is None or item.confidence >= rules.confidence_below):
        return False
    if rules.weight_at_least is not None and (item.weight or 0.0) < rules.weight_at_least:
        return False
    if item.questions < rules.questions_at_least:
        return False
    return not rules.assigned or item.assignee == (me if rules.assigned == "me" else "")


def first_comes(item: Item, order: Order, today: date) -> tuple[Any, ...]:
    """A key to sort by: priority before all, then as the list is ordered, then the oldest, then the id."""
    sure = item.confidence if item.confidence is not None else -1.0
    by = {"oldest": 0.0, "unsure": sure, "surest": -sure, "heaviest": -(item.weight or 0.0)}[order]
    return -item.priority, by, -item.days(today), item.encounter


def free(item: Item, me: str, now: datetime) -> bool:
    """Nobody else has it open, and it is not assigned to somebody else."""
    leased = item.lease and item.lease != me and item.leased_until is not None and item.leased_until > now
    return not leased and item.assignee in ("", me)
