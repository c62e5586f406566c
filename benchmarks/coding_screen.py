"""How long a chart of 200 pages takes to stand on the coding screen, and how long it takes from the key that decides a code to the next code with its evidence painted.

The stay is made of the sample stay's notes, under other dates, in 41 documents of which one has 100 pages (a page is 3,000 characters), filed in a record and coded as the worker does. It is served on
loopback. Chromium's own clock, from the start of the navigation, or from the time that the browser gives the key, until after the frame that shows it. Then how long the server takes to answer.

    python benchmarks/coding_screen.py [--throttle N]      N: how many times slower the browser's processor is made, 1 unless said
"""
from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

HERE = Path(__file__).parents[1]
PAGE, PAGES, LONG = 3000, 200, 100  # characters of a page, pages of the chart, pages of its longest document
SHORT = 40
OPENINGS, ROUNDS = 8, 4
TIMING = """(() => {
  window.took = [];
  const after = (then) => requestAnimationFrame(() => setTimeout(then, 0));
  const ready = setInterval(() => { if (!document.querySelector('[data-ready]')) return; clearInterval(ready); after(() => { window.opened = performance.now(); }); }, 4);
  window.found = [];
  addEventListener('keydown', (event) => {
    const list = document.querySelector('.finder .found');
    window.watch?.disconnect();
    if (!list || event.key.length !== 1 || event.ctrlKey) return;
    const watch = window.watch = new MutationObserver(() => { watch.disconnect(); after(() => window.found.push(performance.now() - event.timeStamp)); });
    watch.observe(list, { childList: true });
  }, true);
  addEventListener('keydown', (event) => {
    if (event.key !== 'a' || document.querySelector('.finder')) return;
    const from = event.timeStamp, line = document.querySelector('.code[aria-current]')?.dataset.line;
    const look = () => {
      const now = document.querySelector('.code[aria-current]')?.dataset.line, mark = document.querySelector('.texts .now');
      if (now !== line && mark?.dataset.refs.split(' ').some((ref) => ref.startsWith(`${now}.`))) after(() => window.took.push(performance.now() - from));
      else if (performance.now() - from < 3000) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  }, true);
})();"""


SERVER = """() => { const by = {};
  for (const r of performance.getEntriesByType('resource')) { const n = r.name.includes('/documents/') ? 'document' : r.name.match(/state|acts|undo|find/)?.[0]; if (n) (by[n] ??= []).push(r.responseEnd - r.requestStart); }
  return 'the server, ms, median and worst: ' + Object.entries(by).map(([n, t]) => `${n} ${Math.round(t.sort((a, b) => a - b)[t.length >> 1])} ${Math.round(t.at(-1))}`).join('; '); }"""


def filed(site: Any) -> str:
    """The id of a stay of 200 pages, coded."""
    from charthouse.bootstrap import demo, record
    from charthouse.record.access import Actor
    from charthouse.record.filing import Filing

    whole, only = HERE / "samples", tempfile.mkdtemp()
    (Path(only) / "stay").symlink_to(whole / "09-heart-failure-inpatient")
    visit = demo.fill(site, Path(only))["stay"]
    own = sorted((whole / "09-heart-failure-inpatient").glob("*.txt"))
    notes = [p.read_text(encoding="utf-8") for p in own if "progress" in p.name]
    count = SHORT + 1 - len(own)
    rest = (PAGES * PAGE - LONG * PAGE - sum(len(p.read_text(encoding="utf-8")) for p in own)) // (count - 1) + 1
    clerk = record.sign_in(site, Actor(id="bench", roles=frozenset({"him_manager"}), facilities=frozenset({demo.FACILITY}), origin="bench"), "operations")
    with clerk.together() as one:
        for n in range(count):
            day = date(2026, 1, 19) + timedelta(days=n % 4)
            text = _made(notes[n % len(notes)], f"note {n}", rest if n else LONG * PAGE, day)
            one.file(Filing(encounter=visit, content=text.encode(), text=text, kind="progress_note" if n else "nursing_note", author=f"Dr. {n}", service_date=day, source="bench", signed=True))
    demo.code(site)
    return visit


