"""The queue in Prometheus' format. Counted from the record at each scrape, so all processes and all restarts are in it.

Label values come from the fixed sets below only: no name, number, id or text of anybody can get in.
"""
from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from charthouse.ports.steps import BUCKETS, Queue
from charthouse.record.errors import CannotListen

STEPS = frozenset({"coding"})
OUTCOMES = frozenset({"done", "quarantined"})


class Collected:
    """What `prometheus_client` asks at each scrape."""

    def __init__(self, ask: Callable[[], Queue]) -> None:
        self._ask = ask

    def describe(self) -> list[Any]:
        """Nothing is asked of the record before the first scrape."""
        return []

    def collect(self) -> Iterator[Any]:
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily

        now = self._ask()
        size = GaugeMetricFamily("charthouse_queue_steps", "Runs of steps by state", labels=["state"])
        for state in ("due", "leased", "quarantined"):
            size.add_metric([state], getattr(now, state))
        yield size
        yield GaugeMetricFamily("charthouse_queue_age_seconds", "Since the oldest of what is not done became due", value=now.oldest)
        yield CounterMetricFamily("charthouse_documents_filed", "Documents in the record", value=now.documents)
        yield CounterMetricFamily("charthouse_ledger_entries", "Entries of the ledger", value=now.entries)
        runs = CounterMetricFamily("charthouse_steps", "Runs that ended", labels=["step", "outcome"])
        tries = CounterMetricFamily("charthouse_step_tries", "Tries of the runs that ended", labels=["step", "outcome"])
        took = HistogramMetricFamily("charthouse_step_seconds", "How long a run took", labels=["step", "outcome"])
        for ended in now.ended:
            labels = [ended.name if ended.name in STEPS else "other", ended.state if ended.state in OUTCOMES else "other"]
            runs.add_metric(labels, ended.runs)
            tries.add_metric(labels, ended.tries)
            took.add_metric(labels, [*((str(most), n) for most, n in zip(BUCKETS, ended.took, strict=True)), ("+Inf", ended.runs)], sum_value=ended.seconds)
        yield from (runs, tries, took)


def serve(address: str, ask: Callable[[], Queue]) -> tuple[int, Callable[[], None]]:
    """Answer at `host:port`, in a thread: the port (another one where 0 was asked for), and what ends it. Raises `CannotListen`."""
    from prometheus_client import CollectorRegistry, start_http_server

    host, _, port = address.rpartition(":")
    try:
        registry = CollectorRegistry()
        registry.register(Collected(ask))  # type: ignore[arg-type]
        server, thread = start_http_server(int(port), host.strip("[]") or "127.0.0.1", registry)
    except (ValueError, OverflowError):
        raise CannotListen(where=address, why="it is not HOST:PORT") from None
    except OSError as error:
        raise CannotListen(where=address, why=error.strerror or "the address is not known") from None

    def end() -> None:
        server.shutdown()
        server.server_close()
        thread.join()

    return int(server.server_port), end
