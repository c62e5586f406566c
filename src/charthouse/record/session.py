"""A person at the workbench, signed in."""
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from charthouse.record.access import Actor, Purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """`csrf` must come with everything that changes something. `proven_at`: when the person last showed who they are. `must_change`: the password was given by somebody else, and nothing else is done before it is changed."""

    id: str
    shown: str
    actor: Actor
    purpose: Purpose
    csrf: str = field(repr=False)
    begun_at: datetime
    seen_at: datetime
    proven_at: datetime
    must_change: bool = False
