"""Reading in a limited child process: whatever a file does to its reader, the next file is read.

A warm child reads one file after the other; it is replaced after `RECYCLED` files and after any fault. What it answers is data of a strict form
(`record/carried.py`), never code or pickles. Crash, endless loop, too much memory or answer: `UnreadableDocument` with the reason.
"""
from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import takewhile
from typing import IO

from charthouse.adapters.readers.known import LIGHT, Limits, limits_for
from charthouse.ports.readers import FileReader
from charthouse.record.carried import unpacked
from charthouse.record.errors import UnreadableDocument
from charthouse.record.received import Arrival, ReadDocument

RECYCLED = 5000
TOGETHER = 200  # files given at once
_SIGNALS = {signal.SIGKILL: "was stopped by the system, perhaps for want of memory", signal.SIGSEGV: "crashed", signal.SIGABRT: "crashed", signal.SIGBUS: "crashed",
            signal.SIGXCPU: "took too long"}


Item = tuple[bytes, str]  # content and name
Answer = list[Arrival] | UnreadableDocument


class Reading:
    """Reads files in children, one at a time for each set of limits. Threads may share it."""

    def __init__(self, recycled: int = RECYCLED) -> None:
        self._children: dict[Limits, _Child] = {}
        self._recycled = recycled
        self._lock = threading.Lock()

    def read(self, content: bytes, name: str, limits: Limits | None = None) -> list[Arrival]:
        """What stands in a file; documents embedded in a message are read too, where they can be. Raises `UnreadableDocument`."""
        (answer,) = self.read_many([(content, name)], limits or limits_for(content))
        if isinstance(answer, UnreadableDocument):
            raise answer
        return answer

    def read_many(self, items: Sequence[Item], limits: Limits = LIGHT) -> list[Answer]:
        """As `read`, for many at once, in order; what cannot be read is its error."""
        out: list[Answer] = []
        with self._lock:
            while len(out) < len(items):
                out += self._some(items[len(out) :], limits)
        return [answer if isinstance(answer, UnreadableDocument) else [self._whole(a) for a in answer] for answer in out]

    def _some(self, items: Sequence[Item], limits: Limits) -> list[Answer]:
        """The answers to the first of them, as far as one child went."""
        if why := _outside(items[0][0], limits):
            return [UnreadableDocument(file=items[0][1], why=why)]
        inside = list(takewhile(lambda item: not _outside(item[0], limits), items))[:TOGETHER]
        child = self._children.pop(limits, None) or _Child(limits)
        try:
            answers = child.read(inside)
        except BaseException:
            child.end()
            raise
        if child.fit and child.done < self._recycled:
            self._children[limits] = child
        else:
            child.end()
        return answers

    def _whole(self, arrival: Arrival) -> Arrival:
        return replace(arrival, documents=tuple(self._embedded(d) for d in arrival.documents)) if any(map(_unread, arrival.documents)) else arrival

    def _embedded(self, document: ReadDocument) -> ReadDocument:
        """A document of a message that came as a file of its own; what cannot be read of it is kept as it is, with a note."""
        if not _unread(document):
            return document
        assert document.content is not None
        try:
            inner = [d for a in self.read(document.content, "embedded") for d in a.documents]
        except UnreadableDocument as error:
            return replace(document, notes=(*document.notes, f"what is embedded was not read: {error.fields.get('why', '')}"))
        if len(inner) != 1:
            return replace(document, notes=(*document.notes, f"what is embedded holds {len(inner)} documents and was not read"))
        return replace(document, text=inner[0].text, pages=inner[0].pages, notes=(*document.notes, *inner[0].notes))

    def close(self) -> None:
        with self._lock:
            for child in self._children.values():
                child.end()
            self._children.clear()


@lru_cache(maxsize=1)
def warm() -> Reading:
    """That of this process; its children end with it."""
    return Reading()


@dataclass(frozen=True, slots=True)
class InChild:
    """A reader that works in a limited child of this process; implements `ports.readers.FileReader`."""

    reader: FileReader

    @property
    def name(self) -> str:
        return self.reader.name

    def knows(self, content: bytes, name: str) -> bool:
        return self.reader.knows(content, name)

    def read(self, content: bytes, name: str) -> Iterator[Arrival]:
        yield from warm().read(content, name)


def _unread(document: ReadDocument) -> bool:
    return document.content is not None and not document.text.strip()


def _outside(content: bytes, limits: Limits) -> str:
    """Why it is not even given to a child; "" when it is."""
    if not content:
        return "it is empty"
    return f"it has {len(content)} bytes; at most {limits.file} are read" if len(content) > limits.file else ""


