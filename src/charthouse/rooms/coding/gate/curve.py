"""What the report draws: the risk-coverage curve with its interval, and the reliability of the confidence."""
from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from charthouse.record.proportion import interval
from charthouse.rooms.coding.gate.bound import hoeffding_bentkus
from charthouse.rooms.coding.gate.calibration import Calibration, error
from charthouse.rooms.coding.gate.chart import Scored, ValidatedChart
from charthouse.rooms.coding.gate.learn import calibrate, wholes
from charthouse.rooms.coding.gate.threshold import Point, points

FOLDS = 10
ROWS = 40  # points of a curve that are kept


@dataclass(frozen=True, slots=True, kw_only=True)
class CurvePoint:
    """Above `threshold`: `coverage` is the share of all signed codes (or of all charts) that is rightly accepted, `risk` the error rate with its 95% interval."""

    threshold: float
    charts: int
    accepted: int
    wrong: int
    coverage: float
    risk: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """Codes whose confidence lies in one tenth: what was said on average, and what was right."""

    start: float
    codes: int
    said: float
    right: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """`raw` of the ranker's scores; `calibrated` of each code by a calibration that did not see its chart. `floor` is what a perfect one would show at this size."""

    raw: tuple[Bin, ...]
    calibrated: tuple[Bin, ...]
    raw_error: float
    calibrated_error: float
    floor: float
    codes: int
    charts: int


def code_curve(charts: Sequence[ValidatedChart]) -> tuple[CurvePoint, ...]:
    """Of codes: signed codes that were missed count in what is to be covered."""
    signed = sum(sum(c.right for c in chart.answer.codes) + len(chart.missed) for chart in charts)
    coded = [[(c.score, c.right) for c in chart.answer.codes] for chart in charts]
    return tuple(_point(p, (p.accepted - p.wrong) / max(1, signed), share_interval(p.risk, p.charts)) for p in thinned(points(coded)))


def whole_curve(charts: Sequence[ValidatedChart]) -> tuple[CurvePoint, ...]:
    """Of whole charts, each wrong as soon as one code is wrong or missing."""
    return tuple(_point(p, (p.accepted - p.wrong) / max(1, len(charts)), interval(p.wrong, p.charts)) for p in thinned(points(wholes(charts))))


def _point(p: Point, coverage: float, edges: tuple[float, float]) -> CurvePoint:
    return CurvePoint(threshold=p.threshold, charts=p.charts, accepted=p.accepted, wrong=p.wrong, coverage=coverage, risk=p.risk, low=edges[0], high=edges[1])


def thinned(all_of: Iterable[Point]) -> list[Point]:
    """At most ROWS, evenly by what is accepted; first and last always."""
    some = list(all_of)
    if len(some) <= ROWS:
        return some
    return [some[round(i * (len(some) - 1) / (ROWS - 1))] for i in range(ROWS)]


def share_interval(risk: float, charts: int, confidence: float = 0.95) -> tuple[float, float]:
    """Hoeffding-Bentkus on both sides, half of what is left over on each."""
    tail = (1 - confidence) / 2

    def upper(mean: float) -> float:
        low, high = mean, 1.0
        for _ in range(40):
            middle = (low + high) / 2
            low, high = (low, middle) if hoeffding_bentkus(mean, charts, middle) <= tail else (middle, high)
        return high

    return 1 - upper(1 - risk), upper(risk)


def reliability(charts: Sequence[ValidatedChart]) -> Reliability:
    """Of all codes that were ranked, those left off for their score too; calibrated by cross-validation over charts."""
    ordered = sorted(charts, key=lambda c: c.id)
    raw = [(c.score, c.right) for chart in ordered for c in _ranked(chart)]
    said = [(calibrated(c.score), c.right) for chart, calibrated in zip(ordered, crossed(ordered), strict=True) for c in _ranked(chart)]
    return Reliability(raw=bins(raw), calibrated=bins(said), raw_error=_error(raw), calibrated_error=_error(said), floor=floor([p for p, _ in said]),
                       codes=len(raw), charts=len(charts))


def crossed(ordered: Sequence[ValidatedChart]) -> list[Calibration]:
    """For each chart the calibration that the other folds teach."""
    folds = min(FOLDS, len(ordered))
    taught = [calibrate([c for i, c in enumerate(ordered) if i % folds != k]) for k in range(folds)]
    return [taught[i % folds] for i in range(len(ordered))]


def _ranked(chart: ValidatedChart) -> tuple[Scored, ...]:
    return (*chart.answer.codes, *chart.answer.doubts)


def _error(pairs: Sequence[tuple[float, bool]]) -> float:
    return error([p for p, _ in pairs], [y for _, y in pairs])


def bins(pairs: Sequence[tuple[float, bool]], count: int = 10) -> tuple[Bin, ...]:
    """Tenths that hold a code."""
    out = []
    for b in range(count):
        inside = [(p, y) for p, y in pairs if min(int(p * count), count - 1) == b]
        if inside:
            right = sum(y for _, y in inside)
            low, high = interval(right, len(inside))
            out.append(Bin(start=b / count, codes=len(inside), said=sum(p for p, _ in inside) / len(inside), right=right / len(inside), low=low, high=high))
    return tuple(out)


def floor(chances: Sequence[float], count: int = 10) -> float:
    """The calibration error to expect by chance alone where every confidence is true: the mean gap of a bin is sqrt(2/pi) of its deviation."""
    total = 0.0
    for b in range(count):
        variance = sum(p * (1 - p) for p in chances if min(int(p * count), count - 1) == b)
        total += (2 * variance / math.pi) ** 0.5
    return total / len(chances) if chances else 0.0
