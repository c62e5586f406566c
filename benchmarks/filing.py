"""How many documents a second are filed so that they are on disk: one by one, and in groups of 10 and 50 that share a transaction.

Each is a message of 1.5 kB with the text read from it. SQLite in a folder; PostgreSQL where its programs are on this machine, flushing what it
acknowledges. A group ends when it is on disk.

    python benchmarks/filing.py [DOCUMENTS] [FOLDER]
"""
from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

GROUPS = (1, 10, 50)


def rate(database: str, folder: Path, documents: int, group: int) -> float:
    """Documents a second."""
    from charthouse.adapters.storage.layout import Layout
    from charthouse.adapters.storage.site import initialise
    from charthouse.bootstrap.record import sign_in
    from charthouse.record.access import Actor
    from charthouse.record.filing import Filing, Registration, Visit

    site = initialise(Layout(folder, database))
    try:
        desk = sign_in(site, Actor(id="bench", roles=frozenset({"him_manager"}), facilities=frozenset({"north"})), "operations")
        patient = desk.register(Registration(facility="north"))
        visits = [desk.admit(Visit(patient=patient, facility="north", setting="outpatient", admitted=datetime(2026, 3, 2, tzinfo=UTC))) for _ in range(10)]
        begun = time.perf_counter()
        for first in range(0, documents, group):
            with desk.together() as one:
                for n in range(first, first + group):
                    text = f"MSH|^~\\&|message {n}|" + f"line {n} of the note. " * 70
                    one.file(Filing(encounter=visits[n % 10], content=text.encode(), text=text[20:]))
        return documents / (time.perf_counter() - begun)
    finally:
        site.close()


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """A server of our own on a socket, flushing; "" where its programs are not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: int(p.parent.name))
    if not found:
        yield ""
        return
    folder.mkdir()
    as_user: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
        as_user = [shutil.which("runuser", path="/usr/sbin:/sbin:/usr/bin") or "runuser", "-u", "postgres", "--"]

    def run(program: str, *arguments: str) -> None:
        subprocess.run([*as_user, str(found[-1] / program), *arguments], check=True, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    run("initdb", "-D", f"{folder}/data", "-U", "charthouse", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
    run("pg_ctl", "-D", f"{folder}/data", "-w", "-l", f"{folder}/log", "-o", f"-k {folder} -c listen_addresses=", "start")
    try:
        yield f"postgresql://charthouse@/{{}}?host={folder}"
    finally:
        run("pg_ctl", "-D", f"{folder}/data", "-m", "immediate", "stop")


def _new(url: str, name: str) -> str:
    import sqlalchemy as sa

    server = sa.create_engine(sa.make_url(url.format("postgres")).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    server.dispose()
    return url.format(name)


def main(documents: int = 1000, where: str | None = None) -> int:
    with tempfile.TemporaryDirectory(prefix="filing", dir=where) as name:
        folder = Path(name)
        folder.chmod(0o755)
        for group in GROUPS:
            print(f"SQLite, groups of {group:2}: {rate('', folder / f's{group}', documents, group):6.0f} documents a second")
        with postgresql(folder / "pg") as url:
            if not url:
                print("PostgreSQL: not installed, not measured")
            for group in GROUPS if url else ():
                print(f"PostgreSQL, groups of {group:2}: {rate(_new(url, f'g{group}'), folder / f'p{group}', documents, group):6.0f} documents a second")
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000, *sys.argv[2:3]))
