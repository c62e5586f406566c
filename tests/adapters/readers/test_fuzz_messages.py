"""Mutated messages and documents: only `UnreadableDocument` is raised, whatever comes. `CHARTHOUSE_FUZZ` says how many inputs each reader gets (1,000).

The seed is fixed, so that a failure comes again; nightly runs take a hundred thousand and more.
"""
from __future__ import annotations

import os
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from charthouse.adapters.readers.ccda import CcdaReader
from charthouse.adapters.readers.hl7v2 import Hl7Reader, read_message
from charthouse.adapters.wire.hl7_ack import acknowledge
from charthouse.adapters.wire.mllp_frames import Frames
from charthouse.ports.readers import FileReader
from charthouse.record.errors import UnreadableDocument

SAMPLES = Path(__file__).parents[3] / "samples" / "messages"
COUNT = int(os.environ.get("CHARTHOUSE_FUZZ", "1000"))
HL7 = [p.read_bytes().replace(b"\n", b"\r") for p in sorted(SAMPLES.glob("*.hl7"))]
HL7.append(b"MSH|^~\\&|A|F|C|D|20260302101500-0600||MDM^T02|7|P|2.5||||||8859/1\rPID|1||5\rTXA|1|OP\rOBX|1|ED|1^R||^AP^PDF^Base64^JVBERi0xLjQK\rOBX|2|FT|2^N||\\XC3\\ \\.br\\ \\T\\ caf\xe9")
CDA = [(SAMPLES / "ccda-discharge-summary.xml").read_bytes()]
TOKENS = {
    "hl7": [b"|", b"^", b"~", b"\\", b"&", b"\r", b"\n", b"\x0b", b"\x1c", b"\x00", b"MSH|^~\\&|", b"\rPID|", b"\rOBX|1|ED|||", b"\rOBX|1|TX|||", b"\rOBR|", b"\rFT1|1|||||CG||||1|1.5", b"\\X",
            b"\\X0D\\", b"\\.sp999\\", b'""', b"Base64", b"20260230", b"+9999", b"99999999999999999999", b"\xff\xfe", b"\xef\xbb\xbf", b"\rBTS|99", b"\rFHS|^", b"1E999", b"\rTXA|", b"-1"],
    "cda": [b"<", b">", b"&", b"]]>", b"<![CDATA[", b"<!--", b"-->", b"<?", b"<!DOCTYPE a [", b"&#0;", b"&#x10FFFF;", b"&lt;", b"xmlns=", b"<table><tr>", b"</text>", b"<section>", b"\x00", b"\xff",
            b"<component><nonXMLBody><text representation='B64'>", b"value='99999999999999'", b"<br/>", b"<xsi:a/>", b"<list><item>", b"encoding='utf-16'", b"compression='DF'"],
}  # fmt: skip


def mutated(seeds: list[bytes], tokens: list[bytes], count: int) -> Iterator[bytes]:
    chance = random.Random(20261126)
    for _ in range(count):
        data = bytearray(chance.choice(seeds))
        for _ in range(chance.choice((1, 1, 2, 4, 16))):
            _mutate(data, seeds, tokens, chance)
        yield bytes(data)


def _mutate(data: bytearray, seeds: list[bytes], tokens: list[bytes], chance: random.Random) -> None:
    at = chance.randrange(len(data) + 1)
    until = min(len(data), at + chance.choice((1, 2, 8, 64, 512)))
    match chance.randrange(7):
        case 0 if at < len(data):
            data[at] = chance.randrange(256)
        case 1:
            del data[at:until]
        case 2:
            data[at:at] = data[at:until] * chance.choice((1, 2, 20))
        case 3:
            data[at:at] = chance.choice(tokens)
        case 4:
            del data[at:]
        case 5:
            other = chance.choice(seeds)
            start = chance.randrange(len(other))
            data[at:until] = other[start:start + chance.choice((4, 40, 400))]
        case _:
            data[at:until] = chance.choice(tokens) * chance.choice((1, 3, 50))


@pytest.mark.parametrize(("reader", "seeds", "tokens"), [(Hl7Reader(), HL7, TOKENS["hl7"]), (CcdaReader(), CDA, TOKENS["cda"])], ids=["hl7v2", "ccda"])
def test_a_mutated_file_is_read_or_refused(reader: FileReader, seeds: list[bytes], tokens: list[bytes]) -> None:
    read = 0
    for content in mutated(seeds, tokens, COUNT):
        reader.knows(content, "x")
        try:
            arrivals = list(reader.read(content, "x"))
        except UnreadableDocument:
            continue
        read += 1
        assert arrivals
    assert read > COUNT / 20  # the mutations leave much to be read


def test_a_mutated_message_is_answered() -> None:
    at = datetime(2026, 11, 26, tzinfo=UTC)
    for content in mutated(HL7, TOKENS["hl7"], COUNT // 2):
        try:
            read_message(content)
            error = None
        except UnreadableDocument as refused:
            error = refused
        answer = acknowledge(content, "AR" if error else "AA", at=at, error=error)
        assert not answer or (answer.startswith(b"MSH") and b"\rMSA" in answer)


def test_mutated_streams_leave_no_frame_open_for_ever() -> None:
    stream = b"".join(b"\x0b" + m + b"\x1c\r" for m in HL7)
    for content in mutated([stream], [b"\x0b", b"\x1c", b"\x1c\r", b"\x0bMSH", b"\r"], COUNT // 2):
        frames = Frames(50_000, lambda note: None)
        found = [m for i in range(0, len(content), 997) for m in frames.add(content[i:i + 997])]
        assert sum(map(len, found)) <= len(content)
