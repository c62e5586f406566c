"""How sure we are that a code belongs on the claim: a small logistic model over features that a coder would recognise.

The weights are trained by `training/train.py` on notes that the project wrote itself; `weights.json` is their card and
they are handed in as a value. Payment never enters.
"""
from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from charthouse.record.fact import Fact
from charthouse.rooms.coding.candidate import Candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """A trained model: weights by feature name, the bias, and the thresholds for `auto` and for `review`."""

    version: str
    bias: float
    weights: Mapping[str, float]
    auto: float
    review: float


ASSESSED = frozenset({"assessment", "diagnosis", "problem list", "hospital course"})


def features(candidate: Candidate, peers: Sequence[Candidate]) -> dict[str, float]:
    """The features of one candidate beside the others that stand; each between 0 and 1."""
    facts = candidate.facts
    sections = {f.section for f in facts}
    chapter = candidate.code[0]
    assessed = [f for f in facts if f.section in ASSESSED]
    headed = [f for f in facts if f.role == "heading"]
    out = {f"in {s or 'no section'}": 1.0 for s in sections}
    out |= {f"chapter {chapter}": 1.0, f"said by {facts[0].source}": 1.0}
    if headed:
        out["heads a problem"] = 1.0
        out["whole of a heading"] = float(any(_covers(f) for f in headed))
    out["assessed"] = float(bool(assessed))
    out["only assessed in running text"] = float(bool(assessed) and not headed)
    out["note has problem headings"] = float(any(f.role == "heading" for p in peers for f in p.facts))
    out["not headed where others are"] = float(not headed and out["note has problem headings"])
    out["mentions"] = min(len(facts), 5) / 5
    out["several places"] = min(len(sections), 4) / 4
    out["only history sections"] = float(sections <= {"past medical history", "past surgical history", "social history", "family history", "problem list"})
    out["only review of systems or exam"] = float(sections <= {"review of systems", "examination", "results", "vitals"})
    out["all historical"] = float(all(f.over for f in facts))
    out["known history"] = float(any(f.trigger_rule.startswith("chronic history") for f in facts))
    out["weak word"] = float(all("weak" in f.flags for f in facts))
    out["finding"] = float(all("finding" in f.flags for f in facts))
    out["says more than the text"] = min(len(candidate.unsupported), 3) / 3
    out["attributes matched"] = min(len(candidate.matched), 3) / 3
    out["typing error"] = float(any(f.corrected for f in facts))
    out["made by a rule"] = float(candidate.made)
    out["uncertain"] = float(any(f.assertion == "possible" for f in facts))
    out["long term"] = min(len(facts[0].concept.split()), 5) / 5
    symptom = chapter == "R" or candidate.code.startswith(("M25.5", "M54", "M79.6"))
    diagnoses = sum(p.code[0] not in "RZVWXY" and any(f.section in ASSESSED for f in p.facts) for p in peers)
    out["symptom beside diagnoses"] = float(symptom and diagnoses > 0)
    out["symptom heading"] = float(symptom and bool(headed))
    out["only diagnosis"] = float(diagnoses == 0)
    out["same category"] = float(any(p is not candidate and p.code[:3] == candidate.code[:3] for p in peers))
    if facts[0].section == "" and len(peers) <= 1:  # an index of mentions: there are no peers to weigh against
        out[f"concept {facts[0].concept}"] = 1.0
    return {k: v for k, v in out.items() if v}


def _covers(fact: Fact) -> bool:
    """Whether the finding is nearly all that its heading says."""
    return len(fact.near) <= len(fact.concept.split()) + 2


def confidence(candidate: Candidate, peers: Sequence[Candidate], model: Weights) -> float:
    total = model.bias + sum(model.weights.get(k, 0.0) * v for k, v in features(candidate, peers).items())
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))
