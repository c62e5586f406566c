"""The review of a finished chart: what the record, the engine and the rules hold against its codes, kept with it the moment it is finished."""
from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from charthouse.flow import questions
from charthouse.flow.steps import Kit, group_stay
from charthouse.record.audit import Direction, Finding
from charthouse.record.errors import NoEdition
from charthouse.record.grouping import Diagnosis, Stay
from charthouse.record.ruling import Ruling
from charthouse.rooms.audit import Coded, review

if TYPE_CHECKING:
    from charthouse.flow.deciding import Opened

UNDER = frozenset({"cdi/specificity", "cdi/indicators", "cdi/copied"})  # of the questions that nobody asked, those whose answer would add


def reviewed(at: Opened, kit: Kit, stay: Stay | None, warnings: tuple[Ruling, ...], now: datetime) -> tuple[Finding, ...]:
    """Of a chart that a person or the gate has finished. `warnings`: what stood against it and was let pass."""
    final = at.decided.final
    regroup = _regroup(stay, kit)
    codes = tuple(_coded(at, kit, regroup))
    found: list[tuple[Ruling, Direction, str]] = [*review(codes, at.result, inpatient=at.inpatient), *((w, "other", "") for w in warnings)]
    found += [(o.ruling, "under" if o.ruling.rule in UNDER else "over" if o.kind == "validation" else "other", "") for o in questions.left_open(at)]
    coder, shown = (final.by, final.shown or final.by) if final else ("", "")
    made = (Finding(audit="", encounter=at.encounter, ruling=r, direction=d, drg=drg, coder=coder, coder_shown=shown, made_at=now) for r, d, drg in found)
    return tuple({f.key: f for f in made}.values())


def _coded(at: Opened, kit: Kit, regroup: Callable[[str, bool], str]) -> Iterator[Coded]:
    on = at.coded.visit.day
    for line in (*at.decided.codes, *at.decided.left_off):
        severity = kit.book.severity(line.code, on) if line.system == "ICD-10-CM" and at.inpatient and not line.first else ""
        matters = severity or line.first or line.system == "ICD-10-PCS"
        asked = matters and (not line.off or line.decision == "rejected" or bool(severity))
        yield Coded(system=line.system, code=line.code, off=line.off, decision=line.decision, reason=line.reason, quoted=line.span is not None, severity=severity, first=line.first, poa=line.poa, engine=line.engine,
                    without=regroup(line.code, line.off) if asked and not line.first else "")


def _regroup(stay: Stay | None, kit: Kit) -> Callable[[str, bool], str]:
    """The MS-DRG without a code, or with one that is left off; "" where it stays."""
    def drg(of: Stay) -> str:
        try:
            return group_stay(of, kit.grouper, kit.book, what_if=False).drg
        except NoEdition:
            return ""

    now = drg(stay) if stay else ""

    def other(code: str, off: bool) -> str:
        if stay is None or not now:
            return ""
        if off:
            changed = replace(stay, secondary=(*stay.secondary, Diagnosis(code=code, poa="Y"))) if "." in code or len(code) == 3 else replace(stay, procedures=(*stay.procedures, code))
        else:
            changed = replace(stay, secondary=tuple(d for d in stay.secondary if d.code != code), procedures=tuple(p for p in stay.procedures if p != code))
        new = drg(changed)
        return new if new != now else ""

    return other
