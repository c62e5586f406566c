"""How sure we are that a code belongs on the claim: a small logistic model over features that a coder would recognise.

The weights are trained by `training/train.py` on notes that the project wrote itself; `weights.json` is their card and
they are handed in as a value. Payment never enters.
"""
from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from charthouse.record.fact import Fact
from charthouse.rooms.coding.candidate import Candidate
from charthouse.rulebook.prefixes import starts


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """A trained model: weights by feature name, the bias, and the thresholds for `auto` and for `review`."""

    version: str
    bias: float
    weights: Mapping[str, float]
    auto: float
    review: float


ASSESSED = frozenset({"assessment", "diagnosis", "problem list", "hospital course"})
_PLANNED = ASSESSED | {"plan"}
_BACKGROUND = frozenset({"past medical history", "past surgical history", "social history", "family history", "problem list"})
_SEEN = frozenset({"review of systems", "examination", "results", "vitals"})

# The kind of thing that a code stands for, as a coder sorts them: (prefixes or ranges, name); the first that fits.
_KINDS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("V", "W", "X", "Y"), "external cause"), (("Z79",), "long-term drug"), (("Z68",), "body mass index"), (("Z55-Z65", "Z72", "Z91"), "social or risk"),
    (("Z80-Z84",), "family history"), (("Z85-Z88", "Z92"), "personal history"), (("Z89-Z90", "Z93-Z99", "Z66", "Z67", "Z73-Z78"), "status"), (("Z",), "encounter"),
    (("R", "M25.5", "M54.2", "M54.5", "M54.9", "M79.6", "M25.6", "M25.4"), "symptom"), (("S", "T"), "injury"), (("O",), "pregnancy"),
)


@lru_cache(maxsize=8192)
def kind(code: str) -> str:
    return next((name for prefixes, name in _KINDS if starts(code, prefixes)), "diagnosis")


def features(candidate: Candidate, peers: Sequence[Candidate]) -> dict[str, float]:
    """The features of one candidate beside the others that stand; each between 0 and 1."""
    facts = candidate.facts
    sections = {f.section for f in facts}
    sort = kind(candidate.code)
    assessed = [f for f in facts if f.section in ASSESSED]
    headed = [f for f in facts if f.role == "heading"]
    headings = any(f.role == "heading" for p in peers for f in p.facts)
    place = ("headed" if headed else "assessed" if assessed else "planned" if sections & _PLANNED else "reason" if "chief complaint" in sections else
             "told" if sections & {"history of present illness", ""} else "background" if sections & _BACKGROUND else "seen")
    out = {f"in {s or 'no section'}": 1.0 for s in sections}
    out |= {f"chapter {candidate.code[0]}": 1.0, f"said by {facts[0].source}": 1.0, f"kind {sort}": 1.0, f"place {place}": 1.0, f"{sort} {place}": 1.0}
    if headed:
        out["whole of a heading"] = float(any(_covers(f) for f in headed))
        out["first heading"] = float(any(f.problem == 1 for f in headed))
    out["note has problem headings"] = float(headings)
    out["not headed where others are"] = float(not headed and headings)
    out[f"{sort} not headed where others are"] = float(not headed and headings)
    out["mentions"] = min(len(facts), 5) / 5
    out["several places"] = min(len(sections), 4) / 4
    out["only background"] = float(sections <= _BACKGROUND)
    out["only seen"] = float(sections <= _SEEN)
    out["all over"] = float(all(f.over for f in facts))
    out["all told as history"] = float(all(f.temporality == "historical" for f in facts))
    out["weak word"] = float(all("weak" in f.flags for f in facts))
    out["finding"] = float(all("finding" in f.flags for f in facts))
    out["says more than the text"] = min(len(candidate.unsupported), 3) / 3
    out["attributes matched"] = min(len(candidate.matched), 3) / 3
    out["typing error"] = float(any(f.corrected for f in facts))
    out["made by a rule"] = float(candidate.made)
    out["uncertain"] = float(any(f.assertion == "possible" for f in facts))
    out["taken from elsewhere"] = float(any(f.also for f in facts))
    out["long term"] = min(len(facts[0].concept.split()), 5) / 5
    diagnoses = sum(kind(p.code) == "diagnosis" and any(f.section in ASSESSED for f in p.facts) for p in peers)
    out["symptom beside diagnoses"] = float(sort == "symptom" and diagnoses > 0)
    out["little else"] = float(len(peers) <= 2)
    out["only diagnosis"] = float(diagnoses == 0)
    out["same category"] = float(any(p is not candidate and p.code[:3] == candidate.code[:3] for p in peers))
    if not any(f.section for p in peers for f in p.facts):  # a text without headings is weighed for itself: nothing tells what was assessed
        out = {f"plain {k}": v for k, v in out.items()} | {"plain": 1.0}
    if facts[0].section == "" and len(peers) <= 1:  # an index of mentions: there are no peers to weigh against
        out[f"concept {facts[0].concept}"] = 1.0
    return {k: v for k, v in out.items() if v}


def _covers(fact: Fact) -> bool:
    """Whether the finding is nearly all that its heading says."""
    return len(fact.near) <= len(fact.concept.split()) + 2


def probability(told: Mapping[str, float], model: Weights) -> float:
    """How sure the model is of a candidate with these features."""
    total = model.bias + sum(model.weights.get(k, 0.0) * v for k, v in told.items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
