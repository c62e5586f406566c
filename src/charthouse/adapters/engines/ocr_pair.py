"""Two OCR engines on one page: the first reads, the second verifies; where they differ the better reading stands, marked, with the other's beside it.

Words are brought together by place (a word of the second belongs to the line of the first in which it lies) and within a line by their
letters. A reading is better by the engine's confidence, by being a word that clinicians write (the lexicon's tables), and by its shape.
"""
from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import lru_cache

from charthouse.ports.ocr import OcrEngine, Picture, Seen

KNOWN, CODE, ODD, TRUST = 0.35, 0.7, 0.3, 0.15  # for a known word; for a code of ICD-10; against an odd shape; for the first engine
ALONE = 0.8  # confidence from which a word that only the second engine sees is kept
DOUBT = 0.6  # what a disagreement leaves of the confidence
_ODD = re.compile(r"[^\W\d_][|\\\[\]{}~^_]|[|\\{}~^_][^\W\d_]|[a-z]{2}[A-Z][a-z]|[A-Z]{2}[a-z][A-Z]|[a-z]\d[a-z]|(.)\1{3}|[,;:]{2}|[\w)]['\"`][,.]?$"
                  r"|^\W?(?!Al|H?Cl)[A-Z]{1,2}l\W*$")
_CODE = re.compile(r"\(?[A-TV-Z]\d[\dA-Z](?:\.[\dA-Z]{1,4})?[),.;:]*")  # a code of ICD-10, which an engine reads as a number more easily than the other way round
_CODED = re.compile(r"\(?ICD-?10(?:-CM)?:?", re.IGNORECASE)
_NUMBER = re.compile(r"(\(?)([10])(\d[\dA-Z](?:\.[\dA-Z]{1,4})?[),.;:]*)")
_FIGURE = re.compile(r"[$<>≤≥]?\d{1,4}(?:[.,/:-]\d{1,4}){0,3}%?[,.;:)]?")


@dataclass(frozen=True, slots=True)
class Pair:
    """Implements `ports.ocr.OcrEngine` with two others."""

    first: OcrEngine
    second: OcrEngine

    @property
    def name(self) -> str:
        return f"{self.first.name} + {self.second.name}"

    def read(self, picture: Picture) -> tuple[Seen, ...]:
        with ThreadPoolExecutor(1) as beside:
            second = beside.submit(self.second.read, picture)
            return agreed(self.first.read(picture), second.result())

    def turn(self, picture: Picture) -> int:
        return self.first.turn(picture)


@lru_cache(maxsize=1)
def both() -> OcrEngine:
    """RapidOCR reads and Tesseract verifies; made once a process. Raises `MissingPart`."""
    from charthouse.adapters.engines.ocr_rapid import Rapid
    from charthouse.adapters.engines.ocr_tesseract import Tesseract

    return Pair(Rapid(), Tesseract())


