"""Messages over the line: each answered after it is on disk. AA: stored, or waiting for a person. AE: quarantined, with the reason. AR: no HL7 v2 message."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from charthouse.flow.desk import Desk
from charthouse.flow.intake import NOTHING, Given, quarantine, take_in_all
from charthouse.record.errors import CharthouseError, NotAMessage, Quarantined, UnreadableDocument
from charthouse.record.received import Arrival

Code = Literal["AA", "AE", "AR"]
Read = Callable[[Sequence[tuple[bytes, str]]], list["list[Arrival] | UnreadableDocument"]]
Acknowledge = Callable[[bytes, Code, datetime, CharthouseError | None], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What answering needs. `is_message` looks at the first bytes only."""

    desk: Desk
    is_message: Callable[[bytes], bool]
    read: Read
    acknowledge: Acknowledge
    given: Given = NOTHING


def answer(line: Line, messages: Sequence[bytes]) -> list[bytes]:
    """The answers, in order; all that they acknowledge is on disk, in one transaction where all of it can be stored."""
    told: dict[int, tuple[Code, CharthouseError | None]] = {}
    waiting: list[tuple[int, Arrival]] = []
    whole = [n for n, message in enumerate(messages) if line.is_message(message)]
    for n, read in zip(whole, line.read([(messages[n], "message") for n in whole]), strict=True):
        if isinstance(read, NotAMessage):
            told[n] = "AR", read
        elif isinstance(read, UnreadableDocument):
            quarantine(line.desk, messages[n], read.code, str(read.fields.get("why", "")), given=line.given)
            told[n] = "AE", Quarantined(reason=read.code)
        else:
            waiting += [(n, arrival) for arrival in read]
            told[n] = "AA", None
    for (n, _), receipt in zip(waiting, take_in_all(line.desk, [(a, messages[n]) for n, a in waiting], given=line.given), strict=True):
        if receipt.outcome == "quarantined":
            told[n] = "AE", Quarantined(reason=receipt.reason)
    at = line.desk.clock()
    stray = NotAMessage(file="What was sent", why="it does not begin with MSH")
    return [line.acknowledge(message, *_args(told.get(n, ("AR", stray)), at)) for n, message in enumerate(messages)]


def _args(told: tuple[Code, CharthouseError | None], at: datetime) -> tuple[Code, datetime, CharthouseError | None]:
    return told[0], at, told[1]
