"""Second-level review of finished charts: a sample, and the auditor's own coding of each chart beside the coder's."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned:
    """A code that somebody gave. `first`: principal or first-listed."""

    system: str
    code: str
    first: bool = False
    poa: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """A chart of a sample. `theirs` are the codes that it was finished with, by `coder` ("" when the gate finished it), fixed when the sample was drawn; `mine` the auditor's,
    given without seeing them."""

    audit: str
    encounter: str
    coder: str
    coder_shown: str
    setting: str
    theirs: tuple[Assigned, ...]
    their_drg: str = ""
    mine: tuple[Assigned, ...] = ()
    my_drg: str = ""
    by: str = ""
    shown: str = ""
    at: datetime | None = None

    @property
    def done(self) -> bool:
        return self.at is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """A sample. `seed`: the same one over the same charts draws the same sample."""

    id: str
    name: str
    made_at: datetime
    by: str
    seed: int
    population: int
    charts: tuple[Audited, ...] = ()
