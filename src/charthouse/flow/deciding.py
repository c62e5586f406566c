"""A person decides on the codes of a chart, at the desk: opened, acted on, undone, finished. Each act is kept in one transaction with its event.

The engine's result and the acts are the only truth; what stands is folded from them each time. Results are parsed once and kept by their hash, which says all that is
in them, so an act on a chart of 200 pages costs no more than one on a note.
"""
from __future__ import annotations

import json
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Lock
from typing import Any, cast

from pydantic_core import from_json

from charthouse.flow import questions, worklists
from charthouse.flow.desk import Desk, told
from charthouse.flow.reviewing import reviewed
from charthouse.flow.steps import Kit, edit_stay, group_stay
from charthouse.ports.store import Transaction
from charthouse.record.access import Access
from charthouse.record.act import ON_A_LINE, Act, Coded
from charthouse.record.errors import CannotBe, ChartChanged, NoEdition, NotFinished
from charthouse.record.finding import AssignedCode
from charthouse.record.grouping import Diagnosis, Grouping, Stay
from charthouse.record.learning import Correction
from charthouse.record.ruling import Ruling
from charthouse.record.worklist import Standing
from charthouse.rooms.deciding import Decided, Line, corrections, fold, lines_of, problems, refusal, standing

KEPT = 48  # parsed results


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A chart as it stands. `result` is the engine's (`flow/result.py`, full), {} while it has not read the chart."""

    encounter: str
    coded: Coded
    result: Mapping[str, Any] = field(repr=False)
    decided: Decided

    @property
    def inpatient(self) -> bool:
        return self.coded.visit.setting == "inpatient"

    def acted(self, act: Act) -> Opened:
        """With one more act."""
        return _opened(self.encounter, replace(self.coded, acts=(*self.coded.acts, act)), self.result)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What stands against finishing: a hard stop, or something to look at. `line` is "" for what is about no one code."""

    stop: bool
    line: str
    ruling: Ruling


def opened(desk: Desk, encounter: str) -> Opened:
    """Raises `AccessDenied`, `NoRecord`."""
    def use(open: Transaction, access: Access) -> Opened:
        told(open, access)
        return _read(open, access, encounter)

    return desk.use("chart.read", ("encounter", encounter), use)


def act(desk: Desk, kit: Kit, encounter: str, act: Act, version: int) -> Opened:
    """One act, and the chart after it. `version`: how many acts the person had seen. Raises `ChartChanged`, `CannotBe`."""
    def use(open: Transaction, access: Access) -> Opened:
        at = _read(open, access, encounter)
        if at.coded.version != version:
            raise ChartChanged()
        whole = _whole(at, act)
        _mine(open, access, encounter, act.shown, desk)
        why = refusal(whole, at.decided, kit.book, at.coded.visit.day)
        if why:
            raise CannotBe(why=why)
        return _kept(open, access, at, whole, version)

    return desk.use("code.decide", ("encounter", encounter), use)


def submit(desk: Desk, kit: Kit, encounter: str, version: int, shown: str, *, sure: bool) -> Opened:
    """The chart is finished, and given back. `sure`: the warnings were seen. Raises `ChartChanged`, `NotFinished`."""
    def use(open: Transaction, access: Access) -> Opened:
        at = _read(open, access, encounter)
        if at.coded.version != version:
            raise ChartChanged()
        _mine(open, access, encounter, shown, desk)
        found = against(at, kit)
        stops = [p for p in found if p.stop]
        if at.decided.final is not None:
            raise NotFinished(why="it is finished already")
        if stops:
            raise NotFinished(why=f"{len(stops)} {'thing has' if len(stops) == 1 else 'things have'} to be mended first")
        if found and not sure:
            raise NotFinished(why=f"{len(found)} {'warning' if len(found) == 1 else 'warnings'} to look at, then submit again")
        after = _kept(open, access, at, Act(what="submit", shown=shown), version)
        open.audit_findings.put(access, "", encounter, reviewed(after, kit, stay(after), tuple(p.ruling for p in found), desk.clock()))
        open.work_items.lease(access, encounter, shown, None)
        return after

    return desk.use("code.decide", ("encounter", encounter), use)


def _mine(open: Transaction, access: Access, encounter: str, shown: str, desk: Desk) -> None:
    """The chart is this person's to work on, from now on for a while. Raises `CannotBe` while it is another's."""
    item = open.work_items.lease(access, encounter, shown, desk.clock() + worklists.LEASED)
    if item.lease != desk.actor.id:
        raise CannotBe(why=f"{item.leased_by} is working on this chart")


def _kept(open: Transaction, access: Access, at: Opened, act: Act, version: int) -> Opened:
    after = at.acted(open.deciding.add(access, at.encounter, act, version))
    in_step(open, access, after)
    if at.decided.final is not None and after.decided.final is None:
        open.audit_findings.put(access, "", at.encounter, ())  # it is open again
    return after


def in_step(open: Transaction, access: Access, at: Opened) -> Standing:
    """The indexes of the department and the worklists, as the chart stands now."""
    open.finding.coded(access, at.encounter, assigned(at.decided))
    final, visit = at.decided.final, at.coded.visit
    open_ = 0 if final else len(questions.unasked(at, open.queries.of(access, at.encounter)))
    return worklists.keep(open, access, at.encounter, at.result, undecided=sum(line.waits for line in at.decided.codes), begun=bool(at.coded.acts), questions=open_, facility=visit.facility, unit=visit.unit,
                          finished=(final.at, final.shown or final.by) if final and final.at else None)


def _whole(at: Opened, act: Act) -> Act:
    """With what stands on its line, so that it can be carried out when the engine proposes that no more. Added codes are named for their act."""
    line = at.decided.line(act.line) if act.what in ON_A_LINE else None
    if line is not None:
        return replace(act, system=line.system, code=line.code)
    return replace(act, line=f"a{at.coded.version + 1}") if act.what == "add" else act


def read_within(open: Transaction, access: Access, encounter: str) -> Opened:
    """The chart, within a use that tells of it."""
    return _read(open, access, encounter)


def _read(open: Transaction, access: Access, encounter: str) -> Opened:
    coded = open.deciding.coded(access, encounter)
    return _opened(encounter, coded, _parsed(coded.proposal, open, access) if coded.proposal else {})


def _opened(encounter: str, coded: Coded, result: Mapping[str, Any]) -> Opened:
    return Opened(encounter=encounter, coded=coded, result=result, decided=fold(lines_of(result.get("codes", ())), coded.acts, inpatient=coded.visit.setting == "inpatient"))


def _read_json(content: bytes) -> Mapping[str, Any]:
    """The answer of a long chart has megabytes: pydantic's reader takes two fifths of the time, but knows no lone surrogates."""
    try:
        return cast(Mapping[str, Any], from_json(content))
    except ValueError:
        return cast(Mapping[str, Any], json.loads(content))


