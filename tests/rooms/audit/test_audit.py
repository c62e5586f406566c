"""Samples of the size that was reckoned by hand, and two codings compared."""
from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from charthouse.record.audit import Assigned, Audited
from charthouse.rooms.audit import by_coder, differences, drawn, score, size_for

AT = datetime(2026, 3, 2, tzinfo=UTC)


def codes(*said: str) -> tuple[Assigned, ...]:
    """"I50.23*Y": the first diagnosis, present on admission."""
    return tuple(Assigned(system="ICD-10-CM", code=s.partition("*")[0].partition("/")[0], first="*" in s, poa=s.partition("/")[2]) for s in said)


def chart(theirs: tuple[Assigned, ...], mine: tuple[Assigned, ...], **more: object) -> Audited:
    return replace(Audited(audit="a", encounter="e", coder="user:ana", coder_shown="Ana", setting="inpatient", theirs=theirs, mine=mine, at=AT), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(("population", "margin", "confidence", "expected", "size"), [
    (1_000_000, 0.05, 0.95, 0.5, 384), (1000, 0.05, 0.95, 0.5, 278), (100, 0.05, 0.95, 0.5, 80), (1000, 0.1, 0.90, 0.5, 64), (1000, 0.03, 0.95, 0.05, 169), (10, 0.01, 0.99, 0.5, 10), (0, 0.05, 0.95, 0.5, 0)])
def test_how_many(population: int, margin: float, confidence: float, expected: float, size: int) -> None:
    assert size_for(population, margin=margin, confidence=confidence, expected=expected) == size


def test_a_sample_is_drawn_again_by_its_seed_and_every_chart_as_often() -> None:
    charts = [f"c{n}" for n in range(50)]
    assert drawn(charts, 10, 7) == drawn(charts[::-1], 10, 7)
    assert drawn(charts, 10, 7) != drawn(charts, 10, 8)
    seen = [sum(c in drawn(charts, 10, seed) for seed in range(500)) for c in charts]
    assert min(seen) > 60
    assert max(seen) < 140


COMPARED = {
    "the same": (("I50.23*/Y", "N18.32/Y"), ("N18.32/Y", "I50.23*/Y"), []), "over": (("I50.23*", "E87.6"), ("I50.23*",), ["audit/over E87.6"]), "under": (("I50.23*",), ("I50.23*", "E87.6"), ["audit/under E87.6"]),
    "specificity": (("I50.9*",), ("I50.23*",), ["audit/specificity I50.9", "audit/first I50.9"]), "another first": (("I50.23*", "J96.01"), ("I50.23", "J96.01*"), ["audit/first I50.23"]),
    "POA": (("I50.23*/Y", "E87.6/N"), ("I50.23*/Y", "E87.6/Y"), ["audit/poa E87.6"]), "POA that the auditor did not say": (("I50.23*/Y",), ("I50.23*",), [])}


@pytest.mark.parametrize("name", COMPARED)
def test_what_differs(name: str) -> None:
    theirs, mine, found = COMPARED[name]
    assert [f"{d.ruling.rule} {d.ruling.subject}" for d in differences(chart(codes(*theirs), codes(*mine)))] == found


def test_another_drg() -> None:
    assert [d.ruling.rule for d in differences(chart(codes("I50.23*"), codes("I50.23*"), their_drg="291", my_drg="293"))] == ["audit/drg"]


def test_figures_over_many() -> None:
    charts = [chart(codes("A00.0*", "B00.0"), codes("A00.0*", "C00.0"), their_drg="1", my_drg="2"), chart(codes("A00.0*"), codes("A00.0*"), their_drg="1", my_drg="1"),
              chart(codes("B00.0*"), codes("B00.0*"), setting="outpatient", coder_shown=""), chart(codes("A00.0*"), (), at=None)]
    found = score(charts)
    assert (found.charts, found.both, found.over, found.under, found.drg_changed, found.drg_of) == (3, 3, 1, 1, 1, 2)
    assert found.f1 == pytest.approx(0.75)
    assert found.kappa == pytest.approx((7 / 9 - (4 / 9 * 4 / 9 + 5 / 9 * 5 / 9)) / (1 - (4 / 9 * 4 / 9 + 5 / 9 * 5 / 9)))
    assert [(who, s.charts) for who, s in by_coder(charts)] == [("the autonomy gate", 1), ("Ana", 2)]
    assert (score([]).f1, score([]).kappa) == (None, None)
