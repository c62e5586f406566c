"""What the tests of the coding room share: its small tables, and a whole kit for the cases in words."""
from __future__ import annotations

import pytest

from charthouse import bootstrap
from charthouse.adapters.storage.codebook import SqliteCodeBook
from charthouse.flow.steps import Kit
from charthouse.rooms.coding import Tables


@pytest.fixture(scope="session")
def tables() -> Tables:
    return bootstrap.coding_tables()


@pytest.fixture(scope="session")
def kit(book: SqliteCodeBook) -> Kit:
    return bootstrap.kit()
