"""A step of the ranker's weights from a site's signed charts: logistic loss, held near the weights that shipped.

Small and without chance: coordinate-wise Newton steps over the few features that the charts show. `HOLD` is the strength
of the pull towards the shipped weights, in charts' worth of evidence for one feature: a handful of charts moves little.
"""
from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from charthouse.record.learning import Change
from charthouse.rooms.coding.rank import Weights

HOLD = 4.0
SWEEPS = 25
LEAST = 30  # candidates; below that there is nothing to fit
STEP = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A candidate of a signed chart: its features, how sure the engine was, and whether it was signed."""

    features: dict[str, float]
    right: bool


def refit(rows: Sequence[Row], model: Weights, *, part: float = 1.0) -> Change | None:
    """The change of weights that the rows ask for, or a `part` of it; None when they say nothing."""
    if len(rows) < LEAST or len({r.right for r in rows}) < 2:
        return None
    shift: dict[str, float] = defaultdict(float)
    by_feature: dict[str, list[tuple[int, float]]] = defaultdict(list)
    total = []
    for i, row in enumerate(rows):
        total.append(model.bias + sum(model.weights.get(k, 0.0) * v for k, v in row.features.items()))
        for k, v in row.features.items():
            by_feature[k].append((i, v))
    by_feature[""] = [(i, 1.0) for i in range(len(rows))]  # the bias
    for _ in range(SWEEPS):
        for name, places in by_feature.items():
            slope, bend = HOLD * shift[name], HOLD
            for i, value in places:
                p = 1 / (1 + math.exp(-max(-30.0, min(30.0, total[i]))))
                slope += (p - rows[i].right) * value
                bend += p * (1 - p) * value * value
            move = -slope / bend
            shift[name] += move
            for i, value in places:
                total[i] += move * value
    weights = {k: round(v * part, 4) for k, v in sorted(shift.items()) if k and abs(v * part) >= 0.005}
    if not weights:
        return None
    named = ", ".join(f"{k} {v:+.2f}" for k, v in sorted(weights.items(), key=lambda x: -abs(x[1]))[:3])
    return Change(kind="weights", bias=round(shift[""] * part, 4), weights=weights, what=f"{part:.0%} of a step of the ranker's weights ({named} ...)")


def threshold(scored: Sequence[tuple[float, bool]], missed: int, now: float) -> Change | None:
    """The threshold for review that makes the fewest errors, missed and wrong counted alike; None when the present one does.

    `scored` are the candidates with their confidence; `missed` the signed codes for which there was no candidate."""
    if len(scored) < LEAST:
        return None

    def errors(at: float) -> int:
        return missed + sum(right != (p >= at) for p, right in scored)

    best = min((round(k * STEP, 2) for k in range(1, 20)), key=lambda at: (errors(at), abs(at - now)))
    if errors(best) >= errors(now):
        return None
    return Change(kind="threshold", review=best, what=f"the threshold for review from {now:.2f} to {best:.2f}")
