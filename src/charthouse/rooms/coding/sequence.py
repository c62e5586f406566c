"""Which code comes first, and the order of the rest.

Outpatient: the reason for the visit, as assessed (OCG IV.G). Inpatient: the condition established after study to be
chiefly responsible for the admission (OCG II, UHDDS). Chapter 15 before other chapters (I.C.15.a.1), etiology before
manifestation (I.A.13), the poisoning before its effects (I.C.19.e.5.b), external causes last (I.C.20).
"""
from __future__ import annotations

import re

from charthouse.record.chart import Chart
from charthouse.rooms.coding.candidate import Candidate, starts
from charthouse.rooms.coding.propose import worth

# May not stand first: OCG I.C.21.c.3 and .17, I.C.20.a.6, I.C.1.d, I.C.18.i; the notes "code first" of the tabular list.
NEVER_FIRST = ("V", "W", "X", "Y", "Z79", "Z80-Z84", "Z85", "Z86", "Z87", "Z88", "Z90", "Z91", "Z92.0-Z92.2", "Z93", "Z94", "Z95", "Z96", "Z97", "Z98",
               "Z99", "Z68", "Z66", "Z72", "Z78", "Z3A", "Z15", "Z16", "Z17", "Z18", "Z22", "Z28", "Z55-Z65", "R65", "B95-B97", "D63", "R29.7",
               "E16.A", "Z33.1")

# "... in diseases classified elsewhere" (I.A.13): never first.
MANIFESTATIONS = ("D72.18", "D77", "D84.81", "E35", "F02", "F54", "G01", "G02", "G05", "G07", "G13", "G26", "G32", "G47.27", "G47.36", "G47.37", "G47.42",
                  "G53", "G55", "G59", "G63", "G73", "G91.4", "G94", "G99", "H22", "H28", "H32", "H36", "H42", "H62", "H67", "H75", "H82", "H94", "I31.31",
                  "I32", "I39", "I41", "I43", "I52", "I68", "I79", "J17", "J84.17", "J91.8", "J99", "K23", "K67", "K77", "K87", "L14", "L45", "L54", "L62",
                  "L86", "L99", "M01", "M14", "M36", "M49", "M63", "M90", "N08", "N16", "N22", "N29", "N33", "N37", "N48.32", "N51", "N52.1", "N74", "N77",
                  "P91.81", "R50.81")

# OCG I.C.21.c.16: only as principal or first-listed diagnosis.
ONLY_FIRST = ("Z00.0-Z00.5", "Z00.7-Z00.8", "Z01", "Z02", "Z04", "Z33.2", "Z31.81-Z31.84", "Z34", "Z38", "Z39", "Z40", "Z42", "Z51.0", "Z51.1", "Z52",
              "Z76.1", "Z76.2", "Z99.12")

# A code, and what stands before it when both are on the claim.
AFTER: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("N18",), ("E08.22", "E09.22", "E10.22", "E11.22", "E13.22", "I12", "I13")),  # code first at N18
    (("I50",), ("I11.0", "I13.0", "I13.2")),  # I.C.9.a.1
    (("K31.84",), ("E08.43", "E09.43", "E10.43", "E11.43", "E13.43")),  # code first at K31.84
    (("L97", "L98.4"), ("E08.62", "E09.62", "E10.62", "E11.62", "E13.62", "I70.2", "I83.0", "I83.2", "I87.3", "I96")),  # code first at L97
    (("G81", "G83", "R13.1", "R29.8", "R47", "H53.4"), ("I60-I63", "I69")),  # deficits after the stroke
    (("A40-A41",), ("O85", "O03.37", "O03.87", "O75.3", "O86.04", "T81.44", "T80.211", "T80.22", "T80.29", "T88.0")),  # code first at A41, I.C.1.d.5
    (("J12.82",), ("U07.1",)),  # I.C.1.g.1.c
    (("D61.81", "D64.81"), ("C00-C96",)),
    (("E84.8", "F17", "Z72.0"), ("J40-J47",)),
    (("D50-D64", "E00-E07", "E66", "E86-E87", "F10-F60", "G35-G47", "I10-I51", "J00-J99", "K20-K87", "L20-L50", "N10-N39"), ("O",)),  # I.C.15.a.1
    (("J96.0", "J80"), ("U07.1",)),
)
_SEPSIS = ("A40", "A41", "O85", "A02.1", "A32.7", "B37.7", "T81.44")
_SERIOUS = (("S06", "S12", "S14", "S22.5", "S26", "S27", "S32.8", "S35-S37"), ("S02", "S22", "S32", "S42", "S52", "S62", "S72", "S82", "S92"),
            ("T20-T32",), ("S00", "S10", "S20", "S30", "S40", "S50", "S60", "S70", "S80", "S90"))


