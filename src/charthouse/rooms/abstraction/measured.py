"""Medications, vital signs and laboratory values as facts, with values and units.

Values are read as written; no unit is converted. They are evidence for or against a diagnosis, never one by themselves
(ICD-10-CM Guidelines III.B: abnormal findings are not coded without the provider).
"""
from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from charthouse.lexicon.words import small
from charthouse.record.fact import Kind, Measured

_NUMBER = r"(?P<value>\d{1,5}(?:[.,]\d{1,4})?)"
_IS = r"\s*(?:\([^)]{1,15}\)\s*)?(?:level\s*)?(?:is|was|of|at|=|:|to|today|measured|elevated|elevated at|low at|high at|down to|up to|~|>|<)?\s*(?:at\s+|of\s+|is\s+|was\s+)?[~<>]?\s*"

_LABS = {
    "hemoglobin A1c": r"(?:hemoglobin|hgb|hb)?\s?a1c|hba1c", "creatinine": r"creatinine|creat|cr", "eGFR": r"e?gfr", "sodium": r"sodium|na\+?",
    "potassium": r"potassium|k\+?", "glucose": r"glucose|blood sugars?|fsbg|fingerstick", "hemoglobin": r"hemoglobin|hgb|hb",
    "hematocrit": r"hematocrit|hct", "white blood cells": r"wbc|white (?:blood )?(?:cell )?count|white blood cells", "platelets": r"platelets?|plt",
    "troponin": r"(?:hs[- ])?troponin(?:[- ][it])?", "BNP": r"(?:nt-?pro)?bnp", "lactate": r"lactate|lactic acid", "INR": r"inr", "TSH": r"tsh",
    "LDL": r"ldl", "HDL": r"hdl", "triglycerides": r"triglycerides|tg", "total cholesterol": r"total cholesterol", "BUN": r"bun", "albumin": r"albumin",
    "bilirubin": r"(?:total )?bilirubin|t ?bili", "AST": r"ast", "ALT": r"alt", "lipase": r"lipase", "magnesium": r"magnesium|mg\+?\+?(?=\s*[:=])",
    "calcium": r"calcium|ca(?=\s*[:=])", "phosphorus": r"phosph(?:orus|ate)|phos", "bicarbonate": r"bicarb(?:onate)?|hco3|co2", "pH": r"ph(?=\s*[:=7])",
    "PSA": r"psa", "CRP": r"crp", "ESR": r"esr", "ferritin": r"ferritin", "vitamin D": r"(?:25-?oh )?vitamin d(?![23])", "uric acid": r"uric acid",
    "ejection fraction": r"(?:lv)?ef|ejection fraction", "procalcitonin": r"procalcitonin", "D-dimer": r"d-?dimer",
}
_VITALS = {
    "heart rate": r"heart rate|hr|pulse", "respiratory rate": r"respiratory rate|resp(?:irations)?|rr", "temperature": r"temperature|temp|t(?=\s*[:=]?\s*(?:3[5-9]|4[01]|9[5-9]|10[0-6])(?:\.\d)?)",
    "oxygen saturation": r"spo2|o2 sats?|oxygen saturation|o2 saturation|sats?|pulse ox(?:imetry)?", "weight": r"weight|wt", "height": r"height|ht", "BMI": r"bmi|body mass index",
    "NIHSS": r"nihss(?: score)?|nih stroke scale(?: score)?",
}
_UNIT = r"\s*(?P<unit>%|mg/dl|g/dl|mmol/l|meq/l|ng/ml|pg/ml|mcg/l|iu/l|u/l|k/ul|x10\^?[39]/l|miu/l|mm/hr|ml/min(?:/1\.73 ?m2)?|kg/m2|bpm|/min|°? ?[fc]\b|kg|lbs?|pounds|cm|inches|in\b)?"
_BP = re.compile(r"\b(?:bp|blood pressure)\b[^.;\n\d]{0,30}(?P<value>\d{2,3})\s*/\s*(?P<second>\d{2,3})")
_DOSE = re.compile(
    r"\b(?P<drug>[a-z][a-z\-]{3,}(?: (?:er|xr|sr|xl|cr|hfa|hcl|sodium|succinate|tartrate|glargine|aspart|lispro|degludec|detemir))?)\s+"
    r"(?P<value>\d{1,5}(?:[.,]\d{1,3})?)\s*(?:-\s*\d+\s*)?(?P<unit>mg|mcg|g|units?|iu|ml|meq|%|puffs?)\b")
