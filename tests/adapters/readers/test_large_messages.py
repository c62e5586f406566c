"""Time grows with length, no faster: what is ten times as long takes no more steps a byte. Counted in steps of the interpreter, not in seconds."""
from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable

import pytest

from charthouse.adapters.readers.ccda import CcdaReader
from charthouse.adapters.readers.hl7v2 import read_message
from charthouse.adapters.wire.hl7_batch import parts
from charthouse.record.errors import UnreadableDocument

HEAD = b"MSH|^~\\&|A|F|C|D|20260302||ORU^R01|7|P|2.5\rPID|1||5\r"
TXA = b"TXA|1|OP|TX||||||||||N1\r"
CDA = b'<ClinicalDocument xmlns="urn:hl7-org:v3"><component><structuredBody><component><section><text>%s</text></section></component></structuredBody></component></ClinicalDocument>'


def hl7(content: bytes) -> None:
    for part in parts(content):
        if isinstance(part, bytes):
            read_message(part)


def cda(content: bytes) -> None:
    with contextlib.suppress(UnreadableDocument):
        list(CcdaReader().read(content, "x"))


HL7_SHAPES: dict[str, Callable[[int], bytes]] = {
    "many OBX of text": lambda n: HEAD + TXA + b"OBX|1|TX|1^A||words||||||F\r" * n, "many results": lambda n: HEAD + b"OBR|1||F|1^A\r" + b"OBX|1|NM|1^A||5|mg|||||F\r" * n,
    "many lines that are no segment": lambda n: HEAD + TXA + b"OBX|1|TX|1^A||one\r" + b"a line of words\r" * n, "junk": lambda n: HEAD + b"junk\r" * n + b"ZZZ|\rjunk\r" * n,
    "one long text": lambda n: HEAD + b"OBX|1|FT|1^A||" + b"words \\.br\\ \\T\\ " * n, "many repetitions": lambda n: HEAD + b"OBX|1|ST|1^A||" + b"a~" * n,
    "many components": lambda n: HEAD + b"OBX|1|CE|1^A||" + b"a^" * n, "many subcomponents": lambda n: HEAD + b"OBX|1|CE|1^A||" + b"a&" * n, "escapes only": lambda n: HEAD + b"OBX|1|FT|1^A||" + b"\\" * n,
    "many identifiers": lambda n: HEAD + b"PID|1||" + b"5^^^A~" * n, "many patients": lambda n: HEAD + b"PID|1||5\rOBX|1|TX|1||x\r" * n, "many orders": lambda n: HEAD + b"".join(b"OBR|1||F%d|1^A\rOBX|1|TX|1||x\r" % (i // 2) for i in range(n)),
    "many messages": lambda n: HEAD * n, "many heads in a line": lambda n: HEAD + b"MSH|" * n, "many blanks": lambda n: HEAD + b" \r" * n + b" " * n + b"MSH|", "many charges": lambda n: HEAD + b"FT1|1|T||20260301||CG|A\r" * n,
    "base64": lambda n: HEAD + TXA + b"OBX|1|ED|1^A||^AP^PDF^Base64^" + b"AAAA" * n, "base64 in lines": lambda n: HEAD + TXA + b"OBX|1|ED|1^A||^AP^PDF^Base64^" + b"AAAA\r" * n,
}  # fmt: skip
CDA_SHAPES: dict[str, Callable[[int], bytes]] = {
    "many paragraphs": lambda n: CDA % (b"<paragraph>words</paragraph>" * n), "many rows": lambda n: CDA % (b"<table>" + b"<tr><td>a</td><td>b</td></tr>" * n + b"</table>"),
    "many sections": lambda n: CDA % (b"x</text></section></component>" + b"<component><section><title>t</title><text>x</text></section></component>" * n + b"<component><section><text>x"), "many breaks": lambda n: CDA % (b"a<br/>" * n), "open comments": lambda n: b"<!--" * n, "open instructions": lambda n: b"<?" * n,
    "open elements": lambda n: b"<a>" * n, "many attributes": lambda n: b"<ClinicalDocument " + b" ".join(b"a%d='x'" % i for i in range(n)) + b"/>",
    "many undeclared prefixes": lambda n: CDA % b"".join(b"<p%d:a/>" % i for i in range(n)), "one long text": lambda n: CDA % (b"words " * n), "empty lines": lambda n: CDA % (b"\n" * n),
}  # fmt: skip


def steps(read: Callable[[bytes], None], content: bytes) -> int:
    """Lines of Python that are run; what runs inside the interpreter's own functions is not counted."""
    count = 0

    def local_trace(frame: object, event: str, argument: object) -> object:
        nonlocal count
        count += event == "line"
        return local_trace

    before = sys.gettrace()
    sys.settrace(lambda frame, event, argument: local_trace)
    try:
        read(content)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("name", HL7_SHAPES)
def test_a_long_message_takes_no_more_steps_a_byte(name: str) -> None:
    shape = HL7_SHAPES[name]
    assert steps(hl7, shape(1000)) <= 12 * steps(hl7, shape(100)) + 1000


@pytest.mark.parametrize("name", CDA_SHAPES)
def test_a_long_document_takes_no_more_steps_a_byte(name: str) -> None:
    shape = CDA_SHAPES[name]
    assert steps(cda, shape(1000)) <= 12 * steps(cda, shape(100)) + 1000


@pytest.mark.parametrize("name", HL7_SHAPES)
def test_a_message_of_megabytes_is_read(name: str) -> None:
    hl7(HL7_SHAPES[name](10_000))


@pytest.mark.parametrize("name", CDA_SHAPES)
def test_a_document_of_megabytes_is_read_or_refused(name: str) -> None:
    cda(CDA_SHAPES[name](10_000))
