"""Linkage by Splink: it compares as the room does, learns from the files, and needs no file of its own."""
from __future__ import annotations

import random
import sys
from dataclasses import asdict, replace

import pytest

from charthouse.adapters.linkage.levels import COMPARISONS, missing
from charthouse.flow.weighing import weights
from charthouse.record.errors import MissingPart
from charthouse.record.person import Person
from charthouse.rooms.identity import compare
from charthouse.rooms.identity.person import heard

pytest.importorskip("splink")
NAMES = ("anna", "erin", "thomas", "maria", "jon", "lucy", "peter", "ruth", "simon", "clara", "hugo", "nina", "oscar", "wanda", "felix", "greta")
PLACES = ("oakstreet", "elmstreet", "hillroad", "lakeroad", "milllane", "churchway", "parkview", "bridgeend")


def people(number: int, seed: int = 1) -> list[Person]:
    chance = random.Random(seed)

    def digits(n: int) -> str:
        return "".join(chance.choices("0123456789", k=n))

    return [heard(Person(id=f"p{n}", given=chance.choice(NAMES), family=chance.choice(NAMES) + chance.choice(("son", "s", "er", "mann", "ley", "")), birth=f"{chance.randint(1930, 2020)}0{chance.randint(1, 9)}1{chance.randint(0, 9)}",
                         number=digits(9), house=digits(2), street=chance.choice(PLACES), place=chance.choice(("", *PLACES)), suburb=chance.choice(PLACES), postcode=digits(5), state=chance.choice("ab"), sex=chance.choice("fm"),
                         phone=chance.choice(("", digits(10))))) for n in range(number)]


def model() -> object:
    from charthouse.adapters.linkage.splink import SplinkModel

    return SplinkModel(weights())


def test_the_database_compares_as_the_room_does() -> None:
    import duckdb

    found, chance = people(60), random.Random(2)
    mistyped = [heard(replace(p, given=p.given[:1] if chance.random() < 0.2 else p.family if chance.random() < 0.2 else p.given[1:] + p.given[0], birth=p.birth[:4] + p.birth[6:] + p.birth[4:6],
                              street=p.place, place=p.street, family=p.family[:-1], number=p.number[::-1], postcode=p.postcode[:-1])) for p in found]
    seen = set()
    with duckdb.connect(":memory:") as connection:
        for a in found:
            for b in (*found[:15], *mistyped):
                ours = compare.levels(a, b)
                values = {f"{f}_{side}": v or None for side, p in (("l", a), ("r", b)) for f, v in asdict(p).items()}
                row = connection.execute("SELECT " + ", ".join(_case(name) for name in COMPARISONS) + " FROM (SELECT " + ", ".join(f"?::VARCHAR AS {k}" for k in values) + ")", list(values.values())).fetchone()
                assert row is not None
                assert dict(zip(COMPARISONS, row, strict=True)) == ours
                seen |= set(ours.items())
    assert len(seen) > 30


def _case(name: str) -> str:
    branches = " ".join(f"WHEN {condition} THEN '{level}'" for level, condition in COMPARISONS[name][:-1])
    return f"CASE WHEN {missing(name)} THEN '' {branches} ELSE 'other' END"


def test_every_level_has_its_weight() -> None:
    assert {(name, level) for name, levels in COMPARISONS.items() for level, _ in levels} == {(w.comparison, w.level) for w in weights()}
    assert all(0 < w.m <= 1 and 0 < w.u <= 1 for w in weights())
    for name in COMPARISONS:
        assert sum(w.m for w in weights() if w.comparison == name) == pytest.approx(1, abs=0.001)


@pytest.mark.parametrize("number", [20, 500])
def test_mistyped_records_are_found_in_small_files_and_in_large(number: int) -> None:
    left = people(number)
    right = [heard(replace(p, id=f"q{n}", given=p.given[1] + p.given[0] + p.given[2:], postcode=p.postcode[::-1])) for n, p in enumerate(left)]
    found = model().pairs(left, right)  # type: ignore[attr-defined]
    assert {(p.a, p.b) for p in found if p.probability > 0.9} == {(f"p{n}", f"q{n}") for n in range(number)}
    assert found == model().pairs(left, right)  # type: ignore[attr-defined]


def test_inside_one_file_a_record_is_no_duplicate_of_itself() -> None:
    left = people(30)
    again = [*left, heard(replace(left[3], id="again", house="99"))]
    found = model().pairs(again, None)  # type: ignore[attr-defined]
    assert [(p.a, p.b) for p in found if p.probability > 0.9] == [("p3", "again")]


@pytest.mark.parametrize(("left", "right"), [([], None), ([Person(id="1")], None), ([], [Person(id="1")]), ([Person(id="1")], [Person(id="2")]), ([Person(id="1", sex="f")], [Person(id="2", postcode="1")])])
def test_nothing_to_compare_gives_no_pairs(left: list[Person], right: list[Person] | None) -> None:
    assert model().pairs(left, right) == []  # type: ignore[attr-defined]


def test_without_splink_the_part_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "splink", None)
    with pytest.raises(MissingPart, match=r"charthouse\[linkage\]"):
        model()
