"""Which code comes first, and the order of the rest.

Outpatient: the reason for the visit, as assessed (OCG IV.G). Inpatient: the condition established after study to be
chiefly responsible for the admission (OCG II, UHDDS). Etiology before manifestation (I.A.13), external causes last.
"""
from __future__ import annotations

from charthouse.record.chart import Chart
from charthouse.rooms.coding.candidate import Candidate, starts
from charthouse.rooms.coding.propose import worth

# May not stand first (OCG I.C.21.c.3 and .16, I.C.20, I.A.13; R65 by its code first note).
NEVER_FIRST = ("V", "W", "X", "Y", "Z79", "Z80", "Z81", "Z82", "Z83", "Z84", "Z85", "Z86", "Z87", "Z88", "Z90", "Z91", "Z92.0-Z92.2", "Z93", "Z94", "Z95",
               "Z96", "Z97", "Z98", "Z99", "Z68", "Z66", "Z72", "Z78", "Z3A", "Z15", "Z16", "Z17", "Z18", "Z22", "Z28", "Z55-Z65", "R65", "B95-B97", "G81",
               "D63.1", "I13.9", "N18", "F17", "R29.7", "E66.81", "D62")


def order(candidates: list[Candidate], chart: Chart) -> list[Candidate]:
    """The candidates in claim order."""
    documents = {d.id: i for i, d in enumerate(chart.documents)}
    inpatient = chart.encounter.setting == "inpatient"

    def place(c: Candidate) -> tuple[object, ...]:
        late = starts(c.code, NEVER_FIRST) or "in diseases classified elsewhere" in c.code
        symptom = c.code.startswith("R")
        best = max(c.facts, key=worth)
        headed = -worth(best)[0]
        return (late, c.code[0] in "VWXY", symptom, _admission_rank(c, chart) if inpatient else 0, 0 if inpatient else headed,
                documents.get(best.span.document, 0), best.span.start)

    return sorted(candidates, key=place)


def _admission_rank(candidate: Candidate, chart: Chart) -> tuple[int, int, int]:
    """Discharge principal or first diagnosis listed there, then reasons of admission; sepsis before its focus (I.C.1.d.4)."""
    final = [f for f in candidate.facts if "discharge" in f.span.document or f.section == "diagnosis"]
    listed = min((f.span.start for f in final if f.section in ("diagnosis", "assessment", "hospital course")), default=10**9)
    admission = any(f.section in ("admission diagnosis", "chief complaint", "indication", "assessment") for f in candidate.facts)
    sepsis = 0 if candidate.code.startswith(("A40", "A41", "O85")) else 1
    return (sepsis, listed if listed < 10**9 else 10**9 - admission, 0)
