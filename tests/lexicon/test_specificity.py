"""From a family of codes and what is said to the code: side, acuity, stage, seventh character."""
from __future__ import annotations

import pytest

from charthouse.adapters.books import tables
from charthouse.lexicon.specificity import Attributes, Profile, choose, profiles, relative
from charthouse.lexicon.words import STOP, words

ATTRIBUTES = Attributes(tables.four("attributes"))

FAMILIES: dict[str, list[tuple[str, str]]] = {
    "knee": [("M17.10", "Unilateral primary osteoarthritis, unspecified knee"), ("M17.11", "Unilateral primary osteoarthritis, right knee"),
             ("M17.12", "Unilateral primary osteoarthritis, left knee")],
    "ear": [("H65.00", "Acute serous otitis media, unspecified ear"), ("H65.01", "Acute serous otitis media, right ear"),
            ("H65.02", "Acute serous otitis media, left ear"), ("H65.03", "Acute serous otitis media, bilateral")],
    "failure": [("I50.30", "Unspecified diastolic (congestive) heart failure"), ("I50.31", "Acute diastolic (congestive) heart failure"),
                ("I50.32", "Chronic diastolic (congestive) heart failure"), ("I50.33", "Acute on chronic diastolic (congestive) heart failure")],
    "kidney": [("N18.1", "Chronic kidney disease, stage 1"), ("N18.2", "Chronic kidney disease, stage 2 (mild)"),
               ("N18.30", "Chronic kidney disease, stage 3 unspecified"), ("N18.31", "Chronic kidney disease, stage 3a"),
               ("N18.32", "Chronic kidney disease, stage 3b"), ("N18.4", "Chronic kidney disease, stage 4 (severe)"),
               ("N18.9", "Chronic kidney disease, unspecified")],
    "radius": [("S52.514A", "Nondisplaced fracture of right radial styloid process, initial encounter for closed fracture"),
               ("S52.511A", "Displaced fracture of right radial styloid process, initial encounter for closed fracture"),
               ("S52.511B", "Displaced fracture of right radial styloid process, initial encounter for open fracture type I or II"),
               ("S52.511D", "Displaced fracture of right radial styloid process, subsequent encounter for closed fracture with routine healing"),
               ("S52.511G", "Displaced fracture of right radial styloid process, subsequent encounter for closed fracture with delayed healing"),
               ("S52.511S", "Displaced fracture of right radial styloid process, sequela"),
               ("S52.512A", "Displaced fracture of left radial styloid process, initial encounter for closed fracture")],
    "migraine": [("G43.109", "Migraine with aura, not intractable, without status migrainosus"), ("G43.119", "Migraine with aura, intractable, without status migrainosus"),
                 ("G43.101", "Migraine with aura, not intractable, with status migrainosus")],
}  # fmt: skip

CHOICES = [
    ("knee", "right knee osteoarthritis", "M17.11"),
    ("knee", "osteoarthritis of the left knee", "M17.12"),
    ("knee", "knee osteoarthritis", "M17.10"),
    ("ear", "bilateral serous otitis", "H65.03"),
    ("ear", "serous otitis of both ears", "H65.03"),
    ("ear", "serous otitis media", "H65.00"),
    ("failure", "acute on chronic diastolic heart failure", "I50.33"),
    ("failure", "acute diastolic heart failure", "I50.31"),
    ("failure", "chronic diastolic heart failure", "I50.32"),
    ("failure", "diastolic heart failure", "I50.30"),
    ("kidney", "CKD stage 3b", "N18.32"),
    ("kidney", "CKD stage IIIa", "N18.31"),
    ("kidney", "CKD stage 3", "N18.30"),
    ("kidney", "stage 4 CKD", "N18.4"),
    ("kidney", "chronic kidney disease", "N18.9"),
    ("radius", "right radial styloid fracture", "S52.511A"),
    ("radius", "nondisplaced right radial styloid fracture", "S52.514A"),
    ("radius", "open right radial styloid fracture", "S52.511B"),
    ("radius", "right radial styloid fracture, aftercare", "S52.511D"),
    ("radius", "right radial styloid fracture, subsequent encounter, delayed healing", "S52.511G"),
    ("radius", "sequela of right radial styloid fracture", "S52.511S"),
    ("radius", "left radial styloid fracture", "S52.512A"),
    ("migraine", "migraine with aura", "G43.109"),
    ("migraine", "intractable migraine with aura", "G43.119"),
]


def family(name: str) -> tuple[Profile, ...]:
    return profiles(FAMILIES[name], ATTRIBUTES)


def best(name: str, text: str) -> str:
    tokens = [w for w, _, _ in words(text)]
    said = {phrase.axis: frozenset({phrase.value}) for _, _, phrase in ATTRIBUTES.read(tokens)}
    return choose(family(name), said, frozenset(t for t in tokens if t not in STOP))[0].code


@pytest.mark.parametrize(("name", "text", "code"), CHOICES)
def test_the_code_that_says_what_is_said_and_no_more(name: str, text: str, code: str) -> None:
    assert best(name, text) == code


def test_the_order_of_a_family_does_not_matter() -> None:
    backwards = profiles(FAMILIES["radius"][::-1], ATTRIBUTES)
    said = {"side": frozenset({"right"})}
    assert [c.code for c in choose(backwards, said, frozenset())] == [c.code for c in choose(family("radius"), said, frozenset())]


def test_what_was_said_and_taken_is_told_and_what_was_not_said_too() -> None:
    top, *rest = choose(family("knee"), {"side": frozenset({"left"})}, frozenset())
    assert "side: left" in top.matched
    assert any("side: right" in c.unsupported for c in rest)


def test_what_all_codes_of_a_family_say_decides_nothing() -> None:
    assert all(("laterality", "unilateral") not in p.says for p in family("knee"))


def test_attributes_are_read_longest_first() -> None:
    read = ATTRIBUTES.read(["acute", "on", "chronic", "heart", "failure"])
    assert [(a, b, p.value) for a, b, p in read if p.axis == "acuity"] == [(0, 3, "acute on chronic")]


@pytest.mark.parametrize(("spelled", "side"), [("OD", {"right"}), ("od", set()), ("L", {"left"}), ("l", set())])
def test_abbreviated_sides_count_in_capitals_only(spelled: str, side: set[str]) -> None:
    assert {p.value for _, _, p in ATTRIBUTES.read([spelled.lower()], [spelled])} == side


def test_an_empty_family_has_no_profiles() -> None:
    assert profiles([], ATTRIBUTES) == ()
    assert choose((), {}, frozenset()) == []


# -- seen from the default of a family -------------------------------------------------------------------------------

FROM_DEFAULT = [
    # default, what is said, the code
    ("S52.511A", {}, "S52.511A"), ("S52.511A", {"openness": "open"}, "S52.511B"), ("S52.511A", {"side": "left"}, "S52.512A"),
    ("S52.511A", {"side": "right"}, "S52.511A"), ("S52.511A", {"encounter": "subsequent", "healing": "delayed"}, "S52.511G"),
]  # fmt: skip


@pytest.mark.parametrize(("default", "said", "code"), FROM_DEFAULT)
def test_what_the_default_says_need_not_be_said_and_may_still_be_contradicted(default: str, said: dict[str, str], code: str) -> None:
    seen = relative(family("radius"), default)
    assert choose(seen, {axis: frozenset({value}) for axis, value in said.items()}, frozenset())[0].code == code


def test_a_family_without_its_default_is_seen_as_it_is() -> None:
    assert relative(family("knee"), "X99") == family("knee")
