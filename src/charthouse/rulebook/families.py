"""The family of a code: its chapter in the ICD-10-CM tabular list, or its code system. Errors are alike within a family, not across."""
from __future__ import annotations

from bisect import bisect_right

# ICD-10-CM Tabular List of Diseases and Injuries: the first category of each chapter.
CHAPTERS = (
    ("A00", "infections"), ("C00", "neoplasms"), ("D50", "blood"), ("E00", "endocrine"), ("F01", "mental"), ("G00", "nervous"), ("H00", "eye"), ("H60", "ear"),
    ("I00", "circulatory"), ("J00", "respiratory"), ("K00", "digestive"), ("L00", "skin"), ("M00", "musculoskeletal"), ("N00", "genitourinary"),
    ("O00", "pregnancy"), ("P00", "newborn"), ("Q00", "congenital"), ("R00", "symptoms"), ("S00", "injuries"), ("U00", "special purposes"),
    ("V00", "external causes"), ("Z00", "status and contact"),
)
_STARTS = tuple(start for start, _ in CHAPTERS)


_NAMES = frozenset(name for _, name in CHAPTERS)


def system_of(family: str) -> str:
    """The code system of a family."""
    return "ICD-10-CM" if family in _NAMES else family


def family(system: str, code: str) -> str:
    """"circulatory" for I10; the system itself for codes that are no diagnoses."""
    if system != "ICD-10-CM":
        return system
    return CHAPTERS[max(0, bisect_right(_STARTS, code) - 1)][1]
