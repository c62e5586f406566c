"""From bytes to text, exactly as sent, or an error that says why it is not text."""
from __future__ import annotations

import codecs

from charthouse.record.errors import UnreadableDocument

_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def decoded(content: bytes, name: str) -> tuple[str, str]:
    """The text, and a note on how it was read; "" for UTF-8. Raises `UnreadableDocument`."""
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            return _strict(content, encoding, name), "" if encoding == "utf-8-sig" else f"read as {encoding.upper()}"
    if b"\x00" in content[:4096]:
        raise UnreadableDocument(file=name, why="it is a binary file, not text")
    try:
        return content.decode("utf-8"), ""
    except UnicodeDecodeError:
        pass
    text = _strict(content, "cp1252", name)
    odd = sum(c < " " and c not in "\t\n\r\f" for c in text)
    if odd > len(text) / 100 + 2:
        raise UnreadableDocument(file=name, why="it is a binary file, not text")
    return text, "not valid UTF-8; read as Windows-1252"


def _strict(content: bytes, encoding: str, name: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise UnreadableDocument(file=name, why=f"it is neither UTF-8 nor valid {encoding}") from None
