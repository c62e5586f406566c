"""What kind of document a text is: by the type that the sender gives it, else by its title, its headings and its words, from a table of cues."""
from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

SURE = 0.5  # below it a person says what it is
FIRST, WHOLE, LINES, TITLE, WORDS = 200, 8000, 5, 80, 12
KINDS = ("discharge_summary", "history_and_physical", "progress_note", "operative_note", "procedure_note", "consultation", "emergency_note", "radiology_report",
         "pathology_report", "laboratory_report", "face_sheet", "authorization", "consent", "explanation_of_benefits", "letter", "nursing_note", "anesthesia_record", "clinic_note")
GENERAL = "clinic_note"  # any note has its headings, so they speak little against another kind
_SENTENCE = re.compile(r"[a-z0-9]{3,}\. ")
_FLAGS = re.IGNORECASE | re.MULTILINE


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    kind: str
    where: str
    weight: float
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kinds:
    """The tables `kinds.tsv` and `loinc.tsv`, read."""

    cues: tuple[Cue, ...]
    loinc: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """`confidence` from 0 to 1; `evidence` are the places [start, end) of the text that spoke for it."""

    kind: str
    confidence: float
    evidence: tuple[tuple[int, int], ...] = ()

    @property
    def sure(self) -> bool:
        return self.confidence >= SURE


def kinds_of(cues: Iterable[tuple[str, str, str, str]], loinc: Iterable[tuple[str, str, str]]) -> Kinds:
    """From the rows of the tables. Raises ValueError for a kind, a place or a weight that there is not."""
    read = []
    for kind, where, weight, pattern in cues:
        if kind not in KINDS or where not in ("title", "first", "heading", "body") or not 0 < float(weight) < 1:
            raise ValueError(f"{kind} {where} {weight}: no such kind, place or weight")
        read.append(Cue(kind=kind, where=where, weight=float(weight), pattern=re.compile(rf"^[ \t]*(?:{pattern})[ \t]*(?::|$)" if where == "heading" else pattern, _FLAGS)))
    return Kinds(cues=tuple(read), loinc={code: kind for code, kind, _ in loinc})


def typed(text: str, kinds: Kinds, *, title: str = "", type_code: tuple[str, str] = ("", "")) -> Typed:
    """The kind for which most speaks, less about half of what speaks for the next; where nothing speaks for any: "clinic_note", and not sure."""
    if type_code[1] in kinds.loinc and type_code[0].lower() in _LOINC:
        return Typed(kind=kinds.loinc[type_code[1]], confidence=0.99)
    against: dict[str, float] = defaultdict(lambda: 1.0)
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    lines = list(_lines(text))
    for cue in kinds.cues:
        for start, end in _places(cue, text, title, lines):
            against[cue.kind] *= 1 - cue.weight
            if end:
                found[cue.kind].append((start, end))
            break
    best = sorted(((1 - rest, -KINDS.index(kind), kind) for kind, rest in against.items()), reverse=True)
    if not best:
        return Typed(kind=GENERAL, confidence=0.0)
    score, _, kind = best[0]
    against_it = max((other * (0.1 if name == GENERAL else 0.55) for other, _, name in best[1:]), default=0.0)
    return Typed(kind=kind, confidence=round(max(score - against_it, 0.0), 3), evidence=tuple(found[kind]))


def kind_of(text: str, kinds: Kinds) -> str:
    """The kind as it is best guessed; "clinic_note" when nothing speaks for another."""
    return typed(text, kinds).kind


_LOINC = frozenset({"ln", "loinc", "http://loinc.org", "2.16.840.1.113883.6.1", "urn:oid:2.16.840.1.113883.6.1"})


def _places(cue: Cue, text: str, title: str, lines: Sequence[tuple[int, str]]) -> Iterator[tuple[int, int]]:
    """Where a cue stands; (0, 0) for one in the sender's title."""
    if cue.where == "title":
        if title and cue.pattern.search(title):
            yield 0, 0
        for start, line in lines:
            if m := cue.pattern.search(line):
                yield start + m.start(), start + m.end()
    elif m := cue.pattern.search(text, 0, FIRST if cue.where == "first" else WHOLE):
        yield m.span()


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Those of the first lines that may be titles: short, and no sentences."""
    at = 0
    left = LINES
    for line in text[:2000].split("\n"):
        if not left:
            return
        if line.strip():
            left -= 1
            if len(line) <= TITLE and len(line.split()) <= WORDS and not _SENTENCE.search(line):
                yield at, line
        at += len(line) + 1
