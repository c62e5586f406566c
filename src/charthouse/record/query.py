"""A query: a question to a provider about what the record says, with the indicators it rests on, its life, and the answer."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from charthouse.record.document import Span
from charthouse.record.filing import Registration, Visit
from charthouse.record.ruling import Ruling

Form = Literal["open", "choice", "yes/no"]
FORMS: tuple[Form, ...] = ("open", "choice", "yes/no")
Kind = Literal["conflict", "specificity", "indicators", "validation", "poa", "cause", "copied"]
KINDS: tuple[Kind, ...] = ("conflict", "specificity", "indicators", "validation", "poa", "cause", "copied")
BECAUSE: dict[Kind, str] = {
    "conflict": "The record contradicts itself", "specificity": "Something can be said more exactly", "indicators": "Findings without a diagnosis", "validation": "A diagnosis without findings",
    "poa": "Present on admission is unclear", "cause": "Cause and effect", "copied": "Stands in copied passages only"}
State = Literal["draft", "sent", "seen", "answered", "closed", "withdrawn"]
OPEN: tuple[State, ...] = ("sent", "seen")
Outcome = Literal["agreed", "disagreed", "other", "undetermined"]
OUTCOMES: tuple[Outcome, ...] = ("agreed", "disagreed", "other", "undetermined")
ANSWER_KIND = "query_answer"  # the kind of the document by which an answer comes in


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One quotation that a query rests on. `label` says which document and whose; `encounter` is "" for this one, else the earlier encounter's id."""

    span: Span = field(repr=False)
    label: str = ""
    encounter: str = ""

    def as_dict(self) -> dict[str, object]:
        return self.span.as_dict() | {"label": self.label, "encounter": self.encounter}


@dataclass(frozen=True, slots=True, kw_only=True)
class Opportunity:
    """Something that the record leaves open and a query could ask. `ruling` says what, and quotes it. `about` is what the record names already, `open` what it does not say of it, `options`
    what its indicators support, `line` the code line that it concerns; a code of `answered` on the chart closes it. `key` is the same however often the chart is read."""

    key: str
    kind: Kind
    ruling: Ruling
    about: str = ""
    open: str = ""
    options: tuple[str, ...] = ()
    line: str = ""
    answered: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, object]:
        return {"key": self.key, "kind": self.kind, "about": self.about, "open": self.open, "options": list(self.options), "line": self.line, "ruling": self.ruling.as_dict()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A query as it is written, before it is sent: all that the linter judges. `about` names what it is about in the field's words ("heart failure"); `line` is
    the code whose line it came from, kept beside the query and never in it; `why_prior` says why an earlier encounter matters now."""

    encounter: str
    patient: str
    on: date | None
    author: str
    to: str
    kind: Kind
    form: Form
    title: str = field(repr=False)
    question: str = field(repr=False)
    options: tuple[str, ...] = field(default=(), repr=False)
    indicators: tuple[Indicator, ...] = ()
    about: str = ""
    line: str = ""
    template: str = ""
    written_by: Literal["person", "rule", "model"] = "person"
    why_prior: str = field(default="", repr=False)

    def as_dict(self) -> dict[str, object]:
        names = ("encounter", "patient", "author", "to", "kind", "form", "title", "question", "about", "line", "template", "written_by", "why_prior")
        return {n: getattr(self, n) for n in names} | {"on": self.on.isoformat() if self.on else None, "options": list(self.options), "indicators": [i.as_dict() for i in self.indicators]}


def draft_of(said: Mapping[str, object]) -> Draft:
    """The draft that `as_dict` spelled. Raises KeyError, TypeError or ValueError for what it did not."""
    given = dict(said)
    on, options, indicators = given.pop("on"), given.pop("options"), given.pop("indicators")
    assert isinstance(options, list)
    assert isinstance(indicators, list)
    quoted = tuple(Indicator(span=Span(document=str(i["document"]), start=int(i["start"]), end=int(i["end"]), text=str(i["text"])), label=str(i["label"]), encounter=str(i["encounter"]))
                   for i in indicators)
    return Draft(on=date.fromisoformat(str(on)) if on else None, options=tuple(map(str, options)), indicators=quoted, **given)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the provider answered: the option that was chosen, or words; `document` is the document by which it came in."""

    outcome: Outcome
    choice: str = field(default="", repr=False)
    words: str = field(default="", repr=False)
    by: str = ""
    at: datetime | None = None
    document: str = ""


def outcome_of(chosen: str, words: str) -> Outcome:
    """What an answer comes to: `chosen` of the options that were offered, or words."""
    low = (chosen or words).lower()
    if "undetermined" in low or "unable to" in low or "cannot be determined" in low:
        return "undetermined"
    return "other" if not chosen or low.startswith("other") else "disagreed" if low.startswith("no") else "agreed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A query with its life. `number` is what an answer names; `concurrent`: asked while the patient was in house; `escalated` is how often it was handed on, `handed_to` to
    whom last; `due` when it is handed on next."""

    number: str
    draft: Draft
    state: State
    made_at: datetime
    by: str
    shown: str = ""
    concurrent: bool = False
    sent_at: datetime | None = None
    seen_at: datetime | None = None
    due: datetime | None = None
    escalated: int = 0
    handed_to: str = ""
    answer: Answer | None = None
    closed_at: datetime | None = None
    why: str = ""  # why it was withdrawn

    @property
    def open(self) -> bool:
        """Sent and not answered: it holds the chart."""
        return self.state in OPEN

    @property
    def mark(self) -> str:
        """What the providers' own system is told of: that it is asked, handed on, answered or withdrawn."""
        return f"{'asked' if self.open else self.state}/{self.escalated}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A query as the providers' own system is told of it: with whose visit it is about, and the address of the page that answers it ("" where there is none)."""

    query: Query
    visit: Visit
    registration: Registration = field(repr=False)
    link: str = ""
