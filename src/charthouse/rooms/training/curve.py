"""How a person gets on: the agreement of each first attempt, its moving mean, and where they go wrong most. Only the first attempt at a case counts: after it the answer is known."""
from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from charthouse.record.proportion import interval
from charthouse.record.training import Attempt, Case

WINDOW = 10  # cases of the moving mean, and of the interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """`f1` over all codes of the last `WINDOW` cases (micro-averaged), `whole` of them right as a whole with the 95% interval of that rate (Clopper and Pearson)."""

    cases: int
    f1: float | None
    last: int
    whole: int
    low: float
    high: float


def firsts(attempts: Sequence[Attempt]) -> tuple[Attempt, ...]:
    """The first at each case, in time."""
    found: dict[str, Attempt] = {}
    for a in sorted(attempts, key=lambda a: a.at):
        found.setdefault(a.case, a)
    return tuple(found.values())


def curve(attempts: Sequence[Attempt]) -> tuple[tuple[Attempt, float], ...]:
    """(attempt, micro-F1 over the last `WINDOW` up to it)."""
    of = firsts(attempts)
    return tuple((a, _f1(of[max(0, n - WINDOW + 1):n + 1])) for n, a in enumerate(of))


def standing(attempts: Sequence[Attempt]) -> Standing:
    of = firsts(attempts)
    last = of[-WINDOW:]
    whole = sum(a.whole for a in last)
    low, high = interval(whole, len(last))
    return Standing(cases=len(of), f1=_f1(last) if last else None, last=len(last), whole=whole, low=low, high=high)


def weakest(attempts: Sequence[Attempt], cases: Mapping[str, Case]) -> tuple[tuple[str, int], ...]:
    """(code category, how often it was wrong or missed), the most often first."""
    wrong: Counter[str] = Counter()
    for a in firsts(attempts):
        key = {k.code for k in cases[a.case].key} if a.case in cases else set()
        wrong.update(code[:3] for code in key ^ {c.code for c in a.codes})
    return tuple(sorted(wrong.items(), key=lambda x: (-x[1], x[0])))


def _f1(of: Sequence[Attempt]) -> float:
    right, wrong = sum(a.right for a in of), sum(a.over + a.under for a in of)
    return 2 * right / (2 * right + wrong) if right or wrong else 1.0
