"""Synthetic sites whose true error rate is known: charts drawn alike, codes of one chart not independent."""
from __future__ import annotations

import math
import random
from collections.abc import Sequence

from charthouse.rooms.coding.gate.chart import Answer, Scored, ValidatedChart

Codes = list[tuple[float, bool]]


def codes(chance: random.Random, *, sharp: float = 3.0, base: float = 2.0) -> Codes:
    """The codes of a chart. A chart has an ease of its own, so its codes are right or wrong together; scores have ties."""
    ease = chance.gauss(0, 1)
    out = []
    for _ in range(chance.choice((1, 1, 2, 2, 3, 4, 6))):
        z = chance.gauss(0, 1)
        out.append((round(_chance(base + 1.5 * z), 2), chance.random() < _chance(base + sharp * z + ease)))
    return out


def population(seed: int, size: int, **how: float) -> list[Codes]:
    chance = random.Random(seed)
    return [codes(chance, **how) for _ in range(size)]


def true_rate(everybody: Sequence[Codes], threshold: float) -> float:
    """The mean share of wrong codes of a chart, of the whole population above a threshold."""
    shares = [1 - sum(above) / len(above) for chart in everybody if (above := [right for score, right in chart if score > threshold])]
    return sum(shares) / len(shares) if shares else 0.0


def chart(id: str, scored: Codes, *, missed: Sequence[str] = (), doubts: Codes = (), family: str = "circulatory", engine: str = "engine 1",  # type: ignore[assignment]
          readable: bool = True) -> ValidatedChart:  # fmt: skip
    def of(some: Codes) -> tuple[Scored, ...]:
        return tuple(Scored(code=f"I{n:02}", family=family, score=score, right=right) for n, (score, right) in enumerate(some))

    return ValidatedChart(id=id, engine=engine, missed=tuple(missed),
                          answer=Answer(setting="outpatient", codes=of(scored), doubts=of(list(doubts)), readable=readable))


def _chance(x: float) -> float:
    return 1 / (1 + math.exp(-x))
