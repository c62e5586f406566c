"""From a finding to its code: the family's codes against the attributes and words of the finding.

ICD-10-CM Guidelines I.B.2 (highest specificity documented), I.B.13 (laterality: no bilateral code, both sides coded).
"""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from charthouse.lexicon.specificity import Attributes, Choice, Profile, choose, profiles, relative
from charthouse.record.document import Span
from charthouse.record.fact import Fact, Target
from charthouse.rulebook.codebook import CodeBook, Entry

_LARGE = 700  # a family of more codes than this is a chapter, not a choice; S72.4 (distal femur) has 690


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

    def codes(self, target: Target, fact: Fact, lent: Lent) -> tuple[Choice, ...]:
        """The code or codes that a finding's target comes to; two when both sides are said and no code means both.

        `lent` is what other places say for it (`Sides.lends`)."""
        said = {axis: frozenset({value}) for axis, value in fact.attributes}
        for axis, (value, _) in lent.items():
            said[axis] = frozenset({value})
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
                return (self._refined(entry, said),)
        family = self.family(target.family)
        if not family:
            return (Choice(target.default, 0.5, (), ()),) if target.default else ()
        plain = target.default or self._plain(target.family, family)
        code = target.family if target.default else self._wider(target.family)
        family = self.family(code)
        ranked = choose(self._seen_from(code, plain), said, near)
        best = ranked[0]
        if said.get("side") == frozenset({"bilateral"}) and not any("bilateral" in m for m in best.matched):
            both = self._both_sides(family, said, near)
            if both:
                return both
        default = next((c for c in ranked if c.code == plain), None) or Choice(plain, 0.5, (), ())
        if plain != best.code and _names_more(best, default):
            best = next((c for c in ranked if not _names_more(c, default)), default)
        if plain != best.code and (not best.matched or best.score <= default.score + 0.3):
            return (default,)
        return (best,)

    def _wider(self, code: str) -> str:
        """The category above a subcategory that is itself the unspecified one: "... of unspecified fibula" stands for its sides too."""
        entry = self.book.entry(code)
        wider = entry.parent if entry is not None and "unspecified" in entry.title.lower() else ""
        return wider if wider and len(wider) > 3 and self.family(wider) else code

    def _plain(self, code: str, family: tuple[Profile, ...]) -> str:
        """What a family comes to when nothing more is said: its least specific code."""
        if code not in self._plainest:
            self._plainest[code] = choose(family, {}, frozenset())[0].code
        return self._plainest[code]

    def _seen_from(self, code: str, plain: str) -> tuple[Profile, ...]:
        key = f"{code}={plain}"
        if key not in self._kept:
            self._kept[key] = relative(self.family(code), plain)
        return self._kept[key]

    def _refined(self, entry: Entry, said: dict[str, frozenset[str]]) -> Choice:
        """A complete but unspecified code, made specific where the text says by an attribute what only its neighbour says."""
        plain = Choice(entry.code, 1.0, (), ())
        if not said or "unspecified" not in entry.title.lower() or not entry.parent or not self.family(entry.parent):
            return plain
        ranked = choose(self._seen_from(entry.parent, entry.code), said, frozenset())
        best, own = ranked[0], next((c for c in ranked if c.code == entry.code), plain)
        return best if best.matched and not best.unsupported and best.score > own.score + 1 else plain

    @staticmethod
    def _both_sides(family: tuple[Profile, ...], said: dict[str, frozenset[str]], near: frozenset[str]) -> tuple[Choice, ...]:
        one = [choose(family, {**said, "side": frozenset({side})}, near)[0] for side in ("right", "left")]
        good = all(f"side: {side}" in c.matched for side, c in zip(("right", "left"), one, strict=True))
        return tuple(one) if good else ()


# OCG I.C.15.a.3, from the first day of the last menstrual period: first under 14 weeks, second to 27 weeks 6 days.
def trimester(weeks: float) -> str:
    return "first" if weeks < 14 else "second" if weeks < 28 else "third"


Lent = dict[str, tuple[str, Span]]  # axis -> value and where it is said


class Sides:
    """What the note says once and means throughout: the side of a part of the body, when it gives only one, the trimester
    by the weeks of gestation, and whether an injury is seen again while it heals (OCG I.C.19.a)."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        self._trimester: tuple[str, Span] | None = None
        self._encounter: tuple[str, Span] | None = None
        self._sides: dict[str, dict[str, Span]] = defaultdict(dict)
        for fact in facts:
            if fact.measured and fact.measured.name == "gestational age" and self._trimester is None:
                self._trimester = (trimester(fact.measured.value), fact.span)
            elif fact.kind == "site":
                for axis, value in fact.attributes:
                    if axis == "side":
                        self._sides[fact.concept].setdefault(value, fact.span)
                    elif axis == "encounter" and self._encounter is None:
                        self._encounter = (value, fact.span)

    def lends(self, fact: Fact, target: Target) -> Lent:
        """What the finding does not say itself and other places say for it, nearest first: the text under its heading is
        asked last, since a side or a trimester of the whole note is surer."""
        own = {axis for axis, _ in fact.attributes}
        lent: Lent = {}
        if side := self._side(fact):
            lent["side"] = side
        if self._encounter and target.family.startswith(("S", "T", "M80", "M84")):
            lent["encounter"] = self._encounter
        if self._trimester and target.family.startswith("O"):
            lent["trimester"] = self._trimester
        for axis, value, span in fact.context:
            lent.setdefault(axis, (value, span))
        return {axis: said for axis, said in lent.items() if axis not in own}

    def _side(self, fact: Fact) -> tuple[str, Span] | None:
        """The one side said of a body part that the finding names; None when none or both are."""
        for word in fact.concept.split():
            sides = self._sides.get(word)
            if sides and len(sides) == 1:
                return next(iter(sides.items()))
        return None
