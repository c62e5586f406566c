"""Searching, opening and counting over many documents: a site is filled with synthetic notes, then each question is asked again and again.

Notes are put together from the sentences of our own gold notes (`src/charthouse/gold`), the same ones each time; every fifth visit is coded with the codes of one
of them. Loading is in groups of 500 documents a transaction. Times are of calls in this process, from the question as text to the passages that are shown, the
event in the ledger included, under the site's real settings (encrypted, flushed at each commit).

    python benchmarks/finding.py [DOCUMENTS] [FOLDER] [postgresql://...]

A FOLDER that holds a site already is measured as it is.
"""
from __future__ import annotations

import json
import random
import re
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import charthouse
from charthouse.adapters.storage import site as sites
from charthouse.adapters.storage.examine import state
from charthouse.adapters.storage.finding import put_codes
from charthouse.adapters.storage.layout import Layout
from charthouse.adapters.storage.site import Site
from charthouse.bootstrap import finding as wired
from charthouse.bootstrap.record import access_rules
from charthouse.flow.desk import Desk, sign_in
from charthouse.flow.finding import find
from charthouse.record.access import Actor
from charthouse.record.filing import Filing, Registration, Visit
from charthouse.record.finding import AssignedCode, Question

GROUP, TIMES, A_VISIT = 500, 15, 4
MANAGER = Actor(id="bench", roles=frozenset({"him_manager"}), facilities=frozenset({"north"}))
KINDS = ("progress_note", "discharge_summary", "operative_note", "consultation", "radiology_report", "laboratory_report", "history_and_physical")
QUESTIONS = (
    "gout", "diabetic foot ulcer", '"type 2 diabetes"', "heart attack", "hypertension", "pain", "patient", "pneumonia OR bronchitis", "fracture -hip", "neuro*",
    "high blood pressure last quarter", "diabetes code:E11*", "diabetic foot ulcers without a coded wound stage last quarter", "kind:operative_note knee",
    "setting:inpatient chest pain", "name:Name77", "mrn:M4242", "code:I10 -code:E11*", "shortness of breath unit:W3", "xyzzyva", "from:2026-01-01 to:2026-01-31", "the pain with no fever")


def notes() -> list[dict[str, object]]:
    folder = Path(charthouse.__file__).parent / "gold"
    return [json.loads(line) for file in sorted(folder.glob("notes-*.ndjson")) for line in file.read_text(encoding="utf-8").splitlines()]


def texts(number: int) -> Iterator[tuple[str, list[str]]]:
    """(text, codes): some 250 words of neighbouring sentences of four notes, and the number of the document, so that no two are the same."""
    chance, gold = random.Random(7), notes()
    parts = [re.split(r"(?<=[.:])\s+", str(n["text"])) for n in gold]
    for n in range(number):
        chosen = chance.sample(range(len(gold)), 4)
        said = [" ".join(parts[c][(at := chance.randrange(len(parts[c]))):at + 7]) for c in chosen]
        yield f"Document {n}.\n" + "\n\n".join(said), list(gold[chosen[0]]["codes"])  # type: ignore[call-overload]


def load(site: Site, number: int) -> None:
    desk = sign_in(site, access_rules(), MANAGER, "operations", lambda: datetime.now(UTC))
    began, made, chance = time.perf_counter(), 0, random.Random(11)
    stream = texts(number)
    while made < number:
        with desk.together() as one:
            for _ in range(GROUP // A_VISIT):
                made += one_visit(one, made, stream, chance)
        if made % 10_000 == 0:
            took = time.perf_counter() - began
            print(f"  {made:7} documents, {made / took:6.0f} a second, {memory():5.0f} MB", flush=True)


def one_visit(desk: Desk, n: int, stream: Iterator[tuple[str, list[str]]], chance: random.Random) -> int:
    who = desk.register(Registration(facility="north", identifiers=(("urn:mrn", f"M{n}"),), family=f"Name{n // 8 % 5000}", given="Erin", birth_date=date(1940, 1, 1) + timedelta(days=n % 29_000), sex="FM"[n % 2]))
    began = datetime(2025, 1, 1, 8) + timedelta(days=chance.randrange(690))
    visit = desk.admit(Visit(patient=who, facility="north", setting="inpatient" if n % 3 else "outpatient", admitted=began, number=f"V{n}", discharged=began + timedelta(days=3), unit=f"W{n % 20}", attending=f"Dr. {n % 200}"))
    codes: list[str] = []
    for k in range(A_VISIT):
        text, codes = next(stream)
        desk.file(Filing(encounter=visit, content=text.encode(), text=text, kind=KINDS[(n + k) % len(KINDS)], author=f"Dr. {n % 300}", service_date=began.date() + timedelta(days=k)))
    if n % 5 == 0 and desk._open is not None:
        put_codes(desk._open.finding._work.connection, visit, [AssignedCode(system="ICD-10-CM", code=c, status="auto") for c in codes])  # type: ignore[attr-defined]
    return A_VISIT


def memory() -> float:
    """MB now in use by this process."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6


def measured(what: str, call: Callable[[], object]) -> float:
    took = []
    for _ in range(TIMES):
        began = time.perf_counter()
        shown = call()
        took.append(1000 * (time.perf_counter() - began))
    took.sort()
    print(f"  {what[:70]:<70} first {took[-1] if TIMES < 2 else max(took):7.1f}  median {statistics.median(took):7.1f}  p95 {took[int(len(took) * 0.95)]:7.1f} ms  {shown}", flush=True)
    return statistics.median(took)


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as scratch:
        layout = Layout(Path(sys.argv[2]) if len(sys.argv) > 2 else Path(scratch) / "site", sys.argv[3] if len(sys.argv) > 3 else "")
        if not layout.keys.exists():
            site = sites.initialise(layout)
            load(site, number)
            site.close()
        site = sites.opened(layout)
        ask(site)
        site.close()


def ask(site: Site) -> None:
    desk = sign_in(site, access_rules(), MANAGER, "operations", lambda: datetime.now(UTC))
    before = memory()
    medians = []
    some = ""
    for question in QUESTIONS:
        def call(question: str = question) -> str:
            nonlocal some
            found = find(desk, wired.understood(question, Question()).question).found
            some = found.hits[0].encounter if found.hits else some
            return f"{'more than ' if found.more else ''}{found.count}"
        medians.append(measured(question, call))
    print(f"  all questions: median of medians {statistics.median(medians):.1f} ms, slowest {max(medians):.1f} ms")
    measured("open a chart", lambda: f"{len(desk.chart(some).documents)} documents")
    measured("status", lambda: f"{state(site)['document']} documents")
    print(f"  memory {before:.0f} MB before, {memory():.0f} MB after")


if __name__ == "__main__":
    main()
