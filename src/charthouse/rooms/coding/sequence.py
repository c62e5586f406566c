"""Which code comes first, and the order of the rest.

Outpatient: the reason for the visit, as assessed (OCG IV.G). Inpatient: the condition established after study to be
chiefly responsible for the admission (OCG II, UHDDS). Chapter 15 before other chapters (I.C.15.a.1), etiology before
manifestation (I.A.13), the poisoning before its effects (I.C.19.e.5.b), external causes last (I.C.20).
"""
from __future__ import annotations

from collections.abc import Mapping

from charthouse.record.chart import Chart
from charthouse.rooms.coding.candidate import Candidate
from charthouse.rooms.coding.notes import before, intent
from charthouse.rooms.coding.propose import worth
from charthouse.rulebook.codebook import CodeBook
from charthouse.rulebook.prefixes import starts

# May not stand first: OCG I.C.21.c.3 and .17, I.C.20.a.6, I.C.1.d, I.C.18.i; the notes "code first" of the tabular list.
NEVER_FIRST = ("V", "W", "X", "Y", "Z79", "Z80-Z84", "Z85", "Z86", "Z87", "Z88", "Z90", "Z91", "Z92.0-Z92.2", "Z93", "Z94", "Z95", "Z96", "Z97", "Z98",
               "Z99", "Z53", "Z68", "Z66", "Z72", "Z78", "Z3A", "Z15", "Z16", "Z17", "Z18", "Z22", "Z28", "Z55-Z65", "R65", "B95-B97", "D63", "R29.7",
               "E16.A", "Z33.1", "Z37", "Z91.1", "T31-T32", "R40.2", "B90-B94", "E64", "E68", "O94", "G09")

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
    (("L97", "L98.4"), ("E08.62", "E09.62", "E10.62", "E11.62", "E13.62", "I70.2", "I83.0", "I83.2", "I87.3", "I96")),  # code first at L97
    (("K31.84",), ("E08.43", "E09.43", "E10.43", "E11.43", "E13.43")),  # code first at K31.84
    (("G81", "G83", "R13.1", "R29.8", "R47", "H53.4"), ("I60-I63", "I69")),  # deficits after the stroke
    (("J12.82", "J20.8", "J22", "J40", "J80", "J96.0", "M35.81"), ("U07.1",)),  # I.C.1.g.1.c
    (("B25", "B37", "B45", "B58-B59", "C46", "A31", "A81.2", "J12-J18"), ("B20",)),  # I.C.1.a.2.a
    (("D61.81", "D64.81", "D63.0", "G89.3"), ("C00-C96",)),  # I.C.2.c
    (("E08-E13",), ("E89.1",)),  # I.C.4.a.6.b.i
    (("G89.0-G89.2", "G89.4"), ("M25.5", "M54", "M79.6", "R07", "R10", "R51")),  # I.C.6.b.1.b.ii
    (("I10-I15",), ("I60-I69",)),  # I.C.9.a.4
    (("I25.1", "I25.7"), ("I21-I22",)),  # I.C.9.b
    (("J68-J70", "J80", "J82", "J84", "J96.0"), ("U07.0",)),  # I.C.10.e
    (("D50-D64", "E00-E07", "E66", "E86-E87", "F10-F60", "G35-G47", "I10-I51", "J00-J99", "K20-K87", "L20-L50", "N10-N39"), ("O",)),  # I.C.15.a.1
    (("P07.2-P07.3",), ("P07.0-P07.1",)),  # I.C.16.d
    (("T76",), ("T74",)),  # I.C.19.f
    # I.B.8: of the same condition, the acute before the chronic
    (("J32",), ("J01",)), (("J35.0",), ("J03",)), (("J31.2",), ("J02",)), (("J37.0",), ("J04.0",)), (("J41-J42",), ("J20",)), (("K86.0-K86.1",), ("K85",)),
    (("N11",), ("N10",)), (("I82.5", "I82.7"), ("I82.4", "I82.6")), (("K72.1",), ("K72.0",)), (("N41.1",), ("N41.0",)), (("M86.3-M86.6",), ("M86.0-M86.2",)),
    (("I27.82",), ("I26",)), (("N18",), ("N17",)), (("D50.0",), ("D62",)), (("H65.2-H65.4",), ("H65.0-H65.1",)), (("K70.41", "K72.11"), ("K72.0",)),
)
_SEPSIS = ("A40", "A41", "O85", "A02.1", "A32.7", "B37.7", "T81.44")
_SERIOUS = (("S06", "S12", "S14", "S22.5", "S26", "S27", "S32.8", "S35-S37"), ("S02", "S22", "S32", "S42", "S52", "S62", "S72", "S82", "S92"),
            ("T20-T32",), ("S00", "S10", "S20", "S30", "S40", "S50", "S60", "S70", "S80", "S90"))


