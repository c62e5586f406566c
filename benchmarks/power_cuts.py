"""A thousand power cuts: what a disk may hold after each is made from what the program really wrote and flushed, and opened.

A writer files documents, one by one and in groups that share a transaction, small ones and large ones (files), and says "filed" after each
transaction; `strace` records every write, flush, truncation, creation and removal of a file below the
site's folder, in order. A cut after any of them leaves: all that was flushed; of the rest, each write whole, torn by sectors of 512 bytes, or
not at all, in any combination; a name that was made or removed since its folder was flushed, either way. Each such disk must open, verify, and hold
every document that was said to be filed. The control run with `synchronous=NORMAL`, which does not flush at each commit, must lose some.

What it does not show: disks that say "flushed" before they are, and PostgreSQL (whose own tests cover it).

    python benchmarks/power_cuts.py [CUTS] [DOCUMENTS]
"""
from __future__ import annotations

import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

SECTOR = 512
CALLS = "openat,write,pwrite64,lseek,fsync,fdatasync,ftruncate,unlink,close"
CALL = re.compile(r"^(\w+)\((.*)\)\s+= (-?\d+)")
OPENED = re.compile(r"^\d+<(.+?)(?:\(deleted\))?>$")


# -- the writer, in a process of its own -----------------------------------------------------------------------------------------------


def write(folder: Path, synchronous: str, documents: int, encounter: str) -> None:
    from charthouse.adapters.storage import keys
    from charthouse.adapters.storage.layout import Layout, Lock
    from charthouse.adapters.storage.site import Site
    from charthouse.record.filing import Filing

    layout = Layout(folder)
    site = Site(layout, keys.read(layout.keys), Lock(folder), synchronous=synchronous)
    desk = _desk(site)
    for group in _groups(documents):
        with desk.together() as one:
            for n in group:
                one.file(Filing(encounter=encounter, content=text_of(n).encode(), text=text_of(n)))
        for n in group:
            sys.stdout.write(f"filed {n}\n")
            sys.stdout.flush()
    site.close()


def _groups(documents: int) -> Iterator[range]:
    """Now one document, now four."""
    first = 0
    while first < documents:
        size = min(1 if first % 5 == 0 else 4, documents - first)
        yield range(first, first + size)
        first += size


def text_of(n: int) -> str:
    """Every tenth is kept as a file."""
    return f"document {n} " * (6_000 if n % 10 == 9 else 40)


def _desk(site):  # type: ignore[no-untyped-def]
    from charthouse.bootstrap import record
    from charthouse.record.access import Actor

    return record.sign_in(site, Actor(id="writer", roles=frozenset({"him_manager"}), facilities=frozenset({"north"})), "operations")


# -- what it did -------------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Done:
    """One thing done to a file: "write" at a place, "cut" to a size, "flush", "make", "remove"; or "said" with the number of a document."""

    what: str
    path: Path = Path()
    at: int = 0
    data: bytes = b""


def recorded(trace: Path, folder: Path, said: Path) -> Iterator[Done]:
    """The trace, as what was done below the folder."""
    places: dict[str, int] = {}
    known = {p for p in folder.rglob("*") if p.is_file()}
    for line in trace.read_text(encoding="ascii").splitlines():
        call = CALL.match(line)
        if call is None or int(call[3]) < 0:
            continue
        name, arguments, result = call[1], call[2].split(", "), int(call[3])
        if name == "openat":
            path = Path(_text(arguments[1]).decode())
            places[str(result)] = 0
            if "O_CREAT" in arguments[2] and path not in known and path.is_relative_to(folder):
                known.add(path)
                yield Done("make", path)
            continue
        if name == "unlink":
            path = Path(_text(arguments[0]).decode())
            known.discard(path)
            if path.is_relative_to(folder):
                yield Done("remove", path)
            continue
        number, path = arguments[0].partition("<")[0], _opened(arguments[0])
        if name == "lseek":
            places[number] = result
        elif name in ("write", "pwrite64"):
            data = _text(arguments[1])
            if path == said:
                yield Done("said", at=int(data.split()[1]))
                continue
            at = int(arguments[3]) if name == "pwrite64" else places.get(number, 0)
            if path.name == "checkpoints.ndjson":
                at = -1  # opened to append
            places[number] = at + len(data)
            if path.is_relative_to(folder):
                yield Done("write", path, at, data)
        elif name == "ftruncate" and path.is_relative_to(folder):
            yield Done("cut", path, int(arguments[1]))
        elif name in ("fsync", "fdatasync") and path.is_relative_to(folder):
            yield Done("flush", path)


def _text(argument: str) -> bytes:
    """A string as `strace -xx` prints it."""
    assert not argument.endswith("..."), "strace cut a string short"
    return bytes.fromhex(argument.strip('"').replace("\\x", ""))


def _opened(argument: str) -> Path:
    found = OPENED.match(argument)
    return Path(bytes.fromhex(found[1].replace("\\x", "")).decode() if found and found[1].startswith("\\x") else found[1] if found else "")


# -- the disk ----------------------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Held:
    """A file: what is surely on disk, and what may be."""

    sure: bytearray
    maybe: list[Done] = field(default_factory=list)
    size: int = 0
    named: bool = True  # its name is surely on disk
    removed: bool = False  # its name may be gone


