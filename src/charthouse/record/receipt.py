"""What became of a thing that was received, and what is held for a person."""
from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal

from charthouse.record.filing import Visit
from charthouse.record.received import Happening, Said

Outcome = Literal["filed", "unfiled", "quarantined"]
HELD: tuple[Outcome, ...] = ("unfiled", "quarantined")


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """`filed`: all of it stands in the record. `unfiled`: some of it waits for a person to say whose it is. `quarantined`: it could not be read, or
    contradicts what is there. `again`: it was taken in before, and this is the answer of then. `reason` is one of `rooms/intake/README.md`."""

    outcome: Outcome
    patient: str = ""
    encounter: str = ""
    documents: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()  # of the documents; "" where it is not sure
    held: tuple[str, ...] = ()
    identity: str = ""  # "link", "possible", "new"
    reason: str = ""
    notes: tuple[str, ...] = ()
    again: bool = False

    def spelled(self) -> str:
        return json.dumps({name: value for name, value in asdict(self).items() if value and name != "again"})


def receipt_of(spelled: str) -> Receipt:
    """The answer of then, said again."""
    kept: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in json.loads(spelled).items()}
    return Receipt(**kept, again=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is remembered of a thing that was taken in. `sha256` is the content as received, `said` the hash of what it says, and when it was sent;
    `encounter` the visit with which it is destroyed."""

    sender: str
    control: str
    said: str
    sha256: str
    answer: str
    encounter: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A thing that waits for a person: what could not be filed, or not be read; or a document whose kind is not sure."""

    outcome: Outcome
    facility: str
    reason: str
    why: str = ""
    name: str = field(default="", repr=False)
    sender: str = ""
    patient: str | None = None
    document: str | None = None  # one that is filed, and of which something must be said
    original: bytes = field(default=b"", repr=False)
    arrival: bytes | None = field(default=None, repr=False)
    id: str = ""
    received_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """One thing that was said of a visit. `sent_at` is when the sender said it, ISO 8601 in UTC, "" when it did not say."""

    what: Happening
    sent_at: str
    said: Said


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundVisit:
    """A visit that is there, whose it is now, what it is now (with its `state`), and all that was said of it. `kept`: whether that is kept as said."""

    encounter: str
    patient: str
    version: int
    visit: Visit
    state: str
    happened: tuple[Happened, ...]
    kept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundDocument:
    """A document that is there, by the sender's number of it."""

    id: str
    patient: str
    encounter: str
    text: str | None  # the hash of its text
    original: str
    sent_at: str
