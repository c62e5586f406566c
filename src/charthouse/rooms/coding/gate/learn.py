"""What the gate learns from the charts a site has validated: a threshold for each family, one for whole charts, a calibration."""
from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from charthouse.rooms.coding.gate.calibration import Calibration, fit
from charthouse.rooms.coding.gate.chart import Answer, ValidatedChart
from charthouse.rooms.coding.gate.lean import Lean, split, teach
from charthouse.rooms.coding.gate.threshold import Promise, Proof, prove
from charthouse.rulebook.families import system_of

REST = "pooled families"
DEFAULT, NONE, STRAIGHT = Promise(), Calibration(), Lean()
OWN = 200  # charts with a code of a family (a chapter) before it is judged by itself: a number of charts, never of errors. A code system always is


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingGate:
    """The gate of one setting. `groups` by family, REST for those without enough charts of their own; `drift` says what has changed since.
    Thresholds and calibration are of leaned scores."""

    engine: str
    charts: int
    groups: Mapping[str, Proof]
    whole: Proof
    calibration: Calibration = NONE
    lean: Lean = STRAIGHT
    drift: tuple[str, ...] = ()

    def group(self, family: str) -> tuple[str, Proof]:
        """The family's own proof, or that of the rest."""
        name = family if family in self.groups or system_of(family) == family else REST
        return name, self.groups.get(name, Proof(charts=0))


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A site's gate. `shipped`: the project's own calibration by setting; `engine`: what answers now."""

    promise: Promise = DEFAULT
    settings: Mapping[str, SettingGate] = field(default_factory=lambda: MappingProxyType({}))
    shipped: Mapping[str, Calibration] = field(default_factory=lambda: MappingProxyType({}))
    engine: str = ""


def learn(charts: Iterable[ValidatedChart], promise: Promise, engine: str) -> dict[str, SettingGate]:
    """By setting. Only charts that this engine answered count; a setting that has none of them has no gate."""
    by_setting: dict[str, list[ValidatedChart]] = {}
    for chart in charts:
        if chart.engine == engine:
            by_setting.setdefault(chart.answer.setting, []).append(chart)
    return {setting: _learn(some, promise, engine) for setting, some in sorted(by_setting.items())}


def _learn(charts: Sequence[ValidatedChart], promise: Promise, engine: str) -> SettingGate:
    teaching, rest = split(charts)
    lean = teach(teaching) if teaching else STRAIGHT
    proving = leaned(rest, lean)
    share = len(proving) / len(charts)
    return SettingGate(engine=engine, charts=len(charts), calibration=calibrate(proving), whole=_of_all(prove(wholes(proving), promise, whole=True), share), lean=lean,
                       groups={name: _of_all(prove(codes, promise), share) for name, codes in groups(proving).items()})


def _of_all(proof: Proof, share: float) -> Proof:
    """What it needs, counted in validated charts, of which that share proves."""
    return replace(proof, needs=math.ceil(proof.needs / share)) if proof.needs else proof


def leaned(charts: Iterable[ValidatedChart], lean: Lean) -> list[ValidatedChart]:
    """The charts with their scores leaned."""
    return [replace(c, answer=lean.over(c.answer)) for c in charts]


def calibrate(charts: Iterable[ValidatedChart]) -> Calibration:
    """From all codes that were ranked, those left off for their score too."""
    ranked = [c for chart in charts for c in (*chart.answer.codes, *chart.answer.doubts)]
    return fit([c.score for c in ranked], [c.right for c in ranked])


def groups(charts: Sequence[ValidatedChart]) -> dict[str, list[list[tuple[float, bool]]]]:
    """The scored codes of each chart, by family where it has charts enough, else by REST."""
    seen: dict[str, int] = {}
    for chart in charts:
        for name in {c.family for c in chart.answer.codes}:
            seen[name] = seen.get(name, 0) + 1
    own = sorted(name for name, n in seen.items() if n >= OWN or system_of(name) == name)
    out: dict[str, list[list[tuple[float, bool]]]] = {}
    for name in (*own, REST):
        some = [[(c.score, c.right) for c in chart.answer.codes if (c.family if c.family in own else REST) == name] for chart in charts]
        out[name] = [codes for codes in some if codes]
    return out


def wholes(charts: Iterable[ValidatedChart]) -> list[list[tuple[float, bool]]]:
    """One score a chart that could be finished, and whether it was wholly right."""
    return [[(chart.answer.chance, chart.right)] for chart in charts if not chart.partial and could_finish(chart.answer)]


def could_finish(answered: Answer) -> bool:
    return answered.readable and bool(answered.codes)
