"""Searching, opening and counting over many documents: a site is filled with synthetic notes, then each question is asked again and again.

Notes are put together from the sentences of our own gold notes (`src/charthouse/gold`), the same ones each time; every fifth visit is coded with the codes of one
of them. Loading is in groups of 500 documents a transaction and, to be short, does not flush to disk; filing is measured elsewhere. Times are of calls in this process,
from the question as text to the passages that are shown, the events in the ledger included, under the site's real settings (encrypted, flushed at each commit).
Beside the clock stands the processor's time, for machines that do other things too.

    python benchmarks/finding.py [DOCUMENTS] [FOLDER] [postgresql://...]

The first 1,000 documents are filed at the desk, each with its event; the others are written as the same rows and files in bulk, since it is searching that is measured.

A FOLDER that holds a site already is measured as it is.
"""
from __future__ import annotations

import hashlib
import json
import os
import random
import re
import resource
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

import charthouse
from charthouse.adapters.storage import keys, schema
from charthouse.adapters.storage import site as sites
from charthouse.adapters.storage.blobs import path_of
from charthouse.adapters.storage.examine import state
from charthouse.adapters.storage.ids import new_id
from charthouse.adapters.storage.layout import Layout, Lock
from charthouse.adapters.storage.sealed import seal
from charthouse.adapters.storage.site import Site
from charthouse.adapters.storage.words import folded, words_in
from charthouse.bootstrap import finding as wired
from charthouse.bootstrap.record import access_rules
from charthouse.flow.desk import Desk, sign_in
from charthouse.flow.finding import find
from charthouse.record.access import Actor
from charthouse.record.filing import Filing, Registration, Visit
from charthouse.record.finding import AssignedCode, Question

GROUP, TIMES, A_VISIT = 500, 15, 4
MANAGER = Actor(id="bench", roles=frozenset({"him_manager", "engine"}), facilities=frozenset({"north"}))
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


def load(site: Site, number: int, at_desk: int) -> None:
    """The first `at_desk` documents through the desk, the others as the same rows and files in bulk."""
    desk = sign_in(site, access_rules(), MANAGER, "operations", lambda: datetime.now(UTC))
    began, stream, chance = time.perf_counter(), texts(number), random.Random(11)
    for made in range(0, number, GROUP):
        if made < at_desk:
            with desk.together() as one:
                for n in range(made, made + GROUP, A_VISIT):
                    one_visit(one, n, stream, chance)
        else:
            in_bulk(site, made, stream, chance)
        if (made + GROUP) % 10_000 == 0 or made + GROUP == at_desk:
            print(f"  {made + GROUP:7} documents, {(made + GROUP) / (time.perf_counter() - began):6.0f} a second, {memory():5.0f} MB", flush=True)


def person(n: int) -> dict[str, Any]:
    return {"facility": "north", "family": f"Name{n // 8 % 5000}", "given": "Erin", "birth_date": date(1940, 1, 1) + timedelta(days=n % 29_000), "sex": "FM"[n % 2]}


def stay(n: int, began: datetime) -> dict[str, Any]:
    return {"facility": "north", "setting": "inpatient" if n % 3 else "outpatient", "number": f"V{n}", "unit": f"W{n % 20}", "attending": f"Dr. {n % 200}"}


def paper(n: int, k: int, began: datetime) -> dict[str, Any]:
    return {"kind": KINDS[(n + k) % len(KINDS)], "author": f"Dr. {n % 300}", "service_date": began.date() + timedelta(days=k)}


def one_visit(desk: Desk, n: int, stream: Iterator[tuple[str, list[str]]], chance: random.Random) -> None:
    began = datetime(2025, 1, 1, 8) + timedelta(days=chance.randrange(690))
    who = desk.register(Registration(identifiers=(("urn:mrn", f"M{n}"),), **person(n)))
    visit = desk.admit(Visit(patient=who, admitted=began, discharged=began + timedelta(days=3), **stay(n, began)))
    for k in range(A_VISIT):
        text, codes = next(stream)
        desk.file(Filing(encounter=visit, content=text.encode(), text=text, **paper(n, k, began)))
    if n % 5 == 0:
        desk.use("code.propose", ("encounter", visit), lambda open, access: open.finding.coded(access, visit, assigned(codes)))


