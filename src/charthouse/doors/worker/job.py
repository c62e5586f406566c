"""One process of the worker: one chart after another, until it is told to stop, or nothing is due and it runs `once`.

A chart that takes longer than its limit ends the process, by a timer that does not need Python to run (`faulthandler`). Its supervisor
starts another, whose first lease finds what was left.

    python -m charthouse.doors.worker.job NAME SUPERVISOR ONCE LEASE LIMIT
"""
from __future__ import annotations

import contextlib
import faulthandler
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from charthouse.ports.steps import Lease
from charthouse.record.errors import CharthouseError, DatabaseUnreachable

STOPPED, REFUSED = 0, 3  # exit statuses; any other is a death
ASKED = 5  # how often a database that does not answer is asked, where the worker runs once
TEND = 60.0  # seconds between looks at what is due by the clock
IDLE = (0.1, 5.0)  # seconds: the first wait for something due, and the longest


@dataclass(slots=True)
class Job:
    """`name` is its own among all that run: what is leased to it and it does not know of was left by its predecessor."""

    name: str
    supervisor: int
    once: bool = False
    lease: float = 60.0  # seconds; renewed after each third
    limit: float = 300.0  # seconds that a chart may take
    stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> int:
        """The exit status."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stop.set())
        try:
            from charthouse.bootstrap import worker

            with worker.engine() as engine:
                self._work(lambda: engine.work_on_next(self.name, self.lease, lambda lease: self._holding(lease, engine.hold)), engine.tend)
        except CharthouseError as error:
            sys.stderr.write(f"{error.code}: {error}\n")
            return REFUSED
        return STOPPED

    def _work(self, next: Callable[[], str | None], tend: Callable[[], list[str]]) -> None:
        wait, refused, tended = IDLE[0], 0, float("-inf")
        while not self.stop.is_set() and os.getppid() == self.supervisor:
            try:
                told = next()
                if (told is None and self.once) or time.monotonic() - tended >= TEND:
                    tended = time.monotonic()
                    sys.stderr.writelines(f"{line}\n" for line in tend())
            except DatabaseUnreachable as error:
                sys.stderr.write(f"{error.code}: {error}\n")
                refused += 1
                if self.once and refused >= ASKED:
                    raise
                self.stop.wait(IDLE[1])
                continue
            if told is not None:
                wait, refused = IDLE[0], 0
                if told:
                    sys.stderr.write(f"{told}\n")
            elif self.once:
                return
            else:
                self.stop.wait(wait)
                wait = min(wait * 2, IDLE[1])

    @contextlib.contextmanager
    def _holding(self, lease: Lease, hold: Callable[[Lease, float], bool]) -> Iterator[None]:
        """Within, the lease is renewed, and the limit counts."""
        over = threading.Event()
        beating = threading.Thread(target=self._beat, args=(lease, hold, over), daemon=True)
        faulthandler.dump_traceback_later(self.limit, exit=True)
        beating.start()
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()
            over.set()
            beating.join()

    def _beat(self, lease: Lease, hold: Callable[[Lease, float], bool], over: threading.Event) -> None:
        begun = time.monotonic()
        while not over.wait(self.lease / 3) and time.monotonic() - begun < self.limit:
            with contextlib.suppress(DatabaseUnreachable):
                if not hold(lease, self.lease):
                    return


def main(arguments: list[str]) -> int:
    name, supervisor, once, lease, limit = arguments
    return Job(name, int(supervisor), once == "once", float(lease), float(limit)).run()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
