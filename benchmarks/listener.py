"""Messages a second that a real `charthouse intake listen` stores and acknowledges over real connections, each sender waiting for its answer before the next.

    python benchmarks/listener.py [MESSAGES] [CONNECTIONS]
"""
from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

LEAST = 300  # messages a second
RUN = "from charthouse.doors.cli.main import main; main()"


GIVEN = ("Erin", "Paul", "Ines", "Tom", "Mara", "Hugo", "Lena", "Omar", "Ruth", "Ivan", "Zoe")
SYLLABLES = ("ba", "der", "fi", "gol", "han", "ki", "lor", "mes", "nu", "pal", "rin", "so", "tev", "vik", "wan", "zeb")


def name(patient: int) -> str:
    """A family name, invented; of many patients few sound alike."""
    return "".join(SYLLABLES[patient // 16**k % 16] for k in range(3)).capitalize()


def message(n: int) -> bytes:
    """The n-th of a mixed feed, all invented: of four, an admission, a report, a transcription, a discharge of one patient."""
    patient, kind = n // 4, n % 4
    event, at = ("ADT^A01", "ORU^R01", "MDM^T02", "ADT^A03")[kind], f"202603{2 + n % 20:02d}{n % 24:02d}{n % 60:02d}00+0000"
    visit = {1: "1", 2: "I", 3: "4W^1^A", 7: "Q1^Quill^Ada", 19: f"V{patient}", 44: "20260302080000+0000", 45: "20260306110000+0000" if kind == 3 else ""}
    lines = [f"MSH|^~\\&|FEED|NORTH|CHARTHOUSE|NORTH|{at}||{event}|{n}|P|2.5.1", f"PID|1||M{patient}^^^NORTH^MR||{name(patient)}^{GIVEN[patient % len(GIVEN)]}||{1930 + patient * 7 % 90}{1 + patient * 5 % 12:02d}{1 + patient * 11 % 28:02d}|{'FM'[patient % 2]}",
             "PV1|" + "|".join(visit.get(k, "") for k in range(1, 46))]
    if kind == 1:
        lines += [f"OBR|1||R{n}|30746-2^Portable XR Chest^LN|||{at}", *(f"OBX|{k}|TX|||Line {k} of report {n}: the lungs are clear." for k in range(1, 6))]
    if kind == 2:
        lines += [f"TXA|1|DS|TX|{at}||||||||D{n}|||||AU", *(f"OBX|{k}|TX|||Hospital course, part {k} of {n}: pneumonia was treated." for k in range(1, 9))]
    return "\r".join([*lines, ""]).encode()


@dataclass(slots=True)
class Listener:
    """A process `charthouse intake listen` over a site of its own."""

    folder: Path
    process: subprocess.Popen[str] | None = None
    port: int = 0

    def environment(self) -> dict[str, str]:
        return os.environ | {"CHARTHOUSE_DATA": str(self.folder), "CHARTHOUSE_FACILITY": "north"}

    def begin(self) -> None:
        self.process = subprocess.Popen([sys.executable, "-c", RUN, "intake", "listen", "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                        text=True, env=self.environment())
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        self.port = int(line.split(":")[-1].split(".")[0])

    def end(self) -> None:
        assert self.process is not None
        self.process.terminate()
        self.process.wait(60)

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()


def made(folder: Path) -> Listener:
    listener = Listener(folder)
    subprocess.run([sys.executable, "-c", RUN, "init"], env=listener.environment(), check=True, stdout=subprocess.DEVNULL)
    return listener


@dataclass(slots=True)
class Feed:
    """Messages of which each is sent until it is acknowledged, in any order, over several connections."""

    todo: list[int]
    answered: dict[int, str] = field(default_factory=dict)  # the code of the answer

    async def send(self, port: int, connections: int) -> None:
        """Until all are acknowledged or the listener is gone."""
        await asyncio.gather(*(self._one(port) for _ in range(connections)), return_exceptions=True)

    async def _one(self, port: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            while self.todo:
                n = self.todo.pop()
                try:
                    writer.write(b"\x0b" + message(n) + b"\x1c\r")
                    await writer.drain()
                    answer = await reader.readuntil(b"\x1c\r")
                except (OSError, asyncio.IncompleteReadError):
                    self.todo.append(n)
                    return
                msa = next(s for s in answer.split(b"\r") if s.startswith(b"MSA")).split(b"|")
                assert int(msa[2]) == n
                self.answered[n] = msa[1].decode()
        finally:
            writer.close()


def wrongs(folder: Path, feed: Feed, sent: int) -> Iterator[str]:
    """What the record does not hold as it was acknowledged."""
    import sqlalchemy as sa

    from charthouse.adapters.storage import schema
    from charthouse.adapters.storage.layout import Layout
    from charthouse.adapters.storage.site import opened

    site = opened(Layout(folder))
    try:
        site.verify()
        with site.snapshot() as connection:
            there = list(connection.execute(sa.select(schema.message.c.control_id)).scalars())
            documents = list(connection.execute(sa.select(schema.document.c.number)).scalars())
            visits = connection.execute(sa.select(sa.func.count()).select_from(schema.encounter)).scalar()
            patients = connection.execute(sa.select(sa.func.count()).select_from(schema.patient)).scalar()
    finally:
        site.close()
    if refused := {n: code for n, code in feed.answered.items() if code != "AA"}:
        yield f"not accepted: {list(refused.items())[:5]} ({len(refused)})"
    if lost := set(map(str, feed.answered)) - set(there):
        yield f"lost: {sorted(lost)[:5]} ({len(lost)})"
    if len(documents) != len(set(documents)) or len(there) != len(set(there)):
        yield "doubled"
    if len(feed.answered) == sent and (len(documents), visits, patients) != (sum(n % 4 in (1, 2) for n in range(sent)), -(-sent // 4), -(-sent // 4)):
        yield f"{len(documents)} documents, {visits} visits, {patients} patients of {sent} messages"


def main(messages: int = 6000, connections: int = 50) -> int:
    with tempfile.TemporaryDirectory(prefix="listener") as name:
        listener = made(Path(name))
        listener.begin()
        feed = Feed(list(reversed(range(messages))))
        asyncio.run(Feed([]).send(listener.port, 1))
        begun = time.perf_counter()
        asyncio.run(feed.send(listener.port, connections))
        seconds = time.perf_counter() - begun
        listener.end()
        wrong = list(wrongs(Path(name), feed, messages))
        print(f"listener: {len(feed.answered) / seconds:.0f} messages a second stored and acknowledged ({len(feed.answered)} over {connections} connections); wrong: {wrong or 'nothing'}")
        return int(bool(wrong) or len(feed.answered) != messages or len(feed.answered) / seconds < LEAST)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