_SURFACE = re.compile(r"(?P<value>\d{1,3}(?:\.\d)?)\s*%\s*(?:of\s+)?(?:(?:the\s+)?total\s+)?(?:tbsa|body surface)|\btbsa\b[^\d\n.;]{0,12}(?P<after>\d{1,3}(?:\.\d)?)\s*%")
_WEEKS = re.compile(
    r"\b(?:(?:ega|ga|gestational age|iup at|pregnant at)\s*(?:of|is|:)?\s*(?P<a>\d{1,2})\s*(?:w|wk|wks|weeks?)?|(?P<b>\d{1,2})\s*(?:w|wk|wks|weeks?)\s*(?:and\s*)?(?:\d(?:/7)?\s*(?:d|days?)?\s*)?"
    r"(?:gestation|pregnant|ega|ga|iup|gestational age|of pregnancy)|(?P<c>\d{1,2})w\s?[0-6](?:/7)?d?\b)")
_NOT_DRUGS = frozenset(["than", "about", "approximately", "over", "with", "from", "over", "until", "least", "dose", "take", "taking", "total", "another", "daily", "increase", "decrease", "given", "gave"])


def _table(names: dict[str, str]) -> re.Pattern[str]:
    """For a text in small letters: several times as fast as one that minds no case."""
    groups = "|".join(f"(?P<n{i}>{pattern})" for i, pattern in enumerate(names.values()))
    return re.compile(rf"(?<![a-z0-9])(?:{groups})(?![a-z]){_IS}{_NUMBER}(?![\d/]){_UNIT}(?P<flag>\s*\(?(?:h|l|high|low|elevated)\b\)?)?")


_LAB, _VITAL = _table(_LABS), _table(_VITALS)


@dataclass(frozen=True, slots=True)
class Read:
    """A value where it stands: [start, end) of the text."""

    kind: Kind
    start: int
    end: int
    measured: Measured


def measurements(text: str) -> Iterator[Read]:
    """All medications with a dose, vital signs and laboratory values of a text, in no particular order."""
    start, lowered = 0, small(text)
    for line in text.split("\n"):
        if _DIGIT.search(line):
            yield from _of_line(text, lowered, start, start + len(line))
        start += len(line) + 1


_DIGIT = re.compile(r"\d")


def _of_line(text: str, lowered: str, start: int, end: int) -> Iterator[Read]:
    for kind, names, pattern in (("lab", _LABS, _LAB), ("vital", _VITALS, _VITAL)):
        for found in pattern.finditer(lowered, start, end):
            name, unit = _name(found, list(names)), text[slice(*found.span("unit"))] if found["unit"] else ""
            flag = (found["flag"] or "").strip(" ()").upper()[:1]
            measured = Measured(name=name, value=_float(found["value"]), unit=unit, flag={"E": "H"}.get(flag, flag))
            yield Read(kind, found.start(), found.end(), measured)  # type: ignore[arg-type]
    for found in _BP.finditer(lowered, start, end):
        yield Read("vital", found.start(), found.end(),
                   Measured(name="blood pressure", value=_float(found["value"]), unit="mmHg", second=_float(found["second"])))
    for found in _SURFACE.finditer(lowered, start, end) if "%" in lowered[start:end] else ():
        yield Read("vital", found.start(), found.end(), Measured(name="burned surface", value=_float(found["value"] or found["after"]), unit="%"))
    for found in _WEEKS.finditer(lowered, start, end):
        weeks = _float(next(g for g in found.groups() if g))
        if 4 <= weeks <= 44:
            yield Read("vital", found.start(), found.end(), Measured(name="gestational age", value=weeks, unit="weeks"))
    for found in _DOSE.finditer(lowered, start, end):
        if found["drug"] not in _NOT_DRUGS:
            measured = Measured(name=found["drug"], value=_float(found["value"]), unit=found["unit"])
            yield Read("medication", found.start(), found.end(), measured)


def _name(found: re.Match[str], titles: list[str]) -> str:
    return next(titles[int(k[1:])] for k, v in found.groupdict().items() if v is not None and re.fullmatch(r"n\d+", k))


def _float(text: str) -> float:
    return float(text.replace(",", "."))
