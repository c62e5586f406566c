"""Verdicts on the pairs of two files: what links by itself, what a person must see, and what follows from two links.

A pair of a family that looks like one person, twins above all, is never linked by a probability alone.
"""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

from charthouse.record.person import Pair, Person
from charthouse.rooms.identity.compare import levels

LINK = 0.9  # probability from which nobody need look; below it a person does
HOUSEHOLD = 0.4  # no pair is taken to be more probable that agrees in nothing of the person
MOST = 50  # records of one cluster within which what follows is told


def judged(pairs: Sequence[Pair], left: Mapping[str, Person], right: Mapping[str, Person]) -> list[Pair]:
    """Each pair with its verdict and, for "possible", why."""
    return [_judged(p, left[p.a], right[p.b]) for p in pairs]


def followed(pairs: Sequence[Pair]) -> list[Pair]:
    """Inside one file: of A, B and B, C the pair A, C follows. The pairs that no comparison offered are added as possible, as probable as
    the weaker of the two links."""
    beside: dict[str, dict[str, float]] = defaultdict(dict)
    there = {frozenset((p.a, p.b)) for p in pairs}
    for p in pairs:
        if p.verdict == "link":
            beside[p.a][p.b] = beside[p.b][p.a] = p.probability
    new: dict[frozenset[str], Pair] = {}
    for middle in sorted(beside):
        ends = sorted(beside[middle])[:MOST]
        for n, a in enumerate(ends):
            for b in ends[n + 1:]:
                likely, key = min(beside[middle][a], beside[middle][b]), frozenset((a, b))
                if key not in there and (key not in new or new[key].probability < likely):
                    new[key] = Pair(a=a, b=b, probability=likely, verdict="possible", why="both are linked to a third record")
    return [*pairs, *new.values()]


def contradiction(a: Person, b: Person) -> str:
    """Why these two must not be linked without a person, however alike they are; "" when nothing speaks against it."""
    at = levels(a, b)
    if at["number"] == "exact" and at["given"] == at["family"] == "other":
        return "one number of the state, other names"
    if at["birth"] == "exact" and at["given"] == "other" and at["family"] in ("exact", "close") and at["number"] != "exact":
        return "the same family and birth date, another given name: twins?"
    if at["given"] == "exact" and at["family"] == "exact" and at["birth"] == "other" and at["number"] in ("other", "") and a.birth[:4] != b.birth[:4]:
        return "the same name, another birth year: parent and child?"
    return ""


def _only_household(a: Person, b: Person) -> bool:
    """The lines of an address say one thing, not five, and a household shares all of them, often with the family name and the telephone."""
    at = levels(a, b)
    return at["given"] in ("other", "") and at["birth"] in ("other", "two slips", "") and at["number"] not in ("exact", "one slip") and bool(at["given"] or at["birth"])


def _judged(pair: Pair, a: Person, b: Person) -> Pair:
    if _only_household(a, b):
        return replace(pair, probability=min(pair.probability, HOUSEHOLD), verdict="possible", why="where they live is all that agrees: one household?")
    why = contradiction(a, b) or ("" if pair.probability >= LINK else "alike, but not enough")
    verdict: Literal["link", "possible"] = "possible" if why else "link"
    return replace(pair, verdict=verdict, why=why)
