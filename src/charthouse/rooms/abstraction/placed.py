"""Where a finding is that does not say so itself: "Arthritis." over "pain in both knees", "the fracture" under "left ankle".

Highest specificity that the record supports, wherever in it (OCG I.B.2). Takes the facts of one document, gives them with the
findings that were placed: the term with the body part, its side, and the words that say so among the evidence.
"""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from charthouse.record.document import Span
from charthouse.record.fact import Fact
from charthouse.rooms.abstraction.dictionary import Dictionary, Term

_ASSESSED = frozenset({"assessment", "diagnosis", "problem list", "plan", ""})
_REASON = frozenset({"chief complaint"})  # where the reason for the visit names its place


def placed(facts: Sequence[Fact], dictionary: Dictionary) -> tuple[Fact, ...]:
    """The facts, with each assessed problem that names no body part put where its paragraph, or else the reason for the
    visit, says that it is: only where that is one body part, and only where the dictionary knows the two together."""
    sites = [f for f in facts if f.kind == "site" and f.source == "sides" and f.concept != "encounter"]
    if not sites:
        return tuple(facts)
    return tuple(_placed(f, sites, dictionary) if _asks(f) else f for f in facts)


def _asks(fact: Fact) -> bool:
    return (fact.kind == "problem" and fact.role == "heading" and fact.section in _ASSESSED and fact.assertion == "present"
            and not any(axis == "side" for axis, _ in fact.attributes))


def _placed(fact: Fact, sites: Iterable[Fact], dictionary: Dictionary) -> Fact:
    sites = [s for s in sites if s.span.document == fact.span.document]
    under = [s for s in sites if fact.problem and (s.section, s.problem) == (fact.section, fact.problem)]
    for near in (under, [s for s in sites if s.section in _REASON]):
        if parts := {s.concept for s in near}:
            known = [part for part in parts if _together(fact.concept, part, "", dictionary)]
            return _at(fact, known[0], [s for s in near if s.concept == known[0]], dictionary) if len(known) == 1 else fact
    return fact


def _together(concept: str, part: str, side: str, dictionary: Dictionary) -> Term | None:
    """The term of the finding, the body part and the side, where the finding does not name the part already."""
    words = concept.split()
    return None if part in words else dictionary.term(" ".join(sorted([*words, part, *side.split()])))


def _at(fact: Fact, part: str, said: Sequence[Fact], dictionary: Dictionary) -> Fact:
    sides = {value for s in said for axis, value in s.attributes if axis == "side"}
    side = "bilateral" if "bilateral" in sides or {"left", "right"} <= sides else next(iter(sides), "")
    term = _together(fact.concept, part, side, dictionary) or _together(fact.concept, part, "", dictionary)
    if term is None or not term.targets or term.targets == fact.targets:
        return fact
    attributes = (*fact.attributes, ("side", side)) if side else fact.attributes
    places: tuple[Span, ...] = tuple(s.span for s in said[:2])
    return replace(fact, concept=term.key, targets=term.targets, source=term.source, flags=term.flags, attributes=tuple(sorted(attributes)),
                   also=(*fact.also, *places))
