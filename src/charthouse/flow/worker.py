"""One run of a step of the record: lease a visit, read its chart at the desk, code it, and keep the result with its done mark.

Three transactions: the lease, so that a try counts even when the process dies; the reading; the result with the done mark and the event. In
between nothing is kept, so a crash is a run anew. What fails twice is quarantined with the code of its error, never with text of a chart.
"""
from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any

from charthouse.flow.charted import SINCE, work_of
from charthouse.flow.completion import Rules, analysed
from charthouse.flow.deciding import coded_anew
from charthouse.flow.desk import SITE, Desk
from charthouse.flow.result import as_dict
from charthouse.flow.run import made_by, run
from charthouse.flow.steps import Kit
from charthouse.ports.steps import Lease
from charthouse.ports.store import Transaction
from charthouse.record.access import Access
from charthouse.record.chart import Chart
from charthouse.record.errors import CharthouseError, LeaseLost, NothingQuarantined, StepCrashed
from charthouse.rooms.chart import assemble

STEP = "coding"  # with all that comes after it: grouping and edits
Holding = Callable[[Lease], AbstractContextManager[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`state`: "done", "failed" (it is due again), "quarantined" or "lost" (to another worker). `why` is the code of an error."""

    encounter: str
    state: str
    why: str = ""


def work_on_next(desk: Desk, kit: Kit, worker: str, seconds: float, holding: Holding, rules: Rules | None = None) -> Outcome | None:
    """Do what has been due longest; None when nothing is due. `desk` is the engine's; `holding` keeps the lease alive, `seconds` at a time. With `rules` it is noted, too, what the chart lacks."""
    lease = desk.use("step.run", SITE, lambda open, access: open.steps.lease(access, STEP, made_by(kit), worker, seconds))
    if lease is None:
        return None
    there = replace(desk, actor=replace(desk.actor, facilities=frozenset({lease.facility})))
    begun = time.perf_counter()
    try:
        with holding(lease):
            chart = there.chart(lease.encounter)
            result = coded(chart, kit)
        return _done(there, lease, result, kit, chart if rules else None, rules, time.perf_counter() - begun)
    except LeaseLost as lost:
        return Outcome(encounter=lease.encounter, state="lost", why=lost.code)
    except CharthouseError as error:
        return _failed(there, lease, error.code, time.perf_counter() - begun)
    except Exception as error:
        return _failed(there, lease, f"{StepCrashed.code} {type(error).__name__}", time.perf_counter() - begun)


def coded(chart: Chart, kit: Kit) -> dict[str, Any]:
    """The result as `flow/result.py` spells it, full."""
    return as_dict(run(work_of(chart), kit, since=SINCE), full=True)


def result(desk: Desk, encounter: str) -> dict[str, Any] | None:
    """What was coded of the visit last; None when nothing was yet."""
    kept = desk.use("chart.read", ("encounter", encounter), lambda open, access: open.steps.result(access, encounter, STEP))
    return None if kept is None else dict(json.loads(kept))


def retry(desk: Desk, encounter: str) -> int:
    """What is quarantined of the visit is due again: how many runs. Raises `NothingQuarantined`."""
    number = desk.use("step.retry", replace(SITE, id=encounter), lambda open, access: open.steps.retry(access, encounter))
    if not number:
        raise NothingQuarantined(encounter=encounter)
    return number


def _done(desk: Desk, lease: Lease, result: dict[str, Any], kit: Kit, chart: Chart | None, rules: Rules | None, seconds: float) -> Outcome:
    def kept(open: Transaction, access: Access) -> None:
        open.steps.done(access, lease, json.dumps(result).encode(), seconds)
        coded_anew(open, access, lease.encounter, result, kit)
        if chart is not None and rules is not None:
            visit = open.deciding.coded(access, lease.encounter).visit
            found = analysed(assemble(chart.encounter, chart.documents), visit, rules, desk.clock().date())
            open.completion.settle(access, lease.encounter, lease.version, found.state, tuple(d for d in found.deficiencies if d.open))

    desk.use("code.propose", ("encounter", lease.encounter), kept)
    return Outcome(encounter=lease.encounter, state="done")


def _failed(desk: Desk, lease: Lease, why: str, seconds: float) -> Outcome:
    try:
        over = desk.use("step.run", ("encounter", lease.encounter), lambda open, access: open.steps.failed(access, lease, why, seconds))
    except LeaseLost as lost:
        return Outcome(encounter=lease.encounter, state="lost", why=lost.code)
    return Outcome(encounter=lease.encounter, state="quarantined" if over else "failed", why=why)


def hold(desk: Desk, lease: Lease, seconds: float) -> bool:
    """The lease lives on for so long; False when it is another's by now."""
    return desk.use("step.run", SITE, lambda open, access: open.steps.hold(access, lease, seconds))
