"""What a site signs more or less often than the model thinks: a step of log-odds for each family and category of codes.

Departments differ in which status codes, signs and external causes they report. A ridge logistic regression over validated charts
learns it: the score's own log-odds, and a step for the family and for the category, each pulled to nothing. Charts that teach it
may not prove a threshold: the proof would believe its own teacher.
"""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from charthouse.rooms.coding.gate.calibration import chance, log_odds
from charthouse.rooms.coding.gate.chart import Answer, Scored, ValidatedChart

FROM = 180  # validated charts of a setting before any of them teach this: a number of charts, never of errors
TEACH = 3  # one chart in three teaches, the others prove
PULL = 1.0  # of the ridge
_SWEEPS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Lean:
    """`steps` by "family x" and "category x"; a code of neither keeps what slope and shift make of its score."""

    slope: float = 1.0
    shift: float = 0.0
    steps: Mapping[str, float] = field(default_factory=dict)

    def __call__(self, code: str, family: str, score: float) -> float:
        if not self.steps:
            return score
        return chance(self.slope * log_odds(score) + self.shift + sum(self.steps.get(name, 0.0) for name in _names(code, family)))

    def over(self, answered: Answer) -> Answer:
        """The answer with its scores leaned."""
        return replace(answered, codes=self._each(answered.codes), doubts=self._each(answered.doubts)) if self.steps else answered

    def _each(self, some: Iterable[Scored]) -> tuple[Scored, ...]:
        return tuple(replace(c, score=self(c.code, c.family, c.score)) for c in some)


def _names(code: str, family: str) -> tuple[str, str]:
    return f"family {family}", f"category {code[:3]}"


def split(charts: Sequence[ValidatedChart]) -> tuple[list[ValidatedChart], list[ValidatedChart]]:
    """(those that teach, those that prove), by the order of their hashes, which is as good as chance. Few charts all prove."""
    ordered = sorted(charts, key=lambda c: c.id)
    if len(ordered) < FROM:
        return [], ordered
    return ordered[::TEACH], [c for i, c in enumerate(ordered) if i % TEACH]


def teach(charts: Iterable[ValidatedChart]) -> Lean:
    """The lean of these charts, from all codes that were ranked. Newton's step for one weight after the other."""
    ranked = [c for chart in sorted(charts, key=lambda c: c.id) for c in (*chart.answer.codes, *chart.answer.doubts)]
    rows = [({"slope": log_odds(c.score), "shift": 1.0} | dict.fromkeys(_names(c.code, c.family), 1.0), c.right) for c in ranked]
    weights = {"slope": 1.0, "shift": 0.0} | {name: 0.0 for features, _ in rows for name in features if name not in ("slope", "shift")}
    holding: dict[str, list[tuple[int, float]]] = {name: [] for name in weights}
    for i, (features, _) in enumerate(rows):
        for name, value in features.items():
            holding[name].append((i, value))
    totals = [features["slope"] for features, _ in rows]
    for _ in range(_SWEEPS):
        for name in weights:
            _step(name, weights, holding[name], totals, [right for _, right in rows])
    return Lean(slope=max(weights.pop("slope"), 0.05), shift=weights.pop("shift"), steps=weights)


def _step(name: str, weights: dict[str, float], held: Sequence[tuple[int, float]], totals: list[float], rights: Sequence[bool]) -> None:
    pull, centre = (0.0, 0.0) if name == "shift" else (PULL, 1.0 if name == "slope" else 0.0)
    gradient, curvature = pull * (weights[name] - centre), pull + 1e-6
    for i, value in held:
        p = chance(totals[i])
        gradient, curvature = gradient + (p - rights[i]) * value, curvature + max(p * (1 - p), 1e-6) * value * value
    change = -max(-1.0, min(1.0, gradient / curvature))
    weights[name] += change
    for i, value in held:
        totals[i] += change * value

