"""Whether a document is authenticated, and by whom (42 CFR 482.24(c)(1): dated, timed and authenticated by the person responsible)."""
from __future__ import annotations

import re
from dataclasses import dataclass

from charthouse.record.document import Document, Span, quote

CITATION = "42 CFR 482.24(c)(1)"
BY_PROVIDERS = frozenset({"history_and_physical", "discharge_summary", "operative_note", "consultation", "progress_note", "emergency_note", "clinic_note", "radiology_report",
                          "pathology_report", "anesthesia_record", "anesthesia_evaluation", "postanesthesia_evaluation"})
_NOT = re.compile(r"\b(?:not (?:yet )?(?:electronically )?signed|unsigned|signature pending|pending (?:physician )?signature|dictated but not (?:read|signed)|unauthenticated|"
                  r"awaiting (?:signature|authentication))\b", re.I)
_PHRASE = re.compile(r"(?:\belectronically signed\b|\be-?signed\b|\bauthenticated by\b|\bsigned by\b|\bsigned\s*:|/s/)[ \t]*(?:by)?[ \t:]*(?P<name>[^\n]{0,60})", re.I)
_CREDENTIAL = re.compile(r"\b(?:M\.?D|D\.?O|PA-?C|P\.?A|N\.?P|CRNA|CRNP|APRN|DDS|DPM|MBBS)\b\.?")
_CLOSING = re.compile(r"(?:^[ \t]*|[ \t]{2,})(?P<name>\S+(?:[ \t]\S+){0,7})[ \t]*\r?$", re.M)  # at most eight words to the end of the line
_WORD = re.compile(r"[^\W\d_]{2,}")
_NO_NAME = frozenset({"dr", "md", "do", "pa", "np", "mbbs", "attending", "physician", "cover", "the", "and", "date", "time", "at", "on", "by"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """`signed` with the words that say so. `name` as written."""

    signed: bool
    name: str = ""
    spans: tuple[Span, ...] = ()


def signature(document: Document) -> Signature:
    """What the sender says decides; then words ("electronically signed by", "dictated but not read"); then a name that closes the document: the author's
    own, or one with a credential."""
    denied = _NOT.search(document.text)
    if document.signed is False or (denied and document.signed is None):
        return Signature(signed=False, spans=(quote(document, *denied.span()),) if denied else ())
    phrases = list(_PHRASE.finditer(document.text))
    if phrases:
        phrase = phrases[-1]
        return Signature(signed=True, name=phrase["name"].strip() or document.author, spans=(quote(document, *phrase.span()),))
    if document.signed:
        return Signature(signed=True, name=document.author)
    return _closing(document)


def _closing(document: Document) -> Signature:
    """A short line of its own, or the end of a line after a gap, that is a name; in the second half, since an addendum may follow it."""
    own = names(document.author)
    for found in reversed(list(_CLOSING.finditer(document.text, len(document.text) // 2))):
        named = names(found["name"])
        if ":" not in found["name"] and named and (own & named or _CREDENTIAL.search(found["name"])):
            return Signature(signed=True, name=found["name"], spans=(quote(document, *found.span("name")),))
    return Signature(signed=False)


def names(text: str) -> frozenset[str]:
    """The words of a name, folded, without titles and initials."""
    return frozenset(w for w in (m.group().lower() for m in _WORD.finditer(text)) if w not in _NO_NAME)
