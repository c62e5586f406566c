"""The risk of what a visit decides: medicines, operations, admission, and what stands in the way of treatment."""
from __future__ import annotations

import re
from collections.abc import Iterator

from charthouse.record.fact import Fact
from charthouse.record.ruling import Ruling
from charthouse.rooms.coding.evaluation.tables import Visit, ruling

_MANAGED = frozenset({"prescribed", "given", "decided"})
_DECIDED = frozenset({"decided", "ordered", "done"})
_MILLIGRAMS = {"mg": 1.0, "mcg": 0.001, "g": 1000.0}
_CHANGED = re.compile(r"[^.\n;]{0,14}\d\s*(?:mg|mcg|units?)?\s*(?:->|→|=>)\s*\d")
_OPENS = re.compile(r"(?:^|\n)[ \t]*(?:[-•*·]|\d{1,2}[.)]?|[a-z][.)])?[ \t]*$|[.;:][ \t]+$")
_ALWAYS = {"social determinants": "Circumstances limit treatment", "limited care": "Care is limited because of the prognosis",
           "emergency surgery": "A decision on emergency surgery", "hospitalisation": "A decision on hospital care", "therapy": "Treatment of low risk"}


def risks(visit: Visit) -> dict[str, Ruling]:
    """Each kind of risk once, with its words."""
    out: dict[str, Ruling] = {}
    for kind, message, fact in (*_medicines(visit), *_operations(visit), *_elements(visit)):
        out.setdefault(kind, ruling(f"em/risk/{kind.replace(' ', '-')}", message, spans=(fact.span, *fact.also), subject=kind))
    return out


def _medicines(visit: Visit) -> Iterator[tuple[str, str, Fact]]:
    watched = {(f.section, f.problem) for f in visit.facts if f.concept in ("toxicity monitoring", "drug level") and f.holds and visit.assessed(f)}
    for f in visit.facts:
        if f.said("class") != "medicine" or not _managed(f, visit) or not f.holds or not visit.assessed(f):
            continue
        kind, strength = visit.tables.medicines.get(f.concept, ("rx", None))
        if kind == "otc" and not _stronger(f, strength):
            yield "over the counter", f'"{f.span.text}" is sold without a prescription.', f
            continue
        yield "prescription drug", f'Prescription drug managed: "{f.span.text}".', f
        if kind == "toxic" and (f.section, f.problem) in watched:
            yield "toxicity monitoring", f'"{f.span.text}" is monitored for toxicity.', f
        if kind == "controlled" and f.said("act") == "given" and f.said("route") == "injection":
            yield "parenteral controlled substance", f'A controlled substance by injection: "{f.span.text}".', f


def _managed(fact: Fact, visit: Visit) -> bool:
    """Started, continued, changed or given; in the shorthand of a plan a medicine that opens its line or shows a new dose."""
    if fact.said("act"):
        return fact.said("act") in _MANAGED
    text = visit.document.text
    return bool(_CHANGED.match(text, fact.span.end)) or (visit.sectioned and bool(_OPENS.search(text[max(0, fact.span.start - 12):fact.span.start])))


def _stronger(fact: Fact, strength: float | None) -> bool:
    """Above the strength that is sold without a prescription."""
    dose = fact.measured
    return strength is not None and dose is not None and dose.unit in _MILLIGRAMS and dose.value * _MILLIGRAMS[dose.unit] > strength


def _operations(visit: Visit) -> Iterator[tuple[str, str, Fact]]:
    raised = any(f.concept == "surgical risk" and f.holds for f in visit.facts)
    for f in visit.facts:
        if f.said("class") == "operation" and f.said("act") in _DECIDED and f.holds and visit.assessed(f):
            kind = f"{f.concept} surgery" + (" with risk factors" if raised else "")
            yield kind, f'A decision on {f.concept} surgery: "{f.span.text}".', f


def _elements(visit: Visit) -> Iterator[tuple[str, str, Fact]]:
    for f in visit.facts:
        there = visit.assessed(f) or (f.concept == "hospitalisation" and f.section == "instructions")  # the disposition
        if f.said("class") == "element" and f.concept in _ALWAYS and f.holds and there:
            yield f.concept, f"{_ALWAYS[f.concept]}.", f
