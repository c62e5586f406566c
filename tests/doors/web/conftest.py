"""The workbench over the sample charts, served for the whole session; a record of its own for a test that changes much."""
from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "api"))
from web_kit import Bench, running

from charthouse.adapters.storage.codebook import SqliteCodeBook


@pytest.fixture(scope="session")
def whole_bench(book: SqliteCodeBook, data_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    with running(data_folder / "books", tmp_path_factory.mktemp("web")) as made:
        yield made


@pytest.fixture
def bench(whole_bench: Bench, request: pytest.FixtureRequest) -> Iterator[Bench]:
    """Shared by the session's tests: a test that decides on a chart takes one that no other does, or `own_bench`."""
    whole_bench.browser = lambda: request.getfixturevalue("browser")
    with whole_bench.quiet():
        yield whole_bench


@pytest.fixture
def own_bench(book: SqliteCodeBook, data_folder: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Bench]:
    """A record of the test's own."""
    with running(data_folder / "books", tmp_path) as made, made.quiet():
        made.browser = lambda: request.getfixturevalue("browser")
        yield made
