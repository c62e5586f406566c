"""An entry of the append-only ledger: who did what to which record, for what purpose, and when (45 CFR 170.315(d)(2), (d)(3), (d)(10)).

Entries are chained: each holds the hash of the one before it, so that an edit, an insertion, a deletion or a change of order shows.
"""
from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, fields
from typing import Literal

FIRST = "0" * 64  # what the first entry holds as the hash before it
Outcome = Literal["done", "refused"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """`at` is UTC to the microsecond; `subject` names the thing (`encounter:0198...`) and never quotes it; `version` is the version that
    was seen or made; `reason` is the rule that refused, or why the glass was broken; `origin` is where the request came from. No field
    carries text of a chart."""

    actor: str
    purpose: str
    action: str
    at: str
    outcome: Outcome = "done"
    patient: str = ""
    subject: str = ""
    version: str = ""
    reason: str = field(default="", repr=False)
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An event in its place."""

    seq: int
    event: Event
    previous: str
    hash: str


def sealed(seq: int, event: Event, previous: str) -> Entry:
    """The entry with its hash."""
    return Entry(seq=seq, event=event, previous=previous, hash=digest(seq, event, previous))


def digest(seq: int, event: Event, previous: str) -> str:
    """SHA-256 over the place, the hash before and every field, in one fixed spelling (JSON, no blanks, code points as \\u escapes)."""
    spelled = json.dumps([seq, previous, *(getattr(event, f.name) for f in fields(event))], separators=(",", ":"))
    return hashlib.sha256(spelled.encode()).hexdigest()
