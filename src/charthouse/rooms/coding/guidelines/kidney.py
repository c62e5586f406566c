"""The kidney that was transplanted (I.C.14.a.2)."""
from __future__ import annotations

from charthouse.rooms.coding.candidate import OCG, Bench, Candidate, all_off, ruling, standing

_NOW = frozenset({"assessment", "diagnosis", "problem list", "hospital course"})


def transplanted_kidney(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG I.C.14.a.2: a transplant ends end-stage disease and dialysis; they are coded beside its status (Z94.0) only where they are
    assessed again. Not where the transplant failed (T86.1)."""
    if not standing(candidates, "Z94.0") or standing(candidates, "T86.1"):
        return candidates
    return all_off(candidates, {c.code: ruling("ocg/I.C.14.a.2", "suppressed", "From before the transplant (Z94.0).", f"{OCG} I.C.14.a.2", bench=bench,
                                               subject=c.code) for c in standing(candidates, "N18.6", "Z99.2")
                                if not any(f.section in _NOW or f.role == "heading" for f in c.facts)})
