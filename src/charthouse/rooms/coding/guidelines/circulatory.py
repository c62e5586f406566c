"""How old an infarction is (I.C.9.e), and what a stroke left behind (I.C.9.d)."""
from __future__ import annotations

from dataclasses import replace

from charthouse.lexicon.words import fold
from charthouse.rooms.coding.candidate import OCG, Bench, Candidate, all_off, in_place_of, ruling, standing

_YEARS = frozenset(fold(w) for w in ("year", "years", "yr", "yrs", "month", "months", "decade", "decades"))
_WEEKS = frozenset(fold(w) for w in ("week", "weeks", "wk", "wks"))
_DAYS = frozenset(fold(w) for w in ("day", "days", "yesterday"))
_NUMBERS = {word: n for n, word in enumerate(("one", "two", "three", "four"), 1)} | {str(n): n for n in range(1, 5)}


def age_of_infarction(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG I.C.9.e.1: an infarction is I21 for four weeks, while it is cared for; after that it is old (I25.2)."""
    for c in standing(candidates, "I21", "I25.2"):
        ages = [_old(f.near) for f in c.facts]
        if c.code != "I25.2" and all(ages):
            candidates = _dated(candidates, c, "I25.2", "more than four weeks", bench)
        elif c.code == "I25.2" and ages and all(old is False for old in ages):
            candidates = _dated(candidates, c, _read_as(c), "four weeks or less", bench)
    return candidates


def _old(near: frozenset[str]) -> bool | None:
    """Whether the words around place it more than four weeks back; None: they do not say."""
    if fold("ago") not in near:
        return None
    if _YEARS & near:
        return True
    if _WEEKS & near:
        said = [_NUMBERS.get(w) for w in near if w.isdigit() or w in _NUMBERS]
        return None if not said else None in said
    return False if _DAYS & near else None


def _read_as(candidate: Candidate) -> str:
    """The infarction that the words name: "NSTEMI two weeks ago"."""
    named = (t.default or t.family for f in candidate.facts for t in f.targets)
    return next((code for code in named if code.startswith("I21") and len(code) > 3), "I21.9")


def _dated(candidates: tuple[Candidate, ...], old: Candidate, code: str, age: str, bench: Bench) -> tuple[Candidate, ...]:
    reason = ruling("ocg/I.C.9.e.1/age", "applied", f"The infarction is {age} old: {code}.", f"{OCG} I.C.9.e.1", bench=bench, subject=code, facts=old.facts[:1])
    return in_place_of(candidates, old, code, reason)


# A deficit, the code of what a stroke left behind, whether the deficit's own code stays to say which it is.
_DEFICITS: tuple[tuple[str, str, bool], ...] = (
    ("G81.91", "I69.351", False), ("G81.92", "I69.352", False), ("G81.93", "I69.353", False), ("G81.94", "I69.354", False), ("G81.90", "I69.359", False),
    ("R47.01", "I69.320", False), ("R47.02", "I69.321", False), ("R47.1", "I69.322", False), ("R47.8", "I69.328", False),
    ("R13.1", "I69.391", True), ("R29.810", "I69.392", False), ("R27.0", "I69.393", False), ("R41.3", "I69.311", False), ("R41.4", "I69.312", False),
    ("R41.84", "I69.319", False), ("G40", "I69.398", True), ("H53.4", "I69.398", True),
)
_LEFT_BEHIND = frozenset(fold(w) for w in ("residual", "residuals", "sequela", "sequelae", "late", "deficit", "deficits"))
_STROKE = frozenset(fold(w) for w in ("stroke", "CVA", "infarct", "infarction"))


def residuals_of_stroke(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG I.C.9.d: a deficit that an old stroke left is coded by I69; a history of stroke (Z86.73) has left none. The note must
    call the deficit a residual, or name the stroke beside it, and the stroke must be over."""
    past = standing(candidates, "Z86.73")
    if not past or standing(candidates, "I60-I63"):
        return candidates
    for deficit, code, stays in _DEFICITS:
        for c in standing(candidates, deficit):
            if any((_LEFT_BEHIND | _STROKE) & f.near for f in c.facts) and bench.book.valid(code, bench.encounter.on):
                candidates = _left(candidates, past[0], c, code, stays, bench)
    left = standing(candidates, "I69.3")
    return all_off(candidates, {past[0].code: ruling("ocg/I.C.9.d.3", "suppressed", f"The stroke left a deficit: {left[0].code}.", f"{OCG} I.C.9.d.3",
                                                     bench=bench, subject=past[0].code)} if left else {})


def _left(candidates: tuple[Candidate, ...], past: Candidate, deficit: Candidate, code: str, stays: bool, bench: Bench) -> tuple[Candidate, ...]:
    reason = ruling("ocg/I.C.9.d.1", "applied", f"{deficit.code} left by an old stroke is {code}.", f"{OCG} I.C.9.d.1", bench=bench, subject=code)
    proved = replace(deficit, facts=tuple(dict.fromkeys((*deficit.facts, *past.facts))))
    if not stays:
        candidates = tuple(proved if c is deficit else c for c in candidates)
        return in_place_of(candidates, proved, code, reason)
    if standing(candidates, code):
        return candidates
    return (*candidates, Candidate(code=code, facts=proved.facts, reasons=(reason,), made=True))
