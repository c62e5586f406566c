"""Deficiency analysis: what a chart lacks by the table in force, each a ruling with its citation and the words it rests on.

Missing, late, unsigned, incomplete, conflicting. Documents bear a day, not an hour, so a deadline in hours is measured in whole days, in the provider's favour.
"""
from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from charthouse.record.chart import Chart
from charthouse.record.deficiency import Deficiency
from charthouse.record.document import Document, Span, quote
from charthouse.record.filing import Visit
from charthouse.record.ruling import Ruling, Verdict
from charthouse.rooms.chart import signed
from charthouse.rooms.chart.conflicts import conflicts
from charthouse.rooms.chart.requirements import Element, Requirement, of_kind
from charthouse.rooms.chart.surgery import Surgery, surgery

AFTER_DISCHARGE = 30
DIED = frozenset({"20", "40", "41", "42"})  # UB-04 FL 17: expired
OF_THE_LIVING = frozenset({"condition at discharge", "instructions", "follow-up"})
UPDATE = "42 CFR 482.22(c)(5)(ii); 482.24(c)(4)(i)(B)"


def deficiencies(chart: Chart, visit: Visit, table: Iterable[Requirement], said: Iterable[Element], today: date) -> tuple[Deficiency, ...]:
    """All of them. What is not due yet (`due` not before `today`) is among them, as somebody must still do it. `table` are the rows that apply at
    this site; of each, those in force on the day of admission act."""
    cut = surgery(chart)
    out: list[Deficiency] = []
    for row in table:
        if _applies(row, visit, cut):
            out.extend(_required(row, chart, visit, cut, today))
    out.extend(_updated(chart, visit, cut))
    out.extend(_unsigned(chart, visit, cut))
    out.extend(_incomplete(chart, visit, tuple(said)))
    out.extend(conflicts(chart, visit))
    return tuple(out)


def found(chart: Chart, said: Iterable[Element]) -> tuple[Ruling, ...]:
    """The elements that a document does say, each with its words."""
    said = tuple(said)
    return tuple(Ruling(rule=f"chart/element/{e.name.replace(' ', '-')}", verdict="passed", message=f"{e.name}: said", citation=e.citation, subject=d.id, spans=(quote(d, *m.span()),))
                 for d in chart.documents for e in said if e.kind == d.kind and (m := e.said.search(d.text)) is not None)


def _applies(row: Requirement, visit: Visit, cut: Surgery | None) -> bool:
    on = visit.admitted.date()
    if row.setting not in ("any", visit.setting) or on < row.effective_from or (row.effective_to is not None and on > row.effective_to):
        return False
    return {"always": True, "day": True, "discharged": visit.discharged is not None, "surgery": cut is not None,
            "anaesthesia": cut is not None and cut.anaesthesia, "elective surgery": cut is not None and not cut.urgent}[row.when]


def _required(row: Requirement, chart: Chart, visit: Visit, cut: Surgery | None, today: date) -> Iterator[Deficiency]:
    """Missing or late, against each moment that the row counts from."""
    there = of_kind(chart, row.kind)
    for moment in _moments(row, visit, cut):
        due = moment + timedelta(days=row.days) if moment else None
        if row.when == "day":
            if not any(d.service_date == moment for d in there) and moment is not None and moment < today:
                yield _missing(row, visit, cut, moment)
        elif not there:
            yield _missing(row, visit, cut, due)
        elif due is not None and (late := _late(there, due)) is not None:
            yield Deficiency(kind="late", what=row.kind, owner=late.author, document=late.id, ruling=_ruling(
                row.rule, f"{row.says}: dated {late.service_date}, due by {due}", row.citation, late.id, verdict="warning"))


def _moments(row: Requirement, visit: Visit, cut: Surgery | None) -> Iterator[date | None]:
    """None: the moment is not known."""
    if row.of == "day":
        last = visit.discharged.date() if visit.discharged else None
        for n in range(1, (last - visit.admitted.date()).days if last else 0):  # neither the day of admission nor that of discharge
            yield visit.admitted.date() + timedelta(days=n)
    else:
        yield {"admission": visit.admitted.date(), "discharge": visit.discharged.date() if visit.discharged else None, "surgery": cut.on if cut else None}[row.of]


