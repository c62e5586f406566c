"""Training of coders: an adjudicated chart to code, an attempt at it, and how a person gets on."""
from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from charthouse.record.audit import Assigned

Level = Literal["routine", "combined", "hard"]
LEVELS: tuple[Level, ...] = ("routine", "combined", "hard")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A document of a case."""

    id: str
    kind: str
    author: str
    on: date | None
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A chart that the project wrote, with the codes that are right for it and why each is; `rejected` are codes that a reader might be tempted to give. No person is in it."""

    id: str
    topic: str
    level: Level
    setting: Literal["outpatient", "inpatient"]
    on: date
    admitted: date | None
    sex: str
    age: int
    documents: tuple[Page, ...]
    key: tuple[Assigned, ...]
    why: tuple[tuple[str, str], ...] = ()
    rejected: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """`right`, `over` and `under` count codes."""

    person: str
    shown: str
    case: str
    codes: tuple[Assigned, ...]
    right: int
    over: int
    under: int
    at: datetime

    @property
    def f1(self) -> float:
        whole = 2 * self.right + self.over + self.under
        return 2 * self.right / whole if whole else 1.0

    @property
    def whole(self) -> bool:
        """The chart is right as a whole."""
        return not self.over and not self.under
