"""Patterns of ICD-10-PCS codes, and labels without their sides."""
from __future__ import annotations

import pytest

from charthouse.lexicon.pcs import Place, known_start, parse, without_side


def test_a_pattern_has_alternatives_of_seven_places() -> None:
    first, second = parse("0?T<012>[04]ZZ|0DBE8ZX")
    assert first == (Place("0"), Place(""), Place("T"), Place("012", sided=True), Place("04"), Place("Z"), Place("Z"))
    assert all(place.fixed for place in second)


@pytest.mark.parametrize("text", ["", "0DTJ", "0DTJ[04]ZZZ", "0DTJ[]ZZ", "0DTJ(04)ZZ", "0dtj4zz", "0SR<C>0J9", "0DTJ4ZZ|"])
def test_what_is_no_pattern_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="seven places"):
        parse(text)


@pytest.mark.parametrize(("text", "start"), [("0FT4[04]ZZ", "0FT4"), ("0SR<CD>0J?", "0SR"), ("0?B??ZX", "0"), ("B?2????", "B"), ("0DTJ4ZZ|0WJG0ZZ", "0DTJ")])
def test_what_a_name_alone_says(text: str, start: str) -> None:
    assert known_start(text) == start


@pytest.mark.parametrize(("label", "plain", "side"), [
    ("Kidney, Right", "Kidney", "right"), ("Lymphatic, Left Neck", "Lymphatic, Neck", "left"), ("Fallopian Tubes, Bilateral", "Fallopian Tubes", "bilateral"),
    ("Skin, Right Upper Leg", "Skin, Upper Leg", "right"), ("Hip Joint, Acetabular Surface, Left", "Hip Joint, Acetabular Surface", "left"), ("Liver", "Liver", ""),
    ("Large Intestine, Right", "Large Intestine", "right")])
def test_a_label_and_its_side(label: str, plain: str, side: str) -> None:
    assert without_side(label) == (plain, side)
