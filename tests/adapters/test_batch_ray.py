"""The batch on Ray, in processes of its own that are killed: nothing is lost, nothing stands twice, what is done stays done.

A script codes a small file in small parts and writes down each part that is begun; it only ends processes that it started.
"""
from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from charthouse.doors.batch import code_batch

pa = pytest.importorskip("pyarrow")
pq = pytest.importorskip("pyarrow.parquet")
pytest.importorskip("ray")

NOTES, ROWS = 64, 4
PATIENCE = 180.0  # seconds; Ray takes ten to start on a busy machine
SCRIPT = """
import os, signal, sys, time
from pathlib import Path
from charthouse import bootstrap

source, out, log, engine = (Path(a) for a in sys.argv[1:5])

def unit(rows):
    from charthouse.doors.batch import code_batch
    ids = rows.column("id").to_pylist()
    with log.open("a") as f:
        f.write(f"{ids[0]} {os.getpid()}\\n")
    time.sleep(0.2)
    if "poison" in ids:
        os.kill(os.getpid(), signal.SIGKILL)
    return code_batch(rows)

for done in bootstrap.work_in_parts(source, out, unit, engine=engine.name, workers=2, rows=int(sys.argv[5])):
    print("part", done.number, done.rows, done.failed, done.before, done.lost, flush=True)
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    ids = [str(n) for n in range(NOTES)]
    table = pa.table({"id": ids, "text": ["Assessment: pneumonia." if n % 5 else "" for n in range(NOTES)], "date": ["2026-03-02"] * NOTES})
    pq.write_table(table, tmp_path / "notes.parquet")
    return tmp_path / "notes.parquet"


@pytest.fixture
def start(tmp_path: Path, data_folder: Path, book: object) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    started: list[subprocess.Popen[str]] = []
    (tmp_path / "script.py").write_text(SCRIPT, encoding="utf-8")
    env = {k: v for k, v in os.environ.items() if not k.startswith("RAY_")} | {"CHARTHOUSE_DATA": str(data_folder), "PYTHONPATH": ":".join(p for p in sys.path if p)}

    def run(source: Path, out: Path, engine: str = "ray") -> subprocess.Popen[str]:
        started.append(subprocess.Popen([sys.executable, str(tmp_path / "script.py"), str(source), str(out), str(out) + ".log", engine, str(ROWS)], env=env, cwd=tmp_path,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True))
        return started[-1]

    yield run
    for running in started:  # where a test has failed on the way
        for pid in (running.pid, *below(running.pid)) if running.poll() is None else ():
            os.kill(pid, signal.SIGKILL)


def below(root: int) -> dict[int, str]:
    """The processes that a process has started, with their command."""
    parents, commands = {}, {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                commands[int(entry.name)] = (entry / "cmdline").read_text().replace("\0", " ")
            except OSError:
                continue
    wanted = {root}
    while more := {pid for pid, above in parents.items() if above in wanted} - wanted:
        wanted |= more
    return {pid: commands[pid] for pid in wanted - {root}}


def until(holds: Callable[[], object], running: subprocess.Popen[str]) -> None:
    """Wait until it holds; the process must not end before."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert running.poll() is None, running.communicate()[1][-2000:]
        assert time.monotonic() < end, "it took too long"
        time.sleep(0.05)


def begun(out: Path) -> list[list[str]]:
    log = Path(f"{out}.log")
    return [line.split() for line in log.read_text().splitlines()] if log.exists() else []


def done_lines(running: subprocess.Popen[str]) -> list[tuple[int, int, int, bool, bool]]:
    said, errors = running.communicate(timeout=PATIENCE)
    assert running.returncode == 0, errors[-2000:]
    return [(int(n), int(rows), int(failed), before == "True", lost == "True") for n, rows, failed, before, lost in (line.split()[1:] for line in said.splitlines() if line.startswith("part "))]


def table(out: Path) -> list[dict[str, object]]:
    return [row for path in sorted(out.glob("part-*.parquet")) for row in pq.read_table(path).to_pylist()]


def test_a_worker_that_is_killed_loses_nothing_and_one_that_a_note_kills_loses_that_part_only(source: Path, tmp_path: Path, start: Callable[..., subprocess.Popen[str]]) -> None:
    rows = pq.read_table(source).to_pylist()
    rows[10]["id"] = "poison"
    pq.write_table(pa.Table.from_pylist(rows), source)
    out = tmp_path / "out"
    running = start(source, out)
    until(lambda: len(begun(out)) >= 1, running)
    killed = int(begun(out)[-1][1])
    assert killed in below(running.pid)
    os.kill(killed, signal.SIGKILL)
    done = done_lines(running)
    assert sorted(n for n, *_ in done) == list(range(NOTES // ROWS))
    assert [(n, rows) for n, rows, _, _, lost in done if lost] == [(10 // ROWS, ROWS)]
    there = [str(n) for n in range(NOTES) if n // ROWS != 10 // ROWS]
    assert [r["id"] for r in table(out)] == there
    assert table(out) == [r for r in code_batch(pq.read_table(source).combine_chunks().to_batches()[0]).to_pylist() if r["id"] in set(there)]
    twice = {first for first, times in Counter(first for first, _ in begun(out)).items() if times > 1}
    assert len(twice) <= 3, "only what a killed worker had begun is begun anew"
    assert not list(out.glob(".part-*"))


def test_a_run_that_is_killed_is_taken_up_and_what_is_done_is_not_coded_again(source: Path, tmp_path: Path, start: Callable[..., subprocess.Popen[str]]) -> None:
    out = tmp_path / "out"
    running = start(source, out)
    until(lambda: len(list(out.glob("part-*.parquet"))) >= 4, running)
    children = below(running.pid)
    running.kill()
    running.communicate()
    try:
        end = time.monotonic() + PATIENCE
        workers = [pid for pid, command in children.items() if command.startswith("ray::Worker")]
        assert len(workers) == 2
        while any(Path(f"/proc/{pid}").exists() for pid in workers):  # Ray's own agents follow within two minutes
            assert time.monotonic() < end, "its workers end with it"
            time.sleep(0.1)
    finally:
        for pid in children:
            if Path(f"/proc/{pid}").exists():
                os.kill(pid, signal.SIGKILL)
    before = {p.name: p.stat().st_mtime_ns for p in out.glob("part-*.parquet")}
    assert 4 <= len(before) < NOTES // ROWS
    done = done_lines(start(source, out))
    assert {n for n, _, _, was, _ in done if was} == {int(name[5:11]) for name in before}
    assert {p.name: p.stat().st_mtime_ns for p in out.glob("part-*.parquet") if p.name in before} == before
    assert [r["id"] for r in table(out)] == [str(n) for n in range(NOTES)]
    times = Counter(int(first) // ROWS for first, _ in begun(out))
    assert all(times[int(name[5:11])] == 1 for name in before)
    assert sum(failed for _, _, failed, _, _ in done) == len([n for n in range(NOTES) if n % 5 == 0])


def test_the_local_engine_gives_the_same(source: Path, tmp_path: Path, start: Callable[..., subprocess.Popen[str]]) -> None:
    out = tmp_path / "out"
    done = done_lines(start(source, out, "local"))
    assert [n for n, *_ in done] == list(range(NOTES // ROWS))
    assert table(out) == code_batch(pq.read_table(source).combine_chunks().to_batches()[0]).to_pylist()
