"""The codes that a person signed: the engine's answer with the corrections carried out."""
from __future__ import annotations

from collections.abc import Iterable

from charthouse.record.learning import Correction


def signed(answer: Iterable[str], corrections: Iterable[Correction]) -> frozenset[str]:
    """What is not spoken of was accepted with the chart."""
    codes = set(answer)
    for c in corrections:
        if c.action in ("remove", "change"):
            codes.discard(c.code)
        if c.action in ("accept", "add"):
            codes.add(c.code)
        if c.action == "change":
            codes.add(c.to)
    return frozenset(codes)