class Disk:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.files = {p: Held(bytearray(content), size=len(content)) for p in folder.rglob("*") if p.is_file() for content in [p.read_bytes()]}
        self.said: set[int] = set()

    def do(self, done: Done) -> None:
        if done.what == "said":
            self.said.add(done.at)
        elif done.what == "make":
            self.files[done.path] = Held(bytearray(), named=False)
        elif done.what == "remove":
            self.files[done.path].removed = True
        elif done.what == "flush" and done.path.is_dir():
            self._flush_folder(done.path)
        elif done.path in self.files:
            self._to_file(self.files[done.path], done)

    def _flush_folder(self, path: Path) -> None:
        for name in [p for p in self.files if p.parent == path]:
            if self.files[name].removed:
                del self.files[name]
            else:
                self.files[name].named = True

    def _to_file(self, file: Held, done: Done) -> None:
        if done.what == "flush":
            for each in file.maybe:
                _apply(file.sure, each)
            file.maybe.clear()
            return
        at = file.size if done.at == -1 else done.at
        file.size = at if done.what == "cut" else max(file.size, at + len(done.data))
        file.maybe.append(Done(done.what, done.path, at, done.data))

    def after_a_cut(self, chance: random.Random, to: Path) -> None:
        """Write to `to` one of the states that the disk may be in."""
        luck = chance.choice([0.0, 0.5, 0.95])  # how much of what was not flushed is there
        for path, file in self.files.items():
            if path.name.endswith("-shm") or (not file.named and chance.random() > luck) or (file.removed and chance.random() < 0.5):
                continue
            content = bytearray(file.sure)
            for each in file.maybe:
                for part in _torn(each, chance) if chance.random() < 0.3 else [each]:
                    if chance.random() < luck:
                        _apply(content, part)
            target = to / path.relative_to(self.folder)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            target.chmod(0o600)


def _apply(content: bytearray, done: Done) -> None:
    if done.what == "cut":
        del content[done.at :]
        return
    content.extend(bytes(max(0, done.at - len(content))))
    content[done.at : done.at + len(done.data)] = done.data


def _torn(done: Done, chance: random.Random) -> list[Done]:
    """A write in its sectors, in any order."""
    if done.what != "write":
        return [done]
    edges = [done.at, *range((done.at // SECTOR + 1) * SECTOR, done.at + len(done.data), SECTOR), done.at + len(done.data)]
    parts = [Done("write", done.path, a, done.data[a - done.at : b - done.at]) for a, b in pairwise(edges)]
    chance.shuffle(parts)
    return parts


# -- the run -------------------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Outcome:
    cuts: int
    lost: int  # cuts after which a document that was said to be filed was not there, or the record did not open or verify
    why: str  # of the first


def run(synchronous: str, cuts: int, documents: int, seed: int = 1) -> Outcome:
    with tempfile.TemporaryDirectory(prefix="cuts") as name:
        base = Path(name)
        encounter = _prepared(base / "site")
        shutil.copytree(base / "site", base / "before")
        with (base / "said").open("wb") as said:
            subprocess.run(["strace", "-qq", "-y", "-xx", "-s", "9999999", "-e", f"trace={CALLS}", "-o", base / "trace", sys.executable, __file__, "--write",
                            base / "site", synchronous, str(documents), encounter], check=True, stdout=said)  # fmt: skip
        shutil.rmtree(base / "site")
        (base / "before").rename(base / "site")
        done = list(recorded(base / "trace", base / "site", base / "said"))
        return _cut(Disk(base / "site"), done, cuts, base / "after", encounter, random.Random(seed))


def _prepared(folder: Path) -> str:
    from charthouse.adapters.storage.layout import Layout
    from charthouse.adapters.storage.site import initialise
    from charthouse.record.filing import Registration, Visit

    site = initialise(Layout(folder))
    desk = _desk(site)
    patient = desk.register(Registration(facility="north"))
    encounter = desk.admit(Visit(patient=patient, facility="north", setting="outpatient", admitted=datetime(2026, 3, 2, tzinfo=UTC)))
    site.close()
    return encounter


def _cut(disk: Disk, done: list[Done], cuts: int, after: Path, encounter: str, chance: random.Random) -> Outcome:
    lost, first = 0, ""
    at = 0
    for moment in sorted(chance.choices(range(len(done)), k=cuts)):
        for each in done[at : moment + 1]:
            disk.do(each)
        at = moment + 1
        disk.after_a_cut(chance, after)
        why = _missing(after, encounter, disk.said)
        lost, first = lost + bool(why), first or why
        shutil.rmtree(after)
    return Outcome(cuts, lost, first)


def _missing(folder: Path, encounter: str, said: set[int]) -> str:
    """What is not as it should be; "" when all is there."""
    from charthouse.adapters.storage.layout import Layout
    from charthouse.adapters.storage.site import opened
    from charthouse.record.errors import CharthouseError

    try:
        site = opened(Layout(folder))
        try:
            site.verify()
            there = {d.text for d in _desk(site).chart(encounter).documents}
        finally:
            site.close()
    except CharthouseError as error:
        return f"{error.code}: {error}"
    gone = [n for n in sorted(said) if text_of(n) not in there]
    return f"documents {gone[:5]} of {len(said)}" if gone else ""


def main(cuts: int = 1000, documents: int = 120) -> int:
    if shutil.which("strace") is None:
        print("power cuts: skipped, strace is not installed (Debian: apt install strace)")
        return 0
    begun = time.perf_counter()
    kept, control = run("FULL", cuts, documents), run("NORMAL", max(cuts // 10, 20), documents)
    print(f"power cuts: {kept.cuts}, lost something: {kept.lost} {kept.why}")
    print(f"control (synchronous=NORMAL): {control.cuts}, lost something: {control.lost}, the first: {control.why}")
    print(f"{time.perf_counter() - begun:.0f} s")
    return int(kept.lost > 0 or control.lost == 0)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--write"]:
        write(Path(sys.argv[2]), sys.argv[3], int(sys.argv[4]), sys.argv[5])
    else:
        sys.exit(main(*map(int, sys.argv[1:])))