def order(candidates: list[Candidate], chart: Chart) -> list[Candidate]:
    """The candidates in claim order."""
    documents = {d.id: i for i, d in enumerate(chart.documents)}
    inpatient = chart.encounter.setting == "inpatient"

    def place(c: Candidate) -> tuple[object, ...]:
        best = max(c.facts, key=worth)
        rank: tuple[int, ...] = _admission_rank(c, chart) if inpatient else (-worth(best)[0],)
        return (c.code[0] in "VWXY", _late(c.code), not starts(c.code, ONLY_FIRST), not _precedes(c.code), _mere_symptom(c, inpatient=inpatient), rank,
                _severity(c.code), documents.get(best.span.document, 0), best.span.start, c.code)

    return _etiology_first(sorted(candidates, key=place))


def _late(code: str) -> bool:
    """Whether a code may never stand first. An effect of a drug taken rightly, or too little of it, comes before the drug
    (OCG I.C.19.e.5.a, .c): the last character before the seventh is 5 or 6."""
    if _DRUG.match(code):
        return _intent(code) in "56"
    return starts(code, (*NEVER_FIRST, *MANIFESTATIONS)) and not starts(code, ONLY_FIRST)


_DRUG = re.compile(r"T(?:3[6-9]|4\d|50)\.")


def _intent(code: str) -> str:
    """The character of T36-T50 that tells accident, self-harm, assault, undetermined (1-4), adverse effect (5), underdosing (6)."""
    kind = code[5:7].rstrip("X")[-1:] if len(code) == 8 else ""
    return kind or "0"


def _precedes(code: str) -> bool:
    """Chapter 15 has sequencing priority (OCG I.C.15.a.1); a poisoning comes before what it causes (I.C.19.e.5.b)."""
    return code.startswith("O") or (bool(_DRUG.match(code)) and _intent(code) in "1234" and code.endswith("A"))


def _mere_symptom(candidate: Candidate, *, inpatient: bool) -> bool:
    """A symptom after the diagnoses (OCG II.A); for an outpatient not where it is itself what was assessed (IV.D, IV.G)."""
    assessed = any(f.section in ("assessment", "diagnosis") or f.role == "heading" for f in candidate.facts)
    return candidate.code.startswith("R") and (inpatient or not assessed)


def _severity(code: str) -> int:
    """OCG I.C.19.b: the most serious injury first, a superficial one of the same site last."""
    return next((i for i, codes in enumerate(_SERIOUS) if starts(code, codes)), 1)


def _admission_rank(candidate: Candidate, chart: Chart) -> tuple[int, int, int]:
    """Discharge principal or first diagnosis listed there, then reasons of admission; sepsis before its focus (I.C.1.d.4)."""
    summaries = {d.id for d in chart.documents if d.kind == "discharge_summary"}
    final = [f for f in candidate.facts if f.span.document in summaries or f.section == "diagnosis"]
    listed = min((f.span.start for f in final if f.section in ("diagnosis", "assessment", "hospital course")), default=10**9)
    admission = any(f.section in ("admission diagnosis", "chief complaint", "indication", "assessment") for f in candidate.facts)
    return (0 if candidate.code.startswith(_SEPSIS) else 1, listed if listed < 10**9 else 10**9 - admission, 0)


def _etiology_first(ordered: list[Candidate]) -> list[Candidate]:
    """Each code of `AFTER` moved behind what the book wants before it; the rest keeps its order."""
    for later, before in AFTER:
        for c in [c for c in ordered if starts(c.code, later)]:
            at = max((i for i, o in enumerate(ordered) if starts(o.code, before) and o is not c), default=-1)
            if at > ordered.index(c):
                ordered = [o for o in ordered[:at + 1] if o is not c] + [c] + ordered[at + 1:]
    return ordered
