"""The text of an HL7 v2 message: its character set (MSH-18, HL7 table 0211) and its escape sequences (chapter 2.7)."""
from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from charthouse.adapters.wire.hl7 import Delimiters

_CHARSETS = {  # HL7 table 0211
    "8859/1": "latin-1", "8859/2": "iso8859-2", "8859/3": "iso8859-3", "8859/4": "iso8859-4", "8859/5": "iso8859-5", "8859/6": "iso8859-6",
    "8859/7": "iso8859-7", "8859/8": "iso8859-8", "8859/9": "iso8859-9", "8859/15": "iso8859-15", "ISO IR14": "iso2022_jp", "ISO IR87": "iso2022_jp",
    "ISO IR159": "iso2022_jp_1", "GB 18030-2000": "gb18030", "KS X 1001": "euc_kr", "BIG-5": "big5", "UNICODE": "utf-8", "UNICODE UTF-8": "utf-8",
    "UTF-8": "utf-8", "WINDOWS-1252": "cp1252", "CP1252": "cp1252", "ISO-8859-1": "latin-1", "8859-1": "latin-1"}
_NEUTRAL = frozenset({"", "ASCII", "UNICODE", "UNICODE UTF-8", "UTF-8"})
_BREAKS = {".br": "\n", ".sp": "\n", ".ce": "\n", ".sk": " ", ".in": "", ".ti": "", ".fi": "", ".nf": "", "H": "", "N": ""}


def decoded(raw: bytes, declared: str) -> tuple[str, str]:
    """(text, note). What MSH-18 says where the bytes allow it; else UTF-8, else Windows-1252, with a note that says so."""
    if raw.isascii() and not declared.startswith("ISO IR"):
        return raw.decode("ascii"), ""
    codec = _CHARSETS.get(declared.upper(), "")
    if codec and codec != "utf-8":
        try:
            return raw.decode(codec), ""
        except UnicodeDecodeError:
            pass
    wrong = "" if declared.upper() in _NEUTRAL else "the character set of MSH-18 does not fit; " if codec else "MSH-18 names a character set that is not known; "
    try:
        return raw.decode("utf-8"), f"{wrong}read as UTF-8" if wrong else ""
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace"), f"{wrong}not valid UTF-8; read as Windows-1252"


def unescaped(value: str, by: Delimiters) -> str:
    r"""The value as it reads: \F\ \S\ \T\ \R\ \E\ are delimiters, \.br\ breaks the line, \Xhh..\ are bytes, \H\ and \N\ only emphasise.
    What is no escape sequence of HL7 stays as it stands."""
    if by.escape not in value:
        return value
    return _sequence(by.escape).sub(lambda found: _meaning(found.group(1), found.group(), by), value)


@lru_cache(maxsize=64)
def marks(by: Delimiters) -> Callable[[str], re.Match[str] | None]:
    """Whether anything in a field is to be taken apart, undone or trimmed: a delimiter, an escape, `"` or a blank."""
    return re.compile(f"[{re.escape(''.join(by[1:]))}\"\\s]").search


@lru_cache(maxsize=64)
def _sequence(escape: str) -> re.Pattern[str]:
    mark = re.escape(escape)
    return re.compile(rf"{mark}([^{mark}\r\n]{{1,200}}){mark}")


@lru_cache(maxsize=64)
def _delimiters(by: Delimiters) -> dict[str, str]:
    return {"F": by.field, "S": by.component, "T": by.subcomponent, "R": by.repetition, "E": by.escape, "P": "#"}


def _meaning(code: str, whole: str, by: Delimiters) -> str:
    plain = _delimiters(by).get(code)
    if plain is not None:
        return plain
    if code[0] == "X" and re.fullmatch(r"(?:[0-9A-Fa-f]{2})+", code[1:]):
        data = bytes.fromhex(code[1:])
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            return data.decode("cp1252", "replace")
    command = re.fullmatch(r"(\.[a-z]{2})[+-]?(\d{0,3})|[HN]|[CMZ][0-9A-Fa-f]*", code)
    if command is None:
        return whole
    kind = command.group(1) or code[0]
    return "\n" * max(1, int(command.group(2))) if kind == ".sp" and command.group(2) else _BREAKS.get(kind, "")
