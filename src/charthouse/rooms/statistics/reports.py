"""The reports of the department: each a pure function from figures to a table, with the words that define it. THE table is `REPORTS`."""
from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from statistics import mean

from charthouse.record.proportion import interval
from charthouse.record.report import Cell, Figures, Report, VisitFigure
from charthouse.rooms.statistics.claims import denials, first_pass, receivable
from charthouse.rooms.statistics.quality import accuracy, deficiencies, engines, gate_error, owners
from charthouse.rooms.statistics.table import columns, last_decisions
from charthouse.rooms.statistics.volume import census, diseases, operations, providers

Make = Callable[[Figures], Report]


def dnfb(f: Figures) -> Report:
    """Discharged, not final: what has no final coding, by why."""
    open_ = [v for v in f.visits if v.state not in ("finished", "alone") and _out(v)]
    by: dict[str, list[int]] = defaultdict(list)
    for v in open_:
        by[_why(v)].append(_days(v, f))
    rows = tuple((why, len(days), sum(days), round(mean(days), 1), max(days)) for why, days in sorted(by.items(), key=lambda x: -sum(x[1])))
    all_days = [d for days in by.values() for d in days]
    return Report(name="dnfb", title="Discharged, not final", columns=columns("Because", visits="count", days="count", **{"mean days": "number", "oldest, days": "count"}), rows=rows,
                  headline=(f"{len(open_)}", f"visits, {round(mean(all_days), 1) if all_days else 0} days on average"), bars=2,
                  definition="Visits whose patient has left and whose coding is not final, on the day of the report. Days run from discharge, for an outpatient from the visit. What is coded and not billed stands at Claims with what holds it.",
                  source="Discharged not final billed (DNFB), HIM practice; here the coding part of it")


def case_mix(f: Figures) -> Report:
    """Case-mix index by month, and what its change is made of."""
    months: dict[str, list[VisitFigure]] = defaultdict(list)
    for v in f.visits:
        if v.setting == "inpatient" and v.weight is not None and v.discharged:
            months[v.discharged.isoformat()[:7]].append(v)
    rows: list[tuple[Cell, ...]] = []
    before: list[VisitFigure] = []
    for month, stays in sorted(months.items()):
        change = _index(stays) - _index(before) if before else None
        rows.append((month, len(stays), round(_index(stays), 4), round(change, 4) if change is not None else None, _moved(before, stays) if before else ""))
        before = stays
    every = [v for stays in months.values() for v in stays]
    return Report(name="case-mix", title="Case-mix index", columns=columns("Month", stays="count", CMI="number", change="number", **{"made by": "text"}), rows=tuple(rows),
                  headline=(f"{_index(every):.4f}" if every else "", "over the period" if every else "no stay with an MS-DRG"), bars=2,
                  definition="The mean relative weight of the MS-DRGs of inpatients discharged in the month, as the codes stand now. The change against the month before is the sum over all DRGs of the change "
                  "of their share times their weight; the three largest parts are named.", source="42 CFR 412.64(g); weights of Table 5 of the IPPS final rule")


def productivity(f: Figures) -> Report:
    """Charts finished and acts done, by coder and setting."""
    done = Counter((v.finished_by, v.setting) for v in f.visits if v.state == "finished" and v.finished_by)
    touches: dict[tuple[str, str], int] = Counter((a.by, a.setting) for a in f.acts if a.what != "submit")
    times: dict[tuple[str, str], list[float]] = defaultdict(list)
    spans: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    for a in f.acts:
        spans[a.by, a.setting, a.encounter].append(a.at.timestamp())
    for (by, setting, _), at in spans.items():
        times[by, setting].append((max(at) - min(at)) / 60)
    rows = tuple((by, setting, done[by, setting], touches[by, setting], round(touches[by, setting] / done[by, setting], 1) if done[by, setting] else None,
                  round(mean(times[by, setting]), 1) if times[by, setting] else None, round(60 / mean(times[by, setting]), 1) if times[by, setting] and mean(times[by, setting]) else None) for by, setting in sorted({*done, *touches}))
    return Report(name="productivity", title="Productivity", columns=columns("Coder", setting="text", finished="count", acts="count", **{"acts a chart": "number", "minutes a chart": "number", "charts an hour": "number"}), rows=rows,
                  headline=(f"{sum(done.values())}", "charts finished by people"), bars=2, counts=2,
                  definition="Charts that a person finished, and acts on codes (accept, reject, change, add, principal, POA, flag, undo, redo). Minutes run from the first act on a chart to the last by the same "
                  "person, so a pause counts and reading before the first act does not; charts an hour are sixty by them.", source="Charthouse")


