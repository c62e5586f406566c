"""The one answer of every rule in every room."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from charthouse.record.document import Span

Verdict = Literal["passed", "applied", "suppressed", "warning", "error", "not loaded"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """`rule` is a stable id (`ocg/I.A.15/with`), `subject` the code or thing it is about, `edition` the book used."""

    rule: str
    verdict: Verdict
    message: str
    citation: str
    subject: str = ""
    edition: str = ""
    spans: tuple[Span, ...] = ()

    def as_dict(self) -> dict[str, object]:
        return {"rule": self.rule, "verdict": self.verdict, "message": self.message, "citation": self.citation,
                "subject": self.subject, "edition": self.edition, "spans": [s.as_dict() for s in self.spans]}
