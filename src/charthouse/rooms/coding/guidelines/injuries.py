"""Injuries: burns (I.C.19.d), superficial injuries beside graver ones (I.C.19.b.1), aftercare (I.C.21.c.7), unstated circumstances."""
from __future__ import annotations

from charthouse.rooms.coding.candidate import OCG, Bench, Candidate, all_off, ruling, standing
from charthouse.rooms.coding.guidelines.sites import sites_of
from charthouse.rooms.coding.guidelines.specific import side_of, title_of
from charthouse.rulebook.prefixes import starts

_BURNS = ("T20-T25",)


def deepest_burn(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG I.C.19.d.2: burns of one site and side but of different degrees are coded to the highest degree. The fourth character is the
    degree: 0 unspecified, 1 to 3, corrosions 4 to 7."""
    deepest: dict[tuple[str, str, str, bool], Candidate] = {}
    for c in standing(candidates, *_BURNS):
        if len(c.code) > 6 and (c.code[4], c.code[5:]) > ((best.code[4], best.code[5:]) if (best := deepest.get(_site(c.code))) else ("", "")):
            deepest[_site(c.code)] = c
    return all_off(candidates, {c.code: ruling("ocg/I.C.19.d.2", "suppressed", f"The same site is burnt deeper: {deepest[_site(c.code)].code}.",
                                               f"{OCG} I.C.19.d.2", bench=bench, subject=c.code)
                                for c in standing(candidates, *_BURNS) if deepest.get(_site(c.code), c) is not c})


def _site(code: str) -> tuple[str, str, str, bool]:
    """Category and the characters for site, side and encounter; burn or corrosion."""
    return code[:3], code[5:7], code[-1], code[4] in "4567"


def burned_surface(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG I.C.19.d.6: the extent of the body surface that is burnt goes with the burns, by tens. Where a third degree is coded, how much
    of it the note must say by itself."""
    burns = standing(candidates, *_BURNS)
    values = [f for f in bench.facts if f.measured and f.measured.name == "burned surface" and 0 < f.measured.value <= 100]
    if not burns or not values or standing(candidates, "T31-T32") or any(c.code[4] in "37" for c in burns):
        return candidates
    tens = int(values[0].measured.value if values[0].measured else 0) // 10
    code = f"T3{2 if burns[0].code[4] in '4567' else 1}." + ("0" if tens == 0 else f"{min(tens, 9)}0")
    reason = ruling("ocg/I.C.19.d.6", "applied", f'"{values[0].span.text}" beside {burns[0].code}.', f"{OCG} I.C.19.d.6", bench=bench, subject=code)
    return (*candidates, Candidate(code=code, facts=(values[0],), reasons=(reason,), made=True))


_SUPERFICIAL = ("S00", "S10", "S20", "S30", "S40", "S50", "S60", "S70", "S80", "S90")


def superficial_injuries(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG I.C.19.b.1: an abrasion or contusion is not coded beside a graver injury of the same site and side."""
    reasons = {}
    for c in standing(candidates, *_SUPERFICIAL):
        graver = next((o for o in standing(candidates, c.code[:2]) if not starts(o.code, _SUPERFICIAL) and _same_place(c.code, o.code, bench)), None)
        if graver is not None:
            reasons[c.code] = ruling("ocg/I.C.19.b.1", "suppressed", f"The same site is hurt worse: {graver.code}.", f"{OCG} I.C.19.b.1", bench=bench,
                                     subject=c.code, facts=(graver.fact,))
    return all_off(candidates, reasons)


def _same_place(one: str, other: str, bench: Bench) -> bool:
    """Whether both titles lie in a common part of the body; of the head and the trunk, name a common part of it."""
    a, b = title_of(one, bench), title_of(other, bench)
    sides = {side_of(a), side_of(b)} - {""}
    return len(sides) < 2 and bool(set(sites_of(a)) & set(sites_of(b)))


# Aftercare of Z42-Z51, not of injuries: for these the seventh character says it.
_AFTERCARE = ("Z47.89", "Z47.8", "Z48.0", "Z48.8", "Z51.89", "Z47.1")
_HEALING = frozenset("DEFGHJKMNPQR")


def aftercare(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG I.C.19.a, I.C.21.c.7: no aftercare code for an injury; its code with the seventh character of a later encounter says it."""
    healing = [c for c in standing(candidates, "S", "T", "M80", "M84.3-M84.6") if len(c.code) == 8 and c.code[-1] in _HEALING]
    if not healing:
        return candidates
    return all_off(candidates, {c.code: ruling("ocg/I.C.21.c.7", "suppressed", f"The seventh character of {healing[0].code} says it.",
                                               f"{OCG} I.C.19.a; I.C.21.c.7", bench=bench, subject=c.code)
                                for c in standing(candidates, *_AFTERCARE) if c.code != "Z47.1"})


_NO_ACTIVITY = ("T36-T50", "T51-T65")


def unstated_circumstances(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG I.C.20.b-c, I.C.20.k: place and activity once, and not where they are not stated; no activity or status for poisonings
    and adverse effects alone. I.C.20.a.8: no cause beside a poisoning, whose code says it."""
    reasons = {}
    for prefix in ("Y92", "Y93", "Y99"):
        there = standing(candidates, prefix)
        for c in there:
            if c.code in ("Y92.9", "Y93.9", "Y99.9") or (prefix != "Y99" and c is not max(there, key=lambda c: (len(c.code), -c.fact.span.start))):
                reasons[c.code] = ruling("ocg/I.C.20.b-c", "suppressed", "Place and activity are coded once, and only as stated.", f"{OCG} I.C.20.b-c; I.C.20.k",
                                         bench=bench, subject=c.code)
    hurt = standing(candidates, "S", "T07-T79")
    if hurt and all(starts(c.code, _NO_ACTIVITY) for c in hurt):
        for c in standing(candidates, "W", "X00-X08", "X30-X58", "Y93", "Y99"):
            reasons[c.code] = ruling("ocg/I.C.20.a.8", "suppressed", f"{hurt[0].code} says the cause.", f"{OCG} I.C.20.a.8; I.C.20.c", bench=bench, subject=c.code)
    return all_off(candidates, reasons)
