"""What the acts on a chart come to."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from charthouse.record.act import Act
from charthouse.rooms.deciding.lines import FIRST_ROLES, Line, id_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """`codes` stand, the first one first; `left_off` do not. `undone` are the numbers of acts that were taken back; `final` is the act that finished the chart."""

    codes: tuple[Line, ...]
    left_off: tuple[Line, ...]
    undone: frozenset[int] = frozenset()
    can_undo: bool = False
    can_redo: bool = False
    final: Act | None = None

    def line(self, id: str) -> Line | None:
        return next((line for line in (*self.codes, *self.left_off) if line.id == id), None)


def fold(proposal: Sequence[Line], acts: Sequence[Act], *, inpatient: bool) -> Decided:
    """The proposal with every act that was not taken back carried out, in order. Acts on a line that the engine proposes no more keep what the person wanted: an accepted,
    changed or principal code stays, and is `gone`."""
    standing, again = _standing(acts)
    lines = list(proposal)
    for act in standing:
        if act.what != "submit":
            lines = CARRIED_OUT[act.what](_with(lines, act), act, inpatient)
    kept = [line for line in lines if not line.off]
    kept.sort(key=lambda line: (not line.first, line.system != "ICD-10-CM"))
    off = sorted((line for line in lines if line.off), key=lambda line: line.decision != "rejected")
    final = standing[-1] if standing and standing[-1].what == "submit" else None
    return Decided(codes=tuple(kept), left_off=tuple(off), can_undo=bool(standing), can_redo=bool(again), final=final,
                   undone=frozenset(a.n for a in acts if a.what not in ("undo", "redo")) - {a.n for a in standing})


def _standing(acts: Sequence[Act]) -> tuple[list[Act], list[Act]]:
    """(the acts that stand, those that can be done again)."""
    done: list[Act] = []
    again: list[Act] = []
    for act in acts:
        if act.what == "undo" and done:
            again.append(done.pop())
        elif act.what == "redo" and again:
            done.append(again.pop())
        elif act.what not in ("undo", "redo"):
            done.append(act)
            again = []
    return done, again


def _with(lines: list[Line], act: Act) -> list[Line]:
    """The lines with that of the act among them, where the engine proposes it no more."""
    if act.what == "add" or any(line.id == act.line for line in lines) or act.what in ("reject", "unflag"):
        return lines
    return [*lines, Line(id=act.line, system=act.system, code=act.code, role=_role(act.system, act.code), gone=True)]


def _role(system: str, code: str) -> str:
    if system != "ICD-10-CM":
        return "procedure"
    return "external cause" if code[:1] in "VWXY" else "secondary"


def _edit(change: Callable[[Line, Act], Line]) -> Callable[[list[Line], Act, bool], list[Line]]:
    return lambda lines, act, inpatient: [replace(change(line, act), by=act.shown or act.by, at=act.at) if line.id == act.line else line for line in lines]


def _changed(line: Line, act: Act) -> Line:
    return replace(line, code=act.to, off=False, decision="added" if line.decision == "added" else "changed", proposed=line.proposed or (line.code if line.decision != "added" else ""))


def _add(lines: list[Line], act: Act, inpatient: bool) -> list[Line]:
    """A code that stands already, or was left off, is that line again: nothing is on a claim twice."""
    there = next((line for line in lines if (line.system, line.code) == (act.system, act.code)), None)
    new = there or Line(id=act.line or id_of(act.system, act.code), system=act.system, code=act.code, role=_role(act.system, act.code))
    new = replace(new, off=False, decision=new.decision if new.decision == "changed" else "added" if there is None else "accepted", span=act.span or new.span, by=act.shown or act.by, at=act.at, reason="")
    return [new if line is there else line for line in lines] if there else [*lines, new]


def _principal(lines: list[Line], act: Act, inpatient: bool) -> list[Line]:
    first = FIRST_ROLES[not inpatient]
    return [replace(line, role=first, off=False, decision=line.decision if line.decision in ("changed", "added") else "accepted", by=act.shown or act.by, at=act.at) if line.id == act.line
            else replace(line, role="secondary") if line.first else line for line in lines]


CARRIED_OUT: dict[str, Callable[[list[Line], Act, bool], list[Line]]] = {
    "accept": _edit(lambda line, act: replace(line, off=False, reason="", decision=line.decision if line.decision in ("changed", "added") else "accepted")),
    "reject": _edit(lambda line, act: replace(line, off=True, decision="rejected", reason=act.reason, role="secondary" if line.first else line.role)),
    "change": _edit(_changed), "poa": _edit(lambda line, act: replace(line, poa=act.value)),
    "flag": _edit(lambda line, act: replace(line, flagged=True)), "unflag": _edit(lambda line, act: replace(line, flagged=False)),
    "add": _add, "principal": _principal}