def assigned(codes: list[str]) -> list[AssignedCode]:
    return [AssignedCode(system="ICD-10-CM", code=c, status="auto") for c in dict.fromkeys(codes)]


def in_bulk(site: Site, first: int, stream: Iterator[tuple[str, list[str]]], chance: random.Random) -> None:
    rows: dict[sa.Table, list[dict[str, Any]]] = {t: [] for t in (schema.patient, schema.identifier, schema.encounter, schema.blob, schema.document, schema.search_entry, schema.search_code)}
    said: list[tuple[int, str]] = []
    now = datetime.now(UTC)
    for n in range(first, first + GROUP, A_VISIT):
        who, visit, began = new_id(), new_id(), datetime(2025, 1, 1, 8) + timedelta(days=chance.randrange(690))
        rows[schema.patient].append({"id": who, "made_at": now, "version": 1, **person(n)})
        rows[schema.identifier].append({"patient": who, "system": "urn:mrn", "value": f"M{n}", "since": now})
        rows[schema.encounter].append({"id": visit, "patient": who, "version": 5, "admitted": began.isoformat(), "discharged": (began + timedelta(days=3)).isoformat(), **stay(n, began)})
        for k in range(A_VISIT):
            text, codes = next(stream)
            id, name, key, hash = new_id(), secrets.token_hex(16), secrets.token_bytes(32), hashlib.sha256(text.encode()).hexdigest()
            path_of(site.layout.blobs, name).write_bytes(seal(key, text.encode(), hash))
            rows[schema.blob].append({"sha256": hash, "size": len(text), "file": name, "key_id": site.keys.id, "wrapped": seal(site.keys.wrapping, key, hash)})
            about = paper(n, k, began)
            rows[schema.document].append({"id": id, "patient": who, "encounter": visit, "facility": "north", "original": hash, "text": hash, "received_at": now, **about})
            at = stay(n, began)
            rows[schema.search_entry].append({"n": n + k + 1, "document": id, "patient": who, "encounter": visit, "facility": "north", "setting": at["setting"], "unit": at["unit"],
                                              "kind": about["kind"], "author": about["author"], "day": about["service_date"], "state": "filed", "restricted": False})
            said.append((n + k + 1, text))
        if n % 5 == 0:
            rows[schema.search_code] += [{"encounter": visit, "system": c.system, "code": c.code, "bare": c.code.replace(".", ""), "place": p, "role": "", "status": "auto", "poa": ""}
                                         for p, c in enumerate(assigned(codes))]
    with site._writing.begin() as connection:
        for table, of in rows.items():
            if of:
                connection.execute(table.insert(), of)
        words = words_in(connection)
        for place, text in said:
            words.put(place, folded(text))


def memory() -> float:
    """MB now in use by this process."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6


def measured(what: str, call: Callable[[], object]) -> float:
    took, worked = [], []
    for _ in range(TIMES):
        began, before = time.perf_counter(), time.process_time()
        shown = call()
        took.append(1000 * (time.perf_counter() - began))
        worked.append(1000 * (time.process_time() - before))
    first, took = took[0], sorted(took)
    print(f"  {what[:62]:<62} first {first:6.0f}  median {statistics.median(took):6.1f}  p95 {took[int(len(took) * 0.95)]:6.1f}  processor {statistics.median(worked):6.1f} ms  {shown}", flush=True)
    return statistics.median(took)


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as scratch:
        layout = Layout(Path(sys.argv[2]) if len(sys.argv) > 2 else Path(scratch) / "site", sys.argv[3] if len(sys.argv) > 3 else "")
        if not layout.keys.exists():
            sites.initialise(layout).close()
            flush, os.fsync = os.fsync, lambda handle: None
            site = Site(layout, keys.read(layout.keys), Lock(layout.folder), synchronous="OFF")
            load(site, number, 1_000)
            site.close()
            os.fsync = flush
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
