"""What a person corrected, and what the program may change because of it."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Action = Literal["accept", "change", "add", "remove"]
# Why a code was wrong, in the words of a coder's correction slip; what the correction teaches depends on it.
Reason = Literal["not said", "not addressed", "wrong specificity", "integral", "missed", "other", ""]
ACTIONS: tuple[Action, ...] = ("accept", "change", "add", "remove")
REASONS: tuple[Reason, ...] = ("not said", "not addressed", "wrong specificity", "integral", "missed", "other", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One decision on one code. `to` is the code in its place (for "change"); `words` the words of the note that prove the
    added or changed code, as they stand there."""

    action: Action
    code: str
    to: str = ""
    words: str = field(default="", repr=False)
    reason: Reason = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something that can be applied and undone: a term of the site's own lexicon, words that are no finding ("quiet"), a
    step of the ranker's weights, or the threshold for review."""

    kind: Literal["term", "quiet", "weights", "threshold"]
    what: str = field(repr=False)  # for a person; quotes words of a note
    phrase: str = field(default="", repr=False)
    target: str = ""
    bias: float = 0.0
    weights: Mapping[str, float] = field(default_factory=dict)
    review: float = 0.0

    def as_dict(self) -> dict[str, Any]:
        return {"kind": self.kind, "what": self.what, "phrase": self.phrase, "target": self.target, "bias": self.bias,
                "weights": dict(self.weights), "review": self.review}


@dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """A code of a chart that the change would turn: `right` tells whether to the better."""

    chart: str
    code: str
    what: Literal["found", "lost", "wrong", "gone"]
    promised: bool  # the chart is one that a person of this site signed

    @property
    def right(self) -> bool:
        return self.what in ("found", "gone")


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What a change would do, replayed over all cases and gold. Errors count missed and wrong codes alike."""

    flips: tuple[Flip, ...]
    errors_before: int
    errors_after: int
    charts: int

    @property
    def worse(self) -> tuple[Flip, ...]:
        return tuple(f for f in self.flips if not f.right)

    @property
    def better(self) -> tuple[Flip, ...]:
        return tuple(f for f in self.flips if f.right)

    @property
    def keeps_what_is_promised(self) -> bool:
        """No chart that a person signed gets worse, and over all charts errors become fewer."""
        return not any(f.promised for f in self.worse) and self.errors_after < self.errors_before

    def as_dict(self) -> dict[str, Any]:
        return {"charts": self.charts, "errors_before": self.errors_before, "errors_after": self.errors_after,
                "flips": [{"chart": f.chart, "code": f.code, "what": f.what, "promised": f.promised} for f in self.flips]}
