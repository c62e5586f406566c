"""How many charts a sample needs for a stated confidence, and which they are."""
from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from statistics import NormalDist


def size_for(population: int, *, margin: float, confidence: float = 0.95, expected: float = 0.5) -> int:
    """So that a rate of about `expected` is known to within `margin` (Cochran, Sampling Techniques, with the correction for a finite population)."""
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    whole = z * z * expected * (1 - expected) / (margin * margin)
    return min(population, math.ceil(whole / (1 + (whole - 1) / population))) if population else 0


def drawn(charts: Sequence[str], size: int, seed: int) -> tuple[str, ...]:
    """A simple random sample: those whose hash with the seed comes first. The same seed over the same charts gives the same ones, so that it can be drawn again."""
    return tuple(sorted(charts, key=lambda c: hashlib.sha256(f"{seed} {c}".encode()).digest())[:size])
