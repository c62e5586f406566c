"""A second grouper of another make, `drgpy`, over common stays: where it should agree it does, where it does not we say why."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from charthouse.record.grouping import Grouping, Stay

Grouped = Callable[..., Grouping]

AGREE = [
    # principal, secondary, procedures, other
    ("I50.23", "J96.01 N17.9", "", {}), ("A41.9", "R65.21 J18.9", "", {}), ("A41.51", "R65.20 N10 N17.9", "", {}), ("J18.9", "J44.9 I10", "", {}),
    ("J44.1", "J96.01", "", {}), ("J69.0", "J96.01", "", {}), ("I63.512", "G81.91", "3E03317", {}), ("I61.9", "G93.5", "", {}), ("I21.4", "I10", "027034Z", {}),
    ("I21.4", "R57.0", "", {"status": "20"}), ("I48.91", "I10", "", {}), ("I26.99", "J96.01", "", {}), ("I35.0", "I50.23", "02RF38Z", {}),
    ("M17.11", "I10", "0SRC0J9", {}), ("S72.001A", "D62", "0SRR0J9", {}), ("M48.061", "", "0SG00AJ", {}), ("K35.80", "", "0DTJ4ZZ", {}), ("K80.00", "", "0FT44ZZ", {}),
    ("K92.2", "D62", "", {}), ("K57.32", "I10", "", {}), ("K56.609", "E87.6", "", {}), ("K85.90", "", "", {}), ("E11.10", "N17.9", "", {}), ("E87.1", "I10", "", {}),
    ("N39.0", "I10", "", {}), ("N17.9", "E87.5", "", {}), ("G40.909", "", "", {}), ("R07.9", "I10", "", {}), ("R55", "", "", {}), ("L03.115", "E11.9", "", {}),
    ("C34.11", "C79.31", "0BTC0ZZ", {}), ("F10.231", "", "", {}), ("D57.00", "", "", {}), ("B20", "J18.9", "", {}),
    ("O80", "Z37.0 Z3A.39", "10E0XZZ", {"sex": "F", "age": 29}), ("Z38.00", "", "", {"age": 0}),
]  # fmt: skip

DIFFER = [
    ("I50.23", "L89.154/N", "293", "291", "it knows the list of hospital-acquired conditions only as an option: the DRG before them"),
    ("I21.4", "T80.211A/N", "282", "281", "the same"),
    ("W19.XXXA", "S72.001A", "999", "000", "it calls what cannot be grouped 000, the CMS grouper 999"),
    ("G35", "", "999", "000", "the same: G35 was split on 1 October 2025"),
]


@pytest.fixture(scope="module")
def second() -> Callable[[Stay], str]:
    engine: Any = pytest.importorskip("drgpy.msdrg").DRGEngine(version="v43")

    def drg(stay: Stay) -> str:
        codes = [d.code.replace(".", "") for d in (stay.principal, *stay.secondary)]
        poa = [d.poa or "Y" for d in (stay.principal, *stay.secondary)]
        alive = stay.discharge_status != "20"
        return str(engine.get_drg(codes, list(stay.procedures), gender=stay.sex, is_alive=alive, poa=poa, discharge_status=stay.discharge_status))

    return drg


def test_there_are_enough_stays() -> None:
    assert len(AGREE) >= 25


@pytest.mark.parametrize(("principal", "secondary", "procedures", "other"), AGREE)
def test_both_say_the_same(grouped: Grouped, stay: Callable[..., Stay], second: Callable[[Stay], str], principal: str, secondary: str, procedures: str,
                           other: dict[str, Any]) -> None:  # fmt: skip
    ours = grouped(principal, secondary, procedures, **other)
    assert ours.edition.startswith("v43 ")
    assert ours.drg == second(stay(principal, secondary, procedures, **other)), ours.title


@pytest.mark.parametrize(("principal", "secondary", "ours", "theirs", "why"), DIFFER)
def test_where_they_differ_the_reason_is_known(grouped: Grouped, stay: Callable[..., Stay], second: Callable[[Stay], str], principal: str, secondary: str, ours: str,
                                               theirs: str, why: str) -> None:  # fmt: skip
    assert (grouped(principal, secondary).drg, second(stay(principal, secondary))) == (ours, theirs), why
