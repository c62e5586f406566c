"""What a person does with the codes of a chart: each act is kept for good, in order; what stands is what they come to."""
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from charthouse.record.filing import Registration, Visit

What = Literal["accept", "reject", "change", "add", "principal", "poa", "flag", "unflag", "submit", "undo", "redo"]
ON_A_LINE: tuple[What, ...] = ("accept", "reject", "change", "principal", "poa", "flag", "unflag")


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """`n` counts the acts of the chart from 1. `line` is the line it is about; `code` and `system` what stood there, or what was added; `to` the code that a change
    puts there; `value` the POA indicator; `reason` the key of a reason to reject; `span` (document, start, end) the words that were selected."""

    what: What
    n: int = 0
    line: str = ""
    system: str = ""
    code: str = ""
    to: str = ""
    value: str = ""
    reason: str = ""
    note: str = field(default="", repr=False)
    span: tuple[str, int, int] | None = None
    by: str = ""
    shown: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """What the record holds of a visit's coding: `proposal` is the hash of the engine's last result ("" while there is none), `made_at` when it was made."""

    visit: Visit
    registration: Registration = field(repr=False)
    made_at: datetime | None
    proposal: str
    acts: tuple[Act, ...]

    @property
    def version(self) -> int:
        return len(self.acts)
