"""The worker, wired: the engine at its desk, the queue in numbers, and what an operator may do with it."""
from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from charthouse.bootstrap import chart, kit, record
from charthouse.ports.steps import Lease, Queue
from charthouse.record.access import Actor

if TYPE_CHECKING:
    from charthouse.adapters.storage.site import Site
    from charthouse.flow.completion import Rules
    from charthouse.flow.desk import Desk
    from charthouse.flow.steps import Kit
    from charthouse.flow.worker import Holding
    from charthouse.ports.queries import Channel

ENGINE = Actor(id="engine", roles=frozenset({"engine"}), origin="worker")


@dataclass(frozen=True, slots=True)
class Engine:
    """The engine signed in, with its kit loaded once."""

    desk: Desk
    kit: Kit
    rules: Rules
    site: Site

    def work_on_next(self, worker: str, seconds: float, holding: Holding) -> str | None:
        """None when nothing was due; else what to tell an operator, "" when all went well."""
        from charthouse.flow.worker import work_on_next

        outcome = work_on_next(self.desk, self.kit, worker, seconds, holding, self.rules)
        if outcome is None or outcome.state == "done":
            return None if outcome is None else ""
        return f"{outcome.encounter}: {outcome.state} ({outcome.why})"

    def tend(self) -> list[str]:
        """What is due by the clock: overdue queries are handed on, and the providers' own system is told. What went wrong, for an operator."""
        from charthouse import settings
        from charthouse.bootstrap import report_files
        from charthouse.flow import query_clock

        desk = self.everywhere()
        query_clock.hand_on(desk)
        wrong = query_clock.tell(desk, [channel(name, where) for name, where in settings.query_channels()], settings.address())
        return [*wrong, *report_files.scheduled(desk)]

    def everywhere(self) -> Desk:
        """The engine at every facility that the record knows."""
        from charthouse.adapters.storage.examine import facilities

        with self.site.snapshot() as connection:
            return replace(self.desk, actor=replace(self.desk.actor, facilities=facilities(connection)))

    def hold(self, lease: Lease, seconds: float) -> bool:
        from charthouse.flow.worker import hold

        return hold(self.desk, lease, seconds)


def channel(name: str, address: str) -> Channel:
    """"fhir" or "hl7", at this address."""
    from charthouse import settings
    from charthouse.adapters.wire import query_channels

    return query_channels.Fhir(address, settings.pull_credentials()) if name == "fhir" else query_channels.Hl7(address)


@contextmanager
def engine() -> Iterator[Engine]:
    with record.opened() as site:
        yield Engine(record.sign_in(site, ENGINE, "operations"), kit(), chart.rules(), site)


def queue(site: Site, *, with_ended: bool = False) -> Queue:
    """The queue in numbers; opens no chart."""
    from charthouse.adapters.storage.queue import queue as of

    with site.snapshot() as connection:
        return of(connection, datetime.now(UTC), with_ended=with_ended)


def quarantined() -> list[tuple[str, str, str]]:
    """(encounter, step, code of the error) of what was tried twice."""
    from charthouse.adapters.storage.queue import quarantined as listed

    with record.opened() as site, site.snapshot() as connection:
        return listed(connection)


def retry(encounter: str) -> int:
    """What is quarantined of the visit is due again: how many runs."""
    from charthouse.flow.worker import retry as again

    with record.opened() as site:
        return again(record.sign_in(site, record.operator(), "administration"), encounter)
