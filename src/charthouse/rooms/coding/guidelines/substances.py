"""Use of substances (I.C.5.b.3)."""
from __future__ import annotations

from charthouse.rooms.coding.candidate import OCG, Bench, Candidate, all_off, ruling, standing

_USE = ("F10.90", "F11.90", "F12.90", "F13.90", "F14.90", "F15.90", "F16.90", "F18.90", "F19.90")


def substance_use(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG I.C.5.b.3: unspecified use is coded only where the provider links it to a disorder or condition; in pregnancy (O99.3) it is."""
    if standing(candidates, "O99.3"):
        return candidates
    return all_off(candidates, {c.code: ruling("ocg/I.C.5.b.3", "suppressed", "Use that the provider links to no disorder.", f"{OCG} I.C.5.b.3", bench=bench,
                                               subject=c.code) for c in standing(candidates, *_USE)})
