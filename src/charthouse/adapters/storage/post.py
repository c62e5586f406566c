"""The post room in the database: implements `ports.post.Post`."""
from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from charthouse.adapters.storage.ids import new_id
from charthouse.adapters.storage.records import Work
from charthouse.adapters.storage.schema import held as table
from charthouse.adapters.storage.schema import message as messages
from charthouse.adapters.storage.together import BESIDE, later
from charthouse.record.access import Access
from charthouse.record.receipt import HELD, Held, Message

_SAID = ("facility", "name", "sender", "reason", "why", "patient", "document")

_ANSWERED = sa.select(messages).where(messages.c.sender == sa.bindparam("sender"), messages.c.control_id == sa.bindparam("control")).execution_options(**BESIDE)


class PostRoom:
    def __init__(self, work: Work) -> None:
        self._work = work
        self._kept: dict[tuple[str, str], Message] = {}  # in this transaction

    def answered(self, access: Access, sender: str, control: str) -> Message | None:
        if kept := self._kept.get((sender, control)):
            return kept
        row = self._work.connection.execute(_ANSWERED, {"sender": sender, "control": control}).first()
        return None if row is None else Message(sender=sender, control=control, said=row.said, sha256=row.sha256, answer=row.answer)

    def keep(self, access: Access, message: Message, original: bytes) -> None:
        self._work.tell(replace(access.event, subject=f"message:{message.sha256}"))
        self._work.blobs.put(self._work.connection, original)
        self._kept[message.sender, message.control] = message
        later(self._work.connection, messages, {
            "sender": message.sender, "control_id": message.control, "received_at": datetime.now(UTC), "answer": message.answer, "sha256": message.sha256, "said": message.said,
            "encounter": message.encounter or None})

    def hold(self, access: Access, held: Held) -> str:
        id = new_id()
        self._work.tell(replace(access.event, patient=held.patient or "", subject=f"held:{id}", reason=held.reason))
        original = self._work.blobs.put(self._work.connection, held.original)
        arrival = None if held.arrival is None else self._work.blobs.put(self._work.connection, held.arrival)
        self._work.connection.execute(table.insert().values(id=id, state=held.outcome, original=original, arrival=arrival, received_at=datetime.now(UTC),
                                                            **{name: getattr(held, name) for name in _SAID}))
        return id

    def waiting(self, access: Access, facilities: frozenset[str], limit: int) -> tuple[Held, ...]:
        self._work.tell(access.event)
        rows = self._work.connection.execute(
            sa.select(table).where(table.c.state.in_(HELD), table.c.facility.in_(sorted(facilities))).order_by(table.c.received_at, table.c.id).limit(limit)).mappings()
        return tuple(_held(row) for row in rows)

    def held(self, access: Access, id: str) -> Held | None:
        self._work.tell(access.event)
        row = self._work.connection.execute(sa.select(table).where(table.c.id == id, table.c.state.in_(HELD))).mappings().first()
        if row is None:
            return None
        get = self._work.blobs.get
        return replace(_held(row), original=get(self._work.connection, row["original"]), arrival=get(self._work.connection, row["arrival"]) if row["arrival"] else None)

    def settle(self, access: Access, id: str) -> None:
        self._work.tell(access.event)
        self._work.connection.execute(table.update().where(table.c.id == id).values(state="settled", settled_at=datetime.now(UTC), settled_by=access.event.actor))


def _held(row: Any) -> Held:
    return Held(id=row["id"], outcome=row["state"], received_at=row["received_at"], **{name: row[name] for name in _SAID})
