"""Encounters for examination, follow-up and operation (I.C.21.c.8, I.C.21.c.13, IV.N)."""
from __future__ import annotations

from charthouse.lexicon.words import fold
from charthouse.rooms.coding.candidate import OCG, Bench, Candidate, all_off, in_place_of, ruling, standing
from charthouse.rooms.coding.guidelines.symptoms import assessed
from charthouse.rulebook.prefixes import starts

# A routine examination without, and with abnormal findings.
_WITH = {"Z00.00": "Z00.01", "Z00.129": "Z00.121", "Z01.00": "Z01.01", "Z01.10": "Z01.118", "Z01.419": "Z01.411"}
_FOUND = frozenset(fold(w) for w in ("new", "newly", "abnormal", "worsening", "worse", "uncontrolled", "exacerbation", "elevated", "incidental"))
_ACUTE = ("A00-B99", "H10", "H60-H66", "J00-J22", "K35-K37", "K52", "L01-L08", "N30", "N39.0", "R00-R09", "R16-R19", "R22", "R59", "R70-R94", "S00-T88")


def abnormal_findings_at_examination(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG I.C.21.c.13: a routine examination that finds something is coded "with abnormal findings"; a known chronic condition that
    is stable is no finding."""
    found = next((c for c in standing(candidates) if assessed(c) and any(_new(c.code, f.section, f.near) for f in c.facts)), None)
    for c in standing(candidates, *_WITH) if found else ():
        code = _WITH.get(c.code, "")
        if code and found is not None and bench.book.valid(code, bench.encounter.on):
            reason = ruling("ocg/I.C.21.c.13", "applied", f"Something is found: {found.code}.", f"{OCG} I.C.21.c.13", bench=bench, subject=code,
                            facts=(found.fact,))
            candidates = in_place_of(candidates, c, code, reason)
    return candidates


def _new(code: str, section: str, near: frozenset[str]) -> bool:
    if section not in ("assessment", "diagnosis") or code[0] in "ZVWXY":
        return False
    return starts(code, _ACUTE) or bool(_FOUND & near)


def follow_up(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG I.C.21.c.8: follow-up (Z08, Z09) means that the condition is gone; where it is found again, its code stands instead."""
    found = standing(candidates, "C00-C96")
    if not found or standing(candidates, "Z85"):
        return candidates
    return all_off(candidates, {c.code: ruling("ocg/I.C.21.c.8", "suppressed", f"The condition is there: {found[0].code}.", f"{OCG} I.C.21.c.8", bench=bench,
                                               subject=c.code, facts=(found[0].fact,)) for c in standing(candidates, "Z08")})


def after_the_operation(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG IV.N: for ambulatory surgery the postoperative diagnosis is coded, not what was thought before."""
    if bench.encounter.setting != "outpatient":
        return candidates
    confirmed = {f.span.document for c in standing(candidates) for f in c.facts if f.section == "diagnosis"}
    return all_off(candidates, {c.code: ruling("ocg/IV.N", "suppressed", "Thought before the operation, not confirmed by it.", f"{OCG} IV.N", bench=bench,
                                               subject=c.code)
                                for c in standing(candidates) if all(f.section == "indication" and f.span.document in confirmed for f in c.facts)
                                and c.code[0] not in "ZVWXY"})
