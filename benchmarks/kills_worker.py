"""`kill -9` of worker processes at random moments under load: nothing lost, nothing done twice, and the ledger holds.

Two processes of the worker (the real `Job`, coding real charts) run at once on one store while another files documents. Again and again one of
them, or both, is killed and replaced, now under its own name, now under a new one, so that its lease must run out. At the end all that is due is
done without kills. Then each visit must have exactly one done run of its newest version, with a result that opens, as many events
`code.propose` as there are done runs, each document that was said to be filed, and a ledger that verifies. A chart whose process was killed twice
in a row is quarantined, as it should be; those are counted, tried again, and must end done too.

    python benchmarks/kills_worker.py [--kills 1000] [--database postgresql://...] [--seed 1]
"""
from __future__ import annotations

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

LEASE = 1.5  # seconds
AHEAD = 30  # visits that are kept due


@dataclass(slots=True)
class Ward:
    """The processes. This one opens no store itself while it still forks."""

    chance: random.Random
    running: dict[str, int] = field(default_factory=dict)
    names: int = 0

    def start(self, name: str = "") -> None:
        if not name:
            self.names += 1
            name = f"w{self.names}"
        self.running[name] = forked(lambda: _job(name))

    def kill(self) -> int:
        """One, or now and then both; each is replaced."""
        victims = [*self.running] if self.chance.random() < 0.1 else [self.chance.choice([*self.running])]
        for name in victims:
            os.kill(self.running[name], signal.SIGKILL)
        for name in victims:
            _, status = os.waitpid(self.running.pop(name), 0)
            assert os.WIFSIGNALED(status), f"it had ended by itself ({status})"
            self.start(name if self.chance.random() < 0.7 else "")
        return len(victims)

    def stop(self) -> None:
        for process in self.running.values():
            os.kill(process, signal.SIGTERM)
        for process in self.running.values():
            _, status = os.waitpid(process, 0)
            assert status in (0, signal.SIGTERM), f"a graceful stop ended with {status}"  # the signal, when it came before the process was up


def forked(work: Callable[[], int | None]) -> int:
    process = os.fork()
    if process == 0:
        status = 1
        try:
            status = work() or 0
        except BaseException as error:
            sys.stderr.write(f"{type(error).__name__}: {error}\n")
        finally:
            os._exit(status)
    return process


def _job(name: str, *, once: bool = False) -> int:
    from charthouse.doors.worker.job import Job

    return Job(name, os.getppid(), once=once, lease=LEASE).run()


def _site():  # type: ignore[no-untyped-def]
    from charthouse.bootstrap import record

    return record.opened()


def _desk(site):  # type: ignore[no-untyped-def]
    from charthouse.bootstrap import record
    from charthouse.record.access import Actor

    return record.sign_in(site, Actor(id="writer", roles=frozenset({"him_manager"}), facilities=frozenset({"north"})), "operations")


def _file(notes: list[str], said: int, seed: int) -> None:
    """New visits and late documents, until told to stop; the id of each document is said once it is on disk."""
    from charthouse.bootstrap import worker
    from charthouse.record.filing import Filing, Registration, Visit

    stop: list[int] = []
    signal.signal(signal.SIGTERM, lambda *_: stop.append(1))
    chance, visits = random.Random(seed), list[str]()
    with _site() as site:
        while not stop:
            if worker.queue(site).due > AHEAD:
                time.sleep(0.1)
                continue
            with _desk(site).together() as one:
                filed = []
                for _ in range(5):
                    if not visits or chance.random() < 0.8:
                        patient = one.register(Registration(facility="north", sex="F"))
                        visits.append(one.admit(Visit(patient=patient, facility="north", setting="outpatient", admitted=datetime(2026, 3, 2, tzinfo=UTC))))
                    text = f"{chance.choice(notes)}\n\nSeen as {chance.random()}.\n"
                    filed.append(one.file(Filing(encounter=chance.choice(visits[-20:]) if chance.random() < 0.2 else visits[-1], content=text.encode(), text=text)))
            os.write(said, "".join(f"{id}\n" for id in filed).encode())


