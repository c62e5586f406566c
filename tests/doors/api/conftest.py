"""A real server on loopback over a record of its own, with a patient, a stay, a visit and documents, and keys for several roles."""
from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from api_kit import Api, filled, served

from charthouse.adapters.storage.codebook import SqliteCodeBook
from charthouse.bootstrap import api as wiring
from charthouse.bootstrap import record
from charthouse.doors.api.app import create


@pytest.fixture(scope="session")
def api(book: SqliteCodeBook, data_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    folder = tmp_path_factory.mktemp("api")
    (folder / "books").symlink_to(data_folder / "books")
    before = os.environ["CHARTHOUSE_DATA"]
    os.environ["CHARTHOUSE_DATA"] = str(folder)
    try:
        record.initialise().close()
        keys = {who: wiring.add_key(who, (role,), facilities, purpose=purpose) for who, role, facilities, purpose in (
            ("him_manager", "him_manager", ("north",), "operations"), ("coder", "coder", ("north",), "payment"), ("southern", "coder", ("south",), "payment"),
            ("release_clerk", "release_clerk", ("north",), "release"), ("privacy_officer", "privacy_officer", ("north",), "privacy"),
            ("administrator", "administrator", (), "administration"), ("interface", "interface", ("north",), "operations"), ("biller", "biller", ("north",), "payment"),
            ("provider", "provider", ("north",), "treatment"), ("engine", "engine", ("north",), "operations"), ("no_purpose", "coder", ("north",), ""))}
        with record.opened() as site:
            ids = filled(site)
            with served(lambda: create(wiring.serving(site))) as url:
                yield Api(url=url, site=site, keys=keys, ids=ids)
    finally:
        os.environ["CHARTHOUSE_DATA"] = before
