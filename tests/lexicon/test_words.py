"""Folding: the forms under which book, lexicon and text meet."""
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charthouse.lexicon.words import STOP, fold, key, term_key, words

MEETING = [
    # plural and singular
    ("fractures", "fracture"), ("Hemorrhoids", "hemorrhoid"), ("allergies", "allergy"), ("biopsies", "biopsy"), ("abscesses", "abscess"),
    ("metastases", "metastasis"), ("diagnoses", "diagnosis"), ("thromboses", "thrombosis"), ("prostheses", "prosthesis"), ("boxes", "box"),
    ("vertebrae", "vertebra"), ("maxillae", "maxilla"), ("varices", "varices"),
    # British and American
    ("Haemorrhoids", "hemorrhoid"), ("anaemia", "anemia"), ("oedema", "edema"), ("tumour", "tumor"), ("diarrhoea", "diarrhea"),
    ("oesophagus", "esophagus"), ("haematuria", "hematuria"), ("leukaemia", "leukemia"), ("behaviour", "behavior"),
    # accents and letters drawn otherwise
    ("Ménière", "meniere"), ("Sjögren", "sjogren"), (["Guillain", "Barré"][1], "barre"), ("naïve", "naive"), ("cafe\u0301", "café"),
    # possessives, straight and curly
    ("Crohn's", "crohn"), ("Crohn’s", "crohn"), ("CROHN'S", "crohn"), ("patient's", "patients"),
    # what only looks like a plural
    ("sepsis", "sepsis"), ("uterus", "uterus"), ("illness", "illness"), ("pus", "pus"),
]  # fmt: skip
APART = [("sepsis", "septic"), ("gas", "ga"), ("pus", "pu"), ("left", "right"), ("hyper", "hypo"), ("nephritis", "neuritis")]


@pytest.mark.parametrize(("a", "b"), MEETING)
def test_words_that_mean_one_thing_meet(a: str, b: str) -> None:
    assert [w for w, _, _ in words(a)] == [w for w, _, _ in words(b)]


@pytest.mark.parametrize(("a", "b"), APART)
def test_words_that_mean_different_things_stay_apart(a: str, b: str) -> None:
    assert fold(a) != fold(b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("fracture of left distal radius", "left distal radius fracture"), ("pain in the chest", "chest pain"), ("stones of the kidney", "kidney stone"),
        ("Ménière’s disease", "meniere disease"), ("carcinoma, right breast", "right breast carcinoma"),
    ],
)  # fmt: skip
def test_terms_in_different_order_share_a_key(a: str, b: str) -> None:
    assert term_key(a) == term_key(b)


@pytest.mark.parametrize(
    ("a", "b"),
    [("hepatitis A", "hepatitis"), ("hepatitis A", "hepatitis B"), ("influenza A", "influenza"), ("vitamin A deficiency", "vitamin deficiency"),
     ("without bleeding", "with bleeding"), ("no pain", "pain"), ("not intractable", "intractable")],
)  # fmt: skip
def test_letters_that_name_and_words_that_deny_count(a: str, b: str) -> None:
    assert term_key(a) != term_key(b)


def test_an_article_is_no_letter() -> None:
    assert term_key("a fracture") == term_key("fracture")


@given(st.permutations(["acute", "fracture", "of", "the", "left", "distal", "radius", "with", "a", "displaced", "fragment"]))
def test_a_key_does_not_know_the_order_of_its_words(shuffled: list[str]) -> None:
    assert term_key(" ".join(shuffled)) == term_key("acute fracture of the left distal radius with a displaced fragment")


@given(st.lists(st.sampled_from([*sorted(STOP), "fracture", "left", "radius"]), max_size=8))
def test_a_key_holds_no_empty_words(tokens: list[str]) -> None:
    assert not STOP & set(key(tokens).split())


@given(st.text())
def test_words_stand_where_they_say_and_do_not_overlap(text: str) -> None:
    last = 0
    for word, start, end in words(text):
        assert last <= start < end <= len(text)
        assert word
        last = end


@given(st.text(max_size=30))
def test_letter_case_does_not_matter_for_a_folded_ascii_word(text: str) -> None:
    plain = "".join(c for c in text if c.isascii() and c.isalpha())
    assert not plain or fold(plain.upper()) == fold(plain.lower())
