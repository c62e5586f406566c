"""What happens to queries by themselves: one that is overdue is handed on, and the providers' own system is told of each change, until it has taken it."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from charthouse.flow.desk import SITE, Desk
from charthouse.ports.queries import Channel
from charthouse.ports.store import Transaction
from charthouse.record.access import Access
from charthouse.record.errors import BadRequest, CharthouseError
from charthouse.record.query import Told
from charthouse.rooms.privacy import scope

LADDER = "query.ladder"  # the setting: to whom a query is handed on, a line each
CONCURRENT, RETROSPECTIVE = timedelta(days=1), timedelta(days=3)  # until it is handed on again
AGAIN = (timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1))  # after which a system that did not take it is told again
MOST_STEPS = 5


def ladder(desk: Desk) -> tuple[str, ...]:
    """To whom overdue queries are handed on, in order; () where a site has said nobody."""
    with desk.store.transaction() as open:
        return _ladder(open)


def _ladder(open: Transaction) -> tuple[str, ...]:
    return tuple(line.strip() for line in (open.steering.setting(LADDER) or "").splitlines() if line.strip())


def set_ladder(desk: Desk, names: Sequence[str]) -> None:
    """Raises `BadRequest`."""
    kept = [n.strip() for n in names if n.strip()]
    if len(kept) > MOST_STEPS or any(len(n) > 120 for n in kept):
        raise BadRequest(why=f"At most {MOST_STEPS} names, each of at most 120 characters")
    desk.use("assignment.write", replace(SITE, id="queries"), lambda open, access: open.steering.set(access, LADDER, "\n".join(kept)))


def hand_on(desk: Desk) -> int:
    """Every query that is overdue goes to the next of the ladder; at its end it stays with the last. How many were."""
    with desk.store.transaction() as open:
        steps = _ladder(open)
    if not steps:
        return 0
    now = desk.clock()
    due = desk.use("query.tell", replace(SITE, id="queries"), lambda open, access: open.queries.listed(access, scope(desk.actor, desk.purpose, desk.rules), ("sent", "seen")))
    late = [q for q, _ in due if q.due and q.due < now and q.escalated < len(steps)]
    for query in late:
        desk.use("query.tell", ("query", query.number), _handed(query.number, steps, desk))
    return len(late)


def _handed(number: str, steps: tuple[str, ...], desk: Desk) -> Callable[[Transaction, Access], None]:
    def use(open: Transaction, access: Access) -> None:
        q = open.queries.get(access, number)
        if q.open and q.due and q.due < desk.clock() and q.escalated < len(steps):  # another job may have been here first
            open.queries.keep(access, replace(q, handed_to=steps[q.escalated], escalated=q.escalated + 1, due=desk.clock() + (CONCURRENT if q.concurrent else RETROSPECTIVE)))

    return use


def tell(desk: Desk, channels: Sequence[Channel], address: str = "") -> list[str]:
    """Each channel is told of each query that changed since it was told last; what went wrong, without a name. A channel that is down stops no other, and is told again later."""
    wrong: list[str] = []
    for channel in channels:
        for told in _untold(desk, channel.name, address):
            mark, why = told.query.mark, ""
            try:
                channel.tell(told)
            except CharthouseError as error:
                why = f"{error.code}: {error}"
                wrong.append(f"{channel.name}: {why}")
            desk.use("query.tell", ("query", told.query.number), _noted(told.query.number, channel.name, "" if why else mark, why, desk))
            if why:
                break  # it would not take the next one either
    return wrong


def _untold(desk: Desk, channel: str, address: str) -> tuple[Told, ...]:
    """They are told by nobody else for two minutes."""
    def use(open: Transaction, access: Access) -> tuple[Told, ...]:
        out = []
        for q in open.query_messages.untold(access, channel, desk.clock()):
            open.query_messages.note(access, q.number, channel, "", "", desk.clock() + AGAIN[0])
            at = open.deciding.coded(access, q.draft.encounter)
            out.append(Told(query=q, visit=at.visit, registration=at.registration, link=f"{address}/query/{q.number}" if address else ""))
        return tuple(out)

    return desk.use("query.tell", replace(SITE, id="queries"), use)


def _noted(number: str, channel: str, mark: str, why: str, desk: Desk) -> Callable[[Transaction, Access], None]:
    return lambda open, access: open.query_messages.note(access, number, channel, mark, why, desk.clock() + AGAIN[1])

