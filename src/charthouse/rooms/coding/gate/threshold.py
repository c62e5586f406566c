"""The loosest threshold whose error rate is proved: fixed-sequence testing from strict to loose.

Learn then Test (Angelopoulos, Bates, Candes, Jordan, Lei, Ann. Appl. Stat. 2025; arXiv 2110.01052). Charts are drawn alike and
independently, codes of one chart are not: so the loss belongs to the chart, the share of wrong codes among those of it that are
accepted, and only charts with an accepted code count. Where the sequence starts is set by the number of charts, never by what
was right, so one test at the full delta is enough. Of two rates the stricter never gives the looser threshold.
"""
from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from charthouse.rooms.coding.gate.bound import charts_for, exact, fewest, hoeffding_bentkus, provable

START = 0.25  # the sequence starts where this share of the charts is accepted: fewer give a test no strength
STEPS = 400  # thresholds that are tried at most
_NOISE = 1e-12

Scored = Sequence[tuple[float, bool]]  # the codes of one chart: score, right


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """The error rate that a site accepts, and how sure it wants to be of it."""

    error: float = 0.05
    confidence: float = 0.95

    @property
    def delta(self) -> float:
        return 1 - self.confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """What happens above a threshold: charts with an accepted code, codes accepted, wrong ones, mean share of wrong in a chart."""

    threshold: float
    charts: int
    accepted: int
    wrong: int
    risk: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What the charts of a group prove. `threshold` None: closed, and `at` is then the place with the fewest errors.
    `needs`: further charts if errors go on as they are; None: no number would do."""

    charts: int
    threshold: float | None = None
    at: Point | None = None
    needs: int | None = 0


def points(charts: Iterable[Scored]) -> Iterator[Point]:
    """Each threshold from strict to loose; a code is accepted whose score is above it. The last accepts all."""
    coded = [sorted(c, reverse=True) for c in charts if c]
    ordered = sorted(((score, right, n) for n, c in enumerate(coded) for score, right in c), reverse=True)
    taken, wrong = [0] * len(coded), [0] * len(coded)
    seen = accepted = errors = 0
    risk = 0.0
    for i, (score, right, n) in enumerate(ordered):
        before = wrong[n] / taken[n] if taken[n] else 0.0
        seen += not taken[n]
        taken[n], wrong[n] = taken[n] + 1, wrong[n] + (not right)
        accepted, errors, risk = accepted + 1, errors + (not right), risk + wrong[n] / taken[n] - before
        following = ordered[i + 1][0] if i + 1 < len(ordered) else -1.0
        if following < score:
            yield Point(threshold=following, charts=seen, accepted=accepted, wrong=errors, risk=max(0.0, risk / seen))


def prove(charts: Iterable[Scored], promise: Promise, *, whole: bool = False) -> Proof:
    """The loosest threshold that keeps the promise. `whole`: each chart has one score and is wrong or right, tested exactly."""
    coded = [c for c in charts if c]
    least = math.ceil(START * len(coded))
    tried = _thinned([p for p in points(coded) if p.charts >= least])
    proved = None
    for p in tried:
        rate = max(promise.error, provable(p.charts, promise.delta))  # where so few charts prove nothing, they must be without an error
        if _p(p, rate, whole) > promise.delta + _NOISE:
            break
        if rate <= promise.error + _NOISE:
            proved = p
    if proved is not None:
        return Proof(charts=len(coded), threshold=proved.threshold, at=proved)
    return Proof(charts=len(coded), at=min(tried, key=lambda p: p.risk, default=None), needs=_needs(tried, len(coded), promise))


def _p(point: Point, rate: float, whole: bool) -> float:
    return exact(point.wrong, point.charts, rate) if whole else hoeffding_bentkus(point.risk, point.charts, rate)


def _thinned(tried: list[Point]) -> list[Point]:
    """At most STEPS of them, evenly, the last always."""
    every = max(1, math.ceil(len(tried) / STEPS))
    return tried[::-every][::-1]


def _needs(tried: Sequence[Point], charts: int, promise: Promise) -> int | None:
    """The fewest further charts over all thresholds, if each goes on with its share of charts and its rate of errors."""
    if not tried:
        return fewest(promise.error, promise.delta) - charts
    wanted = [math.ceil(n * charts / p.charts) for p in tried if (n := charts_for(p.risk, promise.error, promise.delta)) is not None]
    return max(1, min(wanted) - charts) if wanted else None
