"""RTF (Rich Text Format 1.9.1): the text as a person reads it. Tables are rows of cells with a tab between; code pages and \\u escapes are decoded; deleted
and hidden text is left out; pictures and embedded objects are left out with a note."""
from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from charthouse.record.errors import UnreadableDocument
from charthouse.record.received import Arrival, ReadDocument

LARGEST = 64_000_000  # bytes of a file
DEEPEST = 500  # groups within groups
_TOKEN = re.compile(rb"\\(?:([a-zA-Z]{1,32})(-?\d{1,10})? ?|'([0-9a-fA-F]{2})|([^a-zA-Z]))|([{}])|([^\\{}\r\n]+)|[\r\n]+|\\", re.S)
_SAYS = {"par": "\n", "line": "\n", "sect": "\n", "page": "\n", "row": "\n", "nestrow": "\n", "cell": "\t", "nestcell": "\t", "tab": "\t", "emdash": "—", "endash": "–", "bullet": "•",
         "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "emspace": " ", "enspace": " "}  # fmt: skip
_SKIPPED = frozenset(["fonttbl", "colortbl", "stylesheet", "info", "listtable", "listoverridetable", "rsidtbl", "generator", "themedata", "colorschememapping", "latentstyles", "datastore", "xmlnstbl", "filetbl", "revtbl", "fldinst", "bkmkstart", "bkmkend", "falt", "panose", "pntext", "pntxta", "pntxtb", "nonshppict", "template", "mmathPr", "wgrffmtfilter", "operator", "keywords", "category", "doccomm", "company", "manager", "title", "subject", "author"])
_DROPPED = {"pict": "a picture", "object": "an embedded object", "annotation": "a comment", "atnid": "", "atnauthor": "", "objdata": "", "result": ""}
_CHARSETS = {0: "cp1252", 2: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gbk", 136: "big5", 161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255",
             178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Group:
    """What holds within a group: whether it is shown, the code page of its font, how many characters stand for a \\u."""

    shown: bool = True
    hidden: bool = False
    deleted: bool = False
    page: str = "cp1252"
    uc: int = 1
    fonts: bool = False  # within the table of fonts


@dataclass(slots=True)
class _Reading:
    page: str = "cp1252"
    fonts: dict[int, str] = field(default_factory=dict)
    font: int = 0
    out: list[str] = field(default_factory=list)
    raw: bytearray = field(default_factory=bytearray)  # bytes of a code page, not decoded yet
    dropped: dict[str, int] = field(default_factory=dict)
    left: int = 0  # characters to leave out, after a \u


class RtfReader:
    name = "rtf"

    def knows(self, content: bytes, name: str) -> bool:
        return content[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{\\rtf")

    def read(self, content: bytes, name: str) -> Iterator[Arrival]:
        if len(content) > LARGEST:
            raise UnreadableDocument(file=name, why=f"it has {len(content)} bytes; an RTF file has at most {LARGEST}")
        text, notes = rtf_text(content, name)
        if not text.strip():
            raise UnreadableDocument(file=name, why="no text stands in it")
        yield Arrival(documents=(ReadDocument(text=text, media="application/rtf", notes=notes),))


def rtf_text(content: bytes, name: str) -> tuple[str, tuple[str, ...]]:
    """The text, and what was left out. Raises `UnreadableDocument`."""
    reading, stack, now, at = _Reading(), [], _Group(), 0  # type: tuple[_Reading, list[_Group], _Group, int]
    while at < len(content) and (m := _TOKEN.match(content, at)):
        at = m.end()
        word, number, byte, sign, brace, plain = m.groups()
        if brace == b"{":
            if len(stack) >= DEEPEST:
                raise UnreadableDocument(file=name, why="it is nested too deeply")
            _flush(reading, now)
            stack.append(now)
        elif brace == b"}":
            _flush(reading, now)
            if not stack:
                break
            now, reading.left = stack.pop(), 0
            if not stack:
                break
        elif word == b"bin":
            at += max(int(number or 0), 0)
        elif word is not None:
            now = _word(reading, now, word.decode(), None if number is None else int(number))
        elif byte is not None:
            _bytes(reading, now, bytes.fromhex(byte.decode()))
        elif sign is not None:
            now = _sign(reading, now, sign)
        elif plain is not None:
            _bytes(reading, now, plain)
    _flush(reading, now)
    notes = [f"{what} was left out ({n})" for what, n in sorted(reading.dropped.items())]
    if stack:
        notes.append("the file ends before it is complete")
    return _tidy("".join(reading.out)), tuple(notes)


def _word(reading: _Reading, now: _Group, word: str, number: int | None) -> _Group:
    if word == "u" and number is not None:
        _flush(reading, now)
        _say(reading, now, chr(number & 0xFFFF))
        reading.left = now.uc
        return now
    if word in _SAYS:
        _flush(reading, now)
        _say(reading, now, _SAYS[word])
        return now
    if word == "f" and number is not None:
        _flush(reading, now)
        reading.font = number
        return replace(now, page=reading.fonts.get(number, reading.page))
    if word == "fcharset" and now.fonts and number is not None:
        reading.fonts[reading.font] = _CHARSETS.get(number, "cp1252") if number != 0 else reading.page
        return now
    if word == "ansicpg" and number is not None:
        reading.page = _page(number)
        return replace(now, page=reading.page)
    return _state(reading, now, word, number)


def _state(reading: _Reading, now: _Group, word: str, number: int | None) -> _Group:
    on = number != 0
    if word in ("deleted", "v", "plain", "uc"):
        _flush(reading, now)
    if word == "deleted":
        return _left_out(reading, replace(now, deleted=on), "deleted text" if on and now.shown else "")
    if word == "v":
        return _left_out(reading, replace(now, hidden=on), "hidden text" if on and now.shown else "")
    if word == "plain":
        return replace(now, hidden=False, deleted=False)
    if word == "uc":
        return replace(now, uc=min(max(number or 0, 0), 10))
    if word in _SKIPPED:
        return replace(now, shown=False, fonts=word == "fonttbl")
    if word in _DROPPED:
        return _left_out(reading, replace(now, shown=False), _DROPPED[word] if now.shown else "")
    return now


def _sign(reading: _Reading, now: _Group, sign: bytes) -> _Group:
    if sign == b"*":
        return replace(now, shown=False)  # a destination that old readers pass over
    _flush(reading, now)
    _say(reading, now, {b"~": "\u00a0", b"_": "\u2011", b"-": "", b"\n": "\n", b"\r": "\n"}.get(sign, sign.decode("latin-1")))
    return now


def _left_out(reading: _Reading, now: _Group, what: str) -> _Group:
    if what:
        reading.dropped[what] = reading.dropped.get(what, 0) + 1
    return now


def _bytes(reading: _Reading, now: _Group, raw: bytes) -> None:
    gone = min(reading.left, len(raw))
    reading.left -= gone
    if _seen(now):
        reading.raw += raw[gone:]


def _flush(reading: _Reading, now: _Group) -> None:
    if reading.raw:
        reading.out.append(reading.raw.decode(now.page, "replace"))
        reading.raw.clear()


def _say(reading: _Reading, now: _Group, text: str) -> None:
    if reading.left:
        reading.left -= 1
    elif _seen(now):
        reading.out.append(text)


def _seen(now: _Group) -> bool:
    return now.shown and not now.hidden and not now.deleted


def _page(number: int) -> str:
    try:
        codecs.lookup(f"cp{number}")
    except LookupError:
        return "utf-8" if number == 65001 else "cp1252"
    return f"cp{number}"


def _tidy(text: str) -> str:
    """Halves of characters beyond the first plane put together; no NUL; no tab before the end of a row."""
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").replace("\x00", "")
    return re.sub(r"\t+\n", "\n", whole)
