"""The published weights of the master patient index (`rooms/identity/weights.tsv`), read once."""
from __future__ import annotations

from functools import lru_cache

from charthouse.flow.tables import rows
from charthouse.record.person import Weight
from charthouse.rooms.identity import Weights, bits


@lru_cache(maxsize=1)
def weights() -> tuple[Weight, ...]:
    """As probabilities."""
    return tuple(Weight(comparison=a, level=b, m=float(m), u=float(u)) for a, b, m, u in rows("identity", "weights.tsv"))


@lru_cache(maxsize=1)
def weighing() -> Weights:
    """In bits: what `flow/identity.py` takes."""
    return bits(weights())
