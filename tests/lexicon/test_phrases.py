"""From the phrases of book and lexicon to entries of the dictionary."""
from __future__ import annotations

import pytest

from charthouse.lexicon.phrases import dictionary_rows, entries
from charthouse.lexicon.words import term_key


def keys(phrase: str, target: str = "I10", source: str = "title") -> set[str]:
    return {key for key, *_ in entries(phrase, target, source)}


SAID = [
    ("Essential (primary) hypertension", "essential hypertension"),
    ("Essential (primary) hypertension", "primary essential hypertension"),
    ("Acute appendicitis, unspecified", "acute appendicitis"),
    ("Pneumonia, unspecified organism", "pneumonia organism"),
    ("Angioneurotic edema [Quincke]", "angioneurotic edema"),
    ("Gout NOS", "gout"),
    ("Haemorrhoids", "hemorrhoids"),
]


@pytest.mark.parametrize(("title", "said"), SAID)
def test_a_title_is_also_found_the_way_it_is_said(title: str, said: str) -> None:
    assert term_key(said) in keys(title)


@pytest.mark.parametrize(
    ("phrase", "target"),
    [
        ("Other specified diseases of liver", "K76.89"), ("Conjunctivitis in diseases classified elsewhere", "H13.1"), ("Pain, not elsewhere classified", "R52"),
        ("Pedestrian injured in collision with pedal cycle", "V01"), ("Kitchen of apartment", "Y92"), ("Injury", "T14.90"), ("disease", "R69"), ("ear", "H93"),
        ("Axis", "S12.1"), ("Falling", "R29.6"), ("HER2", "Z17.31"), ("Malleus", "A24.0"), ("Atlas", "S12.0"),
    ],
)  # fmt: skip
def test_titles_that_name_nothing_findable_are_left_out(phrase: str, target: str) -> None:
    assert keys(phrase, target) == set()


@pytest.mark.parametrize(("phrase", "target"), [("dog bite", "W54.0"), ("MS", "G35"), ("flu", "J11.1"), ("other specified thing", "R69")])
def test_the_lexicon_is_taken_at_its_word(phrase: str, target: str) -> None:
    assert keys(phrase, target, "lexicon") == {term_key(phrase)}


def test_flags_come_after_the_source() -> None:
    assert list(entries("MS", "G35", "lexicon:case,weak")) == [("ms", "G35", "lexicon", "case,weak", "MS")]
    assert list(entries("MS", "G35", "lexicon")) == [("ms", "G35", "lexicon", "", "MS")]


def test_a_term_of_stop_words_alone_keeps_them() -> None:
    assert next(iter(entries("AS", "M45.9", "lexicon:case")))[0] == "as"


def test_rows_are_the_entries_of_all_phrases() -> None:
    rows = list(dictionary_rows([("gout", "M10.9", "lexicon"), ("Acute gout, unspecified", "M10.9", "title")]))
    assert ("gout", "M10.9", "lexicon", "", "gout") in rows
    assert len(rows) >= 3
