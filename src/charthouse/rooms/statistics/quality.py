"""Reports on how good the work is: what charts lack, whose it is to mend, what audits found, and how each engine was followed."""
from __future__ import annotations

from collections import Counter, defaultdict

from charthouse.record.audit import Audited
from charthouse.record.proportion import interval
from charthouse.record.report import Cell, Figures, LackFigure, Report
from charthouse.rooms.statistics.table import columns, last_decisions


def deficiencies(f: Figures) -> Report:
    """What charts lack, by what it is."""
    lacks = [x for x in f.lacks if x.kind]
    by: dict[tuple[str, str], list[LackFigure]] = defaultdict(list)
    for x in lacks:
        by[x.what.replace("_", " "), x.kind].append(x)
    rows = tuple((f"{what}, {kind}", len({x.encounter for x in of}), len(of), sum(_late(x, f) for x in of)) for (what, kind), of in sorted(by.items(), key=lambda t: -len(t[1])))
    seen = {x.encounter: x.state for x in f.lacks}
    delinquent, left = sum(s == "delinquent" for s in seen.values()), sum(s != "in house" for s in seen.values())
    rate = f"; {100 * delinquent / left:.0f}% of {left} discharged charts that were looked at" if left else ""
    return Report(name="deficiencies", title="Deficiencies", columns=columns("What is missing or wrong", charts="count", deficiencies="count", overdue="count"), rows=rows, headline=(str(delinquent), f"delinquent charts{rate}"), bars=2,
                  definition="What the charts of the period lack that somebody has to mend, as they were last looked at (by the worker after each change, and by charthouse chart). A chart is delinquent when it is not complete within "
                  "thirty days of discharge, or the site's own number.", source="42 CFR 482.24(c)(4)(vii); Joint Commission RC.01.03.01")


def owners(f: Figures) -> Report:
    """The same by whose it is to mend."""
    by: dict[str, list[LackFigure]] = defaultdict(list)
    for x in f.lacks:
        if x.kind:
            by[x.owner or "nobody named"].append(x)
    rows = tuple((owner, len({x.encounter for x in of}), len(of), sum(_late(x, f) for x in of), max((f.today - x.due).days for x in of if x.due) if any(x.due for x in of) else None) for owner, of in
                 sorted(by.items(), key=lambda t: (-len(t[1]), t[0])))
    return Report(name="owners", title="Deficiencies by clinician", columns=columns("Clinician", charts="count", deficiencies="count", overdue="count", **{"oldest, days over": "count"}), rows=rows,
                  headline=(str(len(rows)), "clinicians with something to mend"), bars=2, definition="The deficiencies of the period's charts by who can mend them. Days over run from the day on which each was due; below zero it is not due yet.",
                  source="42 CFR 482.24(c); the site's rule on suspension")


def _late(x: LackFigure, f: Figures) -> bool:
    return x.due is not None and x.due < f.today


def accuracy(f: Figures) -> Report:
    """What audits of the period found, by who coded the chart."""
    by: dict[str, list[Audited]] = defaultdict(list)
    for a in f.audits:
        by[a.coder_shown or "the autonomy gate"].append(a)
    rows: list[tuple[Cell, ...]] = []
    for who, of in sorted(by.items()):
        both, over, under = _agreement(of)
        stays = [a for a in of if a.setting == "inpatient"]
        rows.append((who, len(of), _percent(2 * both, 2 * both + over + under), over, under, sum(a.their_drg != a.right_drg for a in stays), len(stays)))
    both, over, under = _agreement(list(f.audits))
    return Report(name="accuracy", title="Audit accuracy", columns=columns("Coder", charts="count", **{"micro-F1, %": "percent", "codes over": "count", "codes under": "count", "DRG changed": "count", "of stays": "count"}), rows=tuple(rows),
                  headline=(f"{100 * 2 * both / (2 * both + over + under):.0f}%" if both + over + under else "", f"micro-F1 over {len(f.audits)} audited charts" if f.audits else "nothing was audited"), bars=2,
                  definition="Charts that an auditor coded blind in the period: the codes they were finished with against the agreed ones, or the auditor's until all is settled. Aimed samples are in it; only random ones say something of all charts.",
                  source="AHIMA, Standards of Ethical Coding (2016)")


def gate_error(f: Figures) -> Report:
    """The measured error of what the gate finished alone."""
    by: dict[str, list[Audited]] = defaultdict(list)
    for a in f.audits:
        if not a.coder:
            by[a.setting].append(a)
    rows: list[tuple[Cell, ...]] = []
    for setting, of in sorted(by.items()):
        wrong = sum({(c.system, c.code) for c in a.theirs} != {(c.system, c.code) for c in a.right} for a in of)
        low, high = interval(wrong, len(of))
        rows.append((setting, len(of), wrong, _percent(wrong, len(of)), f"{100 * low:.1f} to {100 * high:.1f}"))
    number, wrong = sum(int(str(r[1])) for r in rows), sum(int(str(r[2])) for r in rows)
    return Report(name="gate-error", title="Measured error of the gate", columns=columns("Setting", audited="count", wrong="count", **{"wrong, %": "percent", "95% interval, %": "text"}), rows=tuple(rows),
                  headline=(f"{100 * wrong / number:.1f}%" if number else "", f"of {number} charts that it finished alone were wrong" if number else "nothing that it finished alone was audited yet"), bars=3,
                  definition="Charts that the autonomy gate finished without a person and that an auditor coded blind in the period. Wrong: any code more or less than the agreed ones. The interval is exact.",
                  source="Clopper and Pearson; docs/gate.md")


def engines(f: Figures) -> Report:
    """How people decided, by the engine that had proposed."""
    said: dict[str, Counter[str]] = defaultdict(Counter)
    for a in last_decisions(f):
        said[a.engine or "not known"][a.what] += 1
    rows: list[tuple[Cell, ...]] = []
    for engine, c in sorted(said.items(), key=lambda x: -sum(x[1].values())):
        low, high = interval(c["accept"], c.total())
        rows.append((engine, c.total(), c["accept"], c["change"], c["reject"], _percent(c["accept"], c.total()), f"{100 * low:.0f} to {100 * high:.0f}"))
    return Report(name="engines", title="Acceptance by engine", columns=columns("Engine", decided="count", accepted="count", changed="count", rejected="count", **{"accepted, %": "percent", "95% interval": "text"}), rows=tuple(rows),
                  headline=(str(len(rows)), "versions of the engine were decided on"), bars=5,
                  definition="The last decision on each proposed code, by what had read the chart: the fingerprint of engine, models, books and what was learned. A new one appears with each change of any of them.", source="Charthouse")


def _agreement(of: list[Audited]) -> tuple[int, int, int]:
    pairs = [({(c.system, c.code) for c in a.theirs}, {(c.system, c.code) for c in a.right}) for a in of]
    return sum(len(a & b) for a, b in pairs), sum(len(a - b) for a, b in pairs), sum(len(b - a) for a, b in pairs)


def _percent(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 1) if whole else None
