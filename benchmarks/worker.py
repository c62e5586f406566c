"""A process of the worker over many charts: charts a second, and whether its memory stays flat.

    python benchmarks/worker.py [CHARTS]
"""
from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

MEASURES = 8


def fill(charts: int) -> None:
    from charthouse import bootstrap
    from charthouse.bootstrap import record
    from charthouse.record.access import Actor
    from charthouse.record.filing import Filing, Registration, Visit

    notes = bootstrap.gold()
    with record.opened() as site:
        desk = record.sign_in(site, Actor(id="bench", roles=frozenset({"him_manager"}), facilities=frozenset({"north"})), "operations")
        for first in range(0, charts, 50):
            with desk.together() as one:
                for n in range(first, min(charts, first + 50)):
                    note = notes[n % len(notes)]
                    patient = one.register(Registration(facility="north", sex="F", birth_date=None))
                    setting = "inpatient" if note["setting"] == "inpatient" else "outpatient"
                    visit = one.admit(Visit(patient=patient, facility="north", setting=setting, admitted=datetime(2026, 3, 2, tzinfo=UTC)))
                    text = f"{note['text']}\n\nSeen as number {n}.\n"
                    one.file(Filing(encounter=visit, content=text.encode(), text=text))


def measured(process: int, charts: int) -> Iterator[tuple[int, float, float]]:
    """(charts done, seconds since the first was seen done, megabytes) at so many moments, while the process runs."""
    from charthouse.bootstrap import record, worker

    begun, next = 0.0, 1
    with record.opened() as site:
        while os.waitpid(process, os.WNOHANG) == (0, 0):
            done = worker.queue(site).done
            begun = begun or (time.perf_counter() if done else 0.0)
            if done >= next:
                yield done, time.perf_counter() - begun, _resident(process)
                next = done + charts // MEASURES
            time.sleep(1)


def _resident(process: int) -> float:
    line = next((x for x in Path(f"/proc/{process}/status").read_text().splitlines() if x.startswith("VmRSS")), "VmRSS: 0 kB")
    return int(line.split()[1]) / 1000


def main(charts: int = 2000) -> int:
    from charthouse import bootstrap
    from charthouse.bootstrap import record
    from charthouse.doors.worker.job import Job

    bootstrap.kit()
    with tempfile.TemporaryDirectory(prefix="worker") as name:
        os.environ["CHARTHOUSE_DATA"] = name
        parent = os.getpid()
        process = os.fork()
        if process == 0:
            record.initialise().close()
            fill(charts)
            os._exit(Job("bench", parent, once=True).run())
        while not (Path(name) / "checkpoints.ndjson").exists():
            time.sleep(0.5)
        time.sleep(1)
        rows = list(measured(process, charts))
        for done, seconds, megabytes in rows:
            print(f"{done:6} charts done, {seconds:6.0f} s, {megabytes:6.0f} MB", flush=True)
        if len(rows) > 2:
            print(f"{(rows[-1][0] - rows[0][0]) / (rows[-1][1] - rows[0][1]):.1f} charts a second; memory grew by {rows[-1][2] - rows[1][2]:.0f} MB from the second line to the last")
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
