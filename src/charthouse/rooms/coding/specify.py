"""From a finding to its code: the family's codes against the attributes and words of the finding.

ICD-10-CM Guidelines I.B.2 (highest specificity documented), I.B.13 (laterality: no bilateral code, both sides coded).
"""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from charthouse.lexicon.specificity import Attributes, Choice, Profile, choose, profiles
from charthouse.record.fact import Fact, Target
from charthouse.rulebook.codebook import CodeBook

_LARGE = 400  # a family of more codes than this is a chapter, not a choice


# Paralysis by dominant side: OCG I.C.6.a. Right is presumed dominant, left is not, unless the record says otherwise.
_BY_DOMINANCE = ("G81", "G83.1", "G83.2", "G83.3", "I69.03", "I69.04", "I69.05", "I69.13", "I69.14", "I69.15", "I69.23", "I69.24", "I69.25", "I69.33",
                 "I69.34", "I69.35", "I69.83", "I69.84", "I69.85", "I69.93", "I69.94", "I69.95")


def _dominance(said: dict[str, frozenset[str]]) -> frozenset[str]:
    """The side as the titles of paralysis word it."""
    if said["side"] == {"left"}:
        return frozenset({"left", "left dominant" if "dominance" in said else "left nondominant"})
    return said["side"] | {"right dominant"} if said["side"] == {"right"} else said["side"]


def _names_more(best: Choice, default: Choice) -> bool:
    """Whether a code names a site or cause that nobody named, on the strength of an attribute alone: a side picks no joint."""
    words = {u for u in best.unsupported if ":" not in u} - set(default.unsupported)
    return bool(words) and all(":" in m for m in best.matched)


@dataclass(slots=True)
class Specifier:
    """Keeps the profiles of families that were asked for."""

    book: CodeBook
    attributes: Attributes
    _kept: dict[str, tuple[Profile, ...]]
    _told: dict[tuple[object, ...], tuple[Choice, ...]]
    _plainest: dict[str, str]

    @classmethod
    def over(cls, book: CodeBook, attributes: Attributes) -> Specifier:
        return cls(book, attributes, {}, {}, {})

    def family(self, code: str) -> tuple[Profile, ...]:
        kept = self._kept.get(code)
        if kept is None:
            leaves = self.book.leaves(code)
            titles = [(e.code, e.title) for e in leaves if e.title_loaded]
            kept = self._kept[code] = profiles(titles, self.attributes) if len(titles) <= _LARGE else ()
        return kept

    def codes(self, target: Target, fact: Fact, sides: Sides) -> tuple[Choice, ...]:
        """The code or codes that a finding's target comes to; two when both sides are said and no code means both."""
        said = {axis: frozenset({value}) for axis, value in fact.attributes}
        inherited = ""
        if "side" not in said:
            inherited = sides.of(fact)
            if inherited:
                said["side"] = frozenset({inherited})
        if sides.trimester and target.family.startswith("O"):
            said.setdefault("trimester", frozenset({sides.trimester}))
        for axis, value in fact.context:
            said.setdefault(axis, frozenset({value}))
        if target.family.startswith(_BY_DOMINANCE) and "side" in said:
            said["side"] = _dominance(said)
        key = (target, tuple(sorted((k, *v) for k, v in said.items())), fact.near)
        told = self._told.get(key)
        if told is None:
            told = self._told[key] = self._decide(target, said, fact.near)
            if len(self._told) > 50_000:
                self._told.clear()
        return told

    def _decide(self, target: Target, said: dict[str, frozenset[str]], near: frozenset[str]) -> tuple[Choice, ...]:
        if not target.default:
            entry = self.book.entry(target.family)
            if entry is not None and entry.leaf:
                return (Choice(target.family, 1.0, (), ()),)
        family = self.family(target.family)
        if not family:
            return (Choice(target.default, 0.5, (), ()),) if target.default else ()
        ranked = choose(family, said, near)
        best = ranked[0]
        if said.get("side") == {"bilateral"} and not any("bilateral" in m for m in best.matched):
            both = self._both_sides(family, said, near)
            if both:
                return both
        default = self._default(target, family, ranked)
        if default.code != best.code and (not best.matched or best.score <= default.score + 0.3 or _names_more(best, default)):
            return (default,)
        return (best,)

    def _default(self, target: Target, family: tuple[Profile, ...], ranked: list[Choice]) -> Choice:
        """What the family comes to when nothing more is said: by the lexicon's line, else its least specific code."""
        code = target.default or self._plainest.get(target.family)
        if not code:
            code = self._plainest[target.family] = choose(family, {}, frozenset())[0].code
        return next((c for c in ranked if c.code == code), None) or Choice(code, 0.5, (), ())

    @staticmethod
    def _both_sides(family: tuple[Profile, ...], said: dict[str, frozenset[str]], near: frozenset[str]) -> tuple[Choice, ...]:
        one = [choose(family, {**said, "side": frozenset({side})}, near)[0] for side in ("right", "left")]
        good = all(f"side: {side}" in c.matched for side, c in zip(("right", "left"), one, strict=True))
        return tuple(one) if good else ()


# OCG I.C.15.a.3, from the first day of the last menstrual period: first under 14 weeks, second to 27 weeks 6 days.
def trimester(weeks: float) -> str:
    return "first" if weeks < 14 else "second" if weeks < 28 else "third"


class Sides:
    """What the note says once and means throughout: the side of a part of the body, when it gives only one, and the
    trimester, by the weeks of gestation."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        facts = tuple(facts)
        self.trimester = next((trimester(f.measured.value) for f in facts if f.measured and f.measured.name == "gestational age"), "")
        self._sides: dict[str, set[str]] = defaultdict(set)
        for fact in facts:
            if fact.kind == "site":
                self._sides[fact.concept].update(value for axis, value in fact.attributes if axis == "side")

    def of(self, fact: Fact) -> str:
        """The one side said of a body part that the finding names; "" when none or both are."""
        for word in fact.concept.split():
            sides = self._sides.get(word)
            if sides and len(sides) == 1:
                return next(iter(sides))
        return ""


