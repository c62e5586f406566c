"""Pregnancy, delivery and diabetes of pregnancy (I.C.15)."""
from __future__ import annotations

from charthouse.rooms.coding.candidate import OCG, Bench, Candidate, all_off, in_place_of, ruling, standing


def mother_only(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG I.C.15.a.2: chapter 15 and the outcome of delivery stand on the mother's record, never on the newborn's; nor on a man's."""
    patient = bench.encounter.patient
    if patient.sex != "M" and patient.age != 0:
        return candidates
    return all_off(candidates, {c.code: ruling("ocg/I.C.15.a.2", "suppressed", "Chapter 15 stands on the mother's record only.", f"{OCG} I.C.15.a.2",
                                               bench=bench, subject=c.code) for c in standing(candidates, "O", "Z34", "Z37", "Z3A")})


_OF_DELIVERY = ("O60.1", "O60.2", "O63-O77", "O80-O82")


def normal_delivery(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG I.C.15.n: O80 is for a delivery without complication and stands beside no other code of chapter 15; its outcome is
    Z37.0. I.C.15.b.5: an outcome needs a delivery."""
    other = standing(candidates, "O00-O7A", "O81-O9A")
    reasons = {c.code: ruling("ocg/I.C.15.n", "suppressed", f"Not beside another code of chapter 15: {other[0].code}.", f"{OCG} I.C.15.n.1", bench=bench,
                              subject=c.code) for c in standing(candidates, "O80") if other}
    reasons |= {c.code: ruling("ocg/I.C.15.b.5", "suppressed", "No delivery on the claim.", f"{OCG} I.C.15.b.5", bench=bench, subject=c.code)
                for c in standing(candidates, "Z37") if not standing(candidates, "O")}
    normal = standing(candidates, "O80")
    candidates = all_off(candidates, reasons)
    if not normal or other or standing(candidates, "Z37"):
        return candidates
    reason = ruling("ocg/I.C.15.n.3", "applied", "The outcome of a normal delivery.", f"{OCG} I.C.15.n.3", bench=bench, subject="Z37.0")
    return (*candidates, Candidate(code="Z37.0", facts=normal[0].facts, reasons=(reason,), made=True))


# OCG I.C.15.i: with diet and insulin only the insulin counts, with diet and tablets only the tablets.
_CONTROL = (("Z79.4", "4"), ("Z79.84", "5"))


def gestational_diabetes(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG I.C.15.i: O24.4 says how it is controlled, so no Z79 stands beside it; drugs on the list decide over "diet controlled"."""
    for c in standing(candidates, "O24.4"):
        taken = {t.family for f in bench.facts if f.kind == "medication" and f.assertion == "present" and f.experiencer == "patient" for t in f.targets}
        ending = next((end for drug, end in _CONTROL if drug in taken), "")
        code = f"{c.code[:6]}{ending}"
        if ending and code != c.code and c.code[6:] in ("0", "9") and bench.book.valid(code, bench.encounter.on):
            reason = ruling("ocg/I.C.15.i", "applied", f"Controlled by a drug: {code}.", f"{OCG} I.C.15.i", bench=bench, subject=code)
            candidates = in_place_of(candidates, c, code, reason)
    if not standing(candidates, "O24.4") or standing(candidates, "E08-E13", "O24.0-O24.3", "O24.8"):
        return candidates
    return all_off(candidates, {c.code: ruling("ocg/I.C.15.i", "suppressed", "O24.4 says how it is controlled.", f"{OCG} I.C.15.i", bench=bench, subject=c.code)
                                for c in standing(candidates, "Z79.4", "Z79.84")})


_ENDING = {"O14.02": "2", "O14.03": "3", "O14.12": "2", "O14.13": "3", "O14.22": "2", "O14.23": "3", "O14.92": "2", "O14.93": "3"}


def superimposed_preeclampsia(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG I.C.15.c; Tabular List O11: pre-eclampsia on hypertension that was there before; O10 stays to say which."""
    before = standing(candidates, "O10")
    for c in standing(candidates, "O14") if before else ():
        code = f"O11.{_ENDING.get(c.code, {'4': '4', '5': '5'}.get(c.code[-1], '9'))}"
        reason = ruling("ocg/I.C.15.c", "applied", f"{c.code} beside {before[0].code} is {code}.", f"{OCG} I.C.15.c; Tabular List O11", bench=bench, subject=code)
        candidates = in_place_of(candidates, c, code, reason)
    return candidates
