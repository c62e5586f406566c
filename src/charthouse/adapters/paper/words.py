"""The words and shapes of the page: how a kind, a role, a verdict and an assertion are written for a reader."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ROLES = {"principal": ("PDX", "Principal diagnosis"), "first-listed": ("First", "First-listed diagnosis"), "secondary": ("SDX", "Secondary diagnosis"),
         "external cause": ("External", "External cause"), "procedure": ("Procedure", "Procedure"), "mention": ("Mention", "Mention in the text")}  # fmt: skip
POA = {"Y": "present on admission", "N": "not present on admission", "U": "documentation insufficient", "W": "clinically undetermined",
       "exempt": "exempt from reporting"}  # fmt: skip
STATUS = {"auto": ("✓", "auto", "done"), "review": ("?", "review", "warning"), "suppressed": ("○", "left off", "quiet")}
VERDICTS = {"passed": ("✓", "passed", "done"), "applied": ("●", "applied", "info"), "suppressed": ("○", "left off", "quiet"),
            "warning": ("▲", "warning", "warning"), "error": ("■", "error", "error"), "not loaded": ("◌", "not loaded", "quiet")}  # fmt: skip
_UPPER = {"ed", "er", "icu", "ct", "mri", "ecg", "ekg", "eeg", "ot", "pt"}
_QUIET = {"and", "of", "or", "the"}
# Control characters, which a browser drops or lets act, shown as their pictures; a lone surrogate cannot be written at all.
_VISIBLE = {n: 0x2400 + n for n in range(32) if chr(n) not in "\t\n\r"} | {0x7F: 0x2421} | dict.fromkeys(range(0xD800, 0xE000), 0xFFFD)


def visible(text: str) -> str:
    """The text with one visible character for each control character; its length stays."""
    return text.translate(_VISIBLE)


def kind(name: str) -> str:
    """"history_and_physical" as "History and physical"."""
    words = [w.upper() if w.lower() in _UPPER else w for w in name.replace("_", " ").split()]
    return " ".join(words)[:1].upper() + " ".join(words)[1:] if words else "Document"


def pattern(fact: Mapping[str, Any]) -> str:
    """How a fact is underlined: absent, possible, history (also of a relative) or present."""
    if fact.get("assertion") == "absent":
        return "absent"
    if fact.get("assertion") in ("possible", "hypothetical"):
        return "possible"
    return "history" if fact.get("temporality") == "historical" or fact.get("experiencer") == "other" else "present"


def note(fact: Mapping[str, Any]) -> str:
    """Why a fact is underlined so: 'absent: "Denies"'; "" for a plain present one."""
    said = [str(fact.get("assertion", ""))] if fact.get("assertion") != "present" else []
    said += ["history"] if fact.get("temporality") == "historical" else []
    said += ["of a relative"] if fact.get("experiencer") == "other" else []
    trigger = fact.get("trigger") or {}
    because = f': "{trigger["text"]}"' if said and trigger.get("text") else ""
    read_as = [f'read as "{fact["read_as"]}"'] if fact.get("read_as") else []
    return visible("; ".join([", ".join(said) + because] * bool(said) + read_as))


def letter(n: int) -> str:
    """1 as "a", 26 as "z", 27 as "aa"."""
    return letter((n - 1) // 26) + chr(97 + (n - 1) % 26) if n else ""


def count(n: int, one: str, many: str = "") -> str:
    """"1 code", "2 codes"."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"
