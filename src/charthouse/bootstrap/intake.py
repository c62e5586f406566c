"""The doors by which things come in, wired: who acts, the limited child that reads, the listener, the watched folder."""
from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from charthouse import settings
from charthouse.bootstrap import record
from charthouse.record.errors import BadRequest

if TYPE_CHECKING:
    import asyncio

    from charthouse.adapters.readers.child import Reading
    from charthouse.flow.desk import Desk
    from charthouse.flow.intake import Given
    from charthouse.record.access import Actor
    from charthouse.record.receipt import Held, Receipt


def interface(facility: str, origin: str = "command line") -> Actor:
    """Who runs a door: the user of this machine, as a feed of one facility. Raises `BadRequest` where none is named."""
    at = facility or settings.facility()
    if not at:
        raise BadRequest(why="Nothing says at which facility it is to be filed: give --facility, or set CHARTHOUSE_FACILITY")
    return record.person("interface", at, origin=origin)


@dataclass(frozen=True, slots=True)
class Door:
    """Open: a desk, and a reader in a limited child."""

    desk: Desk
    reading: Reading

    def take(self, content: bytes, name: str, given: Given) -> list[Receipt]:
        from charthouse.flow.intake import take_in_file

        return take_in_file(self.desk, self.reading.read, content, name, given)

    def waiting(self) -> tuple[Held, ...]:
        from charthouse.flow.post import waiting

        return waiting(self.desk)

    def settle(self, id: str, given: Given) -> Receipt:
        from charthouse.flow.intake import file_held

        return file_held(self.desk, id, given)

    def handle(self, messages: list[bytes]) -> list[bytes]:
        """What the listener calls: the answers to messages, all on disk."""
        from charthouse.adapters.readers.hl7v2 import Hl7Reader
        from charthouse.adapters.wire.hl7_ack import acknowledge
        from charthouse.flow.listening import Line, answer

        line = Line(desk=self.desk, is_message=partial(Hl7Reader().knows, name=""), read=self.reading.read_many,
                    acknowledge=lambda message, code, at, error: acknowledge(message, code, at=at, error=error))
        return answer(line, messages)


@contextmanager
def door(facility: str, origin: str = "command line") -> Iterator[Door]:
    from charthouse.adapters.readers.child import Reading

    actor = interface(facility, origin)
    reading = Reading()
    with record.opened() as site:
        try:
            yield Door(record.sign_in(site, actor, "operations"), reading)
        finally:
            reading.close()


@dataclass(frozen=True, slots=True)
class Tls:
    certificate: str
    key: str
    clients: str = ""


async def listen(open: Door, host: str, port: int, *, stop: asyncio.Event, tls: Tls | None, tell: Callable[[str], None], ready: Callable[[int], None]) -> None:
    """Until `stop`. Raises `CannotListen`."""
    from charthouse.adapters.wire.mllp import serve, tls_context

    context = tls_context(tls.certificate, tls.key, clients=tls.clients) if tls else None
    await serve(host, port, open.handle, stop=stop, tls=context, tell=tell, ready=ready)


def watch(open: Door, folder: Path, given: Given, *, pause: Callable[[], bool], tell: Callable[[Path, str], None]) -> None:
    """Look, take what is complete, and pause, until `pause` says that it is enough. Raises `FolderInUse`."""
    from charthouse.adapters.readers.folder import Watched
    from charthouse.rooms.intake.reasons import said

    watched = Watched(folder)
    watched.begin()

    def taken(content: bytes, name: str) -> str:
        receipts = open.take(content, name, given)
        return "; ".join(f"{said(r.reason, *r.notes[:1])} (held {r.held[0]})" for r in receipts if r.outcome == "quarantined")

    while True:
        for path in watched.complete():
            tell(*watched.take(path, taken))
        if pause():
            return
