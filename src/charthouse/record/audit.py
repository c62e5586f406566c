"""Second-level review of finished charts: a sample, the auditor's own coding of each chart beside the coder's, and findings with what became of them."""
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from charthouse.record.ruling import Ruling

Direction = Literal["over", "under", "other"]
DIRECTIONS: tuple[Direction, ...] = ("over", "under", "other")
State = Literal["open", "right", "wrong"]  # right: the finding holds; wrong: the coder was right


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned:
    """A code that somebody gave. `first`: principal or first-listed."""

    system: str
    code: str
    first: bool = False
    poa: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that a review or an audit holds against a finished chart. `audit` is "" for the review that every finished chart has; `to` is the code that the auditor has in place of
    the subject. `drg`: the MS-DRG that it would lead to, "" where it would not change. The coder may answer once (`reply`), and ticks what they have studied."""

    audit: str
    encounter: str
    ruling: Ruling
    direction: Direction
    to: str = ""
    drg: str = ""
    coder: str = ""
    coder_shown: str = ""
    state: State = "open"
    why: str = field(default="", repr=False)
    by: str = ""
    shown: str = ""
    at: datetime | None = None
    made_at: datetime | None = None
    reply: str = field(default="", repr=False)
    replied_at: datetime | None = None
    studied_at: datetime | None = None

    @property
    def key(self) -> str:
        """Within its chart: what it holds against which code."""
        return f"{self.ruling.rule} {self.ruling.subject}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """A chart of a sample. `theirs` are the codes that it was finished with, by `coder` ("" when the gate finished it), and `engine` those that the engine had proposed, both fixed when
    the sample was drawn; `mine` the auditor's, given without seeing them; `agreed` what the two came to, once every difference is settled."""

    audit: str
    encounter: str
    coder: str
    coder_shown: str
    setting: str
    theirs: tuple[Assigned, ...]
    their_drg: str = ""
    engine: tuple[Assigned, ...] = ()
    mine: tuple[Assigned, ...] = ()
    my_drg: str = ""
    by: str = ""
    shown: str = ""
    at: datetime | None = None
    agreed: tuple[Assigned, ...] = ()
    agreed_drg: str = ""
    settled_at: datetime | None = None

    @property
    def done(self) -> bool:
        return self.at is not None

    @property
    def settled(self) -> bool:
        return self.settled_at is not None

    @property
    def right(self) -> tuple[Assigned, ...]:
        """What the chart should have: as agreed, else as the auditor has it."""
        return self.agreed if self.settled else self.mine

    @property
    def right_drg(self) -> str:
        return self.agreed_drg if self.settled else self.my_drg


How = Literal["random", "rule", "targeted"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """Which finished charts a sample is drawn of: all that is said must hold. `coder` as shown, "gate" for what the gate finished alone; `rule` that of a finding of the review."""

    coder: str = ""
    setting: str = ""
    unit: str = ""
    drg: str = ""
    family: str = ""
    rule: str = ""

    @property
    def how(self) -> How:
        """Only a random sample of all says something of all."""
        return "rule" if self.rule else "targeted" if any((self.coder, self.setting, self.unit, self.drg, self.family)) else "random"

    @property
    def words(self) -> str:
        named = (("coder", self.coder), ("setting", self.setting), ("service", self.unit), ("MS-DRG", self.drg), ("code family", self.family), ("finding", self.rule))
        return ", ".join(f"{name} {value}" for name, value in named if value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """A sample. `seed`: the same one over the same charts draws the same sample. `aim` in words, "" for a random one."""

    id: str
    name: str
    made_at: datetime
    by: str
    seed: int
    population: int
    charts: tuple[Audited, ...] = ()
    how: How = "random"
    aim: str = ""
