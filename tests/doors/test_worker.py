"""The worker as an operator runs it: one chart that hangs, crashes or fails stops no other; it stops gracefully; metrics tell of nobody."""
from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import Result

from charthouse.adapters.storage import ledger
from charthouse.bootstrap import record, worker
from charthouse.doors.worker import metrics
from charthouse.doors.worker.supervisor import Supervisor
from charthouse.flow.worker import result
from charthouse.record.access import Actor
from charthouse.record.errors import CannotListen
from charthouse.record.filing import Filing, Registration, Visit

JOB = (sys.executable, str(Path(__file__).parent / "worker_job.py"))
CLERK = Actor(id="clerk", roles=frozenset({"him_manager"}), facilities=frozenset({"north"}))
NOTE = "ASSESSMENT\n1. Type 2 diabetes mellitus with hyperglycemia.\n2. Essential hypertension, controlled on lisinopril.\n"


@pytest.fixture
def folder(data_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty record, with the code book of all tests."""
    monkeypatch.setenv("CHARTHOUSE_DATA", str(tmp_path / "data"))
    for name in ("CHARTHOUSE_DATABASE", "CHARTHOUSE_KEY"):
        monkeypatch.delenv(name, raising=False)
    record.initialise().close()
    (tmp_path / "data" / "books").symlink_to(data_folder / "books")
    return tmp_path / "data"


def visit_with(*notes: str) -> str:
    """A new patient's visit with these notes."""
    with record.opened() as site, record.sign_in(site, CLERK, "operations").together() as one:
        patient = one.register(Registration(facility="north", family="Example", given="Erin", identifiers=(("urn:north:mrn", f"MRN{time.time_ns()}"),), sex="F"))
        visit = one.admit(Visit(patient=patient, facility="north", setting="outpatient", admitted=datetime(2026, 3, 2, tzinfo=UTC)))
        for note in notes:
            one.file(Filing(encounter=visit, content=note.encode(), text=note))
        return visit


def coded(visit: str) -> object:
    with record.opened() as site:
        return result(record.sign_in(site, CLERK, "operations"), visit)


@pytest.mark.parametrize(("word", "why"), [("HANG", "CH-0692"), ("CRASH", "CH-0692"), ("RAISE", "CH-0691 KeyError"), ("EMPTY", "CH-0201")])
def test_one_bad_chart_is_given_up_after_two_tries_and_stops_no_other(folder: Path, word: str, why: str, charthouse: Callable[..., Result]) -> None:
    first, bad, last = visit_with("first"), visit_with(f"{word} of Erin Example"), visit_with("last")
    supervisor = Supervisor(once=True, limit=2.0, program=JOB)
    assert supervisor.run() == 0
    assert worker.quarantined() == [(bad, "coding", why)]
    assert coded(bad) is None
    assert coded(first) == {"id": first, "codes": []}
    assert coded(last) == {"id": last, "codes": []}
    with record.opened() as site, site.snapshot() as connection:
        events = list(ledger.entries(connection))
    assert [e.event.reason for e in events if e.event.action == "step.run"][-1] == why
    assert "Erin" not in repr(events)
    listed = charthouse("worker", "quarantined")
    assert bad in listed.stdout
    assert why.split()[0] in listed.stdout
    assert "Erin" not in listed.stdout
    assert charthouse("worker", "retry", bad).exit_code == 0
    assert worker.quarantined() == []
    again = charthouse("worker", "retry", bad)
    assert (again.exit_code, "CH-0693" in again.stderr) == (2, True)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_it_finishes_the_chart_at_hand_and_begins_no_other(folder: Path, number: signal.Signals) -> None:
    slow, never = visit_with("SLOW one"), visit_with("SLOW two")
    program = "import sys; from charthouse.doors.worker.supervisor import Supervisor; sys.exit(Supervisor(program=tuple(sys.argv[1:])).run())"
    process = subprocess.Popen([sys.executable, "-c", program, *JOB])
    with record.opened() as site:
        deadline = time.monotonic() + 60
        while worker.queue(site).leased == 0:
            assert time.monotonic() < deadline
            time.sleep(0.05)
    process.send_signal(number)
    assert process.wait(60) == 0
    assert coded(slow) == {"id": slow, "codes": []}
    assert coded(never) is None
    with record.opened() as site:
        now = worker.queue(site)
    assert (now.due, now.leased, now.done) == (1, 0, 1)


def test_a_visit_is_coded_and_again_when_a_document_comes(folder: Path, charthouse: Callable[..., Result]) -> None:
    visit = visit_with(NOTE)
    assert json.loads(charthouse("status", "--json").stdout)["queue"] == {"due": 1, "leased": 0, "done": 0, "quarantined": 0, "oldest_seconds": pytest.approx(0, abs=60)}
    done = charthouse("worker", "--once")
    assert (done.exit_code, done.stdout) == (0, "0 due, 0 at work, 1 done, 0 quarantined\n")
    found = coded(visit)
    assert isinstance(found, dict)
    assert {"E11.65", "I10"} <= {c["code"] for c in found["codes"]}
    with record.opened() as site:
        record.sign_in(site, CLERK, "operations").file(Filing(encounter=visit, content=b"scan", media="image/tiff"))
    assert charthouse("worker", "--once", "--jobs", "2").exit_code == 0
    again = coded(visit)
    assert isinstance(again, dict)
    assert [r["rule"] for r in again["unread"]] == ["intake/not-read"]
    assert not again["gate"]["finished"]
    assert "1 due" not in charthouse("status").stdout
    with record.opened() as site, site.snapshot() as connection:
        told = [(e.event.actor, e.event.action, e.event.subject) for e in ledger.entries(connection) if e.event.actor == "engine"]
    assert told == [("engine", "chart.read", f"encounter:{visit}"), ("engine", "code.propose", f"encounter:{visit}")] * 2


# -- metrics -----------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def scraped(folder: Path) -> Iterator[Callable[[], str]]:
    """What a scrape gives now."""
    with record.opened() as site:
        port, end = metrics.serve("127.0.0.1:0", lambda: worker.queue(site, with_ended=True))
        yield lambda: urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics").read().decode()
        end()


def test_metrics_count_and_tell_of_nobody(scraped: Callable[[], str]) -> None:
    assert 'charthouse_queue_steps{state="due"} 0.0' in scraped()
    visits = [visit_with("good note of Erin Example"), visit_with("RAISE Erin Example, MRN 4711, has gout")]
    assert 'charthouse_queue_steps{state="due"} 2.0' in scraped()
    assert Supervisor(once=True, program=JOB).run() == 0
    text = scraped()
    for line in ('charthouse_queue_steps{state="quarantined"} 1.0', "charthouse_documents_filed_total 2.0", 'charthouse_steps_total{outcome="done",step="coding"} 1.0',
                 'charthouse_step_tries_total{outcome="quarantined",step="coding"} 2.0', 'charthouse_step_seconds_bucket{le="+Inf",outcome="done",step="coding"} 1.0',
                 "charthouse_queue_age_seconds 0.0"):
        assert line in text
    with record.opened() as site, site.snapshot() as connection:
        ids = {part for e in ledger.entries(connection) for part in (e.event.patient, e.event.subject.partition(":")[2]) if part}
    assert set(visits) < ids
    for secret in ("Erin", "Example", "4711", "MRN", "gout", "north", *ids):
        assert secret not in text
    values = set(re.findall(r'(\w+)="([^"]*)"', text))
    assert {v for k, v in values if k != "le"} <= {"due", "leased", "quarantined", "done", "coding"}


@pytest.mark.parametrize("address", ["nonsense", "127.0.0.1:x", "127.0.0.1:99999", "taken"])
def test_an_address_that_cannot_be_listened_on_is_told(address: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        asked = f"127.0.0.1:{taken.getsockname()[1]}" if address == "taken" else address
        with pytest.raises(CannotListen, match=re.escape(asked)):
            metrics.serve(asked, lambda: pytest.fail("nothing is asked"))
