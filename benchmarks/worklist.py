"""A worklist of 10,000 rows in Chromium: how long until its first rows stand, how long each frame takes while it is scrolled from end to end, and how soon a filter answers.

    python benchmarks/worklist.py [ROWS]
"""
from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FRAME = 1000 / 60  # milliseconds


def served(folder: Path, rows: int) -> subprocess.Popen[bytes]:
    """A server over so many visits that wait for the engine; it says its port on its first line."""
    code = f"""
import os, socket
from datetime import datetime, timedelta
os.environ["CHARTHOUSE_DATA"] = {str(folder)!r}
import uvicorn
from charthouse.bootstrap import record, web
from charthouse.doors.web.app import create
from charthouse.record.access import Actor
from charthouse.record.filing import Registration, Visit
site = record.initialise()
desk = record.sign_in(site, Actor(id="m", roles=frozenset({{"him_manager"}}), facilities=frozenset({{"Harbor"}}), origin="bench"), "operations")
for begin in range(0, {rows}, 500):
    with desk.together() as one:
        for n in range(begin, min(begin + 500, {rows})):
            patient = one.register(Registration(facility="Harbor", identifiers=(("MRN Harbor", f"M{{n}}"),), family=f"Family{{n % 977}}", given=f"Given{{n}}"))
            one.admit(Visit(patient=patient, facility="Harbor", setting=("inpatient", "outpatient")[n % 2], admitted=datetime(2026, 1, 1) + timedelta(hours=n % 7000), number=f"V{{n}}", unit=("Medicine", "Surgery", "ICU")[n % 3], payer="Medicare"))
listening = socket.socket(); listening.bind(("127.0.0.1", 0))
print(listening.getsockname()[1], flush=True)
uvicorn.Server(uvicorn.Config(create(web.workbench(site, demo=True)), log_level="error", access_log=False)).run(sockets=[listening])
"""
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE)


SCROLL = """async () => {
  const at = document.getElementById('scroll'), frames = [], steps = 300;
  let last = performance.now();
  for (let n = 0; n <= steps; n++) {
    at.scrollTop = (at.scrollHeight - at.clientHeight) * n / steps;
    await new Promise(requestAnimationFrame);
    const now = performance.now(); frames.push(now - last); last = now;
  }
  return frames;
}"""


def main(rows: int = 10_000) -> None:
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory(prefix="worklist") as name, sync_playwright() as p:
        folder = Path(name)
        (folder / "books").symlink_to(Path(os.environ.get("CHARTHOUSE_DATA") or Path.home() / ".local/share/charthouse") / "books")
        server = served(folder, rows)
        try:
            assert server.stdout is not None
            url = f"http://127.0.0.1:{int(server.stdout.readline())}"
            browser = p.chromium.launch(executable_path="/usr/bin/chromium", args=["--headless=new", "--no-sandbox", "--disable-gpu"])
            page = browser.new_page(viewport={"width": 1280, "height": 800}, base_url=url)
            page.goto("/sign-in")
            page.locator("button[value=coder]").click()
            opened = []
            for _ in range(5):
                begun = time.perf_counter()
                page.goto("/work/waiting")
                page.locator("#rows tr a").first.wait_for()
                opened.append(time.perf_counter() - begun)
            frames = sorted(page.evaluate(SCROLL))
            begun = time.perf_counter()
            page.locator("#filter").fill(f"Given{rows - 1}")
            page.locator("#rows tr").nth(1).wait_for(state="detached")
            filtered = time.perf_counter() - begun
            browser.close()
        finally:
            server.terminate()
            server.wait(30)
    late = sum(f > 2 * FRAME for f in frames)
    print(f"worklist of {rows} rows: first rows after {1000 * statistics.median(opened):.0f} ms (median of 5); scrolled end to end in {len(frames)} frames: median {statistics.median(frames):.1f} ms, "
          f"p95 {frames[int(len(frames) * 0.95)]:.1f} ms, worst {frames[-1]:.0f} ms, {late} later than two frames; a filter answers after {1000 * filtered:.0f} ms (120 ms of them wait for more letters)")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
