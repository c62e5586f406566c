"""A site in a fresh folder, over SQLite and over a real PostgreSQL that the tests start themselves."""
from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from storage_kit import desk_of

from charthouse.adapters.storage import blobs
from charthouse.adapters.storage import site as sites
from charthouse.adapters.storage.layout import Layout
from charthouse.adapters.storage.site import Site
from charthouse.flow.desk import Desk


def programs() -> Path | None:
    """The newest PostgreSQL of this machine."""
    found = [p.parent for p in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    on_path = shutil.which("initdb")
    return max(found, key=lambda p: int(p.parent.name)) if found else Path(on_path).parent if on_path else None


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a server in a folder of its own, on a socket only, run by an unprivileged user."""
    where = programs()
    if where is None:
        pytest.skip("PostgreSQL is not installed (Debian: apt install postgresql)")
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        as_user: list[str] = []
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres")
            as_user = [shutil.which("runuser", path="/usr/sbin:/sbin:/usr/bin") or "runuser", "-u", "postgres", "--"]

        def run(program: str, *arguments: str) -> None:
            subprocess.run([*as_user, str(where / program), *arguments], check=True, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

        run("initdb", "-D", f"{folder}/data", "-U", "charthouse", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
        run("pg_ctl", "-D", f"{folder}/data", "-w", "-l", f"{folder}/log", "-o", f"-k {folder} -c listen_addresses= -c fsync=off -c max_connections=30", "start")
        try:
            yield f"postgresql://charthouse@/postgres?host={folder}"
        finally:
            run("pg_ctl", "-D", f"{folder}/data", "-m", "immediate", "stop")


@pytest.fixture(params=["sqlite", "postgresql"])
def layout(request: pytest.FixtureRequest, tmp_path: Path) -> Layout:
    """Where a new site may be made."""
    return Layout(tmp_path / "site", "" if request.param == "sqlite" else new_database(request.getfixturevalue("postgresql")))


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Layout:
    """Another such place."""
    return Layout(tmp_path / "empty", "" if request.param == "sqlite" else new_database(request.getfixturevalue("postgresql")))


def new_database(url: str) -> str:
    """An empty database of the server."""
    name = f"t{uuid4().hex[:12]}"
    server = sa.create_engine(sa.make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    server.dispose()
    return sa.make_url(url).set(database=name).render_as_string(hide_password=False)


@pytest.fixture
def site(layout: Layout) -> Iterator[Site]:
    made = sites.initialise(layout)
    yield made
    made.close()


@pytest.fixture
def as_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each content is a file of its own, as large ones are."""
    monkeypatch.setattr(blobs, "SMALL", -1)


@pytest.fixture
def desk(site: Site) -> Desk:
    return desk_of(site)
