"""Whether a finding holds, of whom, and when: by the words around it, each with its reach.

The idea is that of ConText (Harkema et al. 2009, J Biomed Inform 42:839): a trigger acts on the findings in its scope,
which ends at the sentence's end, at a word that closes scopes, or at the trigger's reach. Table: `lexicon/triggers.tsv`.
"""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from charthouse.lexicon.longest import Phrases
from charthouse.lexicon.words import words
from charthouse.record.fact import Assertion, Experiencer, Temporality
from charthouse.rooms.abstraction.row import Row

REACH = {"absent": 40, "possible": 12, "hypothetical": 14, "historical": 6, "chronic history": 60, "other": 40}
BACK_REACH = {"absent": 8, "possible": 8, "hypothetical": 3, "historical": 6, "other": 8}


@dataclass(frozen=True, slots=True)
class Trigger:
    effect: str
    direction: str
    reach: int
    words: tuple[str, ...]


class Found(NamedTuple):
    """A trigger in a row: words [start, end)."""

    trigger: Trigger
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Judged:
    """The verdict on one finding, and the trigger (row indexes) that decided it, if any."""

    assertion: Assertion = "present"
    temporality: Temporality = "recent"
    experiencer: Experiencer = "patient"
    by: tuple[int, int] | None = None
    rule: str = ""
    over: bool = False


class Triggers:
    """The trigger table, ready to read rows."""

    def __init__(self, rows: Iterable[tuple[str, str, str, str]]) -> None:
        read = []
        for phrase, effect, direction, reach in rows:
            tokens = tuple(w for w, _, _ in words(phrase))
            if not tokens:
                continue
            default = (BACK_REACH if direction == "backward" else REACH).get(effect, 0)
            read.append((tokens, Trigger(effect, direction, int(reach or default), tokens)))
        self._phrases = Phrases(read)

    def read(self, row: Row) -> list[Found]:
        """Triggers in the row, longest first; triggers of different effect may share the same words."""
        found: list[Found] = []
        past = 0
        for i in self._phrases.places(row.folded):
            if i < past:
                continue
            longest = 0
            for phrase, trigger in self._phrases.starting(row.folded, i):
                size = len(phrase)
                if size < longest:
                    break
                if not _cut(row, i, size):
                    found.append(Found(trigger, i, i + size))
                    longest = size
            past = i + longest
        return found


def _cut(row: Row, start: int, size: int) -> bool:
    return size > 1 and ";" in row.breaks[start + 1:start + size]


def judge(row: Row, triggers: list[Found], start: int, end: int, findings: list[tuple[int, int]]) -> Judged:
    """The verdict on the finding at words [start, end) of a row. `findings` are all findings of the row."""
    effects: dict[str, Found] = {}
    for found in triggers:
        effect = found.trigger.effect
        if effect in ("pseudo", "end", "patient", "not historical"):
            continue
        if start <= found.start < end:  # the trigger is part of the finding itself
            continue
        if not _reaches(row, triggers, found, start, end, findings):
            continue
        old = effects.get(effect)
        if old is None or _distance(found, start, end) < _distance(old, start, end):
            effects[effect] = found
    return _verdict(effects, start, end)


def _distance(found: Found, start: int, end: int) -> int:
    return start - found.end if found.end <= start else found.start - end


def _reaches(row: Row, triggers: list[Found], found: Found, start: int, end: int, findings: list[tuple[int, int]]) -> bool:
    trigger = found.trigger
    if trigger.direction == "answer":  # "Cough: no"
        return found.start == end and found.start < len(row.breaks) and row.breaks[found.start] == ":"
    if trigger.direction == "forward":
        if found.start > start or start - found.end > trigger.reach:
            return False
        return not _closed(row, triggers, found.end, start, trigger)
    if found.start < end or found.start - end > trigger.reach:
        return False
    if trigger.effect == "possible" and trigger.words in _LOOKS_AHEAD and found.end < len(row.folded) and not row.breaks[found.end]:
        return False  # "pain, possible fracture": the word goes on to something else
    if trigger.effect != "historical" and any(end <= a and b <= found.start for a, b in findings) and not _listed(row, end, found.start):
        return False
    return not _closed(row, triggers, end, found.start, trigger)


_LOOKS_AHEAD = frozenset({("possible",), ("likely",), ("probable",), ("questionable",)})


def _listed(row: Row, start: int, end: int) -> bool:
    """Whether only a list lies between: "fever, chills or cough were absent"."""
    return any(row.breaks[k] == "," or row.folded[k] in ("and", "or") for k in range(start, end))


def _closed(row: Row, triggers: list[Found], start: int, end: int, trigger: Trigger) -> bool:
    """Whether something in words [start, end) ends the scope: a hard stop, a closing word, a trigger that turns it."""
    if any(row.breaks[k] == ";" for k in range(start, min(end + 1, len(row.breaks))) if k > 0):
        return True
    between = [t for t in triggers if t.start >= start and t.end <= end]
    return any(_closes(row, other, trigger) for other in between)


def _closes(row: Row, other: Found, trigger: Trigger) -> bool:
    effect = other.trigger.effect
    if effect == "end":
        return not _soft_end(row, other, trigger)
    if effect == "patient":
        return trigger.effect == "other"
    if effect == "not historical":
        return trigger.effect in ("historical", "chronic history")
    return trigger.effect == "absent" and effect == "possible" and other.trigger.direction == "forward"


_CONDITION = frozenset({"he", "she", "they", "patient", "develop", "developed", "has", "with", "to", "his", "her", "report", "note", "continue"})


_PRESENT_ILLNESS = frozenset({"presents", "present", "presented", "presenting", "but", "however", "complaining", "patient", "he", "she", "admitted", "who"})


def _soft_end(row: Row, other: Found, trigger: Trigger) -> bool:
    """Some closing words close only part of the scopes: "with" and "to" do not end a denial's list."""
    word = row.folded[other.start]
    if trigger.words[-1] in ("if", "unless"):  # "return if she develops fever"
        return word in _CONDITION
    if trigger.effect in ("chronic history", "other"):
        return word not in _PRESENT_ILLNESS
    if word in ("with", "to", "where", "his", "her", "today", "now") and trigger.effect in ("absent", "hypothetical"):
        return True
    return trigger.effect == "historical" and word in ("with", "to", "his", "her")


def _rules_out(found: Found) -> bool:
    return found.trigger.direction == "backward" and "ruled" in found.trigger.words


def _verdict(effects: dict[str, Found], start: int, end: int) -> Judged:
    assertion: Assertion = "present"
    temporality: Temporality = "recent"
    experiencer: Experiencer = "patient"
    by: Found | None = None
    if "other" in effects:
        experiencer, by = "other", effects["other"]
    past = effects.get("historical") or effects.get("chronic history")
    if past:
        temporality, by = "historical", by or past
    holding = [e for e in ("absent", "possible", "hypothetical") if e in effects]
    if holding:
        nearest = min(holding, key=lambda e: (_distance(effects[e], start, end), e != "absent"))
        if "absent" in holding and (nearest == "hypothetical" or _rules_out(effects["absent"])):
            nearest = "absent"  # "considered and ruled out": the ruling out is the last word
        assertion = nearest
        by = effects[nearest]
    rule = f"{by.trigger.effect}: {' '.join(by.trigger.words)}" if by else ""
    return Judged(assertion, temporality, experiencer, (by.start, by.end) if by else None, rule, over="historical" in effects)
