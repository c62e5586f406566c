"""Cancer that is there, and cancer that was (I.C.2.d, I.C.2.m)."""
from __future__ import annotations

from charthouse.lexicon.words import fold
from charthouse.rooms.coding.candidate import OCG, Bench, Candidate, all_off, in_place_of, ruling, standing
from charthouse.rooms.coding.guidelines.specific import side_of, title_of
from charthouse.rooms.coding.propose import longest

_OVER = frozenset(fold(w) for w in ("NED", "eradicated", "cured", "survivor", "survivorship", "resected", "excised"))
_TREATED = frozenset(fold(w) for w in (
    "chemotherapy", "chemo", "radiation", "radiotherapy", "immunotherapy", "adjuvant", "neoadjuvant", "tamoxifen", "anastrozole", "letrozole", "exemestane",
    "metastatic", "metastasis", "metastases", "recurrent", "recurrence", "active", "progression", "undergoing", "hospice", "palliative", "biopsy", "cycle",
    "untreated", "scheduled", "planned"))


def eradicated(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG I.C.2.d, I.C.2.m: a primary malignancy that was removed or eradicated, with no further treatment of it and no evidence of
    it, is personal history (Z85). While it is treated, adjuvant treatment included, it is coded as present."""
    for c in standing(candidates, "C00-C75", "C7A", "C81-C96"):
        code = longest(bench.tables.history, c.code, 0)
        if code.startswith("Z85") and all(_is_over(f.near) for f in c.facts) and bench.book.valid(code, bench.encounter.on):
            reason = ruling("ocg/I.C.2.m", "applied", f"Treated and gone: {c.code} is {code}.", f"{OCG} I.C.2.d; I.C.2.m", bench=bench, subject=code)
            candidates = in_place_of(candidates, c, code, reason)
    return candidates


def _is_over(near: frozenset[str]) -> bool:
    said = bool(_OVER & near) or {"evidence", "disease"} <= near or {"complete", "remission"} <= near
    return said and not _TREATED & near


def history_beside_current(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG I.C.2.m: the history of a cancer is not coded beside the same cancer, assessed as present; of the other side it is, and
    of the skin, where one comes after another."""
    reasons = {}
    for c in standing(candidates, "Z85"):
        now = next((d for d in standing(candidates, "C00-C41", "C45-C96")
                    if longest(bench.tables.history, d.code, 0) == c.code and _assessed(d) and not _other_side(c, d, bench)), None)
        if now is not None:
            reasons[c.code] = ruling("ocg/I.C.2.m/current", "suppressed", f"The disease is present: {now.code}.", f"{OCG} I.C.2.m", bench=bench, subject=c.code,
                                     facts=(now.fact,))
    return all_off(candidates, reasons)


def _assessed(now: Candidate) -> bool:
    return any(f.section in ("assessment", "diagnosis", "problem list", "hospital course") and f.temporality == "recent" for f in now.facts)


def _other_side(history: Candidate, now: Candidate, bench: Bench) -> bool:
    said = {value for f in history.facts for axis, value in f.attributes if axis == "side"}
    side = side_of(title_of(now.code, bench))
    return bool(said and side) and side not in said
