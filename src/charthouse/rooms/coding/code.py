"""Coding one chart: facts in, code lines out, with what was left off and why."""
from __future__ import annotations

from dataclasses import replace

from charthouse.record.chart import Chart
from charthouse.record.code import CodeLine, Role, Status
from charthouse.record.document import Span
from charthouse.record.fact import Fact
from charthouse.rooms.coding.candidate import Bench, Candidate, Tables, ruling
from charthouse.rooms.coding.companions import asked_for
from charthouse.rooms.coding.guidelines import GUIDELINES
from charthouse.rooms.coding.guidelines.documented_by import NOT_PROVIDERS, REPORTS
from charthouse.rooms.coding.poa import indicator
from charthouse.rooms.coding.propose import propose
from charthouse.rooms.coding.rank import ASSESSED, Weights, features, probability
from charthouse.rooms.coding.sequence import NEVER_FIRST, order
from charthouse.rooms.coding.specify import Specifier
from charthouse.rooms.coding.weighed import weighed
from charthouse.rulebook.editions import choose
from charthouse.rulebook.prefixes import starts

EVIDENCE = 6  # quotations shown with a code


def candidates(chart: Chart, facts: tuple[Fact, ...], specifier: Specifier, tables: Tables) -> tuple[tuple[Candidate, ...], Bench]:
    """What the chart might support, after the guidelines. Raises `NoEdition` when no book covers the encounter's date."""
    book = specifier.book
    edition = choose(book.editions(), "ICD-10-CM", chart.encounter.on).edition
    bench = Bench(encounter=chart.encounter, book=book, facts=facts, tables=tables, edition=edition,
                  final=frozenset(d.id for d in chart.documents if d.kind == "discharge_summary"), others=_others(chart))
    return _ruled(propose(bench, specifier), bench), bench