def order(candidates: list[Candidate], chart: Chart, book: CodeBook) -> list[Candidate]:
    """The candidates in claim order."""
    documents = {d.id: i for i, d in enumerate(chart.documents)}
    inpatient = chart.encounter.setting == "inpatient"

    def place(c: Candidate) -> tuple[object, ...]:
        best = max(c.facts, key=worth)
        rank: tuple[int, ...] = _admission_rank(c, chart) if inpatient else (-worth(best)[0],)
        return (_outside(c.code), _late(c.code), not starts(c.code, ONLY_FIRST), not _precedes(c.code), _mere_symptom(c, inpatient=inpatient), rank,
                _severity(c.code), -_degree(c.code), documents.get(best.span.document, 0), best.span.start, c.code)

    return _etiology_first(sorted(candidates, key=place), before(tuple(c.code for c in candidates), book))


def _late(code: str) -> bool:
    """Whether a code may never stand first. An effect of a drug taken rightly, or too little of it, comes before the drug
    (OCG I.C.19.e.5.a, .c); what an injury left behind comes before the injury (I.B.10)."""
    if intent(code) in ("5", "6"):
        return True
    if code[0] in "ST" and len(code) == 8 and code.endswith("S"):
        return True
    return starts(code, (*NEVER_FIRST, *MANIFESTATIONS)) and not starts(code, ONLY_FIRST)


# OCG I.C.20.f: abuse, terrorism, cataclysms, transport, then other causes; place, activity and status after the cause.
_OUTSIDE = (("Y07",), ("Y38",), ("X30-X39",), ("V00-V99",), ("W", "X", "Y"), ("Y92", "Y93", "Y99"))


def _outside(code: str) -> int:
    """0 for a condition; external causes after it in their own order."""
    if code[0] not in "VWXY":
        return 0
    return len(_OUTSIDE) if starts(code, _OUTSIDE[-1]) else 1 + next(i for i, codes in enumerate(_OUTSIDE) if starts(code, codes))


def _precedes(code: str) -> bool:
    """Chapter 15 has sequencing priority (OCG I.C.15.a.1); a poisoning, a toxic effect or abuse comes before what it causes
    (I.C.19.e.5.b, .d; I.C.19.f)."""
    if starts(code, ("O", "T51-T65", "T74", "T76")):
        return not code.endswith("S")
    return intent(code) in ("1", "2", "3", "4") and code.endswith("A")


def _mere_symptom(candidate: Candidate, *, inpatient: bool) -> bool:
    """A symptom after the diagnoses (OCG II.A); for an outpatient not where it is itself what was assessed (IV.D, IV.G)."""
    assessed = any(f.section in ("assessment", "diagnosis") or f.role == "heading" for f in candidate.facts)
    return candidate.code.startswith("R") and (inpatient or not assessed)


def _severity(code: str) -> int:
    """OCG I.C.19.b: the most serious injury first, a superficial one of the same site last."""
    return next((i for i, codes in enumerate(_SERIOUS) if starts(code, codes)), 1)


def _degree(code: str) -> int:
    """OCG I.C.19.d.1: the burn of the highest degree first."""
    return int(code[4]) % 4 if starts(code, ("T20-T25",)) and code[4:5].isdigit() else 0


def _admission_rank(candidate: Candidate, chart: Chart) -> tuple[int, int, int]:
    """Discharge principal or first diagnosis listed there, then reasons of admission; sepsis before its focus (I.C.1.d.4)."""
    summaries = {d.id for d in chart.documents if d.kind == "discharge_summary"}
    final = [f for f in candidate.facts if f.span.document in summaries or f.section == "diagnosis"]
    listed = min((f.span.start for f in final if f.section in ("diagnosis", "assessment", "hospital course")), default=10**9)
    admission = any(f.section in ("admission diagnosis", "chief complaint", "indication", "assessment") for f in candidate.facts)
    return (0 if candidate.code.startswith(_SEPSIS) else 1, listed if listed < 10**9 else 10**9 - admission, 0)


def _etiology_first(ordered: list[Candidate], wanted: Mapping[str, frozenset[str]]) -> list[Candidate]:
    """Each code behind what the book (`wanted`) and `AFTER` want before it, where that may come before it at all; the rest
    keeps its order."""
    waits = {c.code: frozenset(o.code for o in ordered if o is not c and _waits(c.code, o.code, wanted)) for c in ordered}
    left = list(ordered)
    out: list[Candidate] = []
    while left:
        there = {c.code for c in left}
        free = [c for c in left if not waits[c.code] & there] or left
        ready = free[0] if out else next((c for c in (*free, *left) if not _late(c.code)), free[0])
        out.append(ready)
        left.remove(ready)
    return out


def _waits(code: str, other: str, wanted: Mapping[str, frozenset[str]]) -> bool:
    """Whether `code` comes after `other`; the guidelines' own pairs decide where the book has it the other way round."""
    return _after(code, other) or (other in wanted.get(code, ()) and not _after(other, code))


def _after(code: str, other: str) -> bool:
    return any(starts(code, later) and starts(other, first) for later, first in AFTER) if code[0] in _LATER else False


_LATER = frozenset("".join(code[0] for later, _ in AFTER for code in later))
