"""Fractures of a bone that osteoporosis (I.C.13.d.2) or a neoplasm (I.C.2.l.6) has weakened."""
from __future__ import annotations

from charthouse.lexicon.words import fold
from charthouse.rooms.coding.candidate import OCG, Bench, Candidate, in_place_of, ruling, standing
from charthouse.rooms.coding.guidelines.combining import combine
from charthouse.rulebook.prefixes import starts

# Category of a traumatic fracture -> the site of M80.0-.
_SITE = (("S42.2-S42.4", "2"), ("S52", "3"), ("S62", "4"), ("S72", "5"), ("S82.0-S82.4", "6"), ("S82.5-S82.9 S92", "7"))
_SPINE = ("S22.0", "S32.0")
_PELVIS = ("S32.1-S32.9",)
_MINOR = frozenset({"fragility", "osteoporotic", "ground", "standing", "minor", "trivial", "insufficiency", "low"})


def osteoporotic_fractures(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG I.C.13.d.2: known osteoporosis and a fracture from a fall that would not break a healthy bone is M80, not a
    traumatic fracture. The chart must say that the fall was minor, or call the fracture one of fragility."""
    thin = standing(candidates, "M81")
    broken = [c for c in standing(candidates, "S22.0", "S32", "S42.2-S42.4", "S52", "S62", "S72", "S82", "S92") if "fracture" in _title(c.code, bench)]
    if not thin or not broken or not any(_MINOR & f.near for f in bench.facts if f.kind == "problem" and f.assertion == "present"):
        return candidates
    for fracture in broken:
        code = _osteoporotic(fracture.code, bench)
        if code and bench.book.valid(code, bench.encounter.on):
            current = standing(candidates, "M81", "M80")[0]
            candidates = combine(candidates, current, fracture, code, "none", f"{OCG} I.C.13.d.2", bench)
    return candidates


_NEOPLASTIC = frozenset(fold(w) for w in ("metastasis", "metastases", "metastatic", "mets", "myeloma", "neoplasm", "tumor", "cancer", "malignancy", "lytic"))


def neoplastic_fractures(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG I.C.2.l.6, I.C.13.c: a pathological fracture that the note links to the neoplasm is M84.5, beside it."""
    if not standing(candidates, "C00-C96", "D48.0"):
        return candidates
    for c in standing(candidates, "M84.4"):
        code = f"M84.5{c.code[5:]}"
        if any(_NEOPLASTIC & f.near for f in c.facts) and bench.book.valid(code, bench.encounter.on):
            reason = ruling("ocg/I.C.2.l.6", "applied", f"{c.code} in neoplastic disease is {code}.", f"{OCG} I.C.2.l.6; I.C.13.c", bench=bench, subject=code)
            candidates = in_place_of(candidates, c, code, reason)
    return candidates


def _osteoporotic(code: str, bench: Bench) -> str:
    """M80 code of the same site, side and encounter: S52.501A -> M80.031A."""
    seventh = code[-1] if code[-1] in "ADGKPS" else {"B": "A", "C": "A"}.get(code[-1], "D")
    if starts(code, _SPINE):
        return f"M80.08X{seventh}"
    if starts(code, _PELVIS):
        return f"M80.0BX{seventh}" if not bench.book.leaves("M80.0B1") else f"M80.0B{_side(code, bench)}{seventh}"
    site = next((digit for prefixes, digit in _SITE if starts(code, tuple(prefixes.split()))), "")
    return f"M80.0{site}{_side(code, bench)}{seventh}" if site else ""


def _side(code: str, bench: Bench) -> str:
    title = _title(code, bench)
    return "1" if "right" in title else "2" if "left" in title else "9"


def _title(code: str, bench: Bench) -> str:
    entry = bench.book.entry(code)
    return entry.title.lower() if entry else ""
