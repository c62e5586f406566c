"""Two engines on one page: what stands, what is marked, what is dropped."""
from __future__ import annotations

import pytest

from charthouse.adapters.engines.ocr_pair import agreed, is_known, worth
from charthouse.ports.ocr import Seen


def line(text: str, confidence: float = 0.9, *, top: float = 100, n: int = 0, left: float = 50) -> list[Seen]:
    """Words of one line, twelve pixels a letter."""
    out, x = [], left
    for word in text.split(" "):
        out.append(Seen(text=word, box=(x, top, x + 12 * len(word), top + 30), confidence=confidence, line=n))
        x += 12 * (len(word) + 1)
    return out


@pytest.mark.parametrize(("first", "second", "stands", "marked"), [
    (("chest pain denied", 0.9), ("chest pain denied", 0.8), "chest pain denied", {}),
    (("metf0rmin 1000 mg", 0.9), ("metformin 1000 mg", 0.8), "metformin 1000 mg", {"metformin": "metf0rmin"}),
    (("metformin 1000 mg", 0.8), ("metforrnin 1000 mg", 0.9), "metformin 1000 mg", {"metformin": "metforrnin"}),
    (("potassium 5.8 high", 0.95), ("potassium 3.8 high", 0.6), "potassium 5.8 high", {"5.8": "3.8"}),
    (("potassium 5.8 high", 0.5), ("potassium 3.8 high", 0.99), "potassium 3.8 high", {"3.8": "5.8"}),
    (("(ICD-10: I10)", 0.85), ("(ICD-10: 110)", 0.95), "(ICD-10: I10)", {"I10)": "110)"}),
    (("(ICD-10: 173.9)", 0.95), ("(ICD-10: 173.9)", 0.95), "(ICD-10: I73.9)", {"I73.9)": "173.9)"}),  # no code begins with a figure
    (("glucose 173.9", 0.95), ("glucose 173.9", 0.95), "glucose 173.9", {}),
    (("stage II disease", 0.9), ("stage Il disease", 0.9), "stage II disease", {"II": "Il"}),
    (("withdiabetic foot ulcer", 0.95), ("with diabetic foot ulcer", 0.8), "with diabetic foot ulcer", {"with": "withdiabetic", "diabetic": "withdiabetic"}),
])
def test_the_better_reading_stands_and_the_other_is_kept_beside_it(first: tuple[str, float], second: tuple[str, float], stands: str, marked: dict[str, str]) -> None:
    words = sorted(agreed(line(*first), line(*second)), key=lambda w: w.box[0])
    assert " ".join(w.text for w in words) == stands
    assert {w.text: w.other for w in words if w.other is not None} == marked
    sure = {w.text: w.confidence for w in words}
    assert all(sure[text] < 0.9 for text in marked if " " not in marked[text])


def test_two_that_agree_are_surer_than_each() -> None:
    (word,) = agreed(line("fever", 0.8), line("fever", 0.7))
    assert word.confidence == pytest.approx(0.94)


def test_a_word_that_one_engine_alone_sees_is_kept_with_doubt_and_a_stain_is_dropped() -> None:
    first, second = line("chest pain"), [*line("chest pain"), *line("palpitations", 0.95, top=400, n=1), *line("|~", 0.9, top=600, n=2), *line("x", 0.3, top=700, n=3)]
    words = agreed(first, second)
    assert [w.text for w in words] == ["chest", "pain", "palpitations"]
    assert (words[-1].other, words[-1].confidence < 0.9) == ("", True)
    assert [(w.text, w.other) for w in agreed(line("chest pain"), [])] == [("chest", ""), ("pain", "")]


def test_no_words() -> None:
    assert agreed([], []) == ()


@pytest.mark.parametrize(("word", "known"), [("metformin", True), ("Diabetes,", True), ("12.5", True), ("120/80", True), ("metf0rmin", False), ("qzx", False)])
def test_known_words(word: str, known: bool) -> None:
    assert is_known(word) is known


def test_a_reading_with_odd_shapes_is_worth_less() -> None:
    assert worth(line("hea|th", 0.9)) < worth(line("qzxwvt", 0.9)) < worth(line("health", 0.9))
