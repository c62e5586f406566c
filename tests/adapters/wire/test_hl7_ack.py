"""Acknowledgements: what is echoed, which code, which segments; judged by another implementation of HL7 v2."""
from __future__ import annotations

from datetime import UTC, datetime

import pytest

from charthouse.adapters.wire.hl7_ack import Code, acknowledge
from charthouse.record.errors import NotAMessage, UnreadableDocument

AT = datetime(2026, 11, 26, 12, 30, tzinfo=UTC)
ERROR = UnreadableDocument(file="A message", why="it is damaged")


def msh(version: str = "2.5.1", accept: str = "", application: str = "", more: str = "") -> bytes:
    return f"MSH|^~\\&|ADT^1.2^ISO|HOSP|CH|REC|20261126120000||ADT^A01^ADT_A01|Ctl-7|T|{version}|||{accept}|{application}{more}\rPID|1||99^^^HOSP||Testcase\r".encode()


def lines(answer: bytes) -> list[str]:
    assert answer.endswith(b"\r")
    return answer.decode().split("\r")[:-1]


def test_sender_and_receiver_are_exchanged_and_the_number_is_echoed() -> None:
    head, msa = lines(acknowledge(msh(), "AA", at=AT))
    fields = head.split("|")
    assert fields[:9] == ["MSH", "^~\\&", "CH", "REC", "ADT^1.2^ISO", "HOSP", "20261126123000+0000", "", "ACK^A01^ACK"]
    assert fields[10:12] == ["T", "2.5.1"]
    assert msa == "MSA|AA|Ctl-7"


def test_delimiters_of_the_sender_are_used() -> None:
    own = b"MSH*:~\\&*A*B*C*D***ADT:A04*9*P*2.3\rPID*1\r"
    head, msa = lines(acknowledge(own, "AA", at=AT))
    assert head.startswith("MSH*:~\\&*C*D*A*B*")
    assert "*ACK:A04*" in head
    assert msa == "MSA*AA*9"


def test_an_error_stands_in_err_with_its_code_and_no_word_of_the_patient() -> None:
    head, msa, err = lines(acknowledge(msh(), "AE", at=AT, error=ERROR))
    assert msa == "MSA|AE|Ctl-7"
    assert err.split("|")[3:6] == ["207^Application internal error^HL70357", "E", "CH-0203^^L"]
    assert "it is damaged" in err
    assert "Testcase" not in head + msa + err


def test_before_2_5_the_error_stands_in_the_fields_of_then() -> None:
    _, msa, err = lines(acknowledge(msh("2.3"), "AR", at=AT, error=NotAMessage(file="It", why="no MSH")))
    assert msa.startswith("MSA|AR|Ctl-7|CH-0630 It is no HL7 v2 message")
    assert err.startswith("ERR|^^^CH-0630&It is no HL7 v2 message")


@pytest.mark.parametrize(("accept", "application", "code", "expected"), [
    ("", "", "AA", "AA"), ("AL", "", "AA", "CA"), ("AL", "NE", "AE", "CE"), ("AL", "AL", "AR", "CR"), ("NE", "NE", "AA", ""), ("NE", "AL", "AA", "AA"),
    ("ER", "", "AA", ""), ("ER", "", "AE", "CE"), ("SU", "NE", "AA", "CA"), ("SU", "ER", "AE", "AE"), ("", "NE", "AA", ""), ("", "AL", "AR", "AR"),
])  # fmt: skip
def test_enhanced_mode_answers_what_is_asked_for(accept: str, application: str, code: Code, expected: str) -> None:
    answer = acknowledge(msh(accept=accept, application=application), code, at=AT)
    assert (lines(answer)[1].split("|")[1] if answer else "") == expected


@pytest.mark.parametrize("message", [b"", b"GET / HTTP/1.0\r\n\r\n", b"MSH", b"MSH|", b"MSHx", b"MSH|^~\\&", b"\xff\xfe\x00", b"MSH|^~\\&|a|b|c"])
def test_what_is_no_message_is_still_answered(message: bytes) -> None:
    head, msa, *_ = lines(acknowledge(message, "AR", at=AT, error=NotAMessage(file="It", why="so")))
    assert head.startswith("MSH|^~\\&|")
    assert msa.startswith("MSA|AR|")


def test_numbers_of_answers_differ() -> None:
    numbers = {acknowledge(msh(), "AA", at=AT.replace(microsecond=n)).split(b"|")[9] for n in range(50)}
    assert len(numbers) == 50
    assert all(len(n) == 20 for n in numbers)


@pytest.mark.parametrize("version", ["2.3.1", "2.4", "2.5", "2.5.1", "2.6", "2.7", "2.8.2"])
@pytest.mark.parametrize("error", [None, ERROR], ids=["AA", "AE"])
def test_another_implementation_finds_the_answer_valid(version: str, error: UnreadableDocument | None) -> None:
    from hl7apy.consts import VALIDATION_LEVEL
    from hl7apy.parser import parse_message

    answer = acknowledge(msh(version, more="|||8859/1" if error else ""), "AE" if error else "AA", at=AT, error=error)
    parsed = parse_message(answer.decode(), validation_level=VALIDATION_LEVEL.TOLERANT)
    assert parsed.name == "ACK"
    assert parsed.msa.msa_1.value == ("AE" if error else "AA")
    assert parsed.msa.msa_2.value == "Ctl-7"
    assert parsed.validate()
