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


@dataclass(slots=True)
class Specifier:
    """Keeps the profiles of families that were asked for."""

    book: CodeBook
    attributes: Attributes
    _kept: dict[str, tuple[Profile, ...]]
    _told: dict[tuple[object, ...], tuple[Choice, ...]]

    @classmethod
    def over(cls, book: CodeBook, attributes: Attributes) -> Specifier:
        return cls(book, attributes, {}, {})

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
        if target.default and target.default != best.code:
            default = next((c for c in ranked if c.code == target.default), None)
            if default is None or not best.matched or best.score <= default.score + 0.3:
                return (default or Choice(target.default, 0.5, (), ()),)
        return (best,)

    @staticmethod
    def _both_sides(family: tuple[Profile, ...], said: dict[str, frozenset[str]], near: frozenset[str]) -> tuple[Choice, ...]:
        one = [choose(family, {**said, "side": frozenset({side})}, near)[0] for side in ("right", "left")]
        good = all(f"side: {side}" in c.matched for side, c in zip(("right", "left"), one, strict=True))
        return tuple(one) if good else ()


class Sides:
    """Which side the note gives to a part of the body, when it gives only one: read from all its "left knee"s."""

    def __init__(self, facts: Iterable[Fact]) -> None:
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


