"""Excludes1: two codes that the book forbids together (I.A.12.a)."""
from __future__ import annotations

from charthouse.rooms.coding.candidate import Bench, Candidate, left_off, ruling, standing, starts
from charthouse.rooms.coding.guidelines.combining import linkable
from charthouse.rooms.coding.propose import worth


def excludes1(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """Of two codes that exclude each other the one with the lesser evidence goes; a symptom before a diagnosis. Both stay where
    the provider says that they have nothing to do with each other (I.A.12.a, exception)."""
    gone: dict[str, tuple[str, str]] = {}
    kept = standing(candidates)
    notes = {c.code: _excluded(c.code, bench) for c in kept}
    for i, a in enumerate(kept):
        for b in kept[i + 1:]:
            at = _forbids(notes[a.code], b.code) or _forbids(notes[b.code], a.code)
            if at and a.code not in gone and b.code not in gone and a.code[:3] != b.code[:3] and linkable(a) and linkable(b):
                loser = min((a, b), key=_strength)
                gone[loser.code] = (b.code if loser is a else a.code, at)
    return tuple(
        left_off(c, ruling("book/excludes1", "suppressed", f"The book does not allow it beside {gone[c.code][0]} (Excludes1 at {gone[c.code][1]}).",
                           "ICD-10-CM Official Guidelines I.A.12.a; Tabular List", bench=bench, subject=c.code))
        if not c.off and c.code in gone else c for c in candidates)


def _excluded(code: str, bench: Bench) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return tuple((n.at, n.codes) for n in bench.book.notes(code) if n.kind == "excludes1" and n.codes)


def _forbids(notes: tuple[tuple[str, tuple[str, ...]], ...], code: str) -> str:
    for at, codes in notes:
        if starts(code, tuple(c.rstrip("-").rstrip(".") if "-" not in c.rstrip("-") else c for c in codes)):
            return at
    return ""


def _strength(candidate: Candidate) -> tuple[bool, bool, tuple[int, int, int]]:
    return (not candidate.code.startswith("R"), candidate.made, worth(candidate.fact))
