"""How fast notes are coded: start, notes a second on one core, peak memory. The sample notes, over and over."""
from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

from charthouse import bootstrap

HERE = Path(__file__).parent.parent
ROUNDS = 7


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

    bootstrap.codebook()
    start = start_seconds()
    kit, items = bootstrap.kit(), notes()
    rates = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        for item in items:
            run(work_of(item), kit)
        rates.append(len(items) / (time.perf_counter() - begun))
    words = statistics.mean(len(str(i["text"]).split()) for i in items)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"coding: start {start:.2f} s; {statistics.median(rates[1:]):.0f} notes a second (mean {words:.0f} words); peak memory {peak:.0f} MB")


if __name__ == "__main__":
    main()
