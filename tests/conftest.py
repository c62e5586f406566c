"""What all tests share: the code book, compiled once and kept until one of its sources changes."""
from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from charthouse import bootstrap
from charthouse.adapters.storage.codebook import SqliteCodeBook

settings.register_profile("charthouse", deadline=None)  # a machine under load is no fault of what is tested
settings.load_profile("charthouse")


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


CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Debian's Chromium, one for the tests of a file; they are skipped where it is not installed. While it is open no other event loop can run here."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not shutil.which(CHROMIUM):
        pytest.skip("Debian's Chromium is not installed: apt-get install chromium")
    with playwright.sync_playwright() as p:
        opened = p.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield opened
        opened.close()
