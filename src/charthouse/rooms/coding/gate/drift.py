"""Whether the charts of late are another mix than those that were validated: then what was proved of those says nothing of these.

Each test takes one value a chart, since codes of one chart are not independent. A difference counts when it is both certain (p below
LEVEL over the number of tests, after Bonferroni) and large: a population stability index of at least LARGE, for which 0.1 to 0.25
is usually called moderate and above 0.25 major (Siddiqi, Credit Risk Scorecards, 2006).
"""
from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence

from charthouse.rooms.coding.gate.chart import Answer

RECENT = 200  # the latest charts that are looked at
LEAST = 50  # fewer tell nothing
LEVEL = 0.01
LARGE = 0.2
RARE = 0.05  # families that come first in fewer charts are counted together
TESTS = 4


def drift(before: Sequence[Answer], recent: Sequence[Answer]) -> tuple[str, ...]:
    """What has changed, in words; empty when nothing has, or when there are too few charts to tell."""
    recent = recent[-RECENT:]
    if min(len(before), len(recent)) < LEAST:
        return ()
    return tuple(_changes(before, recent))


def _changes(before: Sequence[Answer], recent: Sequence[Answer]) -> Iterator[str]:
    level = LEVEL / TESTS
    firsts = _shares([a.first for a in before], [a.first for a in recent])
    without = _shares(["yes" if a.assessed else "no" for a in before], ["yes" if a.assessed else "no" for a in recent])
    for name, counts in (("the family of the first code", firsts), ("charts without an assessment or diagnosis list", without)):
        p, psi = chi_square(*counts), stability(*counts)
        if p < level and psi >= LARGE:
            yield f"Another mix by {name}: p {p:.2g}, stability index {psi:.2f}, over the last {len(recent)} charts. Validate charts of late and run `charthouse gate learn`."
    for name, old, new in (("the lowest score of a chart", [a.lowest for a in before], [a.lowest for a in recent]),
                           ("the number of codes of a chart", [float(len(a.codes)) for a in before], [float(len(a.codes)) for a in recent])):
        p, psi = kolmogorov_smirnov(old, new), stability(*_binned(old, new))
        if p < level and psi >= LARGE:
            yield f"Another spread of {name}: p {p:.2g}, stability index {psi:.2f}, over the last {len(recent)} charts. Validate charts of late and run `charthouse gate learn`."


def _shares(before: Sequence[str], recent: Sequence[str]) -> tuple[list[int], list[int]]:
    """Counts of both by value, rare values together."""
    all_of = Counter((*before, *recent))
    common = sorted(k for k, n in all_of.items() if n >= RARE * all_of.total())
    old, new = Counter(before), Counter(recent)
    counts = [(old[k], new[k]) for k in common] + [(len(before) - sum(old[k] for k in common), len(recent) - sum(new[k] for k in common))]
    kept = [c for c in counts if sum(c)]
    return [a for a, _ in kept], [b for _, b in kept]


def _binned(before: Sequence[float], recent: Sequence[float], bins: int = 5) -> tuple[list[int], list[int]]:
    """Counts of both between the quintiles of the first."""
    ordered = sorted(before)
    cuts = sorted({ordered[len(ordered) * i // bins] for i in range(1, bins)})
    old, new = (Counter(bisect_right(cuts, x) for x in some) for some in (before, recent))
    return [old[b] for b in range(len(cuts) + 1)], [new[b] for b in range(len(cuts) + 1)]


def stability(before: Sequence[int], recent: Sequence[int]) -> float:
    """Population stability index of two rows of counts, with half a chart in each cell so that an empty one stays finite."""
    n, m, k = sum(before), sum(recent), len(before)
    total = 0.0
    for a, b in zip(before, recent, strict=True):
        x, y = (a + 0.5) / (n + k / 2), (b + 0.5) / (m + k / 2)
        total += (y - x) * math.log(y / x)
    return total


def chi_square(before: Sequence[int], recent: Sequence[int]) -> float:
    """p of the test that two rows of counts come from one distribution."""
    n, m = sum(before), sum(recent)
    statistic = sum((a * m - b * n) ** 2 / (n * m * (a + b)) for a, b in zip(before, recent, strict=True) if a + b)
    return 1 - _lower_gamma((len(before) - 1) / 2, statistic / 2) if len(before) > 1 else 1.0


def _lower_gamma(s: float, x: float) -> float:
    """The regularised lower incomplete gamma function, by its series; past where the series is slow it is 1 to all purpose."""
    if x <= 0:
        return 0.0
    if x > s + 60 + 10 * math.sqrt(s):
        return 1.0
    term = total = 1 / s
    n = s
    while term > total * 1e-16:
        n += 1
        term *= x / n
        total += term
    return min(1.0, total * math.exp(s * math.log(x) - x - math.lgamma(s)))


def kolmogorov_smirnov(before: Sequence[float], recent: Sequence[float]) -> float:
    """p of the two-sample test, by the limiting distribution with Stephens's correction."""
    a, b = sorted(before), sorted(recent)
    gap = max(abs(bisect_right(a, x) / len(a) - bisect_right(b, x) / len(b)) for x in (*a, *b))
    root = math.sqrt(len(a) * len(b) / (len(a) + len(b)))
    t = (root + 0.12 + 0.11 / root) * gap
    if t < 0.2:
        return 1.0
    return min(1.0, max(0.0, 2 * sum((-1.0 if k % 2 == 0 else 1.0) * math.exp(-2 * (k * t) ** 2) for k in range(1, 101))))
