"""Why a confidence is what it is: what each feature of the linear model adds to the log-odds or takes from them."""
from __future__ import annotations

from collections.abc import Mapping

from charthouse.rooms.coding.rank import Weights

SHOWN = 4  # features for, and as many against


def weighed(told: Mapping[str, float], model: Weights) -> tuple[tuple[str, float], ...]:
    """(feature, weight times value) of a candidate with these features: the strongest for the code, then the strongest against it."""
    shares = [(name, model.weights.get(name, 0.0) * value) for name, value in told.items()]
    strongest = sorted(shares, key=lambda share: (-abs(share[1]), share[0]))
    return (*[s for s in strongest if s[1] > _SLIGHT][:SHOWN], *[s for s in strongest if s[1] < -_SLIGHT][:SHOWN])


_SLIGHT = 0.05  # less moves no confidence by more than about one in a hundred
