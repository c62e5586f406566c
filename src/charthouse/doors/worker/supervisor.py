"""Keeps the processes of the worker running: one that died is replaced under its name, and a signal to stop is passed on.

They are processes and not threads, so that one chart that crashes, hangs or eats its memory takes nothing with it but itself.
"""
from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field

from charthouse.doors.worker.job import REFUSED, STOPPED

SHORT = 5.0  # seconds: a process that lived less is replaced only after so long


@dataclass(slots=True)
class Supervisor:
    jobs: int = 1
    once: bool = False
    lease: float = 60.0
    limit: float = 300.0
    program: tuple[str, ...] = (sys.executable, "-m", "charthouse.doors.worker.job")
    running: dict[str, tuple[subprocess.Popen[bytes], float]] = field(default_factory=dict)
    stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> int:
        """The exit status, when all have ended."""
        before = {number: signal.signal(number, lambda *_: self.stop.set()) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            for n in range(self.jobs):
                self._start(f"{socket.gethostname()}-{os.getpid()}-{n}")
            return self._watch()
        finally:
            self._end()
            for number, handler in before.items():
                signal.signal(number, handler)

    def _start(self, name: str) -> None:
        arguments = [name, str(os.getpid()), "once" if self.once else "on", str(self.lease), str(self.limit)]
        self.running[name] = (subprocess.Popen([*self.program, *arguments]), time.monotonic())

    def _watch(self) -> int:
        while self.running and not self.stop.wait(0.1):
            for name, (process, begun) in list(self.running.items()):
                if process.poll() is None:
                    continue
                if process.returncode == REFUSED:
                    return 1
                if process.returncode == STOPPED:
                    del self.running[name]
                elif self.once or time.monotonic() - begun > SHORT or not self.stop.wait(SHORT - (time.monotonic() - begun)):
                    self._start(name)
        return 0

    def _end(self) -> None:
        """Each finishes the chart at hand."""
        for process, _ in self.running.values():
            process.terminate()
        for process, _ in self.running.values():
            process.wait()
