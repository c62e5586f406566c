"""The engine, wired as it is used."""
from __future__ import annotations

from pathlib import Path

import pytest

from charthouse import bootstrap
from charthouse.flow.steps import Kit


@pytest.fixture(scope="session")
def kit(data_folder: Path) -> Kit:
    return bootstrap.site_kit()
