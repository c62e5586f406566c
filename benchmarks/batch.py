"""How many notes a second a batch codes on Ray with one worker and with two, and whether memory grows with the input.

    python benchmarks/batch.py                    a quick look (6,000 notes)
    python benchmarks/batch.py --notes 100000     the real one: memory at a tenth and the whole, and what a million would take
"""
from __future__ import annotations

import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent.parent
NAMES = ("Amberley", "Birkin", "Castellan", "Dunmore", "Eastwick", "Farrow", "Godwin", "Harkness", "Ivarsson", "Jessop", "Kestrel", "Lindqvist")
MILLION = 1_000_000
COMPARED = 6_000  # notes for one worker against two


# -- notes ---------------------------------------------------------------------------------------------------------------------
def samples() -> list[dict[str, Any]]:
    """The project's own clinic notes."""
    return [json.loads(line) for path in sorted((HERE / "src" / "charthouse" / "gold").glob("notes-*.ndjson")) for line in path.read_text(encoding="utf-8").splitlines()]


def synthesised(number: int) -> Iterator[dict[str, Any]]:
    """Notes made of the samples: other names, other numbers, sections in another order, a paragraph of another note."""
    chance, notes = random.Random(7), samples()
    for n in range(number):
        note = chance.choice(notes)
        paragraphs = re.split(r"\n\n(?=[A-Z])", note["text"])
        first, middle, last = paragraphs[:1], paragraphs[1:-2], paragraphs[-2:]
        chance.shuffle(middle)
        middle.append(chance.choice(re.split(r"\n\n(?=[A-Z])", chance.choice(notes)["text"])))
        text = re.sub(r"\b\d{2,3}\b", lambda m: str(max(10, int(m.group()) + chance.randint(-3, 3))), "\n\n".join((*first, *middle, *last)))
        text = f"Seen: {chance.choice(NAMES)}-{chance.choice(NAMES)} {n}\n\n{text}"
        yield {"id": f"n{n}", "text": text, "setting": "outpatient", "date": note["date"], "sex": note["patient"]["sex"], "age": note["patient"]["age"]}


def write_notes(path: Path, number: int) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows, writer = synthesised(number), None
    while some := [row for _, row in zip(range(5_000), rows, strict=False)]:
        table = pa.Table.from_pylist(some)
        writer = writer or pq.ParquetWriter(path, table.schema)
        writer.write_table(table)
    if writer:
        writer.close()


# -- memory --------------------------------------------------------------------------------------------------------------------
class Memory:
    """The most that this run's own process and its largest worker held, in MB, sampled every two seconds."""

    def __init__(self, root: int) -> None:
        self.root, self.driver, self.worker = root, 0.0, 0.0
        self._over = threading.Event()
        threading.Thread(target=self._watch, daemon=True).start()

    def stop(self) -> None:
        self._over.set()

    def _watch(self) -> None:
        while not self._over.wait(2):
            for pid in _below(self.root):
                if pid == self.root:
                    self.driver = max(self.driver, _private(pid))
                elif _read(pid, "cmdline").startswith("ray::Worker"):
                    self.worker = max(self.worker, _private(pid))


def _below(root: int) -> set[int]:
    """A process and all that it started."""
    parents = {int(p.name): _read(int(p.name), "stat").rpartition(")")[2].split() for p in Path("/proc").iterdir() if p.name.isdigit()}
    wanted = {root}
    while more := {pid for pid, fields in parents.items() if fields and int(fields[1]) in wanted} - wanted:
        wanted |= more
    return wanted


def _read(pid: int, name: str) -> str:
    try:
        return (Path("/proc") / str(pid) / name).read_text()
    except OSError:  # it has ended
        return ""


def _private(pid: int) -> float:
    """MB that the process shares with no other."""
    return sum(int(v) for v in re.findall(r"^Private_(?:Clean|Dirty):\s+(\d+)", _read(pid, "smaps_rollup"), re.M)) / 1024


# -- runs ----------------------------------------------------------------------------------------------------------------------
def run(source: Path, out: Path, workers: int) -> dict[str, float]:
    """One run of the command as a user would start it."""
    shutil.rmtree(out, ignore_errors=True)
    command = [str(Path(sys.executable).with_name("charthouse")), "code", str(source), "--engine", "ray", "--workers", str(workers), "--out", str(out)]
    started = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=os.environ)
    memory = Memory(started.pid)
    begun = time.perf_counter()
    status = started.wait()
    seconds = time.perf_counter() - begun
    memory.stop()
    assert status == 0, f"the run ended with status {status}"
    done = sorted(p.stat().st_mtime for p in out.glob("part-*.parquet"))
    notes = json.loads((out / "summary.json").read_text(encoding="utf-8"))["notes"]
    between = (len(done) - workers) / len(done) * notes / (done[-1] - done[workers - 1]) if len(done) > 2 * workers else 0.0
    return {"notes": notes, "seconds": seconds, "whole": notes / seconds, "steady": between, "driver": memory.driver, "worker": memory.worker}


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--notes", type=int, default=6_000)
    asked.add_argument("--workers", type=int, default=2)
    total, most = asked.parse_args().notes, asked.parse_args().workers
    with tempfile.TemporaryDirectory() as folder:
        source, out = Path(folder) / "notes.parquet", Path(folder) / "out"
        write_notes(source, min(total, COMPARED))
        one, more = run(source, out, 1), run(source, out, most)
        print(f"batch: {one['steady']:.0f} notes a second on one worker, {more['steady']:.0f} on {most}: {more['steady'] / max(one['steady'], 1e-9):.2f} times", flush=True)
        for size in sorted({max(1, total // 10), total}) if total > COMPARED else []:
            write_notes(source, size)
            got = run(source, out, most)
            print(f"batch: {size:,} notes on {most} workers in {got['seconds']:.0f} s: {got['whole']:.0f} notes a second with the start, {got['steady']:.0f} without; "
                  f"memory at most {got['driver']:.0f} MB for the run and {got['worker']:.0f} MB a worker", flush=True)  # fmt: skip
            if got["steady"]:
                print(f"batch: 1,000,000 notes would take {MILLION / got['steady'] / 3600:.1f} hours on {most} workers, from the {size:,} measured", flush=True)


if __name__ == "__main__":
    main()