@lru_cache(maxsize=1)
def _lasting() -> ThreadPoolExecutor:
    """The thread that starts the children. A child dies with the thread that started it (PR_SET_PDEATHSIG), and a server's own threads come and go."""
    return ThreadPoolExecutor(1, thread_name_prefix="readers")


class _Fault(Exception):
    """The child is of no more use."""


class _Child:
    def __init__(self, limits: Limits) -> None:
        self.limits, self.done, self.fit = limits, 0, True
        self._begun, self._taken = 0.0, 0  # of the file at hand
        environment = {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p), "PATH": os.defpath, "LANG": "C.UTF-8", "OMP_NUM_THREADS": "2", "OMP_THREAD_LIMIT": "2"}
        environment |= {name: value for name in ("TESSDATA_PREFIX",) if (value := os.environ.get(name))}
        self._process = _lasting().submit(lambda: subprocess.Popen(
            [sys.executable, "-B", "-s", "-m", "charthouse.adapters.readers.confined", str(limits.memory), str(limits.processes)], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment, cwd="/", bufsize=0)).result()

    def read(self, items: Sequence[Item]) -> list[Answer]:
        """The answers, up to the first that this child did not survive; that one is the last."""
        request = b"".join(json.dumps({"name": name, "size": len(content), "cpu": self.limits.cpu}).encode() + b"\n" + content for content, name in items)
        answers: list[Answer] = []
        arrivals: list[Arrival] = []
        try:
            for frame in self._frames(request):
                kind, rest = frame[:1], frame[1:]
                if kind == b"A":
                    arrivals.append(unpacked(rest))
                    continue
                self.done += 1
                self._begun, self._taken = time.monotonic(), 0
                answers.append(arrivals if kind == b"E" else self._refused(rest, items[len(answers)][1]))
                arrivals = []
                if len(answers) == len(items) or not self.fit:
                    return answers
            raise _Fault(self._death())
        except ValueError:
            why = "its reader gave no arrival"
        except _Fault as fault:
            why = str(fault)
        self.fit = False
        return [*answers, UnreadableDocument(file=items[len(answers)][1], why=why)]

    def _frames(self, request: bytes) -> Iterator[bytes]:
        """The frames of the answer, while the request is still being written: neither side waits for the other for ever. Raises `_Fault`."""
        given, taken = self._process.stdin, self._process.stdout
        assert given is not None
        assert taken is not None
        buffer, at = bytearray(), 0
        os.set_blocking(given.fileno(), False)
        self._begun, self._taken = time.monotonic(), 0
        while True:
            left = self._begun + self.limits.wall - time.monotonic()
            if left <= 0:
                raise _Fault(f"it took longer than {self.limits.wall} seconds")
            readable, writable, _ = select.select([taken], [given] if at < len(request) else [], [], left)
            if writable:
                at += self._written(given, request, at)
            if not readable:
                continue
            data = os.read(taken.fileno(), 1 << 20)
            if not data:
                return
            buffer += data
            self._taken += len(data)
            if self._taken > self.limits.output:
                raise _Fault("what stands in it is more than a file may hold")
            while len(buffer) >= 8 and len(buffer) >= 8 + (size := int.from_bytes(buffer[:8], "big")):
                frame = bytes(buffer[8 : 8 + size])
                del buffer[: 8 + size]
                yield frame

    def _written(self, given: IO[bytes], request: bytes, at: int) -> int:
        try:
            return os.write(given.fileno(), memoryview(request)[at : at + (1 << 16)])
        except BlockingIOError:
            return 0
        except BrokenPipeError:
            return len(request)  # it is dead; its output ends, and says so

    def _refused(self, said: bytes, name: str) -> UnreadableDocument:
        try:
            told = json.loads(said)
            code, why, self.fit = str(told["code"]), str(told["why"])[:500], not told.get("last")
        except (ValueError, KeyError, TypeError):
            code, why, self.fit = UnreadableDocument.code, "its reader gave no reason", False
        kinds: list[type[UnreadableDocument]] = UnreadableDocument.__subclasses__()
        return next((kind for kind in kinds if kind.code == code), UnreadableDocument)(file=name, why=why)

    def _death(self) -> str:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        status = self._process.returncode
        if status is not None and status < 0:
            return f"its reader {_SIGNALS.get(signal.Signals(-status), f'ended by signal {-status}')}"
        return "its reader ended before it was done"

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()

