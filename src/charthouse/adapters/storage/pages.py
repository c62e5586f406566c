"""The pages of a document with their words and boxes, packed into bytes for a sealed blob beside its text.

Numbers are rounded to tenths (boxes) and hundredths (confidences) of their unit; a page of 500 words packs into some 8 kB.
"""
from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from typing import Any

from charthouse.record.received import Page, Word

_PAGE = ("number", "width", "height", "start", "end", "turned", "skew", "engine")


def packed(pages: Iterable[Page], text: str) -> bytes:
    """Words are packed without their letters, which stand in `text`."""
    rows = [{name: getattr(p, name) for name in _PAGE} | {"words": [_word(w, text) for w in p.words]} for p in pages]
    return zlib.compress(json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass"), 9)


def unpacked(content: bytes, text: str) -> tuple[Page, ...]:
    """The pages, as they were packed."""
    rows = json.loads(zlib.decompress(content).decode("utf-8", "surrogatepass"))
    return tuple(Page(words=tuple(_of(w, text) for w in row["words"]), **{name: row[name] for name in _PAGE}) for row in rows)


def _word(word: Word, text: str) -> list[Any]:
    if text[word.start : word.end] != word.text:
        raise ValueError("a word of a page must stand in the text of its document")
    plain = [word.start, word.end, *(round(v, 1) for v in word.box), round(word.confidence, 2)]
    return plain if word.other is None else [*plain, word.other]


def _of(row: list[Any], text: str) -> Word:
    start, end, left, top, right, bottom, confidence, *other = row
    return Word(start=start, end=end, text=text[start:end], box=(left, top, right, bottom), confidence=confidence, other=other[0] if other else None)
