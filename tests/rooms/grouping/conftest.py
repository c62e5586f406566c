"""Stays in one line, and the grouper with the book."""
from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from charthouse.adapters.engines.msdrg import MsdrgEngine
from charthouse.adapters.storage.codebook import SqliteCodeBook
from charthouse.record.grouping import Diagnosis, Grouping, Stay
from charthouse.rooms.grouping import group


def diagnosis(written: str) -> Diagnosis:
    """ "N17.9" is present on admission; "N17.9/N" is not; "N17.9/" does not say."""
    code, slash, poa = written.partition("/")
    return Diagnosis(code=code, poa=poa if slash else "Y")


@pytest.fixture(scope="session")
def stay() -> Callable[..., Stay]:
    """A stay from its principal diagnosis and "secondary secondary ..."; a man of 68, home on 10 February 2026, unless said."""

    def make(principal: str, secondary: str = "", procedures: str = "", *, on: date = date(2026, 2, 10), age: int = 68, sex: str = "M", status: str = "01") -> Stay:
        return Stay(id="1", discharge_date=on, age=age, sex=sex, discharge_status=status, principal=diagnosis(principal),
                    secondary=tuple(map(diagnosis, secondary.split())), procedures=tuple(procedures.split()))

    return make


@pytest.fixture(scope="session")
def grouped(book: SqliteCodeBook, stay: Callable[..., Stay]) -> Callable[..., Grouping]:
    """The grouping of a stay written as for `stay`."""
    engine = MsdrgEngine()
    return lambda *words, **said: group(stay(*words, **said), engine, book)
