"""From the ranker's score to a probability that means what it says: of codes that read 0.8, eight in ten are right.

Few codes: a logistic curve over the log-odds of the score (Platt 1999). Many: isotonic regression by pooling adjacent
violators (Zadrozny and Elkan 2002), with straight lines between the middles of its blocks, so that of two scores the higher
always stays the higher.
"""
from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

ISOTONIC_FROM = 300  # codes; fewer make blocks that are noise
LEAST = 30  # codes, and of each kind LEAST_OF_A_KIND; fewer say nothing, and the score is left as it is
LEAST_OF_A_KIND = 5
_POINTS = 41  # where a logistic curve is sampled


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """A rising line through points (score, probability). Without points the score stands as it is."""

    points: tuple[tuple[float, float], ...] = ()

    def __call__(self, score: float) -> float:
        if not self.points:
            return score
        i = bisect_right(self.points, (score, math.inf))
        if i == 0 or i == len(self.points):
            return self.points[min(i, len(self.points) - 1)][1]
        (x0, y0), (x1, y1) = self.points[i - 1], self.points[i]
        return y0 + (y1 - y0) * (score - x0) / (x1 - x0)


def fit(scores: Sequence[float], rights: Sequence[bool]) -> Calibration:
    """The calibration that codes with these scores, right or wrong, teach. The order does not matter."""
    if len(scores) < LEAST or not LEAST_OF_A_KIND <= sum(rights) <= len(scores) - LEAST_OF_A_KIND:
        return Calibration()
    pairs = sorted(zip(scores, rights, strict=True))
    return isotonic(pairs) if len(pairs) >= ISOTONIC_FROM else logistic(pairs)


def isotonic(pairs: Sequence[tuple[float, bool]]) -> Calibration:
    """Pairs sorted by score; equal scores share a block."""
    blocks: list[list[float]] = []  # sum of scores, right ones, how many
    for score, right in pairs:
        if blocks and blocks[-1][0] / blocks[-1][2] == score:
            blocks[-1] = [blocks[-1][0] + score, blocks[-1][1] + right, blocks[-1][2] + 1]
        else:
            blocks.append([score, float(right), 1.0])
    pooled: list[list[float]] = []
    for block in blocks:
        pooled.append(block)
        while len(pooled) > 1 and pooled[-2][1] / pooled[-2][2] >= pooled[-1][1] / pooled[-1][2]:
            last = pooled.pop()
            pooled[-1] = [a + b for a, b in zip(pooled[-1], last, strict=True)]
    # Laplace's rule within a block: a run of right ones is no certainty
    return _through([(s / n, (y + 0.5) / (n + 1)) for s, y, n in pooled])


def logistic(pairs: Sequence[tuple[float, bool]]) -> Calibration:
    """Newton's method on two weights, with Platt's targets, which keep a separated sample finite, and a mild pull of the slope to 1."""
    right = sum(y for _, y in pairs)
    high, low = (right + 1) / (right + 2), 1 / (len(pairs) - right + 2)
    xs, ts = [log_odds(s) for s, _ in pairs], [high if y else low for _, y in pairs]
    a, b = 1.0, 0.0
    for _ in range(50):
        ps = [chance(a * x + b) for x in xs]
        ga, gb = math.fsum((p - t) * x for p, t, x in zip(ps, ts, xs, strict=True)) + (a - 1), math.fsum(p - t for p, t in zip(ps, ts, strict=True))
        w = [max(p * (1 - p), 1e-9) for p in ps]
        haa, hab, hbb = math.fsum(v * x * x for v, x in zip(w, xs, strict=True)) + 1, math.fsum(v * x for v, x in zip(w, xs, strict=True)), math.fsum(w) + 1e-6
        step = haa * hbb - hab * hab
        da, db = (hbb * ga - hab * gb) / step, (haa * gb - hab * ga) / step
        short = min(1.0, 2 / (abs(da) + abs(db) + 1e-12))  # no leap: far from the top the curvature says little
        a, b = a - short * da, b - short * db
        if abs(da) + abs(db) < 1e-9:
            break
    a = min(max(a, 0.05), 2.0)  # a score that speaks against itself is still not turned round
    return _through([(x, chance(a * log_odds(x) + b)) for x in (i / (_POINTS - 1) for i in range(_POINTS))])


def _through(points: list[tuple[float, float]]) -> Calibration:
    """A line that rises all the way from score 0 to score 1."""
    first, last = points[0], points[-1]
    ends = ([(0.0, first[1] / 2)] if first[0] > 0 else []), ([(1.0, (1 + last[1]) / 2)] if last[0] < 1 else [])
    rising: list[tuple[float, float]] = []
    for x, y in (*ends[0], *points, *ends[1]):
        if not rising or (x > rising[-1][0] and y > rising[-1][1]):
            rising.append((x, y))
    return Calibration(points=tuple(rising))


def log_odds(score: float) -> float:
    """Of a score, held a thousandth away from 0 and 1."""
    score = min(max(score, 1e-3), 1 - 1e-3)
    return math.log(score / (1 - score))


def chance(x: float) -> float:
    """Of log-odds."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, x))))


def error(scores: Sequence[float], rights: Sequence[bool], bins: int = 10) -> float:
    """Expected calibration error over bins of equal width (Naeini, Cooper, Hauskrecht 2015)."""
    total = 0.0
    for b in range(bins):
        inside = [(s, y) for s, y in zip(scores, rights, strict=True) if min(int(s * bins), bins - 1) == b]
        total += abs(math.fsum(s for s, _ in inside) - sum(y for _, y in inside))
    return total / len(scores) if scores else 0.0
