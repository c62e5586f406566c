"""How names are spelled and sound, and at which level two persons agree."""
from __future__ import annotations

import pytest

from charthouse.record.person import Person
from charthouse.rooms.identity.compare import COMPARISONS, levels
from charthouse.rooms.identity.likeness import edits, likeness
from charthouse.rooms.identity.names import plain, sound, without_suffix
from charthouse.rooms.identity.person import heard, of_row


@pytest.mark.parametrize(("said", "spelled"), [("O'Brien-Núñez", "obrien nunez"), ("  ANNA  Maria ", "anna maria"), ("St. James", "st james"), ("Straße", "strasse"), ("", "")])
def test_names_are_spelled_alike(said: str, spelled: str) -> None:
    assert plain(said) == spelled


@pytest.mark.parametrize(("a", "b"), [("phillips", "filips"), ("smith", "smyth"), ("knight", "night"), ("catherine", "katharine"), ("macdonald", "mcdonald"), ("schmidt", "shmitt"), ("wright", "right"), ("erin", "aaron")])
def test_what_sounds_alike_sounds_alike(a: str, b: str) -> None:
    assert sound(a) == sound(b) != ""


@pytest.mark.parametrize(("a", "b"), [("smith", "jones"), ("mary", "martha"), ("lee", "liang")])
def test_what_sounds_otherwise_does_not(a: str, b: str) -> None:
    assert sound(a) != sound(b)


@pytest.mark.parametrize(("name", "parts"), [("smith jr", ("smith", "jr")), ("smith senior", ("smith", "sr")), ("hall iii", ("hall", "iii")), ("ii", ("ii", "")), ("majors", ("majors", ""))])
def test_a_suffix_is_told_apart(name: str, parts: tuple[str, str]) -> None:
    assert without_suffix(name) == parts


@pytest.mark.parametrize(("a", "b", "apart"), [("", "", 0), ("abc", "abc", 0), ("abc", "acb", 1), ("abc", "ab", 1), ("abc", "abxc", 1), ("abc", "xyz", 3), ("ca", "abc", 3), ("", "ab", 2)])
def test_edits(a: str, b: str, apart: int) -> None:
    assert edits(a, b) == edits(b, a) == apart


@pytest.mark.parametrize(("a", "b", "near"), [("martha", "marhta", 0.9611), ("dwayne", "duane", 0.8400), ("dixon", "dicksonx", 0.8133), ("abc", "xyz", 0.0), ("a", "a", 1.0)])
def test_likeness_is_winklers(a: str, b: str, near: float) -> None:
    assert likeness(a, b) == pytest.approx(near, abs=1e-4)


def person(**said: str) -> Person:
    return heard(Person(id="1", **said))


@pytest.mark.parametrize(("field", "a", "b", "level"), [
    ("given", {"given": "anna"}, {"given": "anna"}, "exact"), ("given", {"given": "a"}, {"given": "anna"}, "initial"), ("given", {"given": "anna"}, {"given": "hannah"}, "alike"),
    ("given", {"given": "anna", "family": "example"}, {"given": "example", "family": "anna"}, "swapped"), ("given", {"given": "anna"}, {"given": "robert"}, "other"), ("given", {}, {"given": "anna"}, ""),
    ("family", {"family": "johnson"}, {"family": "jonhson"}, "close"), ("birth", {"birth": "19610302"}, {"birth": "19610302"}, "exact"), ("birth", {"birth": "19610302"}, {"birth": "19610203"}, "day and month swapped"),
    ("birth", {"birth": "19610302"}, {"birth": "19610312"}, "one slip"), ("birth", {"birth": "19610302"}, {"birth": "19690312"}, "two slips"), ("birth", {"birth": "19610302"}, {"birth": "20041130"}, "other"),
    ("number", {"number": "123456789"}, {"number": "123456798"}, "one slip"), ("street", {"street": "oakstreet", "place": "farm"}, {"street": "farm", "place": "oakstreet"}, "another line"),
    ("street", {"street": "oakstreet"}, {"place": "oakstreet"}, "another line"), ("phone", {"phone": "5550100"}, {"phone": "5550101"}, "other"), ("house", {"house": "26"}, {"house": "62"}, "one slip"),
])
def test_the_level_of_agreement(field: str, a: dict[str, str], b: dict[str, str], level: str) -> None:
    assert COMPARISONS[field](person(**a), person(**b)) == level
    assert COMPARISONS[field](person(**b), person(**a)) == level


def test_a_row_may_lack_columns() -> None:
    row = of_row({"rec_id": " r1 ", "given_name": "Anna ", "date_of_birth": "1961-03-02"})
    assert (row.id, row.given, row.birth, row.family) == ("r1", "anna", "19610302", "")
    assert levels(row, row)["family"] == ""


def test_placeholder_dates_and_numbers_are_not_known() -> None:
    row = of_row({"rec_id": "r1", "date_of_birth": "19000101", "soc_sec_id": "999999999"})
    assert (row.birth, row.number) == ("", "")
