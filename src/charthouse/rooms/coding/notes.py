"""What the notes of the tabular list say of two codes of one claim: which comes first, and which asks for the other.

ICD-10-CM Guidelines I.A.13, I.A.17, I.B.7: "code first" stands at the later code, "use additional code" at the earlier one;
"code also" gives no order. They stand above the guidelines (preface), so they are read from the book, not written down again.
"""
from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from charthouse.rulebook.codebook import CodeBook, Note, NoteKind
from charthouse.rulebook.prefixes import starts

_DRUG = re.compile(r"T(?:3[6-9]|4\d|50)\.")
ASKS: tuple[NoteKind, ...] = ("use_additional",)


def intent(code: str) -> str:
    """The character of T36-T50 that tells accident, self-harm, assault, undetermined (1-4), adverse effect (5), underdosing (6);
    "" for other codes."""
    if not _DRUG.match(code):
        return ""
    kind = code[5:7].rstrip("X")[-1:] if len(code) == 8 else ""
    return kind or "0"


def named(note: Note, code: str) -> bool:
    """Whether a note names a code: "N18.1-N18.6", "O99.4-", "F17.-"; of a drug, only with the intent that it means."""
    kind = intent(code)
    if kind and not _means(note.text, kind):
        return False
    return starts(code, prefixes(note.codes))


@lru_cache(maxsize=4096)
def prefixes(codes: tuple[str, ...]) -> tuple[str, ...]:
    """The codes of a note as prefixes and ranges: "O99.4-" is O99.4."""
    return tuple(c.rstrip("-").rstrip(".") if "-" not in c.rstrip("-") else c for c in codes)


def _means(text: str, kind: str) -> bool:
    """Notes tell drugs apart by the fifth or sixth character: "1-4" a poisoning, "5" an adverse effect, "6" underdosing."""
    asked = re.search(r"character\s+(\d)(?:-(\d))?", text)
    return asked is None or asked[1] <= kind <= (asked[2] or asked[1])


def asked_by(code: str, others: Iterable[str], book: CodeBook) -> tuple[str, Note] | None:
    """The code of the claim whose note "use additional code" or "code also" names this one, and the note."""
    for other in others:
        for note in book.notes(other):
            if other != code and note.kind in ASKS and note.codes and named(note, code):
                return other, note
    return None


def before(codes: tuple[str, ...], book: CodeBook) -> dict[str, frozenset[str]]:
    """For each code those of the others that the book wants before it; where two notes differ, "code first" decides."""
    notes = {code: tuple(n for n in book.notes(code) if n.codes and n.kind in ("code_first", "use_additional")) for code in codes}
    firsts = {(a, b) for b in codes for a in codes if a != b and not _poisoning(b)
              and any(n.kind == "code_first" and named(n, a) for n in notes[b])}
    useds = {(a, b) for a in codes for b in codes if a != b and not _poisoning(b)
             and any(n.kind == "use_additional" and named(n, b) for n in notes[a])}
    pairs = firsts | {(a, b) for a, b in useds if (b, a) not in firsts and (b, a) not in useds}
    return {b: frozenset(a for a, c in pairs if c == b) for b in codes}


def _poisoning(code: str) -> bool:
    """A poisoning comes before what it causes (I.C.19.e.5.b), whatever "code first" says of adverse effects there."""
    return intent(code) in ("1", "2", "3", "4")
