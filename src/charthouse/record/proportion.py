"""A rate seen in a sample, with what is known of the true one. Source: Clopper and Pearson, Biometrika 26 (1934) 404."""
from __future__ import annotations

import math
from collections.abc import Callable

_STEPS = 60  # halvings of an interval: to 1e-18


def binomial_cdf(k: int, n: int, p: float) -> float:
    """P(at most `k` of `n`) where each comes with probability `p`."""
    if k < 0:
        return 0.0
    if k >= n or p <= 0.0:
        return 1.0
    if p >= 1.0:
        return 0.0
    term = n * math.log1p(-p)
    odds, logs = math.log(p) - math.log1p(-p), [term]
    for i in range(k):
        term += math.log(n - i) - math.log(i + 1) + odds
        logs.append(term)
    top = max(logs)
    return min(1.0, math.exp(top) * math.fsum(math.exp(x - top) for x in logs))


def interval(wrong: int, n: int, confidence: float = 0.95) -> tuple[float, float]:
    """The Clopper-Pearson interval of a rate, half of what is left over on each side."""
    if not n:
        return 0.0, 1.0
    tail = (1 - confidence) / 2
    low = 0.0 if wrong == 0 else _where(lambda p: 1 - binomial_cdf(wrong - 1, n, p) >= tail)
    high = 1.0 if wrong == n else _where(lambda p: binomial_cdf(wrong, n, p) <= tail)
    return low, high


def _where(holds: Callable[[float], bool]) -> float:
    """The smallest rate for which `holds`, which is false below it and true above."""
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if holds(middle):
            high = middle
        else:
            low = middle
    return high
