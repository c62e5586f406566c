"""How long a chart of 200 pages takes to stand on the coding screen, and how long it takes from the key that decides a code to the next code with its evidence painted.

The chart is made of the sample stay's notes, under other dates, in 41 documents of which one has 100 pages (a page is 3,000 characters), and coded by the pipeline. It is served
on loopback by what stands in for the server in the tests, so what is measured is the screen itself: Chromium's own clock, from the start of the navigation, or from the time that the
browser gives the key, until after the frame that shows it.

    python benchmarks/coding_screen.py [--throttle N]      N: how many times slower the processor is made, 1 unless said
"""
from __future__ import annotations

import argparse
import copy
import os
import statistics
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

HERE = Path(__file__).parents[1]
PAGE, PAGES, LONG = 3000, 200, 100  # characters of a page, pages of the chart, pages of its longest document
SHORT = 40
OPENINGS, CHARTS = 12, 6
LONGEST = "long"
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


def chart() -> dict[str, Any]:
    """The result of coding a stay of 200 pages."""
    from charthouse import bootstrap
    from charthouse.doors.cli.folder import encounters, work_of
    from charthouse.flow.result import as_dict
    from charthouse.flow.run import run

    work = work_of(next(iter(encounters(HERE / "samples" / "09-heart-failure-inpatient"))), setting="inpatient", on=date(2026, 1, 23))
    kit = bootstrap.kit()
    own = run(work, kit, until="intake").documents
    notes = [d for d in own if d.kind == "progress_note"]
    count = SHORT + 1 - len(own)
    rest = (PAGES * PAGE - LONG * PAGE - sum(len(d.text) for d in own)) // (count - 1) + 1
    made = [_made(notes[n % len(notes)], LONGEST if n == 0 else f"made-{n}", rest if n else LONG * PAGE, n) for n in range(count)]
    done = as_dict(run(replace(work, documents=(*own, *made)), kit, since="chart"), full=True)
    for n, code in enumerate(done["codes"]):  # of every second code the long document is seen first, so that each decision leads to another document
        code["evidence"].sort(key=lambda e: (e["document"] == LONGEST) != bool(n % 2))
    return done


def _made(note: Any, name: str, size: int, n: int) -> Any:
    day = note.service_date + timedelta(days=n % 3)
    pieces = []
    while sum(map(len, pieces)) < size:
        pieces.append(f"HD{len(pieces)} {day.isoformat()} entry {len(pieces)} of {name}\n{note.text}\n")
    return replace(note, id=name, text="".join(pieces)[:size], service_date=day, kind="nursing_note" if n == 0 else note.kind)


@contextmanager
def screen(result: dict[str, Any]) -> Iterator[str]:
    sys.path[:0] = [str(HERE / "tests" / "doors" / "web"), str(HERE / "tests" / "doors" / "api")]
    from api_kit import served
    from chart_stand_in import StandIn, router

    from charthouse.bootstrap import record, web
    from charthouse.doors.web.app import create

    with tempfile.TemporaryDirectory() as folder:
        books = Path(os.environ["CHARTHOUSE_DATA"]) / "books"
        (Path(folder) / "books").symlink_to(books)
        os.environ["CHARTHOUSE_DATA"] = folder
        with closing(record.initialise()) as site:
            def made() -> Any:
                app = create(web.workbench(site, demo=True))
                ours = len(app.router.routes)
                app.include_router(router({f"c{n}": StandIn.of(copy.deepcopy(result)) for n in range(CHARTS)}))
                app.router.routes = [*app.router.routes[ours:], *app.router.routes[:ours]]
                return app

            with served(made) as url:
                yield url


def measure(url: str, throttle: float) -> tuple[list[float], list[float], list[float], int]:
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
        for n in range(OPENINGS):
            page.goto(f"/chart/c{n % CHARTS}")
            page.wait_for_selector("[data-ready]")
            page.wait_for_timeout(300)
            opened.append(float(page.evaluate("window.opened")))
        for n in range(CHARTS):
            page.goto(f"/chart/c{n}")
            page.wait_for_selector("[data-ready]")
            page.wait_for_timeout(3000)  # a person reads the first code
            for _ in range(int(page.evaluate("document.querySelectorAll('[data-group=diagnoses] .code').length")) - 1):
                page.keyboard.press("a")
                page.wait_for_timeout(300)
            took += page.evaluate("window.took")
        page.keyboard.press("e")
        page.keyboard.press("Control+a")
        for letter in "heart failure acute":
            page.keyboard.press(letter if letter != " " else "Space")
            page.wait_for_timeout(200)
        found = page.evaluate("window.found")
        size = int(page.evaluate("document.querySelectorAll('*').length"))
        browser.close()
    return opened, [float(t) for t in took], [float(t) for t in found], size


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--throttle", type=float, default=1.0)
    throttle = given.parse_args().throttle
    result = chart()
    characters = sum(len(d["text"]) for d in result["documents"])
    print(f"{characters / PAGE:.0f} pages, {len(result['documents'])} documents, {len(result['codes'])} codes, {len(result['facts'])} facts, {len(result['copied'])} copied passages")
    with screen(result) as url:
        opened, took, found, size = measure(url, throttle)
    print(f"opening, ms: median {statistics.median(opened):.0f}, worst {max(opened):.0f} of {len(opened)} (must be under 1000)")
    print(f"decision to the next code, ms: median {statistics.median(took):.0f}, p95 {sorted(took)[int(len(took) * 0.95)]:.0f}, worst {max(took):.0f} of {len(took)} (p95 must be under 100)")
    print(f"a letter in the code finder to what is found, ms: median {statistics.median(found):.0f}, worst {max(found):.0f} of {len(found)} (must be under 100; the book that stands in is small)")
    print(f"elements on the page: {size}")


if __name__ == "__main__":
    main()
