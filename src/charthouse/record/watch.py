"""Accesses of charts as the privacy officer watches them: who looked, whom they looked at, what explains it, and what speaks against it."""
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from charthouse.record.ruling import Ruling

How = Literal["open", "search", "glass"]
Strength = Literal["strong", "weak"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One access. `how`: a chart opened, found by a part of a name, or opened by breaking the glass; `followed`: what the glass was broken for was documented."""

    at: datetime
    actor: str
    patient: str
    how: How = "open"
    followed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody of the workforce. `patient`: their own record, where they have one; `home`: their address, spelled alike."""

    id: str
    unit: str = ""
    family: str = field(default="", repr=False)
    home: str = field(default="", repr=False)
    patient: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A patient. `member`: who they are in the workforce, where they are of it; `vip`: whom many know."""

    id: str
    family: str = field(default="", repr=False)
    home: str = field(default="", repr=False)
    member: str = ""
    vip: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """What explains that `who` (a member, or everybody of a unit) looks at a patient between two moments. Strong: given to them by name by somebody else (care team, assignment, request, attending); weak: it lies near (on their unit, a lease that they took)."""

    who: str
    patient: str
    what: str
    since: datetime
    until: datetime
    strength: Strength = "strong"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """A privacy officer's answer that quiets: this pair of member and patient (`patient` set), or one rule for one member; until a moment, never a rule for everybody."""

    actor: str
    until: datetime
    patient: str = ""
    rule: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """An access to look at. `rulings` speak against it, the gravest first; `explained` is what would explain it ("" nothing)."""

    look: Look
    rulings: tuple[Ruling, ...]
    explained: str = ""