def run(database: str, kills: int, folder: Path, seed: int) -> list[str]:
    """What is wrong; nothing when all is well."""
    from charthouse import bootstrap
    from charthouse.bootstrap import record

    bootstrap.kit()  # once, before the forks
    notes = [g["text"] for g in bootstrap.gold() if g["setting"] == "outpatient"]
    os.environ["CHARTHOUSE_DATA"] = str(folder / "site")
    os.environ["CHARTHOUSE_DATABASE"] = database
    if (made := forked(lambda: record.initialise().close())) and os.waitpid(made, 0)[1]:
        return ["the record could not be made"]
    reading, writing = os.pipe()
    filing = forked(lambda: _file(notes, writing, seed))
    os.close(writing)
    os.set_blocking(reading, False)
    ward, done, begun, said = Ward(random.Random(seed)), 0, time.perf_counter(), b""
    for _ in range(2):
        ward.start()
    while done < kills:
        _wait(folder / "site" / "checkpoints.ndjson")
        time.sleep(ward.chance.uniform(0, 0.3))
        done += ward.kill()
        said += _read(reading)
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{done} kills")
    seconds = time.perf_counter() - begun
    os.kill(filing, signal.SIGTERM)
    os.waitpid(filing, 0)
    said += _read(reading)
    ward.stop()
    print(f"{done} kills in {seconds:.0f} s, {seconds / done:.2f} s each; {len(said.split())} documents filed meanwhile")
    return _finish(said.decode().split())


def _wait(checkpoints: Path) -> None:
    """Until something has been committed, so that kills meet work however slow the machine is."""
    before, until = checkpoints.stat().st_size, time.monotonic() + 20
    while checkpoints.stat().st_size == before and time.monotonic() < until:
        time.sleep(0.005)


def _read(pipe: int) -> bytes:
    try:
        return os.read(pipe, 1 << 20)
    except BlockingIOError:
        return b""


def _finish(said: list[str]) -> list[str]:
    from charthouse.bootstrap import worker

    def end() -> None:
        time.sleep(LEASE)
        _, status = os.waitpid(forked(lambda: _job("last", once=True)), 0)
        assert status == 0, f"the last worker ended with {status}"

    end()
    again = worker.quarantined()
    for encounter, _, _why in again:
        worker.retry(encounter)
    killed_twice = {why for _, _, why in again} <= {"CH-0692"}
    _, status = os.waitpid(forked(lambda: _job("very last", once=True)), 0)
    wrong = [] if killed_twice and status == 0 else [f"given up for another reason than two kills: {again}"]
    print(f"{len(again)} visits were killed twice in a row, quarantined and tried again")
    return wrong + _wrong(said)


def _wrong(said: list[str]) -> list[str]:
    """What does not hold at the end."""
    import sqlalchemy as sa

    from charthouse.adapters.storage.schema import event, step
    from charthouse.flow.worker import result

    wrong = []
    with _site() as site:
        entries = site.verify()
        with site.snapshot() as connection:
            rows = connection.execute(sa.select(step.c.encounter, step.c.key, step.c.state, step.c.result, step.c.tries)).all()
            there = set(connection.execute(sa.text("SELECT id FROM document")).scalars())
            visits = {id: version for id, version in connection.execute(sa.text("SELECT id, version FROM encounter")) if version > 1}
            proposed = [(s.removeprefix("encounter:"), v) for s, v in connection.execute(sa.select(event.c.subject, event.c.version).where(event.c.action == "code.propose"))]
        done = {(r.encounter, r.key): r.result for r in rows if r.state == "done"}
        wrong += [f"lost: document {id}" for id in said if id not in there]
        wrong += [f"not done: {id} version {version}" for id, version in visits.items() if sum(e == id and k.startswith(f"{version}-") for e, k in done) != 1]
        wrong += ["done runs and events differ" for _ in [1] if sorted(proposed) != sorted(done)]
        wrong += [f"left over: {r.encounter} {r.state}" for r in rows if r.state not in ("done", "superseded")]
        wrong += [f"no result: {id}" for id in visits if (kept := result(_desk(site), id)) is None or kept["id"] != id]
        print(f"{len(visits)} visits, {len(done)} runs done ({sum(r.tries > 1 for r in rows)} of them after a kill within), {len(proposed)} events of it, {entries} entries of the ledger verified")
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--database", default="")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kills") as name:
        wrong = run(asked.database, asked.kills, Path(name), asked.seed)
    print("\n".join(wrong[:20]) or "nothing lost, nothing done twice")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
