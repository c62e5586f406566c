"""From bytes to a document: encodings, limits, and what is refused."""
from __future__ import annotations

import codecs
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charthouse.flow.kinds import kinds
from charthouse.record.errors import EmptyNote, NoteTooLarge, UnreadableDocument
from charthouse.rooms.intake import from_text, kind_of, receive
from charthouse.rooms.intake.receive import LARGEST

NOTE = "Señora Núñez – 70 y/o, “cough”"

READ_AS = [
    ("utf-8", NOTE.encode(), ()),
    ("utf-8 with mark", codecs.BOM_UTF8 + NOTE.encode(), ()),
    ("utf-16 LE", NOTE.encode("utf-16"), ("read as UTF-16",)),
    ("utf-16 BE", codecs.BOM_UTF16_BE + NOTE.encode("utf-16-be"), ("read as UTF-16",)),
    ("utf-32", NOTE.encode("utf-32"), ("read as UTF-32",)),
    ("cp1252", NOTE.encode("cp1252"), ("not valid UTF-8; read as Windows-1252",)),
]
BINARY = {
    "PDF with NUL": b"%PDF-1.7\n\x00\x01\x02", "PNG": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "zip": b"PK\x03\x04\x14\x00\x00\x00",
    "control characters": bytes(range(1, 32)) * 20 + b"\xff\xfe\xfd", "cp1252 hole": b"note \x81\x8d\x8f", "broken UTF-16": codecs.BOM_UTF16_LE + b"\x00\xd8a",
}  # fmt: skip


@pytest.mark.parametrize(("content", "notes"), [(c, n) for _, c, n in READ_AS], ids=[name for name, _, _ in READ_AS])
def test_text_is_read_in_its_encoding_and_says_so(content: bytes, notes: tuple[str, ...]) -> None:
    document = receive(content, id="1")
    assert document.text == NOTE
    assert document.notes == notes
    assert document.sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("content", BINARY.values(), ids=BINARY.keys())
def test_what_is_not_text_is_refused_by_name(content: bytes) -> None:
    with pytest.raises(UnreadableDocument, match=r"scan\.bin"):
        receive(content, id="1", source="scan.bin")


@pytest.mark.parametrize("content", [b"", b"  \n\t\r\n", codecs.BOM_UTF8, "\u00a0\u2003".encode()])
def test_an_empty_note_is_refused(content: bytes) -> None:
    with pytest.raises(EmptyNote):
        receive(content, id="1")


def test_a_note_that_is_too_large_is_refused_and_the_largest_is_read() -> None:
    with pytest.raises(NoteTooLarge, match=str(LARGEST)):
        receive(b"x" * (LARGEST + 1), id="1")
    with pytest.raises(NoteTooLarge):
        from_text("x" * (LARGEST + 1), id="1")
    assert len(receive(b"x" * LARGEST, id="1").text) == LARGEST


def test_errors_hold_nothing_of_the_text() -> None:
    secret = b"Jane Q Patient has syphilis \x81\x8d"
    with pytest.raises(UnreadableDocument) as caught:
        receive(secret, id="7")
    assert "Jane" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_line_ends_stay_as_they_are() -> None:
    assert receive(b"a\r\nb\rc\n", id="1").text == "a\r\nb\rc\n"


def test_text_with_lone_surrogates_still_has_a_hash() -> None:
    assert len(from_text("fever \ud800", id="1").sha256) == 64


@given(st.text(min_size=1).filter(lambda t: bool(t.strip()) and "\x00" not in t and not t.startswith("\ufeff")))
def test_utf8_comes_back_as_it_was(text: str) -> None:
    assert receive(text.encode(), id="1").text == text


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_with_our_error(content: bytes) -> None:
    try:
        document = receive(content, id="1")
    except (EmptyNote, UnreadableDocument):
        return
    assert document.text.strip()
    assert "\x00" not in document.text


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("DISCHARGE SUMMARY\nAdmitted", "discharge_summary"), ("OPERATIVE NOTE\nProcedure performed: knee", "operative_note"),
        ("History and Physical\nHPI", "history_and_physical"), ("H&P", "history_and_physical"), ("Cardiology Consultation", "consultation"),
        ("Chest X-ray\nFindings: clear", "radiology_report"), ("PROGRESS NOTE\nDay 2", "progress_note"), ("POD 2", "progress_note"),
        ("Emergency Department note", "emergency_note"), ("Na 140 (reference range 135-145)", "laboratory_report"),
        ("45 y/o with cough", "clinic_note"), ("", "clinic_note"),
    ],
)  # fmt: skip
def test_the_kind_of_a_document(text: str, kind: str) -> None:
    assert kind_of(text, kinds()) == kind


def test_the_title_counts_before_the_body() -> None:
    assert kind_of("PROGRESS NOTE\n" + "x " * 150 + "Hospital course so far", kinds()) == "progress_note"
