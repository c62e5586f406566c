"""RTF as a person reads it."""
from __future__ import annotations

from pathlib import Path

import pytest

from charthouse.adapters.readers.rtf import RtfReader, rtf_text
from charthouse.record.errors import UnreadableDocument

FILE = Path(__file__).parents[1] / "readers_files" / "rtf-summary.rtf"


def said(body: bytes) -> str:
    return rtf_text(b"{\\rtf1\\ansi\\ansicpg1252 " + body + b"}", "x")[0]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (rb"plain", "plain"), (rb"a\par b", "a\nb"), (rb"38\'b0C", "38°C"), (rb"\u8805? 2", "≥ 2"), (rb"\uc0\u8805 2", "≥2"), (rb"\uc2\u8805 ??2", "≥2"), (rb"\u-10179?\u-8704?", "\U0001f600"),
        (rb"{\fonttbl{\f1\fcharset204 X;}}\f1 \'ef\'f0", "пр"), (rb"{\fonttbl{\f2\fcharset128 X;}}{\f2 \'82\'a0}!", "あ!"), (rb"\{x\}\\", "{x}\\"), (rb"a\~b", "a\u00a0b"), (rb"{\*\secret x}y", "y"),
        (rb"{\info{\title Nope}}y", "y"), (rb"{\deleted gone}kept", "kept"), (rb"a\v b\v0 c", "ac"), (rb"\bin3 abcd", "d"), (rb"\bin-5 abcd", "abcd"),
        (rb"Na\cell 139\cell\row K\cell 4\cell\row", "Na\t139\nK\t4\n"), (rb"\ldblquote q\rdblquote", "“q”"), (b"a\r\nb", "ab"), (b"a\\\nb", "a\nb"), (rb"{\field{\*\fldinst HYPERLINK x}{\fldrslt here}}", "here"),
    ],
)  # fmt: skip
def test_what_is_written_is_read(body: bytes, text: str) -> None:
    assert said(body) == text


def test_a_whole_document() -> None:
    (arrival,) = RtfReader().read(FILE.read_bytes(), FILE.name)
    document = arrival.documents[0]
    for words in ("North Hospital", "DISCHARGE SUMMARY", "38°C, naïve. ≥ 2 doses.", "Привет", "Sodium\t139\nPotassium\t4.1\n", "Kept  text.", "♥Heart sounds normal."):
        assert words in document.text
    assert not any(word in document.text for word in ("struck", "hidden", "Arial", "Riched", "0105", "Hidden title"))
    assert document.notes == ("a picture was left out (1)", "an embedded object was left out (1)", "deleted text was left out (1)", "hidden text was left out (1)")


def test_a_file_that_breaks_off_is_read_and_says_so() -> None:
    assert rtf_text(rb"{\rtf1 Pneumonia was", "x") == ("Pneumonia was", ("the file ends before it is complete",))


@pytest.mark.parametrize("content", [rb"{\rtf1}", rb"{\rtf1 {\pict 00}}", b"{\\rtf1" + b"{" * 600])
def test_what_holds_no_text_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableDocument):
        list(RtfReader().read(content, "x"))


def test_it_is_told_by_its_content() -> None:
    assert RtfReader().knows(rb"  {\rtf1 x}", "x.txt")
    assert not RtfReader().knows(b"no", "x.rtf")