def _made(note: str, name: str, size: int, day: date) -> str:
    pieces: list[str] = []
    while sum(map(len, pieces)) < size:
        pieces.append(f"HD{len(pieces)} {day.isoformat()} entry {len(pieces)} of {name}\n{note}\n")
    return "".join(pieces)[:size]


@contextmanager
def screen() -> Iterator[tuple[str, str]]:
    """(address, the stay's path)."""
    sys.path[:0] = [str(HERE / "tests" / "doors" / "api")]
    from api_kit import served

    from charthouse.bootstrap import record, web
    from charthouse.doors.web.app import create

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "books").symlink_to(Path(os.environ["CHARTHOUSE_DATA"]) / "books")
        os.environ["CHARTHOUSE_DATA"] = folder
        with closing(record.initialise()) as site:
            begun = time.perf_counter()
            visit = filed(site)
            print(f"filed and coded in {time.perf_counter() - begun:.0f} s")
            bench = web.workbench(site, demo=True)
            bench.warm()  # as `charthouse serve` does
            with served(lambda: create(bench)) as url:
                yield url, f"/chart/{visit}"


def measure(url: str, path: str, throttle: float) -> tuple[list[float], list[float], list[float], int]:
    """Milliseconds of each opening, of each decision, and of each letter typed in the finder, and how many elements the page has."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as p:
        browser = p.chromium.launch(executable_path="/usr/bin/chromium", args=["--headless=new", "--no-sandbox", "--disable-gpu"])
        context = browser.new_context(base_url=url, viewport={"width": 1280, "height": 800})
        context.request.post("/sign-in/demo", form={"role": "coder", "next": "/"})
        page = context.new_page()
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": throttle})
        page.add_init_script(TIMING)
        opened, took = [], []
        page.goto("/")  # one comes from one's list
        page.wait_for_load_state("networkidle")
        for _ in range(OPENINGS):
            page.goto(path)
            page.wait_for_selector("[data-ready]", timeout=60_000)
            page.wait_for_timeout(300)
            opened.append(float(page.evaluate("window.opened")))
        for _ in range(ROUNDS):
            page.goto(path)
            page.wait_for_selector("[data-ready]", timeout=60_000)
            page.wait_for_timeout(9000)  # a person reads the first code
            waiting = page.locator("[data-group=diagnoses] .code:not(.decided)")
            while waiting.count():
                page.keyboard.press("a")
                page.wait_for_timeout(600)
            took += page.evaluate("window.took")
            page.locator("[data-drg][aria-busy=false]").wait_for(state="attached", timeout=120_000)
            for _ in range(page.locator("[data-group=diagnoses] .code").count()):
                page.keyboard.press("u")
            page.locator("[data-drg][aria-busy=false]").wait_for(state="attached", timeout=120_000)
        page.keyboard.press("e")
        page.keyboard.press("Control+a")
        for letter in "heart failure acute":
            page.keyboard.press(letter if letter != " " else "Space")
            page.wait_for_timeout(200)
        found = page.evaluate("window.found")
        print(page.evaluate(SERVER))
        size = int(page.evaluate("document.querySelectorAll('*').length"))
        browser.close()
    return opened, [float(t) for t in took], [float(t) for t in found], size


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--throttle", type=float, default=1.0)
    throttle = given.parse_args().throttle
    with screen() as (url, path):
        opened, took, found, size = measure(url, path, throttle)
    print(f"opening, ms: median {statistics.median(opened):.0f}, worst {max(opened):.0f} of {len(opened)} (must be under 1000)")
    print(f"decision to the next code, ms: median {statistics.median(took):.0f}, p95 {sorted(took)[int(len(took) * 0.95)]:.0f}, worst {max(took):.0f} of {len(took)} (p95 must be under 100)")
    print(f"a letter in the code finder to what is found, ms: median {statistics.median(found):.0f}, worst {max(found):.0f} of {len(found)} (must be under 100)")
    print(f"elements on the page: {size}")


if __name__ == "__main__":
    main()
