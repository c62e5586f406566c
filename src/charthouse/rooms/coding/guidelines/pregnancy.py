"""Other diseases in pregnancy: chapter 15 takes precedence (I.C.15.a.1), and the trimester is in the code (I.C.15.a.3)."""
from __future__ import annotations

import re

from charthouse.rooms.coding.candidate import OCG, Bench, Candidate, left_off, ruling, standing
from charthouse.rooms.coding.propose import PLACE
from charthouse.rooms.coding.specify import trimester

_CITATION = f"{OCG} I.C.15.a.1"
_OVER = ("O00-O08", "O85-O94")  # pregnancies that ended, and the puerperium: their codes are other ones
_CARED_FOR = 5  # the worth of a place where what is assessed or treated stands

# Conditions, the chapter 15 code up to the trimester, its last character where no trimester is known, whether the condition's
# own code stays to say which it is. The first row that holds is taken.
ROWS: tuple[tuple[tuple[str, ...], str, str, bool], ...] = (
    (("I10",), "O10.01", "9", False), (("I11",), "O10.11", "9", True), (("I12",), "O10.21", "9", True), (("I13",), "O10.31", "9", True),
    (("I15",), "O10.41", "9", True), (("E10",), "O24.01", "9", True), (("E11",), "O24.11", "9", True), (("E08-E09", "E13"), "O24.81", "9", True),
    (("D50-D64",), "O99.01", "9", True), (("D65-D77",), "O99.11", "9", True), (("E40-E46",), "O25.1", "0", True), (("E66",), "O99.21", "0", True),
    (("E00-E07", "E16", "E20-E28", "E50-E56", "E70-E72", "E78-E89"), "O99.28", "0", True),
    (("N10-N12",), "O23.0", "0", True), (("N30",), "O23.1", "0", True), (("N39.0",), "O23.4", "0", False),
    (("F10",), "O99.31", "0", True), (("F11-F16", "F18-F19"), "O99.32", "0", True), (("F17",), "O99.33", "0", True),
    (("F20-F50", "F53", "F60", "F90"), "O99.34", "0", True), (("G00-G99",), "O99.35", "0", True),
    (("I80.0", "I82.81"), "O22.2", "0", True), (("I82",), "O22.3", "0", True), (("K64",), "O22.4", "0", False),
    (("I20-I51",), "O99.41", "9", True), (("J00-J99",), "O99.51", "9", True), (("K70-K77",), "O26.61", "9", True), (("K00-K95",), "O99.61", "9", True),
    (("L20-L50",), "O99.71", "9", True), (("B20", "Z21"), "O98.71", "9", True), (("U07.1",), "O98.51", "9", True),
    (("A15-A19",), "O98.01", "9", True), (("A50-A53",), "O98.11", "9", True), (("A54",), "O98.21", "9", True), (("A55-A64",), "O98.31", "9", True),
    (("B15-B19",), "O98.41", "9", True), (("A80-B09", "B25-B34"), "O98.51", "9", True), (("B50-B64",), "O98.61", "9", True),
    (("A00-A49", "A65-A79", "B35-B49", "B65-B89"), "O98.81", "9", True), (("C00-C96",), "O9A.11", "9", True), (("S00-S99", "T07-T34"), "O9A.21", "9", True),
)
_CHARACTER = {"first": "1", "second": "2", "third": "3"}


def complicated_pregnancy(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG I.C.15.a.1: any condition cared for in pregnancy is presumed to complicate it, unless called incidental (Z33.1)."""
    pregnant = [c for c in standing(candidates, "O", "Z34") if c not in standing(candidates, *_OVER)]
    if not pregnant or (standing(candidates, "Z33.1") and not standing(candidates, "O")):
        return candidates
    character = _CHARACTER.get(_trimester(candidates, bench), "")
    for conditions, stem, unknown, stays in ROWS:
        for condition in standing(candidates, *conditions):
            if not condition.code.startswith("O") and any(PLACE.get(f.section, 0) >= _CARED_FOR for f in condition.facts):
                candidates = _complicates(candidates, condition, stem, character or unknown, stays, bench)
    return candidates


def _trimester(candidates: tuple[Candidate, ...], bench: Bench) -> str:
    """By the weeks of gestation, else as a standing code of chapter 15 words it."""
    weeks = next((f.measured.value for f in bench.facts if f.measured and f.measured.name == "gestational age"), None)
    if weeks is not None:
        return trimester(weeks)
    titles = (entry.title for c in standing(candidates, "O") if (entry := bench.book.entry(c.code)))
    return next((found[1] for title in titles if (found := re.search(r"(first|second|third) trimester", title))), "")


def _complicates(candidates: tuple[Candidate, ...], condition: Candidate, stem: str, character: str, stays: bool, bench: Bench) -> tuple[Candidate, ...]:
    family = stem[:5] if stem.startswith("O24") else stem
    held = next(iter(standing(candidates, family)), None)
    code = held.code if held else stem + character
    if not bench.book.valid(code, bench.encounter.on):
        return candidates
    out: list[Candidate] = []
    for c in candidates:
        if c is condition and held is None:
            reason = ruling("ocg/I.C.15.a.1", "applied", f"{condition.code} in pregnancy is {code}.", _CITATION, bench=bench, subject=code, facts=c.facts[:1])
            out.append(Candidate(code=code, facts=c.facts, reasons=(reason,), made=True))
        if c is condition and not stays:
            c = left_off(c, ruling("ocg/I.C.15.a.1", "suppressed", f"Held in {code}.", _CITATION, bench=bench, subject=c.code))
        out.append(c)
    return tuple(out)
