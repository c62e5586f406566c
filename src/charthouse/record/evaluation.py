"""The level of an evaluation and management visit, with the elements that it rests on."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from charthouse.record.ruling import Ruling

Level = Literal["straightforward", "low", "moderate", "high"]
LEVELS: tuple[Level, ...] = ("straightforward", "low", "moderate", "high")
CATEGORIES = ("office new", "office established", "emergency", "inpatient initial", "inpatient subsequent", "nursing initial", "nursing subsequent",
              "home new", "home established")
VISITS = ("new", "established", *CATEGORIES)  # what an encounter may say of itself
Element = Literal["problems", "data", "risk"]
ELEMENTS: tuple[Element, ...] = ("problems", "data", "risk")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """One visit note. `category` is "" where the note does not tell, say, a new from an established patient; then there
    is no code. `levels` has the level of each element; `minutes` the total time that the note gives.

    `elements` quote what was read, by element; `reasons` tell how the level was decided and what could not be read.
    """

    document: str
    setting: str  # "office", "emergency", "inpatient", ...
    category: str
    level: Level
    decided_by: Literal["medical decision making", "time"]
    levels: tuple[tuple[Element, Level], ...]
    minutes: int | None
    elements: tuple[tuple[Element, Ruling], ...]
    reasons: tuple[Ruling, ...]
    code: str = ""

    def as_dict(self) -> dict[str, object]:
        return {"document": self.document, "setting": self.setting, "category": self.category, "level": self.level, "code": self.code,
                "decided_by": self.decided_by, "levels": dict(self.levels), "minutes": self.minutes,
                "elements": [{"element": e} | r.as_dict() for e, r in self.elements], "reasons": [r.as_dict() for r in self.reasons]}