def _ruled(found: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    if bench.encounter.setting != "mention":
        for guideline in GUIDELINES:
            found = guideline(found, bench)
    return found


def _others(chart: Chart) -> frozenset[str]:
    """Documents that are not the provider's; reports of findings for an inpatient only (OCG III.B, against IV.K)."""
    kinds = NOT_PROVIDERS | REPORTS if chart.encounter.setting == "inpatient" else NOT_PROVIDERS
    return frozenset(d.id for d in chart.documents if d.kind in kinds)


def code(chart: Chart, facts: tuple[Fact, ...], specifier: Specifier, tables: Tables, claims: Weights, mentions: Weights) -> tuple[CodeLine, ...]:
    """The chart's codes in claim order, then what was left off."""
    found, bench = candidates(chart, facts, specifier, tables)
    if chart.encounter.setting == "mention":
        return _mentioned(found, bench, mentions)
    kept = [c for c in found if not c.off]
    told = {c.code: features(c, kept) for c in kept}
    stands = {c.code for c in kept if probability(told[c.code], claims) >= claims.review or _heads_a_problem(c)}
    ranked, doubted = [c for c in kept if c.code in stands], [c for c in kept if c.code not in stands]
    for c, said in _given_back(found, ranked, doubted, specifier, bench):
        if probability(said, claims) >= claims.review:
            ranked.append(c)
            told[c.code] = said
    sure = {code: probability(said, claims) for code, said in told.items()}
    why = {code: weighed(said, claims) for code, said in told.items()}
    ranked, doubted = asked_for(*_whole(ranked, doubted, sure), bench)
    ordered = order(ranked, chart, bench.book)
    lines = [_line(c, bench, "auto" if sure[c.code] >= claims.auto else "review", sure[c.code], _role(c, i, chart), why[c.code]) for i, c in enumerate(ordered)]
    if chart.encounter.setting == "inpatient":
        by_code = {c.code: c for c in ordered}
        lines = [replace(line, poa=indicator(by_code[line.code], chart, bench), severity=bench.book.severity(line.code, chart.encounter.on)) for line in lines]
    left = [_line(_not_addressed(c, bench), bench, "suppressed", sure[c.code], "secondary", why[c.code]) for c in doubted]
    left += [_line(c, bench, "suppressed", 0.02, "secondary") for c in found if c.off and c.code not in sure]
    return (*lines, *left)


def _given_back(found: tuple[Candidate, ...], ranked: list[Candidate], doubted: list[Candidate], specifier: Specifier,
                bench: Bench) -> list[tuple[Candidate, dict[str, float]]]:
    """What only a doubted code had displaced, with its features: a symptom of a diagnosis that does not stand is a symptom again."""
    gone = {c.code for c in doubted}
    off = {c.code for c in found if c.off and any(code in c.reasons[0].message for code in gone)} - {c.code for c in found if not c.off}
    if not off:
        return []
    again = _ruled(tuple(c for c in propose(bench, specifier) if c.off or c.code not in gone), bench)
    back = [c for c in again if not c.off and c.code in off]
    return [(c, features(c, [*ranked, *back])) for c in back]


def _whole(ranked: list[Candidate], doubted: list[Candidate], sure: dict[str, float]) -> tuple[list[Candidate], list[Candidate]]:
    """A claim that can stand: where only codes are left that may not come first (a fall, a status), the surest diagnosis
    that may goes with them."""
    if ranked and all(starts(c.code, NEVER_FIRST) for c in ranked):
        first = max((c for c in doubted if not starts(c.code, NEVER_FIRST)), key=lambda c: sure[c.code], default=None)
        if first is not None:
            return [first, *ranked], [c for c in doubted if c is not first]
    return ranked, doubted


def _heads_a_problem(candidate: Candidate) -> bool:
    """What the provider names as a problem of this visit is shown, however unsure the model: a person decides."""
    return any(f.role == "heading" and f.section in ASSESSED and f.assertion == "present" and not f.over
               and not f.flags & {"weak", "finding"} for f in candidate.facts)


def _mentioned(found: tuple[Candidate, ...], bench: Bench, model: Weights) -> tuple[CodeLine, ...]:
    """Every finding, as for an index or a registry: what the text denies or only supposes is a mention too."""
    told = {c.code: features(c, ()) for c in found}
    sure = {code: probability(said, model) for code, said in told.items()}
    lines = []
    for c in sorted(found, key=lambda c: -sure[c.code]):
        status: Status = "auto" if sure[c.code] >= model.auto else "review" if sure[c.code] >= model.review else "suppressed"
        lines.append(_line(c, bench, status, sure[c.code], "mention", weighed(told[c.code], model)))
    return tuple(lines)


def _role(candidate: Candidate, place: int, chart: Chart) -> Role:
    if place == 0:
        return "principal" if chart.encounter.setting == "inpatient" else "first-listed"
    return "external cause" if candidate.code[0] in "VWXY" else "secondary"


def _not_addressed(candidate: Candidate, bench: Bench) -> Candidate:
    if candidate.reasons and candidate.reasons[0].verdict == "suppressed":  # said already why
        return candidate
    reason = ruling("ocg/IV.J/not-addressed", "suppressed", "Mentioned, but nothing shows that it was assessed, treated or affected care at this visit.",
                    "ICD-10-CM Official Guidelines IV.J; III", bench=bench, subject=candidate.code)
    return replace(candidate, reasons=(reason, *candidate.reasons))


def _line(candidate: Candidate, bench: Bench, status: Status, sure: float, role: Role, why: tuple[tuple[str, float], ...] = ()) -> CodeLine:
    entry = bench.book.entry(candidate.code)
    return CodeLine(system="ICD-10-CM", code=candidate.code, title=entry.title if entry else "", role=role, status=status, confidence=sure,
                    evidence=_evidence(candidate.facts), reasons=candidate.reasons, edition=bench.edition, matched=candidate.matched,
                    beyond=candidate.unsupported, weighed=why)


def _evidence(facts: tuple[Fact, ...]) -> tuple[Span, ...]:
    """The best place of each thing said first (a combination code rests on several), then further places."""
    first = {f.concept: f.span for f in reversed(facts)}
    leading = [span for f in facts if first[f.concept] is f.span for span in (f.span, *f.also)]
    return tuple(dict.fromkeys((*leading, *(f.span for f in facts))))[:EVIDENCE]


