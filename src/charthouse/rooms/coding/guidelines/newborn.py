"""The newborn's record (I.C.16)."""
from __future__ import annotations

from charthouse.rooms.coding.candidate import OCG, Bench, Candidate, all_off, in_place_of, ruling, standing


def born_once(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG I.C.16.a.2: Z38 is assigned once, to the newborn at the time of birth: to no older patient and at no later visit."""
    age = bench.encounter.patient.age
    if age == 0 and bench.encounter.setting == "inpatient":
        return candidates
    if age is None:
        return candidates
    return all_off(candidates, {c.code: ruling("ocg/I.C.16.a.2", "suppressed", "Assigned once, on the record of the birth.", f"{OCG} I.C.16.a.2", bench=bench,
                                               subject=c.code) for c in standing(candidates, "Z38")})


# A condition and its code when it comes from the birth or its time.
_PERINATAL = {"A41.9": "P36.9", "J18.9": "P23.9", "N39.0": "P39.3", "R17": "P59.9", "E16.2": "P70.4", "J96.00": "P28.5", "J96.01": "P28.5", "J96.02": "P28.5",
              "R56.9": "P90", "E86.0": "P74.1", "R63.30": "P92.9", "R11.10": "P92.09", "R06.03": "P22.9",
              "R50.9": "P81.9", "R68.0": "P80.9", "D69.6": "P61.0", "E87.1": "P74.22", "E87.6": "P74.32", "R06.81": "P28.40"}


def perinatal(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG I.C.16.a.5: what a newborn has is presumed to come from the birth (chapter 16) unless the note says that it was
    acquired outside. Only on the record of a birth or beside another code of chapter 16."""
    if bench.encounter.patient.age != 0 or not standing(candidates, "Z38", "P"):
        return candidates
    for c in standing(candidates, *_PERINATAL):
        code = _PERINATAL.get(c.code, "")
        if code and not any("acquired" in word for f in c.facts for word in f.near) and bench.book.valid(code, bench.encounter.on):
            reason = ruling("ocg/I.C.16.a.5", "applied", f"{c.code} of a newborn is {code}.", f"{OCG} I.C.16.a.5", bench=bench, subject=code)
            candidates = in_place_of(candidates, c, code, reason)
    return candidates


def weeks_at_birth(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG I.C.16.d: prematurity is the provider's diagnosis; the weeks may be taken from the record."""
    weeks = next((int(f.measured.value) for f in bench.facts if f.measured and f.measured.name == "gestational age"), None)
    for c in standing(candidates, "P07.20", "P07.30") if weeks is not None and bench.encounter.patient.age == 0 else ():
        code = _premature(weeks or 0)
        if code:
            reason = ruling("ocg/I.C.16.d", "applied", f"{weeks} completed weeks: {code}.", f"{OCG} I.C.16.d", bench=bench, subject=code)
            candidates = in_place_of(candidates, c, code, reason)
    return candidates


def _premature(weeks: int) -> str:
    if weeks < 28:
        return f"P07.2{max(weeks - 21, 1)}"
    return f"P07.3{weeks - 27}" if weeks < 37 else ""
