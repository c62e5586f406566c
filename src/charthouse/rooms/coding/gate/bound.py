"""How likely so few errors are, if the true rate were above the one promised: exact for yes-or-no, Hoeffding-Bentkus for shares.

A p-value at most delta rejects "the rate is above alpha" at the confidence 1 - delta. Sources: Clopper and Pearson, Biometrika
26 (1934) 404; Bates, Angelopoulos, Lei, Malik, Jordan, Distribution-free, risk-controlling prediction sets, J. ACM 68 (2021) 43.
"""
from __future__ import annotations

import math

from charthouse.record.proportion import binomial_cdf


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


def fewest(alpha: float, delta: float) -> int:
    """How many charts without an error prove a rate below `alpha`: 59 for 5% at 95%."""
    return math.ceil(math.log(delta) / math.log1p(-alpha) - 1e-9)


def provable(n: int, delta: float) -> float:
    """The lowest rate that `n` charts without an error can prove."""
    return 1 - math.exp(math.log(delta) / n) if n else 1.0


def charts_for(rate: float, alpha: float, delta: float) -> int | None:
    """How many charts prove `alpha` if errors go on at `rate` (by Hoeffding's bound); None if no number does."""
    return math.ceil(-math.log(delta) / _divergence(rate, alpha) - 1e-9) if rate < alpha else None
