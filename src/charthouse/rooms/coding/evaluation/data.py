"""The data of a visit: unique tests ordered or reviewed, outside notes, an independent historian, interpretation, discussion."""
from __future__ import annotations

from collections.abc import Iterator

from charthouse.record.fact import Fact
from charthouse.record.ruling import Ruling
from charthouse.rooms.coding.evaluation.tables import Visit, ruling

_ELSEWHERE = frozenset({"past medical history", "past surgical history", "family history", "social history", "medications", "allergies", "instructions"})
_SHOWN = frozenset({"results"})  # a test named there was looked at
_WORDS = {"independent historian": "A history from somebody other than the patient", "external notes": "A note from outside, reviewed",
          "independent interpretation": "A test interpreted by the one who writes (counts only where nobody bills the reading)", "discussion": "Care discussed with another professional (counts only outside the group or of another specialty)"}


def tests(visit: Visit) -> dict[str, tuple[str, Ruling]]:
    """Each unique test once: its name, whether it was `ordered` or `reviewed`, and the ruling with its words."""
    out: dict[str, tuple[str, Ruling]] = {}
    for name, act, fact in sorted(_named(visit), key=lambda t: t[1] != "ordered"):
        if name not in out:
            message = f"Unique test, {act}: {name}."
            out[name] = act, ruling("em/data/test", message, spans=(fact.span, *fact.also), subject=name)
    if len(out) > 1:
        out.pop("laboratory tests", None)  # "labs reviewed" names none of its own beside the tests that are named
    return out


def _named(visit: Visit) -> Iterator[tuple[str, str, Fact]]:
    for f in visit.facts:
        if f.kind == "lab" and f.measured and f.measured.name in visit.tables.tests:
            yield visit.tables.tests[f.measured.name], "reviewed", f
        elif f.said("class") in ("test", "imaging") and f.holds and f.section not in _ELSEWHERE:
            act = f.said("act")
            if act == "ordered" or (act == "done" and visit.assessed(f)):
                yield f.concept, "ordered", f
            elif act == "reviewed" or (f.section in _SHOWN and act not in ("declined", "planned", "decided")):
                yield f.concept, "reviewed", f


def others(visit: Visit) -> dict[str, Ruling]:
    """Historian, external notes, interpretation and discussion, each once with its words."""
    out: dict[str, Ruling] = {}
    for f in visit.facts:
        if f.said("class") == "element" and f.concept in _WORDS and f.concept not in out and f.holds and f.said("act") not in ("planned", "decided"):
            out[f.concept] = ruling(f"em/data/{f.concept.replace(' ', '-')}", f"{_WORDS[f.concept]}.", spans=(f.span,), subject=f.concept)
    return out


def count(unique: int, found: dict[str, Ruling]) -> dict[str, int]:
    """What the grid counts. Categories: three tests, documents or historians; an interpretation; a discussion."""
    items = unique + ("external notes" in found)
    counts = dict.fromkeys(found, 1)
    with_historian = items + ("independent historian" in found)
    categories = (with_historian >= 3) + ("independent interpretation" in found) + ("discussion" in found)
    return counts | {"tests and documents": items, "tests, documents and historian": with_historian, "categories": categories}
