"""The second reader: a language model on the site's own network that is asked about one proposed code at a time.

A question holds a few passages of the chart, the code, and other codes of the book that it may name in its place. The
answer is a JSON object of the form that `schema` gives; the room `second_reading` checks it, so an engine need not.
"""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, get_args

from charthouse.record.document import Span

Verdict = Literal["agree", "disagree", "unsure"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
REASONS = {
    "stated": "the passage states it",
    "denied": "the passage denies it",
    "uncertain": "the passage only supposes it",
    "history": "the passage speaks of the past",
    "other person": "the passage speaks of somebody else",
    "not stated": "the passage does not state it",
    "specificity": "the passage says something more or less specific",
    "integral": "it belongs to another condition in the passage",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Words of one document around the evidence, literally; `section` is one of our own names of sections."""

    section: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Does the chart support this code? `place` is where it stands among the codes of the chart."""

    place: int
    code: str
    title: str
    passages: tuple[Passage, ...]
    alternatives: tuple[tuple[str, str], ...]  # code and title: valid on the record's date


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """`content` is what the model wrote, unchecked; None when there is no answer, and `why` says so in fixed words."""

    content: str | None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What the questions of one chart cost. `price` in the site's own currency, None where it has given no price."""

    requests: int = 0
    retries: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    seconds: float = 0.0
    price: float | None = None


class SecondReader(Protocol):
    @property
    def name(self) -> str:
        """Which model answers: it is part of what made the result."""
        ...

    def read(self, questions: Sequence[Question]) -> tuple[tuple[Reply, ...], Usage]:
        """A reply for each question, in order. No question, and no reply, may have an effect on another reply. Raises
        nothing: a model that cannot be reached is a reply without content."""
        ...


def schema(question: Question) -> dict[str, Any]:
    """The JSON schema of the answer, strict: nothing else may stand in it."""
    properties = {
        "verdict": {"type": "string", "enum": list(VERDICTS)},
        "quote": {"type": "string", "description": "words of one passage, copied exactly"},
        "better_code": {"type": "string", "enum": ["", *(code for code, _ in question.alternatives)]},
        "reason": {"type": "string", "enum": list(REASONS)},
    }
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
