"""A learned gate and a validated chart as plain data for keeping, and back."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from charthouse.rooms.coding.gate.calibration import Calibration
from charthouse.rooms.coding.gate.chart import ValidatedChart
from charthouse.rooms.coding.gate.chart import as_dict as answer_dict
from charthouse.rooms.coding.gate.chart import from_dict as answer_of
from charthouse.rooms.coding.gate.lean import Lean
from charthouse.rooms.coding.gate.learn import STRAIGHT, SettingGate
from charthouse.rooms.coding.gate.threshold import Point, Proof

FORM = 1  # of what is kept; it is part of the engine's name, so that what an older version kept is shut, not misread


def setting_dict(gate: SettingGate) -> dict[str, Any]:
    return asdict(replace(gate, lean=STRAIGHT)) | {"lean": {"slope": gate.lean.slope, "shift": gate.lean.shift, "steps": dict(gate.lean.steps)}}


def setting_of(kept: Mapping[str, Any], engine: str) -> SettingGate:
    """What was learned; of another engine only that it was."""
    if kept["engine"] != engine:
        return SettingGate(engine=kept["engine"], charts=kept["charts"], groups={}, whole=Proof(charts=0))
    return SettingGate(
        engine=kept["engine"], charts=kept["charts"], groups={name: _proof(p) for name, p in kept["groups"].items()}, whole=_proof(kept["whole"]),
        calibration=Calibration(points=tuple((x, y) for x, y in kept["calibration"]["points"])), drift=tuple(kept["drift"]),
        lean=Lean(**kept["lean"]),
    )


def _proof(kept: Mapping[str, Any]) -> Proof:
    return Proof(charts=kept["charts"], threshold=kept["threshold"], at=Point(**kept["at"]) if kept["at"] else None, needs=kept["needs"])


def chart_dict(chart: ValidatedChart) -> dict[str, Any]:
    return {"id": chart.id, "engine": chart.engine, "answer": answer_dict(chart.answer), "missed": list(chart.missed), "partial": chart.partial}


def chart_of(kept: Mapping[str, Any]) -> ValidatedChart:
    return ValidatedChart(id=kept["id"], engine=kept["engine"], answer=answer_of(kept["answer"]), missed=tuple(kept["missed"]), partial=kept["partial"])
