"""What the gate knows of a chart: scores and families, and of a validated one also what was right. No text of the chart."""
from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from charthouse.record.chart import Setting
from charthouse.record.code import CodeLine
from charthouse.record.fact import Fact
from charthouse.rooms.coding.rank import ASSESSED
from charthouse.rulebook.families import family, system_of

DOUBTED = "ocg/IV.J/not-addressed"  # left off for its score alone: what a coder may miss
_ALMOST = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """A code with the ranker's score; `right` once a person has decided."""

    code: str
    family: str
    score: float
    right: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An answer as the gate sees it. `codes` stand, first the one listed first; `doubts` were left off for their score;
    `readable`: every document was read; `assessed`: there is an assessment or a list of diagnoses."""

    setting: Setting
    codes: tuple[Scored, ...]
    doubts: tuple[Scored, ...]
    readable: bool = True
    assessed: bool = True

    @property
    def chance(self) -> float:
        """How likely the whole chart is right, were the scores chances and independent: all that stands right, nothing left off wrongly."""
        stand = sum(math.log(max(c.score, _ALMOST)) for c in self.codes)
        return math.exp(stand + sum(math.log(max(1 - d.score, _ALMOST)) for d in self.doubts))

    @property
    def lowest(self) -> float:
        return min((c.score for c in self.codes), default=0.0)

    @property
    def first(self) -> str:
        return self.codes[0].family if self.codes else "no code"


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidatedChart:
    """An answer beside the codes a person signed: `missed` are those that it lacks. `id` is a hash of the chart, `engine` what answered."""

    id: str
    engine: str
    answer: Answer
    missed: tuple[str, ...] = ()
    partial: bool = False  # it has codes of a system that nobody signed: they are not judged, and the chart is not judged as a whole

    @property
    def right(self) -> bool:
        """No code too many and none too few: under-coding counts as over-coding."""
        return not self.missed and all(c.right for c in self.answer.codes)


def answer(setting: Setting, lines: Iterable[CodeLine], facts: Sequence[Fact] = (), *, readable: bool = True) -> Answer:
    """The answer of the coding step as the gate sees it. Codes that a person assigned are not the engine's."""
    own = [c for c in lines if not by_a_person(c)]
    return Answer(setting=setting, codes=tuple(_scored(c) for c in own if c.status != "suppressed"),
                  doubts=tuple(_scored(c) for c in own if c.status == "suppressed" and (setting == "mention" or c.reasons[0].rule == DOUBTED)),
                  readable=readable, assessed=any(f.section in ASSESSED for f in facts))


def by_a_person(line: CodeLine) -> bool:
    return any(r.rule.startswith("coding/given") for r in line.reasons)


def _scored(line: CodeLine) -> Scored:
    score = line.confidence if line.score is None else line.score
    return Scored(code=line.code, family=family(line.system, line.code), score=score)


def validate(answered: Answer, signed: Mapping[str, Iterable[str]], *, id: str, engine: str) -> ValidatedChart:
    """The answer judged by the codes a person signed, by code system, written with or without the dot. Other systems are not judged."""
    wanted = {bare(code): code for codes in signed.values() for code in codes}
    codes, doubts = (tuple(Scored(code=c.code, family=c.family, score=c.score, right=bare(c.code) in wanted) for c in some)
                     for some in ([c for c in every if system_of(c.family) in signed] for every in (answered.codes, answered.doubts)))
    found = {bare(c.code) for c in codes}
    judged = Answer(setting=answered.setting, codes=codes, doubts=doubts, readable=answered.readable, assessed=answered.assessed)
    return ValidatedChart(id=id, engine=engine, answer=judged, missed=tuple(sorted(code for key, code in wanted.items() if key not in found)),
                          partial=len(codes) < len(answered.codes))


def bare(code: str) -> str:
    return code.replace(".", "").strip().upper()


def as_dict(answered: Answer) -> dict[str, Any]:
    """For keeping."""
    def rows(some: Iterable[Scored]) -> list[list[Any]]:
        return [[c.code, c.family, round(c.score, 6), c.right] for c in some]

    return {"setting": answered.setting, "codes": rows(answered.codes), "doubts": rows(answered.doubts), "readable": answered.readable, "assessed": answered.assessed}


def from_dict(kept: Mapping[str, Any]) -> Answer:
    """What `as_dict` kept."""
    def rows(some: Iterable[Sequence[Any]]) -> tuple[Scored, ...]:
        return tuple(Scored(code=code, family=group, score=score, right=right) for code, group, score, right in some)

    return Answer(setting=kept["setting"], codes=rows(kept["codes"]), doubts=rows(kept["doubts"]), readable=kept["readable"], assessed=kept["assessed"])
