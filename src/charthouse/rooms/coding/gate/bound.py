"""How likely so few errors are, if the true rate were above the one promised: exact for yes-or-no, Hoeffding-Bentkus for shares.

A p-value at most delta rejects "the rate is above alpha" at the confidence 1 - delta. Sources: Clopper and Pearson, Biometrika
26 (1934) 404; Bates, Angelopoulos, Lei, Malik, Jordan, Distribution-free, risk-controlling prediction sets, J. ACM 68 (2021) 43.
"""
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


def exact(wrong: int, n: int, alpha: float) -> float:
    """The p-value of `wrong` of `n` charts, each wrong or right."""
    return binomial_cdf(wrong, n, alpha) if n else 1.0


def hoeffding_bentkus(mean: float, n: int, alpha: float) -> float:
    """The p-value of a mean of `n` independent losses, each between 0 and 1."""
    if not n or mean >= alpha:
        return 1.0
    bentkus = math.e * binomial_cdf(math.ceil(n * mean - 1e-9), n, alpha)
    return min(1.0, math.exp(-n * _divergence(mean, alpha)), bentkus)


def _divergence(a: float, b: float) -> float:
    """Kullback-Leibler divergence of two Bernoulli laws."""
    left = a * math.log(a / b) if a else 0.0
    right = (1 - a) * math.log((1 - a) / (1 - b)) if a < 1 else 0.0
    return left + right


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


def fewest(alpha: float, delta: float) -> int:
    """How many charts without an error prove a rate below `alpha`: 59 for 5% at 95%."""
    return math.ceil(math.log(delta) / math.log1p(-alpha) - 1e-9)


def provable(n: int, delta: float) -> float:
    """The lowest rate that `n` charts without an error can prove."""
    return 1 - math.exp(math.log(delta) / n) if n else 1.0


def charts_for(rate: float, alpha: float, delta: float) -> int | None:
    """How many charts prove `alpha` if errors go on at `rate` (by Hoeffding's bound); None if no number does."""
    return math.ceil(-math.log(delta) / _divergence(rate, alpha) - 1e-9) if rate < alpha else None
