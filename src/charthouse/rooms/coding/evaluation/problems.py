"""The problems that a visit addresses: which codes stand for them, and how each of them goes."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from charthouse.record.code import CodeLine
from charthouse.record.document import Span
from charthouse.record.fact import Fact
from charthouse.record.ruling import Ruling
from charthouse.rooms.coding.evaluation.tables import Visit, ruling

_SAME_SENTENCE = 90  # characters within which a word of the course belongs to a problem that heads nothing
_PLACES = 20  # of a problem, in which words of its course are looked for
_WORDS = {"chronic": "a chronic illness, stable as far as the note says", "chronic worse": "a chronic illness that is worse or not at its goal",
          "chronic severe": "a chronic illness with a severe exacerbation", "acute uncomplicated": "an acute, uncomplicated illness or injury",
          "self-limited": "a self-limited or minor problem", "undiagnosed": "an undiagnosed problem with an uncertain prognosis",
          "acute systemic": "an acute illness with systemic symptoms", "complicated injury": "an acute complicated injury",
          "threat": "an illness or injury that threatens life or function in the near term"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One problem addressed: the code that stands for it and its kind, with the words."""

    code: str
    nature: str
    spans: tuple[Span, ...]

    @property
    def ruling(self) -> Ruling:
        return ruling("em/problem", f"{self.code} is {_WORDS[self.nature]}.", spans=self.spans, subject=self.nature)


def addressed(visit: Visit, stands_for: Mapping[str, str]) -> tuple[Problem, ...]:
    """The problems that stand on the claim and are spoken of where this note assesses, one for each three-character category.
    `stands_for` are the `owners` of the chart's findings."""
    found: dict[str, list[tuple[str, Fact]]] = {}
    for fact in visit.facts:
        code = stands_for.get(fact.concept, "") if fact.kind == "problem" else ""
        if code and fact.assertion in ("present", "possible") and fact.experiencer == "patient" and fact.temporality == "recent" \
                and not fact.copied_from and visit.assessed(fact) and visit.tables.nature(code) != "none":
            found.setdefault(code[:3], []).append((code, fact))
    courses = tuple(f for f in visit.facts if f.said("class") == "course" and f.holds)
    return tuple(_problem(visit, said_of[:_PLACES], courses) for said_of in found.values())


def owners(facts: tuple[Fact, ...], lines: tuple[CodeLine, ...]) -> dict[str, str]:
    """The code that each finding of the chart leads to: the one whose first evidence it is, else one that quotes it."""
    places = {(f.span.document, f.span.start, f.span.end): f.concept for f in facts if f.kind == "problem"}
    quoted = [(line.code, [places[at] for s in line.evidence if (at := (s.document, s.start, s.end)) in places])
              for line in lines if line.system == "ICD-10-CM" and line.status != "suppressed"]
    out: dict[str, str] = {}
    for code, concepts in quoted:
        out |= {c: code for c in concepts[:1] if c not in out}
    for code, concepts in quoted:
        out |= {c: code for c in concepts if c not in out}
    return out


def _problem(visit: Visit, said_of: list[tuple[str, Fact]], courses: tuple[Fact, ...]) -> Problem:
    code, first = said_of[0]
    nature = max((visit.tables.nature(c) for c, _ in said_of), key=lambda n: (n == "threat", "worse" in n))
    its = [c for c in courses if any(_of(c, f) for _, f in said_of)] if nature.startswith("chronic") else []
    for word, becomes in (("severe", "chronic severe"), ("worse", "chronic worse"), ("stable", nature)):
        telling = [c for c in its if c.concept == word]
        if telling:
            return Problem(code=code, nature=becomes, spans=(first.span, telling[0].span))
    return Problem(code=code, nature=nature, spans=(first.span,))


def _of(course: Fact, problem: Fact) -> bool:
    """Under the same problem heading; without one, near by in the same section."""
    if course.section != problem.section:
        return False
    if problem.problem:
        return course.problem == problem.problem
    return -_SAME_SENTENCE < course.span.start - problem.span.start < _SAME_SENTENCE


def count(problems: tuple[Problem, ...]) -> dict[str, int]:
    """How many of each kind; every chronic illness is one, however it goes."""
    kinds = [p.nature for p in problems]
    counts = {kind: kinds.count(kind) for kind in kinds}
    return counts | {"chronic": sum(k.startswith("chronic") for k in kinds)}