_results: OrderedDict[str, Mapping[str, Any]] = OrderedDict()
_lock = Lock()


def _parsed(hash: str, open: Transaction, access: Access) -> Mapping[str, Any]:
    """Only after the desk has let somebody at the chart."""
    with _lock:
        if hash in _results:
            _results.move_to_end(hash)
            return _results[hash]
    read = _read_json(open.deciding.proposal(access, hash))
    with _lock:
        _results[hash] = read
        while len(_results) > KEPT:
            _results.popitem(last=False)
    return read


# -- what follows from what stands ---------------------------------------------------------------------------------------------------


def stay(at: Opened) -> Stay | None:
    """What the grouper needs; None for an outpatient, without a first diagnosis, and where age or sex is not known."""
    diagnoses = standing(at.decided)
    patient = at.result.get("patient") or {}
    if not at.inpatient or not diagnoses or not diagnoses[0].first or patient.get("age") is None or not patient.get("sex"):
        return None
    as_said = [Diagnosis(code=line.code, poa=line.poa) for line in diagnoses]
    return Stay(id=at.encounter, discharge_date=at.coded.visit.day, age=patient["age"], sex=patient["sex"], discharge_status=at.coded.visit.discharge_status or "01",
                principal=as_said[0], secondary=tuple(as_said[1:]), procedures=tuple(line.code for line in at.decided.codes if line.system == "ICD-10-PCS"))


def grouped(at: Opened, kit: Kit) -> Grouping | None:
    whole = stay(at)
    try:
        return group_stay(whole, kit.grouper, kit.book) if whole else None
    except NoEdition:
        return None


def against(at: Opened, kit: Kit, grouping: Grouping | None = None) -> tuple[Problem, ...]:
    """What stands between the chart and being finished, hard stops first."""
    found = [Problem(stop=stop, line=line, ruling=ruling) for stop, line, ruling in problems(at.decided, kit.book, at.coded.visit.day, inpatient=at.inpatient)]
    grouping = grouping or grouped(at, kit)
    whole = stay(at)
    if whole is not None and grouping is not None:
        lines = {line.code: line.id for line in at.decided.codes}
        found += [Problem(stop=r.verdict == "error", line=lines.get(r.subject, ""), ruling=r) for r in edit_stay(whole, kit.editor, grouping.edition) if r.verdict in ("error", "warning")]
    return tuple(sorted(found, key=lambda p: not p.stop))


def assigned(decided: Decided) -> tuple[AssignedCode, ...]:
    """What stands on the visit, for the indexes of the department."""
    kept: dict[tuple[str, str], AssignedCode] = {}
    for line in decided.codes:
        kept.setdefault((line.system, line.code), AssignedCode(system=line.system, code=line.code, role=line.role, status=_status(line), poa=line.poa))
    return tuple(kept.values())


def _status(line: Line) -> str:
    return "auto" if line.decision or line.engine.get("status") == "auto" else "review"


def coded_anew(open: Transaction, access: Access, encounter: str, result: Mapping[str, Any], kit: Kit) -> None:
    """A new result of the engine, with what persons decided before it, in the indexes and worklists; part of the use that keeps the result. What the gate finishes alone is reviewed as any finished chart."""
    at = _opened(encounter, open.deciding.coded(access, encounter), result)
    alone = in_step(open, access, at).state in ("alone", "sampled")
    if at.decided.final is None:
        open.audit_findings.put(access, "", encounter, reviewed(at, kit, stay(at), tuple(p.ruling for p in against(at, kit) if not p.stop), datetime.fromisoformat(access.event.at)) if alone else ())


def taught(at: Opened) -> tuple[Correction, ...]:
    """What the person's decisions teach (`charthouse learn`)."""
    return tuple(corrections(at.decided, {d["id"]: d["text"] for d in at.result.get("documents", ())}))
