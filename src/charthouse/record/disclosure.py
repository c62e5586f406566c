"""What is asked of the department: a request for a record, as its letter says it."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from charthouse.record.document import Span
from charthouse.record.ruling import Ruling

Kind = Literal["access", "authorization", "part 2 consent", "subpoena", "court order", "payer", "agency", "provider", "unclear"]
Element = Literal["requester", "patient", "birth", "what", "discloser", "recipient", "dates", "purpose", "expiry", "written", "signature", "signed on", "representative", "authority", "statement", "trait"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One element of a request as it stands in the letter. `value` is its plain form; `span` the words it was read from; `on` and `until` where it is a date or a time span."""

    element: Element
    value: str
    span: Span
    on: date | None = None
    until: date | None = None

    def as_dict(self) -> dict[str, object]:
        days = {name: day.isoformat() for name, day in (("on", self.on), ("until", self.until)) if day}
        return {"element": self.element, "value": self.value, **days, "span": self.span.as_dict()}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseRequest:
    """A request for a record: what kind of letter it is, and each thing it says. What is not among `said` the letter does not say."""

    document: str
    kind: Kind
    said: tuple[Said, ...]

    def of(self, element: Element) -> tuple[Said, ...]:
        return tuple(s for s in self.said if s.element == element)

    def first(self, element: Element) -> Said | None:
        return next(iter(self.of(element)), None)

    def says(self, element: Element, value: str) -> bool:
        return any(s.value == value for s in self.of(element))

    def as_dict(self) -> dict[str, object]:
        return {"document": self.document, "kind": self.kind, "said": [s.as_dict() for s in self.said]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """By which `route` a request may be answered, and what stands against it. Defects ("error") stop it, what is to be done first ("warning") does not; `due` is the last day to answer, where a rule sets one."""

    route: str
    citation: str
    rulings: tuple[Ruling, ...]
    due: date | None = None

    @property
    def defects(self) -> tuple[Ruling, ...]:
        return tuple(r for r in self.rulings if r.verdict == "error")
