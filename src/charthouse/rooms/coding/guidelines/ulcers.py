"""Pressure and other chronic ulcers: healed ones, and one stage for one site (I.C.12.a)."""
from __future__ import annotations

from charthouse.lexicon.words import fold
from charthouse.rooms.coding.candidate import OCG, Bench, Candidate, all_off, ruling, standing

_HEALED = fold("healed")


def healed_ulcers(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG I.C.12.a.4, I.C.12.b.1: an ulcer that is healed is not coded; one that is healing is."""
    return all_off(candidates, {c.code: ruling("ocg/I.C.12.a.4", "suppressed", "The ulcer is healed.", f"{OCG} I.C.12.a.4; I.C.12.b.1", bench=bench,
                                               subject=c.code, facts=(c.fact,))
                                for c in standing(candidates, "L89", "L97", "L98.4") if all(_HEALED in f.near for f in c.facts)})


def one_ulcer_one_stage(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG I.C.12.a.6: one site has one stage, the higher; an ulcer that got worse during a stay has two codes."""
    reasons = {}
    by_site: dict[str, list[Candidate]] = {}
    for c in standing(candidates, "L89"):
        if c.code[-1] in "1234":
            by_site.setdefault(c.code[:-1], []).append(c)
    for same in by_site.values():
        worst = max(same, key=lambda c: c.code[-1])
        for c in same:
            if c is not worst and not _earlier(c, worst, bench):
                reasons[c.code] = ruling("ocg/I.C.12.a.6", "suppressed", f"The same ulcer at a higher stage: {worst.code}.", f"{OCG} I.C.12.a.6", bench=bench,
                                         subject=c.code, facts=(worst.fact,))
    return all_off(candidates, reasons)


def _earlier(lower: Candidate, higher: Candidate, bench: Bench) -> bool:
    """For an inpatient: whether the lower stage was written in another document, so that the ulcer may have got worse."""
    return bench.encounter.setting == "inpatient" and not {f.span.document for f in lower.facts} & {f.span.document for f in higher.facts}
