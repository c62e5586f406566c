"""Acknowledgements of HL7 v2 (v2.8.2, chapter 2.9): AA, AE, AR; in enhanced mode, where MSH-15 or MSH-16 are valued, CA, CE, CR.

They are written in bytes from the bytes of the message, so that what is echoed (MSA-2, sender and receiver) is echoed exactly. No text of the
message's body, no number of a patient stands in them.
"""
from __future__ import annotations

import hashlib
import re
from datetime import datetime
from typing import Literal

from charthouse.record.errors import CharthouseError

Code = Literal["AA", "AE", "AR"]
_ASKS = {"AL": frozenset({"AA", "AE", "AR"}), "SU": frozenset({"AA"}), "ER": frozenset({"AE", "AR"}), "NE": frozenset[str]()}  # HL7 table 0155
_CONDITION = {"AE": b"207^Application internal error^HL70357", "AR": b"200^Unsupported message type^HL70357"}  # HL7 table 0357


def acknowledge(message: bytes, code: Code, *, at: datetime, error: CharthouseError | None = None) -> bytes:
    """The answer to a message, or b"" where the sender wants none (MSH-15 and MSH-16 say NE, or ask only in another case).

    AA: it is on disk. AE: it was understood and could not be done. AR: it is no message, or of a kind that is not taken. `error` is told by
    its code and sentence in ERR (and MSA-3 for versions before 2.5)."""
    msh = _msh(message)
    answer = _wanted(msh, code)
    if not answer:
        return b""
    f = msh[0][3:4]
    said, version = (error.code.encode(), _plain(str(error))) if error else (b"", b""), _version(msh)
    old = version < (2, 5)
    lines = [_head(msh, at), f.join([b"MSA", answer.encode(), _field(msh, 10), *([b" ".join(said)] if error and old else [])])]
    if error:
        lines.append(_err(msh, code, said, old))
    return b"".join(line + b"\r" for line in lines)


def _msh(message: bytes) -> list[bytes]:
    """The fields of MSH: `fields[n - 1]` is MSH-n, and the first is "MSH" with its delimiter. A stand-in where there is none."""
    head = re.split(rb"[\r\n]", message.removeprefix(b"\xef\xbb\xbf").lstrip(b" \t\r\n\x0b"), maxsplit=1)[0]
    if not re.match(rb"MSH[^A-Za-z0-9\s\x80-\xff]", head):
        head = b"MSH|^~\\&"
    return [head[:4], *head[4:100_000].split(head[3:4])]


def _field(msh: list[bytes], n: int) -> bytes:
    return msh[n - 1] if n <= len(msh) else b""


def _marks(msh: list[bytes]) -> bytes:
    """MSH-2 of the answer: that of the message where it names four delimiters."""
    said = _field(msh, 2)[:5]
    return said if len(said) >= 4 else b"^~\\&"


def _first(msh: list[bytes], n: int) -> str:
    return re.split(rb"[\^~]|" + re.escape(_marks(msh)[:1]), _field(msh, n), maxsplit=1)[0].strip().decode("latin-1").upper()


def _wanted(msh: list[bytes], code: Code) -> str:
    """The code to answer with, "" for no answer. The message is on disk when it is answered, so one answer serves both modes: where an accept
    acknowledgement is asked for it is that, else the application's."""
    accept, application = _first(msh, 15), _first(msh, 16)
    if not accept and not application:
        return code
    if code in _ASKS.get(accept, frozenset()):
        return "C" + code[1]
    return code if code in _ASKS.get(application, frozenset()) else ""


def _version(msh: list[bytes]) -> tuple[int, ...]:
    found = re.match(r"\d(?:\.\d{1,2}){1,2}", _first(msh, 12), re.A)
    return tuple(int(n) for n in found[0].split(".")) if found else (2, 5)


def _head(msh: list[bytes], at: datetime) -> bytes:
    """MSH with sender and receiver exchanged."""
    f, c = msh[0][3:4], _marks(msh)[:1]
    trigger = _field(msh, 9).split(c)[1:2]
    kind = c.join([b"ACK", *trigger, *([b"ACK"] if trigger and _version(msh) >= (2, 3, 1) else [])])
    fields = [b"MSH", _marks(msh), _field(msh, 5), _field(msh, 6), _field(msh, 3), _field(msh, 4), at.strftime("%Y%m%d%H%M%S%z").encode(), b"", kind,
              _number(msh, at), _field(msh, 11) or b"P", _field(msh, 12) or b"2.5", *([b""] * 5 + [_field(msh, 18)] if _field(msh, 18) else [])]
    return f.join(fields)


def _number(msh: list[bytes], at: datetime) -> bytes:
    """A control number of ours: the moment and what it answers, 20 characters (the length of v2.3)."""
    return hashlib.sha256(at.isoformat().encode() + b"\0" + b"|".join(msh)).hexdigest()[:20].encode()


def _err(msh: list[bytes], code: Code, said: tuple[bytes, bytes], old: bool) -> bytes:
    """ERR: before 2.5 a code and location (ERR-1), then condition, severity, our code, and the sentence for the person (ERR-3, 4, 5, 8)."""
    f, marks = msh[0][3:4], _marks(msh)
    c, sub = marks[:1], marks[3:4]
    if old:
        return f.join([b"ERR", c.join([b"", b"", b"", sub.join([said[0], said[1], b"L"])])])
    return f.join([b"ERR", b"", b"", _CONDITION.get(code, b"").replace(b"^", c), b"E", c.join([said[0], b"", b"L"]), b"", b"", said[1]])


def _plain(sentence: str) -> bytes:
    """ASCII without anything that could be a delimiter."""
    return re.sub(r"[^A-Za-z0-9 .,:;()'/_-]", " ", sentence)[:250].encode("ascii")
