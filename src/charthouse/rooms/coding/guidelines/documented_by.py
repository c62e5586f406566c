"""Who may document what (I.B.14), and reports that the provider does not take up (III.B)."""
from __future__ import annotations

from charthouse.rooms.coding.candidate import OCG, Bench, Candidate, all_off, ruling, standing
from charthouse.rulebook.prefixes import starts

# Kinds of documents that are not the provider's. Reports of findings count so for an inpatient only: III.B against IV.K.
NOT_PROVIDERS = frozenset({"nursing_note", "nutrition_note", "therapy_note", "wound_care_note", "social_work_note", "case_management_note", "ems_report"})
REPORTS = frozenset({"radiology_report", "laboratory_report", "pathology_report"})

# What others may document, and the provider's own diagnosis beside which alone it is coded; none for what the patient says of
# circumstances (I.C.21.c.17).
_MAY: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("Z68",), ("E66", "E40-E46", "R63.4-R63.6", "R64", "F50", "E88.A")),
    (("L89",), ("L89",)), (("L97", "L98.4"), ("L97", "L98.4", "E08.62", "E09.62", "E10.62", "E11.62", "E13.62", "I83.0", "I83.2", "I70.2")),
    (("R40.2",), ("S06", "I60-I63", "G93", "T", "R40")), (("R29.7",), ("I63",)), (("Z55-Z65",), ()), (("Z28.3",), ()), (("Z91.1", "Z91.A"), ()),
    (("Y90",), ("F10",)), (("W32-W34", "X72-X74", "X93-X95", "Y22-Y24"), ("S", "T")), (("Z66",), ()),
)


def documented_by_others(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG I.B.14: codes rest on the provider's documentation. BMI, ulcer depth and stage, coma scale, stroke scale, social
    determinants and the like may come from other clinicians, beside the provider's diagnosis."""
    if not bench.others:
        return candidates
    own = [c for c in candidates if any(f.span.document not in bench.others and f.assertion in ("present", "possible") for f in c.facts)]
    reasons = {}
    for c in standing(candidates):
        if c in own or c.made or not c.facts:
            continue
        row = next((beside for codes, beside in _MAY if starts(c.code, codes)), None)
        if row is None or (row and not any(starts(o.code, row) for o in own)):
            reasons[c.code] = ruling("ocg/I.B.14", "suppressed", "Documented only by others than the provider, or in a report.", f"{OCG} I.B.14; III.B",
                                     bench=bench, subject=c.code, facts=(c.fact,))
    return all_off(candidates, reasons)
