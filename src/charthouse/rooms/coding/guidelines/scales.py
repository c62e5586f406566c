"""Scales that others score and the provider's diagnosis carries: stroke scale and coma scale (I.C.18.e, I.C.18.i)."""
from __future__ import annotations

from charthouse.lexicon.words import fold
from charthouse.rooms.coding.candidate import OCG, Bench, Candidate, all_off, ruling, standing


def stroke_scale(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG I.C.18.i, I.B.14: the NIHSS score beside a cerebral infarction, the first one that was taken; from anybody's note."""
    stroke = standing(candidates, "I63")
    if not stroke:
        return all_off(candidates, {c.code: ruling("ocg/I.C.18.i", "suppressed", "A stroke scale without an infarction on the claim.", f"{OCG} I.C.18.i; I.B.14",
                                                   bench=bench, subject=c.code) for c in standing(candidates, "R29.7")})
    scores = [f for f in bench.facts if f.measured and f.measured.name == "NIHSS" and f.measured.value in range(43)]
    if not scores:
        return candidates
    score = int(scores[0].measured.value) if scores[0].measured else 0
    code = f"R29.7{score:02d}"
    candidates = all_off(candidates, {c.code: ruling("ocg/I.C.18.i", "suppressed", f"The first score counts: {code}.", f"{OCG} I.C.18.i", bench=bench,
                                                     subject=c.code) for c in standing(candidates, "R29.7") if c.code != code})
    if standing(candidates, code):
        return candidates
    reason = ruling("ocg/I.C.18.i", "applied", f"NIHSS {score} beside {stroke[0].code}.", f"{OCG} I.C.18.i; I.B.14", bench=bench, subject=code)
    return (*candidates, Candidate(code=code, facts=(scores[0],), reasons=(reason,), made=True))


_BRAIN = ("S06", "S02", "I60-I63", "I46", "G92-G93", "R40.0-R40.1", "R40.20", "T36-T65", "E08.0-E08.1", "E09.0-E09.1", "E10.1", "E11.0", "E13.0", "A41", "G40")
_SEDATED = frozenset(fold(w) for w in ("sedated", "sedation", "paralyzed", "intubated"))


def coma_scale(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG I.C.18.e, I.B.14: the coma scale beside the diagnosis of the brain, and not of a patient under sedation."""
    beside = standing(candidates, *_BRAIN)
    return all_off(candidates, {c.code: ruling("ocg/I.C.18.e", "suppressed", "A coma scale without its diagnosis, or under sedation.", f"{OCG} I.C.18.e; I.B.14",
                                               bench=bench, subject=c.code) for c in standing(candidates, "R40.21-R40.24")
                                if not beside or any(_SEDATED & f.near for f in c.facts)})