def agreed(first: Sequence[Seen], second: Sequence[Seen]) -> tuple[Seen, ...]:
    """The words of both as one reading."""
    lines: dict[int, list[Seen]] = {}
    for word in first:
        lines.setdefault(word.line, []).append(word)
    hulls = {n: _hull(words) for n, words in lines.items()}
    verifying: dict[int, list[Seen]] = {}
    alone: list[Seen] = []
    for word in second:
        n = _line_of(word, hulls)
        (verifying.setdefault(n, []) if n is not None else alone).append(word)
    out: list[Seen] = []
    for n, words in lines.items():
        out += [replace(w, line=n) for w in _codes(_line(sorted(words, key=_left), sorted(verifying.get(n, ()), key=_left)))]
    tall = sorted(b - t for _, t, _, b in hulls.values())
    usual = tall[len(tall) // 2] if tall else 0
    after = max(lines, default=-1) + 1
    out += [replace(w, line=after + w.line, confidence=w.confidence * DOUBT, other="") for w in alone if _stands_alone(w, usual)]
    return tuple(out)


def _stands_alone(word: Seen, usual: float) -> bool:
    """Whether a word that only the second engine sees is one, rather than a rule or a stain."""
    return word.confidence >= ALONE and any(c.isalnum() for c in word.text) and (not usual or word.box[3] - word.box[1] < 3 * usual) and not _ODD.search(word.text)


def _line_of(word: Seen, hulls: dict[int, tuple[float, float, float, float]]) -> int | None:
    """The line that holds most of the word, and at least four tenths of it."""
    left, top, right, bottom = word.box
    area, best, held = max(1.0, (right - left) * (bottom - top)), None, 0.4
    for n, (a, b, c, d) in hulls.items():
        share = max(0.0, min(right, c) - max(left, a)) * max(0.0, min(bottom, d) - max(top, b)) / area
        if share > held:
            best, held = n, share
    return best


def _hull(words: Sequence[Seen]) -> tuple[float, float, float, float]:
    return min(w.box[0] for w in words), min(w.box[1] for w in words), max(w.box[2] for w in words), max(w.box[3] for w in words)


def _left(word: Seen) -> float:
    return word.box[0]


def _line(first: list[Seen], second: list[Seen]) -> Iterator[Seen]:
    if not second:
        yield from (replace(w, other="", confidence=w.confidence * DOUBT) for w in first)
        return
    for a, b in _groups(first, second):
        yield from chosen(a, b)


def _codes(words: Iterable[Seen]) -> Iterator[Seen]:
    """After "ICD-10:" a figure at the beginning is the letter that looks like it, marked with what was read."""
    # ICD-10-CM, Tabular List: the first character of each code is a letter.
    before = ""
    for word in words:
        if _CODED.fullmatch(before) and (read := _NUMBER.fullmatch(word.text)):
            word = replace(word, text=f"{read[1]}{'IO'['10'.index(read[2])]}{read[3]}", confidence=word.confidence * DOUBT, other=word.other or word.text)
        before = word.text
        yield word


def _groups(first: list[Seen], second: list[Seen]) -> Iterator[tuple[list[Seen], list[Seen]]]:
    """Pieces of the line of which each engine gives its reading: equal words one by one, the words between as few together as place tells apart."""
    for tag, i, k, j, m in SequenceMatcher(None, [w.text for w in first], [w.text for w in second], autojunk=False).get_opcodes():
        if tag == "equal":
            yield from (([a], [b]) for a, b in zip(first[i:k], second[j:m], strict=True))
        else:
            yield from _by_place(first[i:k], second[j:m])


def _by_place(first: list[Seen], second: list[Seen]) -> Iterator[tuple[list[Seen], list[Seen]]]:
    """Words that lie over one another, chained together."""
    every = sorted([(w, 0) for w in first] + [(w, 1) for w in second], key=lambda e: e[0].box[0])
    a: list[Seen] = []
    b: list[Seen] = []
    reach: float | None = None
    for word, side in every:
        slack = 0.3 * min(word.box[2] - word.box[0], word.box[3] - word.box[1])
        if reach is not None and word.box[0] > reach - slack:
            yield a, b
            a, b, reach = [], [], None
        (a, b)[side].append(word)
        reach = max(reach or 0.0, word.box[2])
    if a or b:
        yield a, b


def chosen(first: list[Seen], second: list[Seen]) -> list[Seen]:
    """The better reading of one piece: words with their confidence, and the other's reading where the two differ."""
    if not second:
        return [replace(w, other="", confidence=w.confidence * DOUBT) for w in first]
    if not first:
        return [replace(w, other="", confidence=w.confidence * DOUBT) for w in second if _stands_alone(w, 0)]
    one, two = " ".join(w.text for w in first), " ".join(w.text for w in second)
    if one == two:
        return [replace(b, confidence=1 - (1 - a.confidence) * (1 - b.confidence)) for a, b in zip(first, second, strict=True)]
    better, other = (first, two) if worth(first) + TRUST >= worth(second) else (second, one)
    if one.replace(" ", "") == two.replace(" ", ""):  # they differ in the spaces alone
        better = second if _spaced(second) >= _spaced(first) else first
        return [replace(w, other=one if better is second else two) for w in better]
    return [replace(w, other=other, confidence=w.confidence * DOUBT) for w in better]


def worth(words: Sequence[Seen]) -> float:
    """How good a reading is, from its confidence, its words and its shape."""
    total = sum(len(w.text) for w in words) or 1
    return sum(len(w.text) * (w.confidence + (CODE if _CODE.fullmatch(w.text) else KNOWN * is_known(w.text)) - ODD * bool(_ODD.search(w.text))) for w in words) / total


def _spaced(words: Sequence[Seen]) -> float:
    """How well it is divided: the share of its letters in known words and figures."""
    return sum(len(w.text) * (is_known(w.text) or len(w.text) == 1) for w in words) / sum(len(w.text) for w in words)


def is_known(word: str) -> bool:
    """A word of the lexicon, also with a mark after it, or a figure."""
    bare = word.strip(".,;:()[]\"'*/-").lower()
    return bool(_FIGURE.fullmatch(word)) or bare in _lexicon() or (len(bare) > 3 and bare.endswith("s") and bare[:-1] in _lexicon())


@lru_cache(maxsize=1)
def _lexicon() -> frozenset[str]:
    """Each word of three letters or more that stands in a table of the lexicon or in the notes that come with the program."""
    from importlib.resources import files
    from importlib.resources.abc import Traversable

    def tables(folder: Traversable) -> Iterator[str]:
        for entry in folder.iterdir():
            if entry.is_dir():
                yield from tables(entry)
            elif entry.name.endswith((".tsv", ".ndjson")):
                yield entry.read_text(encoding="utf-8")

    words: set[str] = set()
    for name in ("lexicon", "gold"):
        for text in tables(files("charthouse") / name):
            words.update(re.findall(r"[a-z][a-z0-9]*(?:[-'][a-z0-9]+)*", text.replace("\\n", " ").lower()))
    return frozenset(w for w in words if len(w) >= 3) | {"a", "i", "an", "as", "at", "be", "by", "do", "he", "if", "in", "is", "it", "mg", "my", "no", "of", "on", "or", "to", "up", "we"}
