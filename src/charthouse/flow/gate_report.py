"""All that a report of the gate says, as plain data: its state, the curves, the reliability, what was wrong, what holds charts."""
from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from charthouse.record.chart import SETTINGS
from charthouse.record.proportion import interval
from charthouse.rooms.coding.gate.bound import fewest
from charthouse.rooms.coding.gate.chart import ValidatedChart
from charthouse.rooms.coding.gate.curve import code_curve, reliability, whole_curve
from charthouse.rooms.coding.gate.decide import decide, needs, state
from charthouse.rooms.coding.gate.lean import Lean, split
from charthouse.rooms.coding.gate.learn import Gate, SettingGate, leaned
from charthouse.rooms.coding.gate.threshold import Proof

TOP = 12  # codes most often wrong or missed that are listed


def status(gate: Gate) -> dict[str, Any]:
    """The promise, and for each setting its state and what each proof rests on or waits for."""
    least = fewest(gate.promise.error, gate.promise.delta)
    settings = {name: _setting(gate.settings.get(name), gate, least) for name in SETTINGS if name != "mention" or name in gate.settings}
    return {"error": gate.promise.error, "confidence": gate.promise.confidence, "least_charts": least, "settings": settings}


def _setting(own: SettingGate | None, gate: Gate, least: int) -> dict[str, Any]:
    word, shut = state(own, gate)
    if own is None:
        return {"state": word, "why": [r.message for r in shut], "charts": 0, "groups": [], "needs": least}
    named = [("whole charts", own.whole), *own.groups.items()] if own.engine == gate.engine else []
    return {"state": word, "why": [r.message for r in shut], "charts": own.charts, "groups": [_proof(name, proof, gate) for name, proof in named]}


def _proof(name: str, proof: Proof, gate: Gate) -> dict[str, Any]:
    at = asdict(proof.at) if proof.at else None
    return {"name": name, "open": proof.threshold is not None, "charts": proof.charts, "threshold": proof.threshold, "at": at,
            "needs": proof.needs, "needs_words": "" if proof.threshold is not None else needs(proof, gate.promise)}


def report(gate: Gate, charts: Sequence[ValidatedChart], late: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, Any]:
    """`status`, and for each setting with validated charts of this engine all that the page shows. `late`: charts coded since, by setting."""
    out = status(gate)
    for name in gate.settings:
        own = [c for c in charts if c.engine == gate.engine and c.answer.setting == name]
        if own:
            out["settings"][name] |= _shown(own, gate, gate.settings[name].lean) | {"late": _late(late.get(name, ()))}
    return out


def _shown(charts: Sequence[ValidatedChart], gate: Gate, lean: Lean) -> dict[str, Any]:
    """Counts of all charts; curves and reliability of those that prove, with leaned scores."""
    proving = leaned(split(charts)[1], lean)
    right = sum(c.right for c in charts)
    judged = [c for chart in charts for c in chart.answer.codes]
    return {
        "codes": len(judged), "codes_right": sum(c.right for c in judged), "missed": sum(len(c.missed) for c in charts),
        "charts_right": right, "proving": len(proving), "charts_right_interval": interval(right, len(charts)),
        "code_curve": [asdict(p) for p in code_curve(proving)], "whole_curve": [asdict(p) for p in whole_curve(proving)], "reliability": asdict(reliability(proving)),
        "held": _held(charts, gate), "wrong_codes": _top(c.code for c in judged if not c.right), "missed_codes": _top(code for c in charts for code in c.missed),
    }


def _held(charts: Sequence[ValidatedChart], gate: Gate) -> list[dict[str, Any]]:
    """Why the validated charts would be held: how many for each rule, with one message of it. A chart may be held for several."""
    counts, said = Counter[str](), dict[str, str]()
    for chart in charts:
        held = decide(chart.answer, (), gate)[1].held
        counts.update({r.rule for r in held})
        for r in held:
            said.setdefault(r.rule, f"{r.subject}: {r.message}" if r.subject else r.message)
    return [{"rule": rule, "charts": n, "example": said[rule]} for rule, n in counts.most_common()]


def _late(late: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    counts = Counter(rule for c in late for rule in set(c["held"]))
    return {"charts": len(late), "finished": sum(bool(c["finished"]) for c in late), "held": [{"rule": rule, "charts": n} for rule, n in counts.most_common()]}


def _top(codes: Iterable[str]) -> list[tuple[str, int]]:
    return Counter(codes).most_common(TOP)
