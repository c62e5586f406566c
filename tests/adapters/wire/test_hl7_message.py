"""Messages taken apart: places of segments, and the same fields that another implementation finds."""
from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from charthouse.adapters.wire.hl7 import parse
from charthouse.adapters.wire.hl7_batch import parts

SAMPLES = sorted((Path(__file__).parents[3] / "samples" / "messages").glob("*.hl7"))


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_a_segment_knows_its_line_and_its_offset(end: str) -> None:
    message = parse(end.join(("MSH|^~\\&|A|F", "PID|1||5", "not one", "PV1|1|I")).encode())
    assert [(s.name, s.line) for s in message.segments] == [("MSH", 1), ("PID", 2), ("PV1", 4)]
    assert [message.text[s.start:s.start + 3] for s in message.segments] == ["MSH", "PID", "PV1"]


def test_a_component_of_the_first_repetition() -> None:
    message = parse(b"MSH|^~\\&|A|F\rPID|a&b^c^ d \\T\\ e ~x^y|\"\"|")
    pid = message.segments[1]
    assert [message.at(pid, 1, 1), message.at(pid, 1, 1, 2), message.at(pid, 1, 1, 0), message.at(pid, 1, 2), message.at(pid, 1, 3), message.at(pid, 1, 4)] == ["a", "b", "a&b", "c", "d & e", ""]
    assert (message.at(pid, 2), message.at(pid, 9), len(message.repeated(pid(1)))) == ("", "", 2)


def written(element: Any) -> str:
    """As the other implementation writes it, without its second escaping of `\\.br\\`."""
    return str(element.to_er7()).replace("\\E\\", "\\").rstrip("|")


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.stem)
def test_another_implementation_finds_the_same_fields(path: Path) -> None:
    from hl7apy.parser import parse_message

    for raw in parts(path.read_bytes()):
        assert isinstance(raw, bytes)
        ours = parse(raw)
        theirs = parse_message(raw.decode().replace("\n", "\r"), find_groups=False)
        assert [s.name for s in ours.segments] == [s.name for s in theirs.children]
        for mine, other in zip(ours.segments[1:], theirs.children[1:], strict=True):
            assert "|".join(mine.fields).rstrip("|") == written(other)
            for n, field in enumerate(mine.fields[1:], 1):
                there = getattr(other, f"{mine.name}_{n}".lower())
                assert field == "~".join(map(written, there)) if len(there) else field == ""
