"""From a family of codes and what the text says, the code: attributes and words against the titles of the family.

Pure: takes titles and attributes as values. Follows ICD-10-CM Guidelines I.B.2 (highest specificity documented), I.B.13
(laterality) and I.C.19.c (a fracture not said to be open is closed, not said to be nondisplaced is displaced).
"""
from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from charthouse.lexicon.longest import Phrases
from charthouse.lexicon.words import STOP, words

# What a code may say without the text saying it, because the book or the guidelines presume it.
PRESUMED = frozenset({
    ("encounter", "initial"), ("openness", "closed"), ("displacement", "displaced"), ("intractable", "not intractable"),
    ("status migrainosus", "without"), ("status epilepticus", "without"), ("exacerbation", "uncomplicated"),
    ("psychosis", "without"), ("bleeding", "without"), ("perforation", "without"), ("abscess", "without"),
    ("obstruction", "without"), ("gangrene", "without"), ("rupture", "without"), ("radiculopathy", "without"),
    ("coma", "without"), ("esophagitis", "without"), ("complication", "without"), ("foreign body", "without"),
    ("loss of consciousness", "without"), ("angina", "without"), ("remission", "not"), ("hematuria", "without"),
    ("healing", "routine"), ("macular edema", "without"), ("aura", "without aura"),
})
_VAGUE = frozenset({"unspecified", "unspecfied", "not", "elsewhere", "classified"})
_OTHER = frozenset({"other", "specified", "nec", "others"})
_FILLER = STOP | _VAGUE | _OTHER | {"site", "type", "part", "encounter"}


_NONESSENTIAL = re.compile(r"\s*\([^)]*\)")  # words in parentheses may be there or not (conventions, I.A.7)


@dataclass(frozen=True, slots=True)
class Phrase:
    axis: str
    value: str
    case: str = ""  # exact spelling, where only that counts


@dataclass(frozen=True, slots=True)
class Profile:
    """What one code of a family says beyond the family."""

    code: str
    says: tuple[tuple[str, str], ...]
    extra: frozenset[str]
    vague: int
    other: bool
    given: frozenset[tuple[str, str]] = frozenset()  # what the text need not say, because the family's default says it


class Choice(NamedTuple):
    """The code chosen and why: axes that the text gave and the code took, axes that the code presumes, words missing."""

    code: str
    score: float
    matched: tuple[str, ...]
    unsupported: tuple[str, ...]


class Attributes:
    """The attribute table, ready to read tokens."""

    def __init__(self, rows: Iterable[tuple[str, str, str, str]]) -> None:
        self._parsed: dict[str, Part] = {}
        self._phrases = Phrases((tuple(w for w, _, _ in words(phrase)), Phrase(axis, value, phrase if "case" in flags.split(",") else "")) for phrase, axis, value, flags in rows)

    def read(self, tokens: Sequence[str], spelled: Sequence[str] = ()) -> list[tuple[int, int, Phrase]]:
        """Attribute phrases in a row of folded words, longest first, not overlapping: (from, to, phrase)."""
        found, past = [], 0
        for i in self._phrases.places(tokens):
            if i < past:
                continue
            for phrase, entry in self._phrases.starting(tokens, i):
                if not entry.case or (spelled and spelled[i] == entry.case):
                    past = i + len(phrase)
                    found.append((i, past, entry))
                    break
        return found


    def parse(self, part: str) -> Part:
        """What a part of a title says: its attributes, its other words, how many words leave something open, whether it is
        an "other". Kept: the parts of titles recur ("initial encounter for closed fracture")."""
        if part not in self._parsed:
            tokens = [w for w, _, _ in words(part)]
            said = self.read(tokens)
            taken = {i for start, end, _ in said for i in range(start, end)}
            rest = [t for i, t in enumerate(tokens) if i not in taken]
            self._parsed[part] = (tuple((p.axis, p.value) for _, _, p in said), frozenset(t for t in rest if t not in _FILLER),
                                  sum(t in _VAGUE for t in tokens), any(t in _OTHER for t in rest))
        return self._parsed[part]


Part = tuple[tuple[tuple[str, str], ...], frozenset[str], int, bool]


def profiles(titles: Sequence[tuple[str, str]], attributes: Attributes) -> tuple[Profile, ...]:
    """What each (code, title) of a family says beyond what all of them say."""
    raw = []
    for code, title in titles:
        says: dict[str, str] = {}
        extra: set[str] = set()
        vague, other = 0, False
        for part in _NONESSENTIAL.sub("", title).split(", "):
            part_says, part_extra, part_vague, part_other = attributes.parse(part)
            for axis, value in part_says:
                says.setdefault(axis, value)
            extra |= part_extra
            vague, other = vague + part_vague, other or part_other
        raw.append((code, says, extra, vague, other))
    common = set.intersection(*(r[2] for r in raw)) if raw else set()
    shared = set.intersection(*(set(r[1].items()) for r in raw)) if raw else set()
    return tuple(Profile(code, tuple(sorted(set(says.items()) - shared)), frozenset(extra - common), vague, other)
                 for code, says, extra, vague, other in raw)


def relative(family: Sequence[Profile], code: str) -> tuple[Profile, ...]:
    """The family seen from one of its codes, its default: what that one says anyway, the others need not be told."""
    base = next((p for p in family if p.code == code), None)
    if base is None:
        return tuple(family)
    return tuple(Profile(p.code, p.says, p.extra - base.extra, p.vague, p.other, frozenset(base.says)) for p in family)


def choose(family: Sequence[Profile], said: Mapping[str, frozenset[str]], near: frozenset[str]) -> list[Choice]:
    """The codes of a family, best supported first, given attributes said of the finding and the words around it."""
    out = []
    for p in family:
        score, matched, unsupported = 0.0, [], []
        for axis, value in p.says:
            if axis in said:
                if value in said[axis]:
                    score += 2
                    matched.append(f"{axis}: {value}")
                else:
                    score -= 4
                    unsupported.append(f"{axis}: {value}")
            elif (axis, value) in PRESUMED:
                score += 0.05
            elif (axis, value) not in p.given:
                score -= 3
                unsupported.append(f"{axis}: {value}")
        hit = p.extra & near
        missing = p.extra - near
        score += 1.2 * len(hit) - 1.0 * min(len(missing), 4)
        score += 0.1 * min(p.vague, 3) - (0.5 if p.other else 0)
        matched += sorted(hit)
        unsupported += sorted(missing)
        out.append(Choice(p.code, score, tuple(matched), tuple(unsupported)))
    out.sort(key=lambda c: (-c.score, c.code))
    return out
