"""A process of the worker as it is, whose coding does what the note says: for the tests. No book, no models."""
from __future__ import annotations

import os
import signal
import sys
import time
from typing import Any

from charthouse.bootstrap import worker as wired
from charthouse.doors.worker import job
from charthouse.flow import worker
from charthouse.record.chart import Chart
from charthouse.record.errors import EmptyNote


def coded(chart: Chart, kit: object) -> dict[str, Any]:
    word = chart.documents[-1].text.split()[0]
    if word == "HANG":
        while True:
            pass
    if word == "CRASH":
        os.kill(os.getpid(), signal.SIGKILL)
    if word == "RAISE":
        raise KeyError(chart.documents[-1].text)
    if word == "EMPTY":
        raise EmptyNote()
    if word == "SLOW":
        time.sleep(1.5)
    return {"id": chart.encounter.id, "codes": []}


if __name__ == "__main__":
    wired.kit = lambda: None  # type: ignore[assignment, return-value]
    worker.coded, worker.made_by = coded, lambda kit: "m"  # type: ignore[assignment]
    sys.exit(job.main(sys.argv[1:]))
