"""Reports on how much there is: the census, what is treated, what is operated on, and who answers queries."""
from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from statistics import mean

from charthouse.record.report import Cell, CodeFigure, Figures, QueryFigure, Report
from charthouse.rooms.statistics.table import columns


def census(f: Figures) -> Report:
    """Inpatients in house at midnight, by month."""
    months: dict[str, list[date]] = defaultdict(list)
    day = f.since
    while f.stays and day <= min(f.until, f.today):
        months[day.isoformat()[:7]].append(day)
        day += timedelta(days=1)
    rows: list[tuple[Cell, ...]] = []
    every: list[int] = []
    for month, days in months.items():
        there = [sum(s.admitted <= d and (s.discharged is None or s.discharged > d) for s in f.stays) for d in days]
        every += there
        came, went = (sum(getattr(s, what) is not None and getattr(s, what).isoformat()[:7] == month and f.since <= getattr(s, what) <= f.until for s in f.stays) for what in ("admitted", "discharged"))
        rows.append((month, came, went, sum(there), round(mean(there), 1), max(there)))
    return Report(name="census", title="Census", columns=columns("Month", admissions="count", discharges="count", **{"patient days": "count", "mean census": "number", "most": "count"}), rows=tuple(rows),
                  headline=(f"{mean(every):.1f}" if every else "", "inpatients in house on an average day"), bars=4,
                  definition="Inpatients in house at midnight of each day of the period: admitted on or before the day, and not discharged by its end. A stay that begins and ends on one day is in admissions and discharges and not in the census.",
                  source="AHIMA glossary of health care terms, daily inpatient census")


def diseases(f: Figures) -> Report:
    """The disease index: diagnoses of the period by category."""
    return _index(f, "diseases", "Disease index", ("ICD-10-CM",), 3, "ICD-10-CM categories of the codes that stand on the period's visits. A visit counts once for each of its codes. Principal: the principal or first-listed diagnosis. Stay: mean days of those stays in which it is principal.")


def operations(f: Figures) -> Report:
    """The operation index: procedures of the period."""
    return _index(f, "operations", "Operation index", ("ICD-10-PCS",), 7, "ICD-10-PCS codes that stand on the period's stays. Principal: the principal procedure where it is said.")


def _index(f: Figures, name: str, title: str, systems: tuple[str, ...], size: int, definition: str) -> Report:
    by: dict[str, list[CodeFigure]] = defaultdict(list)
    for c in f.codes:
        if c.system in systems:
            by[c.code[:size]].append(c)
    rows = []
    for code, of in sorted(by.items(), key=lambda t: (-len(t[1]), t[0])):
        days = [c.days for c in of if c.first and c.days is not None]
        rows.append((code, len(of), f.titles.get(code, ""), sum(c.first for c in of), round(mean(days), 1) if days else None))
    return Report(name=name, title=title, columns=columns("Code", cases="count", what="text", principal="count", **{"mean stay, days": "number"}), rows=tuple(rows), headline=(str(len(rows)), "categories" if size == 3 else "procedures"), bars=1,
                  definition=f"{definition} The charts themselves are found under Find, by code and days; charthouse index lists them.", source="Joint Commission RC; UHDDS (50 FR 31038); AHIMA, disease and operation indexes")


def providers(f: Figures) -> Report:
    """Queries by who was asked."""
    by: dict[str, list[QueryFigure]] = defaultdict(list)
    for q in f.queries:
        by[q.to or "nobody named"].append(q)
    rows: list[tuple[Cell, ...]] = []
    for to, of in sorted(by.items(), key=lambda t: (-len(t[1]), t[0])):
        answered = [q for q in of if q.answered_at]
        hours = [(q.answered_at - q.sent_at).total_seconds() / 3600 for q in answered if q.answered_at]
        in_time = sum(bool(q.answered_at and q.due and q.answered_at <= q.due) for q in answered)
        rows.append((to, len(of), len(answered), round(100 * len(answered) / len(of), 1), round(100 * in_time / len(of), 1), round(mean(hours), 1) if hours else None))
    return Report(name="providers", title="Queries by provider", columns=columns("Provider", asked="count", answered="count", **{"answered, %": "percent", "in time, %": "percent", "hours to answer": "number"}), rows=tuple(rows),
                  headline=(str(len(rows)), "providers were asked"), bars=1,
                  definition="Queries sent in the period by who was asked first. Whether they agreed is not shown by person: agreement is no target.", source="AHIMA and ACDIS, Guidelines for Achieving a Compliant Query Practice (2022 Update)")
