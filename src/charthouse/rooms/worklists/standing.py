"""What the work on a visit has come to, and the sample of what nobody looked at."""
from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from charthouse.record.worklist import Pause, Standing, State

PAUSED = "gate/paused"


def standing(result: Mapping[str, Any], *, undecided: int, begun: bool, finished: tuple[datetime, str] | None, questions: int = 0, paused: bool, sampled: bool, grouping: Mapping[str, Any] | None = None) -> Standing:
    """From the engine's result (`flow/result.py`) and what persons did. `grouping`: of the codes as they stand, else the result's own."""
    gate = result.get("gate") or {}
    reasons = [str(r["rule"]) for r in gate.get("held", ())]
    alone = bool(gate.get("finished")) and not paused
    if gate.get("finished") and paused:
        reasons.append(PAUSED)
    state: State = "finished" if finished else "in work" if begun else ("sampled" if sampled else "alone") if alone else "held"
    group = grouping or result.get("grouping") or {}
    sure = [float(c["confidence"]) for c in result.get("codes", ()) if c["status"] != "suppressed" and c.get("confidence") is not None]
    return Standing(state=state, confidence=min(sure, default=None), reasons=tuple(dict.fromkeys(reasons)), drg=str(group.get("drg") or ""), weight=group.get("weight"), undecided=undecided, questions=questions,
                    finished_at=finished[0] if finished else None, finished_by=finished[1] if finished else "")


def is_sampled(encounter: str, rate: float) -> bool:
    """Whether a chart that the gate finished alone is looked at all the same: by the hash of its id, so that nobody chooses and it can be shown later that nobody did."""
    return int.from_bytes(hashlib.sha256(f"sample {encounter}".encode()).digest()[:8], "big") < rate * 2**64


def is_paused(facility: str, unit: str, pauses: Sequence[Pause]) -> bool:
    return any(p.facility == facility and p.unit in ("", unit) for p in pauses)