def acceptance(f: Figures) -> Report:
    """How people decided on what the engine proposed, by code family."""
    said: dict[str, Counter[str]] = defaultdict(Counter)
    for a in last_decisions(f):
        said[a.code[:3]][a.what] += 1
    rows: list[tuple[Cell, ...]] = []
    for family, c in sorted(said.items(), key=lambda x: (-sum(x[1].values()), x[0])):
        number = sum(c.values())
        low, high = interval(c["accept"], number)
        rows.append((family, number, c["accept"], c["change"], c["reject"], round(100 * c["accept"] / number, 1), f"{100 * low:.0f} to {100 * high:.0f}"))
    number, kept = sum(sum(c.values()) for c in said.values()), sum(c["accept"] for c in said.values())
    return Report(name="acceptance", title="Acceptance of proposals", columns=columns("Family", decided="count", accepted="count", changed="count", rejected="count", **{"accepted, %": "percent", "95% interval": "text"}),
                  rows=tuple(rows), headline=(f"{100 * kept / number:.0f}%" if number else "", f"of {number} decisions accept what was proposed" if number else "nothing was decided"), bars=5,
                  definition="The last decision of a person on each proposed code of a chart, by the first three characters of the code. Codes that nobody decided on, and codes that people added, are not in it.",
                  source="Charthouse; exact binomial interval (Clopper and Pearson)")


def autonomy(f: Figures) -> Report:
    """What the gate finished alone, by setting."""
    settings = sorted({v.setting for v in f.visits if v.state != "waiting"})
    rows: list[tuple[Cell, ...]] = []
    for setting in settings:
        of = [v for v in f.visits if v.setting == setting and v.state != "waiting"]
        c = Counter(v.state for v in of)
        rows.append((setting, len(of), c["alone"], c["sampled"], c["held"] + c["in work"], c["finished"], round(100 * (c["alone"] + c["sampled"]) / len(of), 1)))
    number, alone = sum(int(str(r[1])) for r in rows), sum(int(str(r[2])) + int(str(r[3])) for r in rows)
    return Report(name="autonomy", title="Finished by the gate alone", columns=columns("Setting", read="count", alone="count", sampled="count", held="count", **{"finished by people": "count", "alone, %": "percent"}), rows=tuple(rows),
                  headline=(f"{100 * alone / number:.0f}%" if number else "", "finished by the gate" if number else "nothing was read"), bars=6,
                  definition="Visits that the engine has read: finished by the autonomy gate without a person (alone), so and drawn for a look all the same (sampled), held for or begun by a person, finished by a person. "
                  "The error of what it finished alone is measured by audits of the sample.", source="Charthouse; docs/gate.md")


