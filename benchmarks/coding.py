"""How fast notes are coded: start, notes a second on one core (the first time, and again), peak memory."""
from __future__ import annotations

import gc
import json
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

from charthouse import bootstrap
from charthouse.flow.steps import Kit

HERE = Path(__file__).parent.parent
ROUNDS = 3


def notes() -> list[dict[str, object]]:
    """The project's own clinic notes, as the command line takes them."""
    lines = [json.loads(line) for path in sorted((HERE / "src" / "charthouse" / "gold").glob("notes-*.ndjson")) for line in path.read_text(encoding="utf-8").splitlines()]
    return [{k: n[k] for k in ("id", "text", "setting", "date", "patient")} for n in lines]


def start_seconds() -> float:
    """The whole program for one short note, the book compiled: from the shell to the answer."""
    item = json.dumps({"id": "1", "text": "ASSESSMENT\n\nHypertension.", "date": "2026-03-02"})
    times = []
    for _ in range(3):
        begun = time.perf_counter()
        subprocess.run([str(Path(sys.executable).with_name("charthouse")), "code", "-", "--ndjson"], input=item, text=True, capture_output=True, check=True)
        times.append(time.perf_counter() - begun)
    return statistics.median(times)


def main() -> None:
    from charthouse.doors.cli.items import work_of
    from charthouse.flow.run import run

    gc.set_threshold(20_000, 20, 50)  # as the command line does
    bootstrap.codebook()
    start = start_seconds()
    kit, items = bootstrap.kit(), notes()
    begin = len(items) // 2
    for item in items[:begin]:  # a process that has been at work for some seconds
        run(work_of(item), kit)
    first = rate(items[begin:], kit)
    again = statistics.median(rate(items[begin:], kit) for _ in range(ROUNDS))
    words = statistics.mean(len(str(i["text"]).split()) for i in items)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"coding: start {start:.2f} s; {first:.0f} notes a second that were never seen, {again:.0f} seen again (mean {words:.0f} words); peak memory {peak:.0f} MB")


def rate(items: list[dict[str, object]], kit: Kit) -> float:
    """Notes a second."""
    from charthouse.doors.cli.items import work_of
    from charthouse.flow.run import run

    begun = time.perf_counter()
    for item in items:
        run(work_of(item), kit)
    return len(items) / (time.perf_counter() - begun)


if __name__ == "__main__":
    main()
