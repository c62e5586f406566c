"""The reader of HL7 v2: each message, and each patient in it, is an arrival (see docs/howto/receive-messages.md for what is read from where)."""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import cast

from charthouse.adapters.readers import hl7_charges, hl7_documents
from charthouse.adapters.readers.hl7_patient import covers, prior, registration, visit
from charthouse.adapters.readers.tables import events
from charthouse.adapters.wire.hl7 import Message, groups, parse
from charthouse.adapters.wire.hl7_batch import as_bytes, begins, parts
from charthouse.adapters.wire.hl7_time import time_of
from charthouse.record.errors import NotAMessage
from charthouse.record.received import Arrival, Happening

_READ = frozenset(["MSH", "EVN", "PID", "PD1", "MRG", "PV1", "PV2", "IN1", "TXA", "OBR", "OBX", "NTE", "FT1", "DG1", "PR1", "AL1", "RXA", "ARV", "SFT"])
_NOT_BEGUN = frozenset({"A05", "A14", "A27", "A38"})
_PENDING = _NOT_BEGUN | {"A15", "A16", "A25", "A26"}


class Hl7Reader:
    """Implements `ports.readers.FileReader`."""

    name = "hl7v2"

    def knows(self, content: bytes, name: str) -> bool:
        return begins(content)

    def read(self, content: bytes, name: str) -> Iterator[Arrival]:
        """An arrival a message and patient; what is to be told of the file as a whole is an arrival with only notes."""
        content, note = as_bytes(content)
        if not begins(content):
            raise NotAMessage(file=name or "The file", why="no line of it begins a message with MSH")
        for part in parts(content):
            if isinstance(part, str):
                yield Arrival(notes=(part,))
                continue
            try:
                yield from _arrivals(parse(part, "UTF-8" if note else ""), note)
            except NotAMessage as error:
                yield Arrival(notes=(f"a part was left out: {error}",))


def read_message(raw: bytes) -> tuple[Arrival, ...]:
    """One message as it came over the line: an arrival for each patient in it. Raises `NotAMessage`."""
    content, note = as_bytes(raw)
    return tuple(_arrivals(parse(content, "UTF-8" if note else ""), note))


def _arrivals(message: Message, note: str) -> Iterator[Arrival]:
    for n, group in enumerate(groups(message), 1):
        arrival = _arrival(group, note)
        yield arrival if n == 1 else replace(arrival, control=f"{arrival.control}#{n}")


def _arrival(message: Message, note: str) -> Arrival:
    msh, at = message.segments[0], message.at
    notes = [note] if note else []
    kind, trigger = at(msh, 9).upper(), at(msh, 9, 2).upper()
    if not trigger and (evn := message.first("EVN")):
        trigger = at(evn, 1).upper()
    happening, told = events().get((kind, trigger), ("", f"{_spelled(kind)} {_spelled(trigger)} is no message that anything is done upon"))
    if told:
        notes.append(told)
    facility = at(msh, 4) or at(msh, 3)
    patient = registration(message, facility, notes)
    said = visit(message, facility, trigger, happening, notes)
    if said and kind == "ADT" and trigger in _PENDING:  # what has not happened is no fact of the visit
        said = replace(said, status="", discharged=None, admitted=None if trigger in _NOT_BEGUN else said.admitted)
    if kind == "MDM":
        documents, results = hl7_documents.transcriptions(message, happening, notes)
    else:
        documents, results = hl7_documents.reports(message, happening, notes)
    unread = sorted(message.names() - _READ)
    if unread:
        notes.append(f"not read: {', '.join(unread[:20])}")
    return Arrival(
        documents=documents, patient=patient, visit=said, happening=cast(Happening, happening), prior=prior(message, facility) if happening == "merge" else (),
        entries=(*hl7_charges.entries(message), *results), charges=hl7_charges.charges(message, notes), covers=covers(message, notes), sender=f"{at(msh, 3)}|{at(msh, 4)}",
        control=at(msh, 10), sent_at=time_of(at(msh, 7), message.zone), notes=(*message.notes, *notes))


def _spelled(code: str) -> str:
    """A code of MSH-9 in a note: only what can be one."""
    return code if code.isascii() and code.isalnum() and len(code) <= 4 else "?"
