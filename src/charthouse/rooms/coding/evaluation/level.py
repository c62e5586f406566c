"""The level of a visit: two of three elements of decision making, or total time, whichever is higher."""
from __future__ import annotations

from dataclasses import replace

from charthouse.record.chart import Chart
from charthouse.record.code import CodeLine
from charthouse.record.evaluation import ELEMENTS, LEVELS, Element, Evaluation, Level
from charthouse.record.fact import Fact
from charthouse.record.ruling import Ruling
from charthouse.rooms.coding.evaluation import data, problems, risk
from charthouse.rooms.coding.evaluation.category import category
from charthouse.rooms.coding.evaluation.minutes import total
from charthouse.rooms.coding.evaluation.tables import ASSESSED, FRAMEWORK, Visit, VisitTables, ruling
from charthouse.rulebook.codebook import CodeBook

Levels = dict[Element, Level]


def evaluate(chart: Chart, facts: tuple[Fact, ...], lines: tuple[CodeLine, ...], tables: VisitTables, book: CodeBook) -> tuple[Evaluation, ...]:
    """One evaluation for each note that records a visit and addresses a problem, in the order of the chart."""
    made, stands_for = [], problems.owners(facts, lines)
    for document in chart.documents:
        here = tuple(f for f in facts if f.span.document == document.id)
        sort = category(document, chart.encounter, here)
        if sort is not None:
            visit = Visit(document=document, facts=here, tables=tables, sectioned=any(f.section in ASSESSED for f in here))
            made.append(_evaluated(visit, stands_for, sort))
    return tuple(_coded(e, book) for e in made if e is not None)


def _evaluated(visit: Visit, stands_for: dict[str, str], sort: tuple[str, str, Ruling]) -> Evaluation | None:
    setting, kind, why = sort
    found, tests, others, risks = problems.addressed(visit, stands_for), data.tests(visit), data.others(visit), risk.risks(visit)
    if not found:
        return None
    levels, rows = _levels(visit.tables, problems.count(found), data.count(len(tests), others), dict.fromkeys(risks, 1))
    decided = two_of_three(levels)
    time = total(visit.document)
    by_time = _by_time(visit.tables, kind or f"{setting} new", time[0]) if time else None
    elements: list[tuple[Element, Ruling]] = [("problems", p.ruling) for p in found]
    elements += [("data", r) for r in (*(r for _, r in tests.values()), *others.values())]
    elements += [("risk", r) for r in risks.values()]
    reasons = [why, *rows, *_doubts(visit, levels, tests, others)]
    if time and setting != "emergency":
        reasons.insert(1, ruling("em/time", f"Total time of {time[0]} minutes: {by_time or 'below the first level'}.", spans=(time[1],), subject=by_time or "",
                                 citation=_time_citation(visit.tables, kind or f"{setting} new")))
    level, by = (by_time, "time") if by_time and LEVELS.index(by_time) > LEVELS.index(decided) else (decided, "medical decision making")
    return Evaluation(document=visit.document.id, setting=setting, category=kind, level=level, decided_by="time" if by == "time" else "medical decision making",
                      levels=tuple((e, levels[e]) for e in ELEMENTS), minutes=time[0] if time else None, elements=tuple(elements), reasons=tuple(reasons))


def two_of_three(levels: Levels) -> Level:
    """84 FR 62568: two of the three elements must meet or exceed the level; that is the middle one."""
    return LEVELS[sorted(LEVELS.index(level) for level in levels.values())[1]]


def _levels(tables: VisitTables, *counted: dict[str, int]) -> tuple[Levels, list[Ruling]]:
    levels: Levels = {}
    rows = []
    for element, counts in zip(ELEMENTS, counted, strict=True):
        level, (kind, least, citation) = tables.level(element, counts)
        levels[element] = level
        reached = f"{counts[kind]} of the kind \"{kind}\", at least {least} asked" if kind else "nothing that counts was read"
        rows.append(ruling(f"em/{element}", f"{element.capitalize()}: {level}; {reached}.", subject=level, citation=citation))
    return levels, rows


def _by_time(tables: VisitTables, kind: str, minutes: int) -> Level | None:
    met = [level for c, level, least, _ in tables.times if c == kind and level in LEVELS and minutes >= least]
    return max((level for level in LEVELS if level in met), key=LEVELS.index, default=None)


def _time_citation(tables: VisitTables, kind: str) -> str:
    return next((citation for c, level, _, citation in tables.times if c == kind and level in LEVELS), FRAMEWORK)


def _doubts(visit: Visit, levels: Levels, tests: dict[str, tuple[str, Ruling]], others: dict[str, Ruling]) -> list[Ruling]:
    """What a note cannot tell: said with the level, for under-coding as for over-coding."""
    out = []
    if not visit.sectioned:
        out.append(ruling("em/no-assessment", "The note has no assessment or plan: whatever it speaks of outside histories and lists is taken for addressed.", verdict="warning"))
    ordered = sum(act == "ordered" for act, _ in tests.values())
    if ordered < len(tests):
        less = two_of_three(levels | {"data": visit.tables.level("data", data.count(ordered, others))[0]})
        effect = f" Without them the level by decision making is {less}." if less != two_of_three(levels) else " The level does not depend on them."
        out.append(ruling("em/reviewed-once", "A result counts once: with the visit that ordered the test. Reviewed results of tests that this practice ordered earlier, or bills "
                          f"the reading of itself, do not count again.{effect}", verdict="warning", subject=less))
    if not tests and not others:
        out.append(ruling("em/no-data", "No test, outside note, other historian or discussion was read. What was looked at without being written down cannot be counted.", verdict="warning"))
    return out


def _coded(e: Evaluation, book: CodeBook) -> Evaluation:
    """The evaluation with the site's code for its level, or with what is missing for one."""
    if not e.category:
        return e
    code = book.level_code(e.category, e.level)
    if code:
        reason = ruling("em/code", "The code that this site has entered for the category and level.", subject=code, citation="the site's em_codes.csv")
        return replace(e, code=code, reasons=(*e.reasons, reason))
    missing = ruling("em/code", f'No code is loaded for "{e.category}, {e.level}": add a file em_codes.csv with category, level and code.',
                     verdict="not loaded", citation="CPT is the American Medical Association's; no list of it ships with Charthouse")
    return replace(e, reasons=(*e.reasons, missing))

