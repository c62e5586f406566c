"""The limited child process: whatever a file does to it is told as an error, and the next file is read."""
from __future__ import annotations

import base64
import os
import sys
import textwrap
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from charthouse.adapters.readers import child, known
from charthouse.adapters.readers.child import Limits, Reading
from charthouse.record.errors import UnreadableDocument
from charthouse.record.received import Arrival, ReadDocument

HOSTILE = """
    import ctypes, os, socket, subprocess, sys, time
    from charthouse.record.received import Arrival, ReadDocument
    class HostileReader:
        name = "hostile"
        def knows(self, content, name):
            return content.startswith(b"DO ")
        def read(self, content, name):
            exec(content[3:].decode(), globals())
            yield Arrival(documents=(ReadDocument(text=str(globals().get("out", "done"))),))
"""
SMALL = Limits(memory=700 * known.MB, cpu=1, wall=8, output=2 * known.MB, file=known.MB, processes=0)


@pytest.fixture
def reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reading:
    """One whose children have a reader that does what the file says."""
    (tmp_path / "hostile.py").write_text(textwrap.dedent(HOSTILE), encoding="ascii")
    (tmp_path / "sitecustomize.py").write_text("import charthouse.adapters.readers.known as k\nk.KNOWN = (k.Known(name='hostile', module='hostile', reader='HostileReader'), *k.KNOWN)\n", encoding="ascii")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    return Reading()


def refusal(reading: Reading, content: bytes) -> str:
    with pytest.raises(UnreadableDocument) as caught:
        reading.read(content, "x.txt", SMALL)
    return str(caught.value.fields["why"])


@pytest.mark.parametrize(
    ("does", "why"),
    [
        (b"ctypes.string_at(0)", "its reader crashed"), (b"os._exit(3)", "its reader ended before it was done"), (b"x = bytearray(1 << 31)", "more memory than a file may use"),
        (b"os.abort()", "its reader crashed"), (b"time.sleep(60)", "longer than 8 seconds"), (b"out = 'x' * 4_000_000", "more than a file may hold"),
        (b"raise ValueError('Erin Example')", "its reader failed (ValueError)"), (b"socket.create_connection(('127.0.0.1', 1))", "its reader failed (PermissionError)"),
        (b"subprocess.run(['true'])", "its reader failed (PermissionError)"), (b"open('/tmp/charthouse-escaped', 'w').write('x')", ""),
        (b"os.write(int(max(os.listdir('/proc/self/fd'), key=int)), b'garbage' * 9)", ""),
    ],
)  # fmt: skip
def test_a_file_that_breaks_its_reader_is_refused_and_the_next_is_read(reading: Reading, does: bytes, why: str) -> None:
    told = refusal(reading, b"DO " + does) if why else ""
    if not why:
        try:
            reading.read(b"DO " + does, "x.txt", SMALL)
        except UnreadableDocument as error:
            told = str(error.fields["why"])
    assert why in told
    assert "Example" not in told
    assert not Path("/tmp/charthouse-escaped").exists() or Path("/tmp/charthouse-escaped").stat().st_size == 0
    assert reading.read(b"gout", "y.txt", SMALL)[0].documents[0].text == "gout"


def test_an_endless_loop_ends_with_its_share_of_the_processor(reading: Reading) -> None:
    with pytest.raises(UnreadableDocument, match="took too long"):
        reading.read(b"DO while True: pass", "x", replace(SMALL, wall=300))
    assert reading.read(b"gout", "y.txt", SMALL)[0].documents[0].text == "gout"


def test_the_child_knows_nothing_of_its_parents_environment(reading: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHARTHOUSE_KEY", "secret")
    (arrival,) = reading.read(b"DO out = sorted(os.environ)", "x.txt", SMALL)
    assert "CHARTHOUSE_KEY" not in arrival.documents[0].text


def test_of_many_only_the_bad_one_is_refused(reading: Reading) -> None:
    answers = reading.read_many([(b"one", "1"), (b"DO ctypes.string_at(0)", "2"), (b"", "3"), (b"x" * (known.MB + 1), "4"), (b"\x00", "5"), (b"six", "6")], SMALL)
    assert [a[0].documents[0].text if isinstance(a, list) else a.fields["file"] for a in answers] == ["one", "2", "3", "4", "5", "six"]


def test_a_warm_child_is_used_again_and_replaced_in_time(reading: Reading) -> None:
    few = Reading(recycled=2)
    ids = [few.read(b"DO out = os.getpid()", "x", SMALL)[0].documents[0].text for _ in range(4)]
    assert ids[0] == ids[1] != ids[2] == ids[3]
    few.close()


def test_a_closed_reading_leaves_no_process(reading: Reading) -> None:
    number = int(reading.read(b"DO out = os.getpid()", "x", SMALL)[0].documents[0].text)
    reading.close()
    with pytest.raises(ProcessLookupError):
        os.kill(number, 0)


def test_what_is_embedded_in_a_message_is_read_too(monkeypatch: pytest.MonkeyPatch) -> None:
    made = Reading()
    rtf = rb"{\rtf1 Hello \b gout\b0\par}"
    whole = made._whole(Arrival(documents=(ReadDocument(text="", content=rtf, media="application/rtf"), ReadDocument(text="said", content=b"\x00\x01"))))
    assert (whole.documents[0].text, whole.documents[0].content) == ("Hello gout\n", rtf)
    assert whole.documents[1].text == "said"
    bad = made._whole(Arrival(documents=(ReadDocument(text="", content=b"\x00\x01\x02"),)))
    assert bad.documents[0].notes == ("what is embedded was not read: it is a binary file, not text",)
    made.close()


@pytest.mark.parametrize("frame", [b"{}x", b'{"documents": 5}', b'{"nobody": 1}', b'{"documents": [{"text": 5}]}', b'{"documents": [{}]}', b'{"happening": "explode"}', b"[1]", b"null", b"{",
                                   b'{"sent_at": "yesterday"}', b'{"documents": [{"text": "", "content": "!"}]}'])
def test_an_answer_that_is_no_arrival_is_not_believed(frame: bytes) -> None:
    from charthouse.record.carried import unpacked

    with pytest.raises(ValueError):
        unpacked(frame)


def test_bytes_and_times_cross_whole() -> None:
    from datetime import UTC, datetime

    from charthouse.record.carried import packed, unpacked

    arrival = Arrival(documents=(ReadDocument(text="\u2665\U0001f600", content=base64.b64decode("AAH/")),), sent_at=datetime(2026, 3, 2, tzinfo=UTC))
    assert unpacked(packed(arrival)) == arrival
    assert child.Limits is Limits


def test_a_child_outlives_the_thread_that_asked_first() -> None:
    """A server's threads come and go; a child that died with one of them would lose the next file."""
    reading = Reading()
    for n in range(3):
        thread = threading.Thread(target=lambda n=n: reading.read(f"Progress note {n}. Assessment: gout.".encode(), "note.txt"))
        thread.start()
        thread.join()
        time.sleep(0.1)
        assert reading.read(b"Assessment: gout.", "note.txt")[0].documents[0].text.startswith("Assessment")
    reading.close()
