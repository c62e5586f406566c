"""What kind of document a text is, by its first lines and its headings."""
from __future__ import annotations

import re

_KINDS: tuple[tuple[str, str], ...] = (
    ("discharge_summary", r"discharge summary|hospital course"),
    ("operative_note", r"operative (?:note|report)|procedure performed|postoperative diagnosis"),
    ("history_and_physical", r"history (?:and|&) physical|\bH ?& ?P\b|admission note"),
    ("consultation", r"\bconsult(?:ation)?\b"),
    ("radiology_report", r"\b(?:technique|comparison|findings)\s*:|x-?ray|\bCT\b.{0,40}\bimpression\b"),
    ("laboratory_report", r"reference range|specimen"),
    ("emergency_note", r"emergency (?:department|room)|\bED (?:note|course|provider)"),
    ("progress_note", r"progress note|hospital day|\bHD ?#?\d|\bPOD ?#?\d"),
)


def kind_of(text: str) -> str:
    """The kind, "clinic_note" when nothing speaks for another. The title counts before the body."""
    for part in (text[:200], text[:4000]):
        for kind, pattern in _KINDS:
            if re.search(pattern, part, re.I):
                return kind
    return "clinic_note"