def queries(f: Figures) -> Report:
    """Queries sent, answered in time, and agreed with, by kind."""
    rows: list[tuple[Cell, ...]] = []
    for kind in sorted({q.kind for q in f.queries}):
        of = [q for q in f.queries if q.kind == kind]
        answered = [q for q in of if q.answered_at]
        in_time = [q for q in answered if q.answered_at and q.due and q.answered_at <= q.due]
        agreed = sum(q.outcome == "agreed" for q in answered)
        hours = [(q.answered_at - q.sent_at).total_seconds() / 3600 for q in answered if q.answered_at]
        rows.append((kind, len(of), len(answered), round(100 * len(in_time) / len(of), 1), round(100 * agreed / len(answered), 1) if answered else None, round(mean(hours), 1) if hours else None))
    sent, back = len(f.queries), sum(q.answered_at is not None for q in f.queries)
    return Report(name="queries", title="Queries to providers", columns=columns("Kind", sent="count", answered="count", **{"in time, %": "percent", "agreed, %": "percent", "hours to answer": "number"}), rows=tuple(rows),
                  headline=(f"{sent}", f"sent, {back} answered"), bars=1,
                  definition="Queries sent in the period, withdrawn ones too. In time: answered before they were due. Agreed: a supported option was chosen, or yes; other answers are no disagreement.",
                  source="AHIMA and ACDIS, Guidelines for Achieving a Compliant Query Practice (2022 Update), on measuring query practice")


def stays(f: Figures) -> Report:
    """Length of stay, by service."""
    by: dict[str, list[int]] = defaultdict(list)
    house: Counter[str] = Counter()
    for v in f.visits:
        if v.setting == "inpatient":
            if v.discharged:
                by[v.unit or "no service"].append(max((v.discharged - v.admitted).days, 1))
            else:
                house[v.unit or "no service"] += 1
    rows = tuple((unit, len(by[unit]), sum(by[unit]), round(mean(by[unit]), 1) if by[unit] else None, house[unit]) for unit in sorted({*by, *house}))
    days = [d for of in by.values() for d in of]
    return Report(name="stays", title="Length of stay and census", columns=columns("Service", discharges="count", **{"days of care": "count", "mean stay, days": "number", "in house now": "count"}), rows=rows,
                  headline=(f"{mean(days):.1f}" if days else "", "days is the mean stay" if days else "no discharge"), bars=3,
                  definition="Days from admission to discharge; a stay of less than a day counts as one. Days of care are their sum over discharges of the period. In house: admitted in the period and not discharged.",
                  source="UHDDS (50 FR 31038); AHIMA glossary of health care terms, length of stay")


REPORTS: dict[str, Make] = {"dnfb": dnfb, "case-mix": case_mix, "productivity": productivity, "acceptance": acceptance, "engines": engines, "autonomy": autonomy, "gate-error": gate_error, "accuracy": accuracy,
                            "queries": queries, "providers": providers, "deficiencies": deficiencies, "owners": owners, "census": census, "stays": stays, "diseases": diseases, "operations": operations,
                            "first-pass": first_pass, "denials": denials, "receivable": receivable}


def _out(v: VisitFigure) -> bool:
    return v.discharged is not None or v.setting == "outpatient"


def _days(v: VisitFigure, f: Figures) -> int:
    return max((f.today - (v.discharged or v.admitted)).days, 0)


def _why(v: VisitFigure) -> str:
    if v.state == "waiting":
        return "not read yet"
    return "begun by a person" if v.state == "in work" else (v.reasons[0].replace("gate/", "held: ").replace("-", " ") if v.reasons else "held")


def _index(of: Sequence[VisitFigure]) -> float:
    return mean(v.weight or 0.0 for v in of) if of else 0.0


def _moved(before: Sequence[VisitFigure], now: Sequence[VisitFigure]) -> str:
    """The DRGs whose share moved the index most: share now less share before, times weight."""
    weight = {v.drg: v.weight or 0.0 for v in (*before, *now)}
    share_before, share_now = _shares(before), _shares(now)
    parts = {drg: (share_now.get(drg, 0.0) - share_before.get(drg, 0.0)) * weight[drg] for drg in weight}
    largest = sorted(parts.items(), key=lambda x: -abs(x[1]))[:3]
    return ", ".join(f"DRG {drg} {part:+.4f}" for drg, part in largest if abs(part) >= 0.00005)


def _shares(of: Iterable[VisitFigure]) -> dict[str, float]:
    c = Counter(v.drg for v in of)
    return {drg: n / c.total() for drg, n in c.items()}
