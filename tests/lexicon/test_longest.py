"""Phrases laid out by their first two words: the longest at a place comes first, and a phrase may mean several things."""
from __future__ import annotations

import pytest

from charthouse.lexicon.longest import Phrases

TABLE = Phrases([(("no",), "denied"), (("no", "evidence"), "denied by evidence"), (("no", "evidence", "of"), "denied"), (("no", "evidence", "of"), "also this"), (("rule", "out"), "possible")])


@pytest.mark.parametrize(("text", "place", "found"), [
    ("no pain", 0, ["denied"]), ("no evidence", 0, ["denied by evidence", "denied"]), ("no evidence of pain", 0, ["denied", "also this", "denied by evidence", "denied"]),
    ("rule out", 0, ["possible"]), ("rule it out", 0, []), ("rule", 0, []), ("pain no", 1, ["denied"])])
def test_what_stands_at_a_place(text: str, place: int, found: list[str]) -> None:
    words = text.split()
    assert place in TABLE.places(words)
    assert [entry for _, entry in TABLE.starting(words, place)] == found


def test_only_first_words_are_places() -> None:
    assert TABLE.places(["there", "is", "no", "way", "to", "rule", "out"]) == [2, 5]
