"""The gate around the steps: judging a coded chart by the codes a person signed, and watching the mix of the charts that are coded."""
from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Protocol

from charthouse.flow.run import identity
from charthouse.flow.steps import Kit, Work
from charthouse.rooms.coding.gate.chart import Answer, ValidatedChart, answer, as_dict, from_dict, validate
from charthouse.rooms.coding.gate.drift import drift
from charthouse.rooms.coding.gate.kept import chart_dict, chart_of, setting_dict, setting_of
from charthouse.rooms.coding.gate.learn import Gate, SettingGate, learn
from charthouse.rooms.coding.gate.threshold import Promise

EVERY = 100  # charts between two looks at the mix


class Memory(Protocol):
    """What the gate remembers; plain data in and out."""

    def charts(self) -> list[dict[str, Any]]: ...
    def late(self, setting: str) -> list[dict[str, Any]]: ...
    def put_charts(self, charts: Iterable[Mapping[str, Any]]) -> None: ...
    def put_late(self, setting: str, charts: Iterable[tuple[str, Mapping[str, Any]]]) -> None: ...
    def put_learned(self, learned: Mapping[str, Mapping[str, Any]], *, anew: bool) -> None: ...


def seen(work: Work) -> Answer:
    """A coded chart as the gate sees it."""
    return answer(work.encounter.setting, work.codes, work.facts, readable=not work.unread)


def validated(work: Work, kit: Kit, signed: Mapping[str, Iterable[str]]) -> ValidatedChart:
    """A coded chart beside the codes that a person signed."""
    return validate(seen(work), signed, id=identity(work), engine=kit.gate.engine)


def learn_from(charts: Iterable[ValidatedChart], memory: Memory, promise: Promise, engine: str) -> Gate:
    """Remember the charts and learn anew from all that are remembered."""
    memory.put_charts(chart_dict(c) for c in charts)
    return relearn(memory, promise, engine)


def relearn(memory: Memory, promise: Promise, engine: str) -> Gate:
    """Learn from the charts that are remembered. Where none of them is of this engine, what was learned stays, and stays shut."""
    settings = learn(remembered(memory, engine), promise, engine)
    if settings:
        memory.put_learned({name: setting_dict(g) for name, g in settings.items()}, anew=True)
    return Gate(promise=promise, settings=settings, engine=engine)


def remembered(memory: Memory, engine: str) -> list[ValidatedChart]:
    """The validated charts that this engine answered."""
    return [chart_of(c) for c in memory.charts() if c["engine"] == engine]


class Watch:
    """Notes the mix of the charts that are coded where a gate has been learned, and shuts the gate when it has drifted."""

    def __init__(self, kit: Kit, memory: Memory, reload: Callable[[], Gate]) -> None:
        self.kit, self._memory, self._reload = kit, memory, reload
        self._noted: dict[str, list[tuple[str, Mapping[str, Any]]]] = {}
        self._validated: list[Answer] | None = None  # read once: a large site has thousands

    def note(self, work: Work) -> None:
        """Remember a coded chart's mix. Every so many charts the mix is looked at; `kit` then has the gate as it stands."""
        setting = work.encounter.setting
        if setting not in self.kit.gate.settings:
            return
        body = as_dict(seen(work)) | {"held": [r.rule for r in work.gate.held], "finished": work.gate.finished}
        noted = self._noted.setdefault(setting, [])
        noted.append((identity(work), body))
        if len(noted) >= EVERY:
            self.close()

    def close(self) -> None:
        """Write what was noted, and look at the mix."""
        for setting, noted in self._noted.items():
            if noted:
                self._memory.put_late(setting, noted)
                self._look(setting)
        self._noted = {}

    def _look(self, setting: str) -> None:
        own = self._reload().settings.get(setting)
        if own is None or own.engine != self.kit.gate.engine:
            return
        if self._validated is None:
            self._validated = [c.answer for c in remembered(self._memory, own.engine)]
        said = drift([a for a in self._validated if a.setting == setting], [from_dict(c) for c in self._memory.late(setting)])
        if said != own.drift:
            self._memory.put_learned({setting: setting_dict(replace(own, drift=said))}, anew=False)
        self.kit = replace(self.kit, gate=replace(self.kit.gate, settings={**self.kit.gate.settings, setting: replace(own, drift=said)}))


def settings_of(kept: Mapping[str, Mapping[str, Any]], engine: str) -> dict[str, SettingGate]:
    """What was learned, by setting."""
    return {name: setting_of(body, engine) for name, body in kept.items()}
