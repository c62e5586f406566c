"""What kind of document a text is: by the type that the sender gives it, else by its title, its headings and its words, from a table of cues."""
from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from charthouse.lexicon.words import small

SURE = 0.5  # below it a person says what it is
FIRST, WHOLE, LINES, TITLE, WORDS, HELD = 200, 8000, 5, 80, 12, 4096
KINDS = ("discharge_summary", "history_and_physical", "progress_note", "operative_note", "procedure_note", "consultation", "emergency_note", "radiology_report",
         "pathology_report", "laboratory_report", "face_sheet", "authorization", "consent", "explanation_of_benefits", "letter", "nursing_note", "anesthesia_record", "clinic_note")
GENERAL = "clinic_note"  # any note has its headings, so they speak little against another kind
_SENTENCE = re.compile(r"[a-z0-9]{3,}\. ")
_HEAD = re.compile(r"^[ \t]*([^\n:]{1,80}?)[ \t]*(?::|$)", re.MULTILINE)


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
    _heads: dict[str, tuple[int, ...]] = field(default_factory=dict, repr=False, compare=False)

    def headed(self, head: str) -> tuple[int, ...]:
        """The cues, by their number, that a heading in small letters is. Charts say the same headings over and over, so the answer is kept."""
        held = self._heads.get(head)
        if held is None:
            if len(self._heads) >= HELD:
                self._heads.clear()
            held = self._heads[head] = tuple(n for n, cue in enumerate(self.cues) if cue.where == "heading" and cue.pattern.fullmatch(head))
        return held


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
        read.append(Cue(kind=kind, where=where, weight=float(weight), pattern=re.compile(pattern, re.MULTILINE)))
    return Kinds(cues=tuple(read), loinc={code: kind for code, kind, _ in loinc})


def typed(text: str, kinds: Kinds, *, title: str = "", type_code: tuple[str, str] = ("", "")) -> Typed:
    """The kind for which most speaks, less about half of what speaks for the next; where nothing speaks for any: "clinic_note", and not sure."""
    if type_code[1] in kinds.loinc and type_code[0].lower() in _LOINC:
        return Typed(kind=kinds.loinc[type_code[1]], confidence=0.99)
    against: dict[str, float] = defaultdict(lambda: 1.0)
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    text, title = small(text[:WHOLE]), small(title)
    lines, heads = list(_lines(text)), _headings(text, kinds)
    for n, cue in enumerate(kinds.cues):
        place = heads.get(n) if cue.where == "heading" else _place(cue, text, title, lines)
        if place:
            against[cue.kind] *= 1 - cue.weight
            if place[1]:
                found[cue.kind].append(place)
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


def _place(cue: Cue, text: str, title: str, lines: Sequence[tuple[int, str]]) -> tuple[int, int] | None:
    """Where a cue first stands; (0, 0) for one in the sender's title."""
    if cue.where == "title":
        if title and cue.pattern.search(title):
            return 0, 0
        return next(((start + m.start(), start + m.end()) for start, line in lines if (m := cue.pattern.search(line))), None)
    m = cue.pattern.search(text, 0, FIRST if cue.where == "first" else WHOLE)
    return m.span() if m else None


def _headings(text: str, kinds: Kinds) -> dict[int, tuple[int, int]]:
    """Where the cue of each number first stands as a heading: at the start of a line, followed by a colon or the line's end."""
    found: dict[int, tuple[int, int]] = {}
    for m in _HEAD.finditer(text):
        for n in kinds.headed(m[1]):
            found.setdefault(n, m.span())
    return found


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
