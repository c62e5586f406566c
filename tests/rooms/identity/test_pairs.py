"""Verdicts on pairs."""
from __future__ import annotations

import pytest

from charthouse.record.person import Pair, Person
from charthouse.rooms.identity import followed, judged
from charthouse.rooms.identity.person import heard

ERIN = {"given": "erin", "family": "example", "birth": "19610302", "street": "oakstreet"}


def verdict(probability: float, **other: str) -> str:
    a, b = (heard(Person(id=i, **said)) for i, said in (("1", ERIN), ("2", ERIN | other)))
    return judged([Pair(a="1", b="2", probability=probability)], {"1": a}, {"2": b})[0].verdict


@pytest.mark.parametrize(("probability", "other", "expected"), [
    (0.99, {}, "link"), (0.9, {}, "link"), (0.89, {}, "possible"), (0.9999, {"given": "thomas"}, "possible"), (0.9999, {"birth": "19890714"}, "possible"), (0.99, {"family": "married"}, "link"), (0.99, {"given": "erni"}, "link")])
def test_what_speaks_against_a_link_leaves_it_to_a_person(probability: float, other: dict[str, str], expected: str) -> None:
    assert verdict(probability, **other) == expected


def test_one_number_under_two_names_is_for_a_person() -> None:
    a, b = (heard(Person(id=i, given=g, family=f, birth="19610302", number="123456789")) for i, g, f in (("1", "erin", "example"), ("2", "thomas", "sampson")))
    assert judged([Pair(a="1", b="2", probability=0.99)], {"1": a}, {"2": b})[0].why == "one number of the state, other names"


def test_what_follows_from_two_links_is_possible() -> None:
    found = followed([Pair(a="1", b="2", probability=0.99, verdict="link"), Pair(a="2", b="3", probability=0.95, verdict="link"), Pair(a="3", b="4", probability=0.5, verdict="possible")])
    assert [(p.a, p.b, p.probability, p.verdict) for p in found[3:]] == [("1", "3", 0.95, "possible")]
    assert followed(found) == found


def test_a_household_is_not_one_person() -> None:
    home = {"house": "12", "street": "oakstreet", "suburb": "milltown", "postcode": "01234", "phone": "5550100"}
    a, b = (heard(Person(id=i, given=g, family="example", birth=d, **home)) for i, g, d in (("1", "erin", "19610302"), ("2", "robert", "19590714")))
    found, = judged([Pair(a="1", b="2", probability=0.9999)], {"1": a}, {"2": b})
    assert (found.verdict, found.probability < 0.5) == ("possible", True)
