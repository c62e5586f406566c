"""Deficiency analysis over charts: of a folder's encounter, of one that is on record, and of all that are not finished."""
from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time

from charthouse.flow.desk import Desk
from charthouse.ports.store import Transaction
from charthouse.record.access import Access, Resource
from charthouse.record.chart import Chart
from charthouse.record.deficiency import Deficiency
from charthouse.record.filing import Visit
from charthouse.record.ruling import Ruling
from charthouse.rooms.chart import Clock, Element, Opposites, Requirement, State, assemble, clocks, contradictions, deficiencies, found, state, trace


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The tables, those rows of them that apply at this site, and its own numbers (days)."""

    required: tuple[Requirement, ...]
    said: tuple[Element, ...]
    opposites: tuple[Opposites, ...]
    within: int = 30
    suspend_after: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """What one chart lacks, what it was found to say, how much of each document was copied, and its state."""

    encounter: str
    visit: Visit
    state: State
    deficiencies: tuple[Deficiency, ...]
    said: tuple[Ruling, ...]
    copied: dict[str, float]
    warnings: tuple[Ruling, ...]
    clocks: tuple[Clock, ...]

    def as_dict(self) -> dict[str, object]:
        return {"encounter": self.encounter, "state": self.state, "deficiencies": [d.as_dict() for d in self.deficiencies], "said": [r.as_dict() for r in self.said],
                "copied": {id: round(share, 3) for id, share in self.copied.items()}, "warnings": [r.as_dict() for r in self.warnings]}


def analysed(chart: Chart, visit: Visit, rules: Rules, today: date) -> Analysis:
    """Without a named attending, who signed the summary, or the examination, answers for the chart."""
    visit = visit if visit.attending else replace(visit, attending=_answering(chart))
    lacks = deficiencies(chart, visit, rules.required, rules.said, today)
    lineage = trace(chart.documents)
    return Analysis(encounter=chart.encounter.id, visit=visit, state=state(visit, lacks, today, rules.within), deficiencies=lacks, said=found(chart, rules.said), copied=lineage.share,
                    warnings=tuple(r for d in chart.documents for r in contradictions(d, lineage, rules.opposites)),
                    clocks=clocks(chart.encounter.id, visit, lacks, today, rules.within))


def visit_of(chart: Chart) -> Visit:
    """The visit of a chart that came as a folder: midnight stands for the day, and the date of an inpatient is that of discharge."""
    e = chart.encounter
    inpatient = e.setting == "inpatient"
    return Visit(patient="", facility="", setting="inpatient" if inpatient else "outpatient", admitted=datetime.combine(e.admitted or e.on, time()),
                 discharged=datetime.combine(e.on, time()), discharge_status=e.discharge_status)


def on_record(desk: Desk, encounter: str, rules: Rules, today: date) -> Analysis:
    """Reads the chart and notes how it was found, in one transaction."""
    with desk.together() as one:
        visit, version = one.use("chart.read", ("encounter", encounter), lambda open, access: open.completion.visit(access, encounter))
        read = one.chart(encounter)
        done = analysed(assemble(read.encounter, read.documents), visit, rules, today)

        def settle(open: Transaction, access: Access) -> None:
            open.gate.tell(replace(access.event, version=str(version)))
            open.completion.settle(access, encounter, version, done.state, tuple(d for d in done.deficiencies if d.open))

        one.use("deficiency.write", ("encounter", encounter), settle)
    return done


def unfinished(desk: Desk, facility: str) -> tuple[str, ...]:
    """The encounters of the facility whose patients were discharged and whose charts were not complete when last looked at, the oldest first."""
    return desk.use("chart.find", Resource(kind="site", facility=facility), lambda open, access: open.completion.unfinished(access, facility))


def _answering(chart: Chart) -> str:
    written = [d.author for kind in ("discharge_summary", "history_and_physical", "clinic_note", "emergency_note") for d in chart.documents if d.kind == kind and d.author]
    return written[0] if written else ""
