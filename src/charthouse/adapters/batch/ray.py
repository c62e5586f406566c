"""The batch engine on Ray: each worker is a process that loads book and models once and then does part after part.

A cluster is joined where `RAY_ADDRESS` names one; else a small one is started on this machine for the run. Ray listens on
the network, so the one that is started here wants a token that only this run knows. A worker has one part at a time:
where a part makes its worker die, no other is lost with it.
"""
from __future__ import annotations

import logging
import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from charthouse.ports.batch import Done, Part
from charthouse.record.errors import MissingPart

RETRIES = 3  # of a part whose worker died
STORE = 2**26  # bytes of shared memory a worker, for its part on the way; short of it, Ray would write parts to the disk


class RayBatch:
    """`workers` processes; 0 for as many as there are cores. Raises `MissingPart` without the `ray` package."""

    def __init__(self, workers: int = 0) -> None:
        if find_spec("ray") is None:
            raise MissingPart(what="The batch engine ray", part="batch")
        self.workers = workers

    def run(self, work: Callable[[Part], Done], parts: Iterable[Part]) -> Iterator[Done]:
        with _cluster(self.workers) as ray:
            number = self.workers or max(1, int(ray.cluster_resources().get("CPU", 1)))
            actor = ray.remote(num_cpus=1, max_restarts=-1, max_task_retries=RETRIES)(Worker)
            free = [actor.remote(work) for _ in range(number)]
            busy: dict[Any, tuple[Any, Part]] = {}
            for part in parts:
                if not free:
                    yield _next(ray, busy, free)
                worker = free.pop()
                busy[worker.do.remote(part)] = (worker, part)
            while busy:
                yield _next(ray, busy, free)


class Worker:
    """One process. What the work needs is loaded at its first part and kept."""

    def __init__(self, work: Callable[[Part], Done]) -> None:
        self._work = work

    def do(self, part: Part) -> Done:
        return self._work(part)


def _next(ray: Any, busy: dict[Any, tuple[Any, Part]], free: list[Any]) -> Done:
    """The part that is ready first; its worker is free again. Raises what the work raised."""
    (ready,), _ = ray.wait(list(busy), num_returns=1)
    worker, part = busy.pop(ready)
    free.append(worker)
    try:
        done: Done = ray.get(ready)
    except ray.exceptions.RayTaskError as error:
        raise error.cause from None
    except ray.exceptions.RayError:  # its worker died at each try
        return Done(number=part.number, rows=part.rows.num_rows, failed=part.rows.num_rows, lost=True)
    return done


@contextmanager
def _cluster(workers: int) -> Iterator[Any]:
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    address = os.environ.get("RAY_ADDRESS")
    if not address:
        os.environ["RAY_AUTH_MODE"] = "token"
        os.environ.setdefault("RAY_AUTH_TOKEN", secrets.token_hex(32))  # Ray keeps the first that a process has
    ray: Any = import_module("ray")
    number = workers or os.cpu_count() or 1
    own = {} if address else {"num_cpus": number, "include_dashboard": False, "object_store_memory": (number + 4) * STORE}
    ray.init(address=address or "local", log_to_driver=False, logging_level=logging.ERROR, **own)
    try:
        yield ray
    finally:
        ray.shutdown()
