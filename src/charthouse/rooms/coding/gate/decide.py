"""The decision: which codes are accepted, whether the chart is finished without a person, and what holds it if not."""
from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from charthouse.record.code import CodeLine
from charthouse.record.ruling import Ruling
from charthouse.rooms.coding.gate.bound import fewest
from charthouse.rooms.coding.gate.calibration import Calibration
from charthouse.rooms.coding.gate.chart import Answer, by_a_person
from charthouse.rooms.coding.gate.learn import Gate, SettingGate
from charthouse.rooms.coding.gate.threshold import Promise, Proof
from charthouse.rulebook.families import family

State = Literal["closed", "open", "drifted"]
CITATION = "Learn then Test, arXiv 2110.01052; the rate the site has set"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """`finished`: no person need look. `held` says why not, the gate's own state first."""

    state: State = "closed"
    finished: bool = False
    held: tuple[Ruling, ...] = ()

    def as_dict(self) -> dict[str, object]:
        return {"state": self.state, "finished": self.finished, "held": [r.as_dict() for r in self.held]}


def ruling(rule: str, message: str, subject: str = "") -> Ruling:
    return Ruling(rule=rule, verdict="warning", message=message, citation=CITATION, subject=subject)


def decide(answered: Answer, lines: Sequence[CodeLine], gate: Gate) -> tuple[tuple[CodeLine, ...], Decision]:
    """The lines with calibrated confidence and the gate's status, and the decision on the chart. Before the first validated
    chart of the setting the statuses stay as the shipped thresholds gave them, and nothing is finished."""
    own = gate.settings.get(answered.setting)
    now, shut = state(own, gate)
    shipped = gate.shipped.get(answered.setting)
    calibrated = own.calibration if own and own.engine == gate.engine and own.calibration.points else shipped if shipped and shipped.points else None
    live = own if own is not None and own.engine == gate.engine else None
    out = tuple(_line(c, live, now, decided=own is not None, calibrated=calibrated) for c in lines)
    held = (*shut, *_held(live.lean.over(answered) if live else answered, own if now == "open" else None))
    return out, Decision(state=now, finished=now == "open" and not held, held=held)


def hold(decision: Decision, edits: Iterable[Ruling]) -> Decision:
    """The decision once the claim has been edited: an error there holds the chart."""
    wrong = tuple(ruling("gate/edit", f"The claim has an edit to resolve: {e.message}", e.subject) for e in edits if e.verdict == "error")
    return replace(decision, finished=decision.finished and not wrong, held=(*decision.held, *wrong)) if wrong else decision


def doubted(decision: Decision, codes: int) -> Decision:
    """The decision after a second reader, who held so many codes for a person."""
    if not codes:
        return decision
    reason = ruling("gate/second-reader", f"The second reader doubts {codes} of the codes.")
    return replace(decision, finished=False, held=(*decision.held, reason))


def state(own: SettingGate | None, gate: Gate) -> tuple[State, tuple[Ruling, ...]]:
    """The state of the gate for a setting, and why it is not open."""
    if own is None:
        least = fewest(gate.promise.error, gate.promise.delta)
        return "closed", (ruling("gate/no-charts", f"No validated charts of this site for this setting: the gate needs at least {least} before it may finish anything alone."),)
    if own.engine != gate.engine:
        return "closed", (ruling("gate/engine", "The gate was learned with another version of the engine or its tables. Run `charthouse gate learn` again with the validated charts."),)
    if own.drift:
        return "drifted", tuple(ruling("gate/drift", message) for message in own.drift)
    if own.whole.threshold is None and all(p.threshold is None for p in own.groups.values()):
        return "closed", (ruling("gate/not-proved", f"The validated charts do not prove the rate yet. Whole charts: {needs(own.whole, gate.promise)}."),)
    return "open", ()


def needs(proof: Proof, promise: Promise) -> str:
    """What a closed proof is waiting for, in words."""
    now = f", {proof.at.risk:.1%} wrong at best now" if proof.at else ""
    if proof.needs is None:
        return f"no number of charts proves {promise.error * 100:g}% at the present error rate{now}"
    return f"about {max(proof.needs, 1):,} more validated charts needed{now}"


def accepts(code_family: str, score: float, own: SettingGate) -> bool:
    threshold = own.group(code_family)[1].threshold
    return threshold is not None and score > threshold


def _line(line: CodeLine, own: SettingGate | None, now: State, *, decided: bool, calibrated: Calibration | None) -> CodeLine:
    """`own` where it was learned with this engine: then scores are leaned, and where the gate is open it accepts."""
    if by_a_person(line) or (not decided and not calibrated):
        return line
    raw, status = line.confidence if line.score is None else line.score, line.status
    name = family(line.system, line.code)
    score = own.lean(line.code, name, raw) if own else raw
    if decided and status != "suppressed":
        status = "auto" if own and now == "open" and accepts(name, score, own) else "review"
    mapped = calibrated if own or line.system == "ICD-10-CM" else None  # what ships was calibrated on diagnoses
    return replace(line, status=status, score=raw, confidence=mapped(score) if mapped else score)


def _held(answered: Answer, own: SettingGate | None) -> Iterator[Ruling]:
    if not answered.readable:
        yield ruling("gate/unread", "A document of the chart could not be read.")
    if not answered.codes:
        yield ruling("gate/no-code", "No code stands: a chart without a code is not finished alone.")
    if own is None:
        return
    for c in answered.codes:
        name, proof = own.group(c.family)
        if proof.threshold is None:
            yield ruling("gate/family", f"Codes of {name} are not accepted alone: their rate is not proved by {proof.charts} charts.", c.code)
        elif c.score <= proof.threshold:
            yield ruling("gate/code", f"Its score {c.score:.3f} is not above {proof.threshold:.3f}, the threshold for {name}.", c.code)
    if own.whole.threshold is None:
        yield ruling("gate/whole-closed", f"Whole charts are not finished alone: their rate is not proved by {own.whole.charts} charts.")
    elif answered.codes and answered.chance <= own.whole.threshold:
        yield ruling("gate/whole", f"The score of the whole chart, {answered.chance:.3f}, is not above {own.whole.threshold:.3f}: a code may be wrong or missing.")
