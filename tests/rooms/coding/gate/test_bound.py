"""The bounds, against numbers that can be looked up and against scipy."""
from __future__ import annotations

import pytest

from charthouse.record.proportion import interval
from charthouse.rooms.coding.gate import bound


@pytest.mark.parametrize(("alpha", "delta", "charts"), [(0.05, 0.05, 59), (0.10, 0.05, 29), (0.01, 0.05, 299), (0.05, 0.10, 45), (0.02, 0.01, 228)])
def test_the_fewest_charts_without_an_error(alpha: float, delta: float, charts: int) -> None:
    assert bound.fewest(alpha, delta) == charts
    for p in (bound.exact, bound.hoeffding_bentkus):
        assert p(0, charts, alpha) <= delta + 1e-12
        assert p(0, charts - 1, alpha) > delta


@pytest.mark.parametrize(("wrong", "n"), [(0, 10), (1, 20), (5, 40), (40, 40), (250, 1000)])
def test_exact_bounds_are_those_of_scipy(wrong: int, n: int) -> None:
    stats = pytest.importorskip("scipy.stats")
    judged = stats.binomtest(wrong, n).proportion_ci(0.95, method="exact")
    assert interval(wrong, n) == pytest.approx((judged.low, judged.high), abs=1e-9)
    assert bound.exact(wrong, n, 0.2) == pytest.approx(stats.binom.cdf(wrong, n, 0.2), rel=1e-9)


def test_a_share_is_never_proved_sooner_than_yes_or_no() -> None:
    for wrong in range(1, 12):
        assert bound.hoeffding_bentkus(wrong / 300, 300, 0.05) >= bound.exact(wrong, 300, 0.05)


def test_how_many_charts_at_a_rate() -> None:
    assert bound.charts_for(0.0, 0.05, 0.05) == 59
    wanted = bound.charts_for(0.02, 0.05, 0.05)
    assert wanted is not None
    assert bound.hoeffding_bentkus(0.02, wanted, 0.05) <= 0.05
    assert bound.charts_for(0.05, 0.05, 0.05) is None
