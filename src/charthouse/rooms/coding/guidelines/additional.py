"""What goes beside a code: long-term drugs (Z79), manifestations, external causes, and what may not stand alone."""
from __future__ import annotations

from charthouse.record.fact import Fact
from charthouse.rooms.coding.candidate import OCG, Bench, Candidate, left_off, ruling, standing
from charthouse.rooms.coding.propose import with_facts
from charthouse.rooms.coding.sequence import MANIFESTATIONS
from charthouse.rulebook.prefixes import starts

# Z79 code -> the conditions for which the drug is taken for long (tabular list: use additional code; I.C.21.c.3: treatment of a chronic
# condition, or prevention). A short course (aspirin after an operation) has none of them.
_VESSELS = ("I20", "I25", "I63", "I65-I66", "I70", "I73.9", "Z86.73", "Z95.1", "Z95.5")
_DIABETES = ("E08", "E09", "E11", "E13", "O24.0-O24.3", "O24.8")  # O24.4 says by itself how it is controlled (I.C.15.i)
_ASKED: dict[str, tuple[str, ...]] = {
    "Z79.4": _DIABETES, "Z79.84": _DIABETES, "Z79.85": _DIABETES,
    "Z79.01": ("I48", "I26", "I82", "Z86.71", "Z95.2", "I27", "D68"), "Z79.02": _VESSELS, "Z79.82": (*_VESSELS, "O09-O16", "O24"),
    "Z79.51": ("J43-J45", "J47"), "Z79.83": ("M80-M81",), "Z79.810": ("C50", "D05", "Z85.3"), "Z79.811": ("C50", "D05", "Z85.3"),
    "Z79.891": ("G89.2-G89.4",),
}
TAKEN = frozenset({"medications", "plan", "assessment", "history of present illness", "hospital course", "past medical history", ""})


