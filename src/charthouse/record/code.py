"""One code, proposed for a claim or left off it, with its proof."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from charthouse.record.document import Span
from charthouse.record.ruling import Ruling

System = Literal["ICD-10-CM", "ICD-10-PCS", "CPT", "HCPCS"]
SYSTEMS: tuple[System, ...] = ("ICD-10-CM", "ICD-10-PCS", "CPT", "HCPCS")
Role = Literal["principal", "first-listed", "secondary", "external cause", "procedure", "mention"]
Status = Literal["auto", "review", "suppressed"]
Poa = Literal["Y", "N", "U", "W", "exempt", ""]


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeLine:
    """`auto` and `review` are the answer; `suppressed` was found and left off, and says why in `reasons`."""

    system: System
    code: str
    title: str
    role: Role
    status: Status
    confidence: float
    evidence: tuple[Span, ...]
    reasons: tuple[Ruling, ...]
    edition: str
    poa: Poa = ""
    severity: str = ""  # CC or MCC, where grouping matters
    matched: tuple[str, ...] = ()  # what the text says that picked this code within its family
    beyond: tuple[str, ...] = ()  # what the title says and the text does not
    weighed: tuple[tuple[str, float], ...] = ()  # what weighed most for (+) and against (-) its confidence, in log-odds
    units: int | None = None  # of a drug or supply (HCPCS)
    score: float | None = None  # the ranker's own, from which the gate made the confidence

    def as_dict(self) -> dict[str, object]:
        return {"system": self.system, "code": self.code, "title": self.title, "role": self.role, "status": self.status,
                "confidence": round(self.confidence, 4),
                "score": round(self.confidence if self.score is None else self.score, 6), "poa": self.poa, "severity": self.severity,
                "edition": self.edition, "evidence": [s.as_dict() for s in self.evidence],
                "reasons": [r.as_dict() for r in self.reasons], "matched": list(self.matched), "beyond": list(self.beyond),
                "weighed": [{"feature": name, "weight": round(weight, 2)} for name, weight in self.weighed]} | ({"units": self.units} if self.units is not None else {})
