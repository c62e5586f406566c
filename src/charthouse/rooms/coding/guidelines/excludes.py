"""Excludes1: two codes that the book forbids together (I.A.12.a)."""
from __future__ import annotations

from functools import lru_cache

from charthouse.rooms.coding.candidate import Bench, Candidate, left_off, ruling, standing
from charthouse.rooms.coding.guidelines.combining import linkable
from charthouse.rooms.coding.guidelines.specific import title_of
from charthouse.rooms.coding.propose import worth
from charthouse.rulebook.prefixes import starts


def excludes1(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """Of two codes that exclude each other the one with the lesser evidence goes; a symptom before a diagnosis. Both stay where
    the provider says that they have nothing to do with each other (I.A.12.a, exception)."""
    gone: dict[str, tuple[str, str]] = {}
    kept = standing(candidates)
    notes = {c.code: _excluded(c.code, bench) for c in kept}
    for i, a in enumerate(kept):
        for b in kept[i + 1:]:
            here, there = _forbids(notes[a.code], b.code), _forbids(notes[b.code], a.code)
            if (here or there) and a.code not in gone and b.code not in gone and a.code[:3] != b.code[:3] and linkable(a) and linkable(b):
                loser = min((a, b), key=lambda c: _strength(c, here if c is a else there, bench))
                gone[loser.code] = (b.code if loser is a else a.code, here or there)
    return tuple(
        left_off(c, ruling("book/excludes1", "suppressed", f"The book does not allow it beside {gone[c.code][0]} (Excludes1 at {gone[c.code][1]}).",
                           "ICD-10-CM Official Guidelines I.A.12.a; Tabular List", bench=bench, subject=c.code))
        if not c.off and c.code in gone else c for c in candidates)


def _excluded(code: str, bench: Bench) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((n.at, _prefixes(n.codes)) for n in bench.book.notes(code) if n.kind == "excludes1" and n.codes)


@lru_cache(maxsize=4096)
def _prefixes(codes: tuple[str, ...]) -> tuple[str, ...]:
    """The codes of a note without the dashes that stand for any character."""
    return tuple(c.rstrip("-").rstrip(".") if "-" not in c.rstrip("-") else c for c in codes)


def _forbids(notes: tuple[tuple[str, tuple[str, ...]], ...], code: str) -> str:
    return next((at for at, prefixes in notes if starts(code, prefixes)), "")


def _strength(candidate: Candidate, note_at: str, bench: Bench) -> tuple[object, ...]:
    """By the place of the evidence; between equals the unspecified code goes, then the one whose own note sends the reader
    to the other ("not coded here"), then the one said later."""
    own = candidate.code.startswith(note_at) if note_at else False
    place = worth(candidate.fact)
    return (not candidate.code.startswith("R"), candidate.made, place[:2], "unspecified" not in title_of(candidate.code, bench), not own, place)