def long_term_drugs(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG I.C.4.a.3, I.C.21.c.3: a drug taken for long (insulin, anticoagulants, aspirin ...) beside the condition that it is for.

    Insulin for type 1 diabetes is not coded: E10 has no such note."""
    kept = {c.code for c in standing(candidates)}
    added: list[Candidate] = []
    for code, conditions in _ASKED.items():
        drugs = [f for f in bench.facts if f.kind == "medication" and f.assertion == "present" and f.section in TAKEN
                 and any(t.family == code for t in f.targets) and not _for_the_stay(code, f, bench)]
        beside = next((k for k in sorted(kept) if starts(k, conditions)), "")
        if drugs and beside and bench.book.valid(code, bench.encounter.on):
            added.append(_drug(code, drugs, beside, bench))
    asked = {c.code: c for c in added}
    read = tuple(with_facts(asked.pop(c.code), c) if not c.off and c.code in asked else c for c in candidates)
    return (*read, *asked.values())


def _for_the_stay(code: str, fact: Fact, bench: Bench) -> bool:
    """OCG I.C.4.a.3: insulin that only brings the sugar down during an encounter is not long-term use."""
    if code != "Z79.4":
        return False
    return "sliding" in fact.concept.split() or (bench.encounter.setting == "inpatient" and fact.section == "hospital course")


def _drug(code: str, drugs: list[Fact], beside: str, bench: Bench) -> Candidate:
    reason = ruling("ocg/I.C.4.a.3/long-term-drug", "applied", f'"{drugs[0].span.text}" is taken for long beside {beside}.',
                    f"{OCG} I.C.4.a.3; I.C.21.c.3; Tabular List: use additional code", bench=bench, subject=code)
    return Candidate(code=code, facts=tuple(drugs), reasons=(reason,), made=True)


# Conditions outside chapter 19 that are due to an outside cause: fractures, burns of the sun, radiation, fumes, noise.
_DUE = ("S", "T", "M80", "M84.3", "O9A.2", "L55-L59", "J68", "J70", "H83.3")
_COMPLICATION = ("D78", "E36", "E89", "G97", "H59", "H95", "I97", "J95", "K68.11", "K91", "K94", "K95",
                 "L76", "M96", "M97", "N98", "N99", "O74-O75", "O86.0", "T80-T88")


def external_causes(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG I.C.20.a: an external cause goes with the condition that is due to it, never alone; activity and place only at
    the first encounter (I.C.20.b-c). Misadventures and complications of care stand beside a complication (I.C.20.j, Y62-Y84)."""
    injured = standing(candidates, *_DUE)
    first = any(c.code.endswith("A") or not c.code.startswith(_SEVENTH) for c in injured)
    out = []
    for c in candidates:
        if not c.off and c.code[0] in "VWXY":
            if not standing(candidates, *_causes(c.code)):
                c = left_off(c, ruling("ocg/I.C.20.a", "suppressed", "No injury on the claim that it could be the cause of.", f"{OCG} I.C.20.a",
                                       bench=bench, subject=c.code))
            elif c.code.startswith(("Y92", "Y93", "Y99")) and not first:
                c = left_off(c, ruling("ocg/I.C.20.b", "suppressed", "Place and activity are coded once, at the first encounter.", f"{OCG} I.C.20.b-c",
                                       bench=bench, subject=c.code))
        out.append(c)
    return tuple(out)


_SEVENTH = ("S", "T", "M80", "M84")


def _causes(code: str) -> tuple[str, ...]:
    """The conditions that an external cause may stand beside."""
    if starts(code, ("Y62-Y84",)):
        return (*_DUE, *_COMPLICATION)
    if code.startswith("Y90"):
        return (*_DUE, "F10", "R78.0")
    if code.startswith("Y95"):
        return ("A", "B", "J", "L", "N", "T", "U07.1", "G00-G09", "I33", "I38")
    return (*_DUE, *_COMPLICATION) if code.startswith("Y92") else _DUE


def manifestations(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG I.A.13: a code for a manifestation "in (other) diseases classified elsewhere" needs its etiology on the claim."""
    others = standing(candidates)
    out = []
    for c in candidates:
        if not c.off and starts(c.code, MANIFESTATIONS) and len([o for o in others if o.code[0] not in "RZVWXY"]) < 2:
            c = left_off(c, ruling("ocg/I.A.13", "suppressed", "A manifestation; the disease behind it is not on the claim.", f"{OCG} I.A.13",
                                   bench=bench, subject=c.code))
        out.append(c)
    return tuple(out)


def bmi(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG I.B.14, I.C.21.c.3: a BMI is coded only beside the provider's diagnosis (overweight, obesity, malnutrition ...);
    the value may come from anybody's note. Not in pregnancy."""
    ended = standing(candidates, "O00-O08", "O85-O92", "O94")
    pregnant = [c for c in standing(candidates, "O", "Z34") if c not in ended]
    diagnosed = [] if pregnant else standing(candidates, "E66", "E40-E46", "R63.4-R63.6", "R62.51", "R64", "F50", "E88.81", "E88.A")
    values = [f for f in bench.facts if f.kind == "vital" and f.measured and f.measured.name == "BMI" and 10 < f.measured.value < 90]
    why = "No BMI code in pregnancy." if pregnant else "A BMI without a weight diagnosis by the provider."
    kept = [left_off(c, ruling("ocg/I.B.14/bmi", "suppressed", why, f"{OCG} I.B.14; I.C.21.c.3", bench=bench, subject=c.code))
            if c.code.startswith("Z68") and not c.off and not diagnosed else c for c in candidates]
    if not diagnosed or not values or any(c.code.startswith("Z68") and not c.off for c in kept):
        return tuple(kept)
    value = values[-1].measured.value if values[-1].measured else 0.0
    code = bmi_code(value, bench.encounter.patient.age)
    if not code or not bench.book.valid(code, bench.encounter.on):
        return tuple(kept)
    reason = ruling("ocg/I.B.14/bmi", "applied", f"BMI {value:g} beside {diagnosed[0].code}.", f"{OCG} I.B.14; I.C.21.c.3", bench=bench, subject=code)
    return (*kept, Candidate(code=code, facts=(values[-1],), reasons=(reason,), made=True))


def bmi_code(value: float, age: int | None) -> str:
    """Adult BMI (20 years and over) in kg/m2 -> Z68 code; "" for children, whose percentile is not a BMI value."""
    if age is not None and age < 20:
        return ""
    if value < 20:
        return "Z68.1"
    if value < 40:
        return f"Z68.{int(value)}"
    return next(code for limit, code in ((45, "Z68.41"), (50, "Z68.42"), (60, "Z68.43"), (70, "Z68.44"), (1e9, "Z68.45")) if value < limit)


def weeks_of_gestation(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG I.C.21.c.11: Z3A beside the codes of chapter 15, except for pregnancies with abortive outcome (O00-O08) and
    after delivery (postpartum codes)."""
    ended = standing(candidates, "O00-O08", "O85-O92", "O94")
    pregnant = [c for c in standing(candidates, "O") if c not in ended]
    weeks = [f for f in bench.facts if f.measured and f.measured.name == "gestational age"]
    if not pregnant or not weeks or any(c.code.startswith("Z3A") and not c.off for c in candidates):
        return candidates
    value = int(weeks[0].measured.value) if weeks[0].measured else 0
    code = "Z3A.01" if value < 8 else f"Z3A.{value:02d}" if value <= 42 else "Z3A.49"
    reason = ruling("ocg/I.C.21.c.11/weeks", "applied", f"{value} weeks of gestation beside {pregnant[0].code}.", f"{OCG} I.C.21.c.11", bench=bench,
                    subject=code)
    return (*candidates, Candidate(code=code, facts=(weeks[0],), reasons=(reason,), made=True))
