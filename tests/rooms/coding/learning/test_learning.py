"""What corrections teach: the signed codes, the words, a step of the weights, and the effect of a change."""
from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from charthouse.record.learning import Correction
from charthouse.rooms.coding.learning import Row, effect, refit, signed, threshold, words_taught
from charthouse.rooms.coding.rank import Weights

MODEL = Weights(version="t", bias=0.0, weights={"assessed": 1.0}, auto=0.9, review=0.5)


@pytest.mark.parametrize(("corrections", "codes"), [
    ([], {"I10", "R05.9"}),
    ([Correction(action="accept", code="I10")], {"I10", "R05.9"}),
    ([Correction(action="remove", code="R05.9")], {"I10"}),
    ([Correction(action="change", code="R05.9", to="R05.1")], {"I10", "R05.1"}),
    ([Correction(action="add", code="E11.9")], {"I10", "R05.9", "E11.9"}),
    ([Correction(action="accept", code="J45.909")], {"I10", "R05.9", "J45.909"}),  # one that was left off, taken after all
])
def test_the_signed_codes_are_the_answer_with_the_corrections(corrections: list[Correction], codes: set[str]) -> None:
    assert signed(["I10", "R05.9"], corrections) == codes


@pytest.mark.parametrize(("correction", "taught"), [
    (Correction(action="add", code="M65.4", words="Gamer  thumb", reason="missed"), ("term", "Gamer thumb", "M65.4")),
    (Correction(action="change", code="R05.9", to="R05.1", words="new cough", reason="wrong specificity"), ("term", "new cough", "R05.1")),
    (Correction(action="remove", code="R50.9", words="cabin fever", reason="not said"), ("quiet", "cabin fever", "")),
    (Correction(action="add", code="I11.9", words="HHD", reason="missed"), ("term", "HHD", "I11.9")),
])
def test_words_are_taught(correction: Correction, taught: tuple[str, str, str]) -> None:
    (change,) = words_taught([correction, correction])
    assert (change.kind, change.phrase, change.target) == taught


@pytest.mark.parametrize("correction", [
    Correction(action="remove", code="R50.9", words="fever", reason="not addressed"),  # the words are right, the place was not
    Correction(action="remove", code="R50.9", words="fever", reason="integral"),
    Correction(action="accept", code="R50.9", words="fever"),
    Correction(action="add", code="R50.9"),
    Correction(action="add", code="R50.9", words="of the", reason="missed"),
    Correction(action="add", code="R50.9", words="39", reason="missed"),
    Correction(action="add", code="R50.9", words="hot", reason="missed"),  # one short everyday word
    Correction(action="add", code="R50.9", words="a b c d e f g h i j k l long winded sentence about many other things said there today", reason="missed"),
])
def test_words_that_teach_nothing(correction: Correction) -> None:
    assert words_taught([correction]) == ()


def rows(n: int, right: bool, *names: str) -> list[Row]:
    return [Row(features=dict.fromkeys(names, 1.0), right=right)] * n


def test_a_step_follows_the_charts_and_stays_near_what_shipped() -> None:
    few = refit(rows(20, False, "assessed", "kind symptom") + rows(20, True, "assessed"), MODEL)
    many = refit(rows(400, False, "assessed", "kind symptom") + rows(400, True, "assessed"), MODEL)
    assert few is not None
    assert many is not None
    assert many.weights["kind symptom"] < few.weights["kind symptom"] < 0
    half = refit(rows(20, False, "assessed", "kind symptom") + rows(20, True, "assessed"), MODEL, part=0.5)
    assert half is not None
    assert half.weights["kind symptom"] == pytest.approx(few.weights["kind symptom"] / 2, abs=1e-3)


def test_too_little_or_one_sided_evidence_moves_nothing() -> None:
    assert refit(rows(29, True, "assessed"), MODEL) is None
    assert refit(rows(50, True, "assessed"), MODEL) is None


@settings(deadline=None, max_examples=25)
@given(st.permutations(range(40)))
def test_the_order_of_the_charts_does_not_matter(order: list[int]) -> None:
    made = rows(20, False, "assessed", "kind symptom") + rows(20, True, "assessed")
    one, other = refit(made, MODEL), refit([made[i] for i in order], MODEL)
    assert one is not None
    assert other is not None
    assert one.weights == pytest.approx(other.weights, abs=2e-4)


def test_the_threshold_counts_missed_and_wrong_alike() -> None:
    scored = [(0.6, False)] * 20 + [(0.9, True)] * 20
    moved = threshold(scored, 3, 0.5)
    assert moved is not None
    assert 0.6 < moved.review <= 0.9
    assert threshold([(0.4, False)] * 20 + [(0.9, True)] * 20, 3, 0.5) is None
    assert threshold(scored[:10], 0, 0.5) is None


def test_an_effect_names_every_flip() -> None:
    before = {"a": frozenset({"I10", "R05.9"}), "b": frozenset({"E11.9"})}
    after = {"a": frozenset({"I10", "J20.9"}), "b": frozenset()}
    told = effect(before, after, {"a": frozenset({"I10", "J20.9"}), "b": frozenset({"E11.9"})}, frozenset({"b"}))
    assert [(f.chart, f.code, f.what, f.promised) for f in told.flips] == [("a", "J20.9", "found", False), ("a", "R05.9", "gone", False), ("b", "E11.9", "lost", True)]
    assert (told.errors_before, told.errors_after, told.keeps_what_is_promised) == (2, 1, False)  # fewer errors, but a signed chart got worse


@pytest.mark.parametrize(("after", "keeps"), [({"I10"}, True), ({"I10", "R05.9"}, False), ({"I10", "R05.9", "R51.9"}, False)])
def test_a_change_must_make_something_better(after: set[str], keeps: bool) -> None:
    told = effect({"a": frozenset({"I10", "R05.9"})}, {"a": frozenset(after)}, {"a": frozenset({"I10"})}, frozenset({"a"}))
    assert told.keeps_what_is_promised is keeps
