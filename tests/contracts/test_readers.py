"""What every reader keeps: the same bytes give the same arrivals; offsets quote the text; whatever is sent, `UnreadableDocument` or an answer, in time.

Fixtures are all files of `tests/adapters/readers_files` and `samples/messages`; mutants of them are made from a seed, `CHARTHOUSE_FUZZ` in number (1,000 where
it is not set; `make fuzz` runs a million), and read in the limited child process as the program does.
"""
from __future__ import annotations

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from charthouse.adapters.readers import known
from charthouse.adapters.readers.child import Reading
from charthouse.record.carried import packed, unpacked
from charthouse.record.errors import UnreadableDocument
from charthouse.record.received import Arrival

ROOT = Path(__file__).parents[2]
FILES = sorted(p for folder in ("tests/adapters/readers_files", "samples/messages") for p in (ROOT / folder).glob("*") if p.is_file() and p.suffix != ".md")
MUTANTS = int(os.environ.get("CHARTHOUSE_FUZZ") or 1000)
HEAVY = ("pdf", "image")  # a page may take seconds: fewer mutants
pytestmark = pytest.mark.skipif(not FILES, reason="no fixtures")


@pytest.fixture(scope="module")
def reading() -> Iterator[Reading]:
    made = Reading()
    yield made
    made.close()


def named(path: Path) -> str:
    return path.name


def test_every_reader_has_a_fixture_that_it_alone_takes() -> None:
    taken = {known.reader_of(p.read_bytes(), p.name).name for p in FILES}
    assert {r.name for r in known.readers()} - taken == set()


def test_readers_are_as_the_table_names_them() -> None:
    assert [r.name for r in known.readers()] == [k.name for k in known.KNOWN if k.name in {r.name for r in known.readers()}]


@pytest.mark.parametrize("path", FILES, ids=named)
def test_the_same_bytes_give_the_same_arrivals(path: Path, reading: Reading) -> None:
    content = path.read_bytes()
    first = reading.read(content, path.name)
    assert first
    assert first == reading.read(content, path.name)
    assert all(unpacked(packed(a)) == a for a in first)


@pytest.mark.parametrize("path", FILES, ids=named)
def test_offsets_quote_the_text(path: Path, reading: Reading) -> None:
    for document in (d for a in reading.read(path.read_bytes(), path.name) for d in a.documents):
        assert "\x00" not in document.text
        for page in document.pages:
            assert 0 <= page.start <= page.end <= len(document.text)
            assert all(document.text[w.start : w.end] == w.text for w in page.words)
            assert all(page.start <= w.start < w.end <= page.end for w in page.words)


def mutants(content: bytes, chance: random.Random) -> Iterator[bytes]:
    """Cut, flipped, doubled, emptied and spliced, for ever."""
    while True:
        at, many = chance.randrange(len(content)), chance.randint(1, 8)
        way = chance.randrange(6)
        if way == 0:
            yield content[:at]
        elif way == 1:
            bent = bytearray(content)
            for _ in range(many):
                bent[chance.randrange(len(bent))] = chance.randrange(256)
            yield bytes(bent)
        elif way == 2:
            yield content[:at] + content[at : at + 50] * many * 20 + content[at:]
        elif way == 3:
            yield content[:at] + content[at + chance.randint(1, 200) :]
        elif way == 4:
            yield content[:at] + bytes(chance.randrange(256) for _ in range(many)) + content[at:]
        else:
            other = chance.randrange(len(content))
            yield content[:at] + content[other : other + 300] + content[at + 100 :]


@pytest.mark.parametrize("path", FILES, ids=named)
def test_a_mutant_is_read_or_refused_and_nothing_else(path: Path, reading: Reading) -> None:
    content = path.read_bytes()
    many = max(MUTANTS // len(FILES), 1)
    if known.reader_of(content, path.name).name in HEAVY:
        many = max(many // 50, 2)
    made = mutants(content, random.Random(path.name))
    faults = [(n, why) for n in range(many) if (why := fault(reading, next(made), path.name))]
    assert faults == []


def fault(reading: Reading, content: bytes, name: str) -> str:
    """What a reader did that it may not; "" when it answered or refused."""
    try:
        answer = reading.read(content, name)
    except UnreadableDocument as error:
        why = str(error.fields["why"])
        return why if why.startswith(("its reader", "it took longer")) else ""
    return "" if all(isinstance(a, Arrival) for a in answer) else "no arrivals"


@pytest.mark.parametrize("content", [b"", b"\x00", b"\x00" * 100_000, b"\xff\xfe", b"{\\rtf", b"{\\rtf1" + b"{" * 100_000, b"PK\x03\x04word/", b"%PDF-1.7\n", b"MSH|", b"{", b"<", b"[" * 100_000,
                                     b"<a>" * 100_000, b'{"resourceType":' * 50_000])
def test_what_is_hostile_or_empty_is_refused_or_read_in_time(content: bytes, reading: Reading) -> None:
    assert fault(reading, content, "x") == ""


@pytest.mark.parametrize("path", FILES, ids=named)
def test_the_content_decides_before_the_name(path: Path) -> None:
    content = path.read_bytes()
    assert known.reader_of(content, "unnamed").name == known.reader_of(content, path.name).name
