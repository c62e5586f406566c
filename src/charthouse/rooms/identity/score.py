"""How probable it is that two records are of one person (Fellegi and Sunter 1969), and why, in words.

Each comparison weighs log2(m/u) bits, of `weights.tsv`; what is not said weighs nothing. The weights add up, beginning with how rarely two
records taken at random are of one person.
"""
from __future__ import annotations

import math
from collections.abc import Mapping

from charthouse.record.person import Person, Weight
from charthouse.rooms.identity.compare import levels

RARE = 1e-6  # one record in a million is of this person before anything is compared
Weights = Mapping[tuple[str, str], float]
_NAMES = {"given": "given name", "family": "family name", "birth": "birth date", "number": "number of the state", "house": "house number", "place": "second line"}


def bits(weights: tuple[Weight, ...]) -> Weights:
    """The weight of each level in bits."""
    return {(w.comparison, w.level): math.log2(w.m / w.u) for w in weights}


def score(a: Person, b: Person, weights: Weights) -> tuple[float, str]:
    """The probability, and what each comparison weighed: "family name exact +10.9; birth date one slip +4.5; ...". Quotes nothing of the record.

    Street, second line, place and postcode say one thing, where somebody lives: of those that agree only the two heaviest count.
    """
    weighed = [(name, level, weights[name, level]) for name, level in levels(a, b).items() if (name, level) in weights]
    home = sorted((w for w in weighed if w[0] in _HOME and w[2] > 0), key=lambda w: -w[2])[2:]
    weighed = [w for w in weighed if w not in home]
    total = math.log2(RARE / (1 - RARE)) + sum(w for _, _, w in weighed)
    return 1 / (1 + 2 ** -max(-60.0, min(60.0, total))), "; ".join(f"{_NAMES.get(name, name)} {level} {w:+.1f}" for name, level, w in weighed)


_HOME = frozenset({"house", "street", "place", "suburb", "postcode", "state"})
