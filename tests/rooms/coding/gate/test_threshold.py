"""The promise holds on synthetic sites, and the properties that a site relies on."""
from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from charthouse.rooms.coding.gate.threshold import Promise, points, prove
from rooms.coding.gate.sites import Codes, population, true_rate

SITES = 1000
SCORES = st.sampled_from([i / 20 for i in range(21)])
CHARTS = st.lists(st.lists(st.tuples(SCORES, st.booleans()), min_size=1, max_size=3), min_size=1, max_size=40)
FEW = settings(max_examples=60, deadline=None)


@pytest.mark.parametrize(("size", "how", "opens"), [(120, {}, 0.2), (200, {"sharp": 4.0, "base": 3.0}, 0.8), (90, {"sharp": 0.0, "base": 4.2}, 0.05)])
def test_the_promise_holds_at_nineteen_sites_of_twenty(size: int, how: dict[str, float], opens: float) -> None:
    everybody, chance = population(1, 4000, **how), random.Random(2)
    known: dict[float, float] = {}
    opened = broken = 0
    for _ in range(SITES // 3):
        proof = prove(chance.choices(everybody, k=size), Promise())
        if proof.threshold is not None:
            opened += 1
            if proof.threshold not in known:
                known[proof.threshold] = true_rate(everybody, proof.threshold)
            broken += known[proof.threshold] > 0.05
    assert broken <= 0.05 * SITES / 3
    assert opened >= opens * SITES / 3  # a gate that never opens keeps every promise


@pytest.mark.parametrize("rate", [0.08, 0.15, 0.3])
def test_the_promise_of_whole_charts_holds_on_the_edge(rate: float) -> None:
    """One score for all, and a true rate just above the promise: the worst case for an exact test."""
    chance, broken = random.Random(3), 0
    for _ in range(SITES):
        charts: list[Codes] = [[(chance.random(), chance.random() >= rate + 1e-6)] for _ in range(100)]
        broken += prove(charts, Promise(error=rate), whole=True).threshold is not None
    assert broken <= 0.05 * SITES + 3 * (SITES * 0.05 * 0.95) ** 0.5


@FEW
@given(CHARTS, st.sampled_from([0.02, 0.05, 0.1, 0.2, 0.35]), st.sampled_from([0.02, 0.05, 0.1, 0.2, 0.35]), st.booleans())
def test_a_stricter_rate_accepts_no_more(charts: list[Codes], one: float, other: float, whole: bool) -> None:
    charts = [c[:1] for c in charts] if whole else charts
    strict, loose = (prove(charts, Promise(error=e), whole=whole).threshold for e in sorted((one, other)))
    assert strict is None or (loose is not None and loose <= strict)


@FEW
@given(CHARTS, st.sampled_from([0.8, 0.9, 0.95, 0.99]), st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_wanting_to_be_surer_accepts_no_more(charts: list[Codes], one: float, other: float) -> None:
    unsure, sure = (prove(charts, Promise(error=0.2, confidence=c)).threshold for c in sorted((one, other)))
    assert sure is None or (unsure is not None and unsure <= sure)


@FEW
@given(CHARTS, st.randoms(use_true_random=False))
def test_the_order_of_charts_and_codes_does_not_matter(charts: list[Codes], chance: random.Random) -> None:
    mixed = [chance.sample(c, len(c)) for c in chance.sample(charts, len(charts))]
    assert prove(mixed, Promise(error=0.2)).threshold == prove(charts, Promise(error=0.2)).threshold


@FEW
@given(CHARTS)
def test_points_say_what_lies_above_them(charts: list[Codes]) -> None:
    for p in points(charts):
        above = [[right for score, right in c if score > p.threshold] for c in charts]
        assert (p.charts, p.accepted) == (sum(map(bool, above)), sum(map(len, above)))
        assert p.wrong == sum(not right for a in above for right in a)
        assert p.risk == pytest.approx(sum(a.count(False) / len(a) for a in above if a) / p.charts, abs=1e-9)
    assert list(points(charts))[-1].accepted == sum(map(len, charts))


def test_what_a_closed_gate_needs() -> None:
    right: list[Codes] = [[(0.9 + i / 1000, True)] for i in range(40)]
    assert prove(right, Promise()).needs == 19
    assert prove([], Promise()).needs == 59
    assert prove([*right, *right], Promise()).threshold is not None
    wrong: list[Codes] = [[(0.5, i % 2 == 0)] for i in range(100)]
    closed = prove(wrong, Promise())
    assert (closed.threshold, closed.needs) == (None, None)
    assert closed.at is not None
    assert closed.at.risk == 0.5


def test_few_errors_want_more_charts_not_none() -> None:
    charts: list[Codes] = [[(0.5 + i / 1000, i % 40 != 0)] for i in range(120)]
    proof = prove(charts, Promise())
    assert proof.threshold is None
    assert proof.needs is not None
    assert proof.needs > 0
