"""What all tests share: the code book, compiled once and kept until one of its sources changes."""
from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from charthouse import bootstrap
from charthouse.adapters.storage.codebook import SqliteCodeBook


@pytest.fixture(scope="session")
def data_folder(request: pytest.FixtureRequest) -> Iterator[Path]:
    """The data folder of the test run: `CHARTHOUSE_DATA` where set, else in pytest's cache."""
    before = os.environ.get("CHARTHOUSE_DATA")
    folder = Path(before) if before else request.config.cache.mkdir("charthouse")
    os.environ["CHARTHOUSE_DATA"] = str(folder)
    yield folder
    if before is None:
        del os.environ["CHARTHOUSE_DATA"]


@pytest.fixture(scope="session")
def book(data_folder: Path) -> SqliteCodeBook:
    """The whole code book."""
    return bootstrap.codebook()
