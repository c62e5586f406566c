"""Calibration: it rises all the way, it learns what is so, and it says nothing where there is nothing to learn."""
from __future__ import annotations

import random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from charthouse.rooms.coding.gate.calibration import Calibration, error, fit, isotonic, logistic

PAIRS = st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=15, max_size=40)
FEW = settings(max_examples=50, deadline=None)


@FEW
@given(PAIRS, st.sampled_from([2, 12]))
def test_of_two_scores_the_higher_stays_the_higher(pairs: list[tuple[float, bool]], times: int) -> None:
    """Few give a logistic curve, many an isotonic line."""
    scores, rights = split(pairs * times)
    assume(5 <= sum(rights) <= len(rights) - 5)
    line = fit(scores, rights)
    xs, ys = zip(*line.points, strict=True)
    assert list(xs) == sorted(set(xs))
    assert list(ys) == sorted(set(ys))
    assert (xs[0], xs[-1]) == (0, 1)
    assert 0 <= line(0.0) < line(0.5) < line(1.0) <= 1


@pytest.mark.parametrize(("how", "size"), [(isotonic, 4000), (logistic, 250)])
def test_a_score_that_is_too_sure_is_made_honest(how: object, size: int) -> None:
    chance = random.Random(5)

    def draw(n: int) -> list[tuple[float, bool]]:
        return [(s, chance.random() < 0.1 + 0.6 * s) for s in (chance.random() for _ in range(n))]

    line, fresh = how(sorted(draw(size))), draw(4000)  # type: ignore[operator]
    raw, said = ([f(s) for s, _ in fresh] for f in (lambda s: s, line))
    right = [y for _, y in fresh]
    assert error(raw, right) > 0.08
    assert error(said, right) < 0.05


@FEW
@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=60), st.randoms(use_true_random=False))
def test_the_order_of_codes_does_not_matter(pairs: list[tuple[float, bool]], chance: random.Random) -> None:
    mixed = chance.sample(pairs, len(pairs))
    assert fit(*split(pairs)) == fit(*split(mixed))


def split(pairs: list[tuple[float, bool]]) -> tuple[list[float], list[bool]]:
    return [s for s, _ in pairs], [y for _, y in pairs]


@pytest.mark.parametrize("pairs", [[], [(0.9, True)] * 200, [(0.1, False)] * 200, [(0.5, i % 2 == 0) for i in range(20)]])
def test_too_little_leaves_the_score_as_it_is(pairs: list[tuple[float, bool]]) -> None:
    assert fit(*split(pairs)) == Calibration()
    assert Calibration()(0.37) == 0.37


def test_calibration_error_by_hand() -> None:
    assert error([0.95, 0.95, 0.15, 0.15], [True, False, False, False]) == pytest.approx((0.9 + 0.3) / 4)
    assert error([], []) == 0
