"""Drift is seen when it is there, and hardly ever when it is not."""
from __future__ import annotations

import random

import pytest

from charthouse.rooms.coding.gate.chart import Answer, Scored
from charthouse.rooms.coding.gate.drift import chi_square, drift, kolmogorov_smirnov, stability

FAMILIES = ("circulatory", "endocrine", "musculoskeletal", "respiratory", "injuries", "eye")


def answers(n: int, seed: int, *, families: tuple[str, ...] = FAMILIES, lower: float = 0.0, codes: int = 0, assessed: float = 0.95) -> list[Answer]:
    chance = random.Random(seed)
    return [Answer(setting="outpatient", doubts=(), assessed=chance.random() < assessed,
                   codes=tuple(Scored(code="x", family=chance.choice(families), score=max(0.0, chance.betavariate(6, 2) - lower)) for _ in range(chance.randint(1, 4) + codes)))
            for _ in range(n)]  # fmt: skip


def test_the_same_mix_is_no_drift() -> None:
    alarms = sum(bool(drift(answers(150, seed), answers(200, 1000 + seed))) for seed in range(60))
    assert alarms <= 2


@pytest.mark.parametrize(
    ("change", "word"),
    [({"families": ("injuries", "eye")}, "family of the first code"), ({"lower": 0.2}, "lowest score"), ({"codes": 3}, "number of codes"), ({"assessed": 0.5}, "without an assessment")],
)
def test_another_mix_is_told_by_what_it_is(change: dict[str, object], word: str) -> None:
    said = drift(answers(150, 1), answers(150, 2, **change))  # type: ignore[arg-type]
    assert any(word in message for message in said)
    assert all("gate learn" in message for message in said)


def test_few_charts_tell_nothing() -> None:
    assert drift(answers(150, 1), answers(49, 2, families=("eye",))) == ()
    assert drift(answers(49, 1), answers(150, 2, families=("eye",))) == ()


def test_only_the_latest_charts_are_looked_at() -> None:
    assert drift(answers(150, 1), [*answers(400, 2, families=("eye",)), *answers(200, 3)]) == ()


def test_the_tests_are_those_of_scipy() -> None:
    stats = pytest.importorskip("scipy.stats")
    a, b = [30, 50, 12, 8], [60, 40, 30, 2]
    assert chi_square(a, b) == pytest.approx(stats.chi2_contingency([a, b], correction=False).pvalue, rel=1e-9)
    chance = random.Random(1)
    x, y = [chance.gauss(0, 1) for _ in range(150)], [chance.gauss(0.3, 1) for _ in range(200)]
    assert kolmogorov_smirnov(x, y) == pytest.approx(stats.ks_2samp(x, y, method="asymp").pvalue, rel=0.15)
    assert stability([50, 50], [50, 50]) == pytest.approx(0)
