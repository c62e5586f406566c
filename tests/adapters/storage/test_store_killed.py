"""A writer killed by the system (SIGKILL) at any moment: what it said was filed is there, once, and the ledger holds."""
from __future__ import annotations

import os
import signal
import time

from storage_kit import a_document, a_patient, a_visit, desk_of, reopened

from charthouse.adapters.storage import examine
from charthouse.adapters.storage.layout import Layout
from charthouse.adapters.storage.site import Site

TIMES = 12


def filed_until_killed(layout: Layout, visit: str, name: str, after: float) -> list[str]:
    """The texts that the writer said were filed; it is killed so long after its first."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            with reopened(layout) as site:
                for n in range(10_000):
                    a_document(desk_of(site), visit, f"{name}.{n}")
                    os.write(writing, f"{name}.{n}\n".encode())
        finally:
            os._exit(1)
    os.close(writing)
    with os.fdopen(reading, "rb") as said:
        first = said.readline()
        time.sleep(after)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return [line.decode().strip() for line in (first, *said)]


def test_what_was_said_to_be_filed_is_there_once(site: Site, layout: Layout) -> None:
    visit = a_visit(desk_of(site), a_patient(desk_of(site)))
    site.close()
    said: list[str] = []
    for n in range(TIMES):
        said += filed_until_killed(layout, visit, str(n), after=0.013 * n)
        with reopened(layout) as again:
            there = [d.text for d in desk_of(again).chart(visit).documents]
            assert set(said) <= set(there)
            assert len(there) == len(set(there))
            assert len(there) <= len(said) + n + 1  # at most the one that was on its way, each time
            again.verify()
    assert len(said) > TIMES
    assert [c.said for c in examine.examined(layout) if c.name == "blobs" and not c.good] == []
