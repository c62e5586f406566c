"""What kind of document a text is, by its first lines and its headings."""
from __future__ import annotations

import re

_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple((kind, re.compile(pattern)) for kind, pattern in (
    ("discharge_summary", r"discharge summary|hospital course"),
    ("operative_note", r"operative (?:note|report)|procedure performed|postoperative diagnosis"),
    ("history_and_physical", r"history (?:and|&) physical|\bh ?& ?p\b|admission note"),
    ("consultation", r"\bconsult(?:ation)?\b"),
    ("radiology_report", r"\b(?:technique|comparison|findings)\s*:|x-?ray|\bct\b"),
    ("laboratory_report", r"reference range|specimen"),
    ("emergency_note", r"emergency (?:department|room)|\bed (?:note|course|provider)"),
    ("progress_note", r"progress note|hospital day|\bhd ?#?\d|\bpod ?#?\d"),
))
_SURE = {"discharge_summary", "operative_note", "history_and_physical"}  # told by their headings, too


def kind_of(text: str) -> str:
    """The kind by the title, else by the headings of those that have their own; "clinic_note" when nothing speaks for another."""
    title = text[:200].lower()
    for kind, pattern in _KINDS:
        if pattern.search(title):
            return kind
    body = text[200:3000].lower()
    return next((kind for kind, pattern in _KINDS if kind in _SURE and pattern.search(body)), "clinic_note")
