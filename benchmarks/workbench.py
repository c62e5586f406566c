"""Fifty people at the workbench at once: how long each question takes to be answered, by what was asked.

Each person reads my day, a worklist and charts, decides, undoes and looks codes up, as fast as the answers come with a short pause between; the server is a process of its own over a record of 400
visits made of the sample charts.

    python benchmarks/workbench.py [PEOPLE] [SECONDS]
"""
from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from pathlib import Path

import httpx2

COPIES, PAUSE = 33, (0.5, 2.0)


def served(folder: Path) -> subprocess.Popen[bytes]:
    """The server, which says its port on its first line."""
    code = f"""
import os, socket, sys
os.environ["CHARTHOUSE_DATA"] = {str(folder)!r}
import uvicorn
from charthouse.bootstrap import demo, record, web
from charthouse.doors.web.app import create
site = record.initialise()
for n in range({COPIES}):
    demo.fill(site, demo.samples(), f"-{{n}}")
listening = socket.socket(); listening.bind(("127.0.0.1", 0))
bench = web.workbench(site, demo=True)
bench.warm()
print(listening.getsockname()[1], flush=True)
uvicorn.Server(uvicorn.Config(create(bench), log_level="error", access_log=False)).run(sockets=[listening])
"""
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)


class Person:
    """`took` is filled: seconds by what was asked."""

    def __init__(self, url: str, seed: int, took: dict[str, list[float]], until: float) -> None:
        self.client, self.chance, self.took, self.until = httpx2.Client(base_url=url, timeout=60), random.Random(seed), took, until

    def ask(self, what: str, method: str, path: str, **given: object) -> httpx2.Response:
        begun = time.perf_counter()
        answer = self.client.request(method, path, **given)  # type: ignore[arg-type]
        self.took[what].append(time.perf_counter() - begun)
        if answer.status_code >= 500:
            self.took["failed"].append(1)
        time.sleep(self.chance.uniform(*PAUSE))
        return answer

    def work(self) -> None:
        time.sleep(self.chance.uniform(0, 3))  # nobody presses the button in the same instant
        self.client.post("/sign-in/demo", data={"role": self.chance.choice(("coder", "second_coder"))})
        self.client.headers["x-csrf"] = self.client.get("/session").json()["csrf"]
        while time.perf_counter() < self.until:
            self.ask("my day", "GET", "/")
            rows = self.ask("a worklist", "GET", f"/work/{self.chance.choice(('inpatient', 'outpatient'))}/rows").json()["rows"]
            at = f"/chart/{self.chance.choice(rows)['encounter']}"
            state = self.ask("open a chart", "GET", f"{at}/state").json()
            self.ask("a document", "GET", f"{at}/documents/{state['documents'][0]['id']}")
            self.ask("find a code", "GET", f"/books/find?q={self.chance.choice(('heart fail', 'ckd 3', 'I50', 'fracture radius', 'sepsis'))}&on=2026-05-02")
            for code in state["codes"][:3]:
                state = self.ask("decide", "POST", f"{at}/acts", json={"version": state["version"], "what": "accept", "line": code["line"]}).json()
                state = state.get("state", state)
                if "version" not in state:
                    break


def main(people: int = 50, seconds: int = 40) -> None:
    with tempfile.TemporaryDirectory(prefix="workbench") as name:
        folder = Path(name)
        (folder / "books").symlink_to(Path(os.environ.get("CHARTHOUSE_DATA") or Path.home() / ".local/share/charthouse") / "books")
        server = served(folder)
        try:
            assert server.stdout is not None
            url, took = f"http://127.0.0.1:{int(server.stdout.readline())}", defaultdict(list)
            until = time.perf_counter() + seconds
            threads = [threading.Thread(target=Person(url, n, took, until).work) for n in range(people)]
            for t in threads:
                t.start()
            for t in threads:
                t.join()
        finally:
            server.terminate()
            server.wait(30)
    every = sorted(s for what, of in took.items() if what != "failed" for s in of)
    print(f"{people} people, {seconds} s, {len(every)} questions, {len(took['failed'])} failed: median {1000 * statistics.median(every):.0f} ms, p95 {1000 * every[int(len(every) * 0.95)]:.0f} ms")
    for what, of in sorted(took.items()):
        if what != "failed" and of:
            of.sort()
            print(f"  {what:14} {len(of):5}  median {1000 * statistics.median(of):4.0f} ms  p95 {1000 * of[int(len(of) * 0.95)]:4.0f} ms")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