def _late(there: tuple[Document, ...], due: date) -> Document | None:
    """The earliest of them, when all that bear a day are later than the last day."""
    dated = [d for d in there if d.service_date is not None]
    first = min(dated, key=lambda d: d.service_date or due, default=None)
    return first if first is not None and len(dated) == len(there) and first.service_date is not None and first.service_date > due else None


def _missing(row: Requirement, visit: Visit, cut: Surgery | None, due: date | None) -> Deficiency:
    ruling = _ruling(row.rule, f"{row.says}: not in the chart", row.citation, row.kind, spans=cut.spans if cut and row.of == "surgery" else ())
    owner = {"attending": visit.attending, "surgeon": (cut.surgeon if cut else "") or visit.attending, "anaesthesia": "anaesthesia"}[row.owner]
    return Deficiency(kind="missing", ruling=ruling, what=row.kind, owner=owner, due=due if due else _completed_by(visit))


def _updated(chart: Chart, visit: Visit, cut: Surgery | None) -> Iterator[Deficiency]:
    """An examination from before the admission wants an updated one within 24 hours after it, and none may be older than 30 days."""
    exams = of_kind(chart, "history_and_physical")
    days = [d.service_date for d in exams if d.service_date]
    if not exams or len(days) < len(exams) or visit.setting != "inpatient":
        return
    admitted = visit.admitted.date()
    if max(days) < admitted - timedelta(days=30):
        yield Deficiency(kind="missing", what="history_and_physical", owner=visit.attending, due=admitted + timedelta(days=1), ruling=_ruling(
            "chart/h-and-p-too-old", f"The examination of {max(days)} is older than 30 days before admission", "42 CFR 482.22(c)(5)(i)", exams[-1].id))
    elif max(days) < admitted:
        yield Deficiency(kind="missing", what="history_and_physical", owner=visit.attending, due=admitted + timedelta(days=1), ruling=_ruling(
            "chart/h-and-p-update", f"The examination of {max(days)} is from before the admission on {admitted}, and no updated one is in the chart", UPDATE, exams[-1].id))


def _unsigned(chart: Chart, visit: Visit, cut: Surgery | None) -> Iterator[Deficiency]:
    for d in chart.documents:
        if d.kind not in signed.BY_PROVIDERS:
            continue
        made = signed.signature(d)
        if not made.signed:
            yield Deficiency(kind="unsigned", what=d.kind, owner=d.author or visit.attending, document=d.id, due=_completed_by(visit),
                             ruling=_ruling("chart/authenticated", "Not signed", signed.CITATION, d.id, spans=made.spans))
        elif d.kind == "operative_note" and cut and cut.surgeon and not signed.names(cut.surgeon) & signed.names(made.name):
            yield Deficiency(kind="unsigned", what=d.kind, owner=cut.surgeon, document=d.id, due=_completed_by(visit), ruling=_ruling(
                "chart/signed-by-surgeon", "Not signed by the surgeon whom it names", "42 CFR 482.51(b)(6)", d.id, spans=(*made.spans, *cut.spans)))


def _incomplete(chart: Chart, visit: Visit, said: tuple[Element, ...]) -> Iterator[Deficiency]:
    for d in chart.documents:
        for element in said:
            if element.kind == d.kind and element.always and not element.said.search(d.text) and not (visit.discharge_status in DIED and element.name in OF_THE_LIVING):
                yield Deficiency(kind="incomplete", what=d.kind, owner=d.author or visit.attending, document=d.id, due=_completed_by(visit), ruling=_ruling(
                    f"chart/element/{element.name.replace(' ', '-')}", f"{element.name}: not said", element.citation, d.id))


def _completed_by(visit: Visit) -> date | None:
    return visit.discharged.date() + timedelta(days=AFTER_DISCHARGE) if visit.discharged else None


def _ruling(rule: str, message: str, citation: str, subject: str, *, spans: tuple[Span, ...] = (), verdict: Verdict = "error") -> Ruling:
    return Ruling(rule=rule, verdict=verdict, message=message, citation=citation, subject=subject, spans=spans)
