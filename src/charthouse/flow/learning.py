"""Learning: signed charts in, changes out, each replayed over every case and the gold charts before anybody applies it."""
from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from charthouse.flow.run import run
from charthouse.flow.steps import Kit, Work
from charthouse.lexicon.phrases import dictionary_rows
from charthouse.record.learning import Change, Correction, Effect
from charthouse.rooms.coding import candidates
from charthouse.rooms.coding.learning import Row, abbreviation, effect, refit, signed, threshold, words_taught
from charthouse.rooms.coding.rank import features, probability

PARTS = (1.0, 0.5, 0.25)  # of a step of the weights: the largest that breaks no promise


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A chart with the codes that are right for it: signed by a person of this site (`promised`), or gold that ships."""

    work: Work
    codes: frozenset[str]
    corrections: tuple[Correction, ...] = ()
    promised: bool = True

    @property
    def id(self) -> str:
        return self.work.encounter.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    change: Change
    effect: Effect


def answered(work: Work, kit: Kit) -> frozenset[str]:
    """The ICD-10-CM codes that stand after coding."""
    return frozenset(c.code for c in run(work, kit, until="coding").codes if c.status != "suppressed" and c.system == "ICD-10-CM")


def case_of(work: Work, corrections: tuple[Correction, ...], kit: Kit) -> Case:
    """The case of a corrected chart: the answer of now with the corrections carried out."""
    return Case(work=work, codes=signed(answered(work, kit), corrections), corrections=corrections)


def with_changes(kit: Kit, changes: Iterable[Change]) -> Kit:
    """The kit with changes applied, in order. The base kit is left as it is, so that each can be undone."""
    terms: list[tuple[str, str, str]] = []
    claims = kit.claims
    for c in changes:
        if c.kind in ("term", "quiet"):
            terms.append((c.phrase, c.target, "site:case" if abbreviation(c.phrase) else "site"))
        elif c.kind == "weights":
            moved = {k: claims.weights.get(k, 0.0) + v for k, v in c.weights.items()}
            claims = replace(claims, bias=claims.bias + c.bias, weights={**claims.weights, **moved})
        else:
            claims = replace(claims, review=c.review)
    if not terms:
        return replace(kit, claims=claims)
    dictionary = kit.reader.dictionary.extended(dictionary_rows(terms))
    return replace(kit, claims=claims, reader=replace(kit.reader, dictionary=dictionary))


def replay(cases: Sequence[Case], kit: Kit, change: Change, before: dict[str, frozenset[str]] | None = None) -> Effect:
    """What a change would do to every case."""
    then = with_changes(kit, [change])
    was = before if before is not None else {c.id: answered(c.work, kit) for c in cases}
    return effect(was, {c.id: answered(c.work, then) for c in cases}, {c.id: c.codes for c in cases}, frozenset(c.id for c in cases if c.promised))


def propose(cases: Sequence[Case], kit: Kit) -> Iterator[Proposal]:
    """Every change that the site's corrections ask for, each with its effect."""
    before = {c.id: answered(c.work, kit) for c in cases}
    own = [c for c in cases if c.promised]
    for change in words_taught(x for c in own for x in c.corrections):
        told = replay(cases, kit, change, before)
        if told.flips:
            yield Proposal(change=change, effect=told)
    rows, scored, missed = _rows(own, kit)
    tried = [Proposal(change=c, effect=replay(cases, kit, c, before)) for part in PARTS if (c := refit(rows, kit.claims, part=part))]
    step = next((p for p in tried if p.effect.keeps_what_is_promised), next((p for p in tried if p.effect.flips), None))
    if step:
        yield step
    moved = threshold(scored, missed, kit.claims.review)
    if moved:
        yield Proposal(change=moved, effect=replay(cases, kit, moved, before))


def _rows(cases: Iterable[Case], kit: Kit) -> tuple[list[Row], list[tuple[float, bool]], int]:
    """The candidates of the site's charts: features with the verdict, confidence with the verdict, and the codes missed."""
    rows, scored, missed = [], [], 0
    for case in cases:
        done = run(case.work, kit, until="abstraction")
        assert done.chart is not None
        kept = [c for c in candidates(done.chart, done.facts, kit.specifier, kit.tables)[0] if not c.off]
        missed += len(case.codes - {c.code for c in kept})
        for c in kept:
            told, right = features(c, kept), c.code in case.codes
            rows.append(Row(features=told, right=right))
            scored.append((probability(told, kit.claims), right))
    return rows, scored, missed
