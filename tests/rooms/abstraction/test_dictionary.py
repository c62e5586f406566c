"""Finding terms in text: any order, longest first, attributes aside, typing errors, exact case, and where a term may not reach."""
from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise

import pytest

from charthouse.record.fact import Fact, Target
from charthouse.rooms.abstraction.dictionary import parse_targets

Found = Callable[[str, Mapping[str, str]], list[Fact]]

TERMS = {
    "fracture of distal radius": "S52.50", "fracture": "T14.8", "chronic kidney disease": "N18.9", "kidney disease": "N28.9", "heart failure": "I50.9",
    "acute kidney injury": "N17.9", "pain": "R52", "chest pain": "R07.9", "pneumonia": "J18.9", "aspiration pneumonia": "J69.0", "cellulitis": "L03.90",
    "osteoarthritis of knee": "M17.9", "hypertension": "I10", "hypothyroidism": "E03.9", "MS": "G35:case", "AS": "M45.9:case", "HTN": "I10",
    "diabetes": "E11.9", "neuropathy": "G62.9", "cough": "R05.9", "hepatitis A": "B15.9", "hepatitis": "K75.9",
}  # fmt: skip

# text, [(words found, target)]
FOUND = [
    ("fracture of left distal radius", [("fracture of left distal radius", "S52.50")]),
    ("left distal radius fracture", [("left distal radius fracture", "S52.50")]),
    ("distal fracture of the radius, left", [("distal fracture of the radius", "S52.50")]),
    ("chest pain", [("chest pain", "R07.9")]),
    ("pain in the chest", [("pain in the chest", "R07.9")]),
    ("chronic kidney disease", [("chronic kidney disease", "N18.9")]),
    ("severe chronic kidney disease", [("chronic kidney disease", "N18.9")]),
    ("stage IV chronic kidney disease", [("chronic kidney disease", "N18.9")]),
    ("chronic kidney disease and acute kidney injury", [("chronic kidney disease", "N18.9"), ("acute kidney injury", "N17.9")]),
    ("chronic kidney disease, severe", [("chronic kidney disease", "N18.9")]),
    ("acute on chronic heart failure", [("acute on chronic heart failure", "I50.9")]),
    ("aspiration pneumonia", [("aspiration pneumonia", "J69.0")]),
    ("pneumonia and cellulitis", [("pneumonia", "J18.9"), ("cellulitis", "L03.90")]),
    ("bilateral osteoarthritis of the knees", [("bilateral osteoarthritis of the knees", "M17.9")]),
    ("hepatitis A", [("hepatitis A", "B15.9")]),
    ("hepatitis", [("hepatitis", "K75.9")]),
    ("Pneumonias", [("Pneumonias", "J18.9")]),
    ("HTN", [("HTN", "I10")]),
    ("diabetes/neuropathy", [("diabetes", "E11.9"), ("neuropathy", "G62.9")]),
    ("the patient is well", []),
    ("", []),
]
# a term does not reach over these
STOPS = ["Pain. Chest is clear.", "chest: clear\npain: none", "Pain; chest clear", "chest, pain", "chest • pain", "pain? chest clear", "chest | pain"]


def spans(facts: list[Fact]) -> list[tuple[str, str]]:
    return [(f.span.text, f.targets[0].family) for f in facts]


@pytest.mark.parametrize(("text", "expected"), FOUND)
def test_terms_are_found(found: Found, text: str, expected: list[tuple[str, str]]) -> None:
    assert spans(found(text or "-", TERMS)) == expected


@pytest.mark.parametrize("text", STOPS)
def test_a_term_does_not_cross_a_stop(found: Found, text: str) -> None:
    assert "R07.9" not in [target for _, target in spans(found(text, TERMS))]


@pytest.mark.parametrize(
    ("text", "right", "target"),
    [
        ("hypertention", "hypertension", "I10"), ("hypertensoin", "hypertension", "I10"), ("hypertenson", "hypertension", "I10"),
        ("hyperrtension", "hypertension", "I10"), ("pnuemonia", "pneumonia", "J18.9"), ("celulitis", "cellulitis", "L03.90"),
        ("hypothyriodism", "hypothyroidism", "E03.9"),
    ],
)  # fmt: skip
def test_one_slip_in_a_long_word_is_forgiven_and_told(found: Found, text: str, right: str, target: str) -> None:
    (fact,) = found(f"He has {text} today", TERMS)
    assert fact.targets[0].family == target
    assert fact.span.text == text
    assert fact.corrected == right


@pytest.mark.parametrize("text", ["hypotension", "cugh", "hyprtnsion", "coughh", "ypertension"])
def test_other_words_are_left_as_they_are(found: Found, text: str) -> None:
    assert found(f"He has {text} today", TERMS) == []


def test_a_slip_that_could_be_two_words_is_left_alone(found: Found) -> None:
    assert found("He has hypertenson", {"hypertension": "I10", "hypertenton": "R69"}) == []


@pytest.mark.parametrize(("text", "target"), [("MS", "G35"), ("ms", ""), ("Ms", ""), ("AS", "M45.9"), ("as", ""), ("as needed", "")])
def test_exact_terms_count_in_their_own_case_only(found: Found, text: str, target: str) -> None:
    assert [t for _, t in spans(found(text, TERMS))] == ([target] if target else [])


def test_case_makes_two_terms_of_one_key(found: Found) -> None:
    terms = {"PE": "I26.99:case", "pe": "R69:case"}
    assert [t for _, t in spans(found("He had PE or pe", terms))] == ["I26.99", "R69"]


def test_attributes_beside_a_finding_are_told(found: Found) -> None:
    (fact,) = found("acute displaced fracture of the left distal radius", TERMS)
    said = dict(fact.attributes)
    assert said["side"] == "left"
    assert said["acuity"] == "acute"
    assert said["displacement"] == "displaced"


def test_an_attribute_belongs_to_the_finding_that_it_is_nearest_to(found: Found) -> None:
    pneumonia, cellulitis = found("severe pneumonia with some mild cellulitis", TERMS)
    assert dict(pneumonia.attributes)["severity"] == "severe"
    assert dict(cellulitis.attributes)["severity"] == "mild"


def test_found_terms_do_not_overlap(found: Found) -> None:
    facts = found("chronic kidney disease and acute kidney injury, heart failure, chest pain, pain", TERMS)
    assert all(a.span.end <= b.span.start for a, b in pairwise(facts))
    assert [t for _, t in spans(facts)] == ["N18.9", "N17.9", "I50.9", "R07.9", "R52"]


@pytest.mark.parametrize(
    ("written", "targets"),
    [
        ("I10", (Target(family="I10"),)), ("I50=I50.9", (Target(family="I50", default="I50.9"),)),
        ("E11.22 + N18=N18.9", (Target(family="E11.22"), Target(family="N18", default="N18.9"))), ("", ()),
    ],
)  # fmt: skip
def test_targets_are_read_as_written(written: str, targets: tuple[Target, ...]) -> None:
    assert parse_targets(written) == targets
