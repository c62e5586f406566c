"""A code that the chart might support, on its way through the guidelines to the claim or off it."""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from charthouse.record.chart import Encounter
from charthouse.record.document import Span
from charthouse.record.fact import Fact
from charthouse.record.ruling import Ruling, Verdict
from charthouse.rulebook.codebook import CodeBook
from charthouse.rulebook.prefixes import starts

OCG = "ICD-10-CM Official Guidelines"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """`facts` are all places that speak for the code, best first; `off` tells that a rule left it off the claim."""

    code: str
    facts: tuple[Fact, ...]
    matched: tuple[str, ...] = ()
    unsupported: tuple[str, ...] = ()
    reasons: tuple[Ruling, ...] = ()
    off: bool = False
    made: bool = False  # made by a rule out of other candidates, not read as such

    @property
    def fact(self) -> Fact:
        return self.facts[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """What every guideline gets beside the candidates: the encounter, the book, all facts, the small tables."""

    encounter: Encounter
    book: CodeBook
    facts: tuple[Fact, ...]
    tables: Tables
    edition: str
    final: frozenset[str] = frozenset()  # the documents that tell how the stay ended: discharge summaries
    others: frozenset[str] = frozenset()  # documents by clinicians other than the provider, and reports of findings


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """Rules whose numbers are data (`lexicon/*.tsv`): each row with its citation."""

    history: dict[str, tuple[str, str]]  # code prefix -> personal history code, family history code
    integral: tuple[tuple[tuple[str, ...], tuple[str, ...], str], ...]  # sign prefixes, diagnosis prefixes, citation
    combinations: tuple[tuple[tuple[str, ...], tuple[str, ...], str, str, str], ...]  # first, second, result, keeps, citation
    _by_letter: dict[str, list[tuple[tuple[str, ...], tuple[str, ...], str]]] = field(default_factory=lambda: defaultdict(list), compare=False, repr=False)
    _of_sign: dict[str, tuple[tuple[tuple[str, ...], tuple[str, ...], str], ...]] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        for row in self.integral:
            for letter in {chr(n) for p in row[0] for n in range(ord(p[0]), ord(p.rpartition("-")[2][0]) + 1)}:
                self._by_letter[letter].append(row)

    def of_sign(self, code: str) -> tuple[tuple[tuple[str, ...], tuple[str, ...], str], ...]:
        """The rows of `integral` whose sign this code is."""
        rows = self._of_sign.get(code)
        if rows is None:
            rows = self._of_sign[code] = tuple(row for row in self._by_letter.get(code[:1], ()) if starts(code, row[0]))
        return rows


Guideline = Callable[[tuple[Candidate, ...], Bench], tuple[Candidate, ...]]


def ruling(rule: str, verdict: Verdict, message: str, citation: str, *, bench: Bench, subject: str, facts: Iterable[Fact] = (), spans: tuple[Span, ...] = ()) -> Ruling:
    return Ruling(rule=rule, verdict=verdict, message=message, citation=citation, subject=subject, edition=bench.edition,
                  spans=(*(f.trigger or f.span for f in facts), *spans))


def left_off(candidate: Candidate, reason: Ruling) -> Candidate:
    """The candidate, off the claim, with the reason in front."""
    return replace(candidate, off=True, reasons=(reason, *candidate.reasons))


def all_off(candidates: tuple[Candidate, ...], reasons: Mapping[str, Ruling]) -> tuple[Candidate, ...]:
    """The candidates, those that stand and for which there is a reason by their code off the claim."""
    return tuple(left_off(c, reasons[c.code]) if not c.off and c.code in reasons else c for c in candidates) if reasons else candidates


def in_place_of(candidates: tuple[Candidate, ...], old: Candidate, code: str, reason: Ruling) -> tuple[Candidate, ...]:
    """`code` where `old` stood, with its evidence, and `old` off the claim for the same reason; it joins a candidate of that
    code that stands already."""
    off = replace(reason, verdict="suppressed", subject=old.code)
    there = next((c for c in candidates if c.code == code and not c.off), None)
    out: list[Candidate] = []
    for c in candidates:
        if c is old and there is None:
            out.append(Candidate(code=code, facts=old.facts, matched=old.matched, unsupported=old.unsupported, reasons=(reason, *old.reasons), made=True))
        if c is there:
            c = replace(c, facts=tuple(dict.fromkeys((*c.facts, *old.facts))))
        out.append(left_off(c, off) if c is old else c)
    return tuple(out)


def standing(candidates: Iterable[Candidate], *prefixes: str) -> list[Candidate]:
    """Candidates still on the claim, within the prefixes if any are given."""
    if not prefixes:
        return [c for c in candidates if not c.off]
    return [c for c in candidates if not c.off and starts(c.code, prefixes)]
