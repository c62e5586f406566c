"""The engine's proposal as lines that a person decides on."""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

LETTERS = {"ICD-10-CM": "d", "ICD-10-PCS": "p", "HCPCS": "h", "CPT": "c"}
FIRST_ROLES = ("principal", "first-listed")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One code as it stands now. `engine` is the proposal as the result spells it, {} for a code that a person added or that the engine proposes no more (`gone`).
    `proposed` is what the engine had here before a person changed it. `off`: left off the claim, by the engine or a person. `decision`: "", "accepted", "changed",
    "added" or "rejected"."""

    id: str
    system: str
    code: str
    role: str
    poa: str = ""
    off: bool = False
    decision: str = ""
    proposed: str = ""
    reason: str = ""
    flagged: bool = False
    gone: bool = False
    span: tuple[str, int, int] | None = None
    by: str = ""
    at: datetime | None = None
    engine: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def first(self) -> bool:
        return self.role in FIRST_ROLES

    @property
    def waits(self) -> bool:
        """The engine was not sure of it, and nobody has decided yet."""
        return not self.off and not self.decision and self.engine.get("status") != "auto"


def id_of(system: str, code: str) -> str:
    """"ICD-10-CM", "I50.23" as "dI5023": the same however often the engine reads the chart."""
    return LETTERS.get(system, "x") + code.replace(".", "")


def lines_of(codes: Iterable[Mapping[str, Any]]) -> tuple[Line, ...]:
    """The codes of a result (`flow/result.py`), each code of a system once, in their order."""
    out: dict[str, Line] = {}
    for c in codes:
        id = id_of(c["system"], c["code"])
        out.setdefault(id, Line(id=id, system=c["system"], code=c["code"], role=c["role"], poa=str(c.get("poa") or ""), off=c["status"] == "suppressed", engine=c))
    return tuple(out.values())
