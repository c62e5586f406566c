"""Drugs that were given at the visit, with their units."""
from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from charthouse.record.chart import Chart
from charthouse.record.code import CodeLine
from charthouse.record.fact import Fact, Measured
from charthouse.record.ruling import Ruling
from charthouse.rooms.coding.services.tables import Drug, ServiceTables, line, ruling
from charthouse.rulebook.codebook import CodeBook

_UNITS = "Medicare Claims Processing Manual, chapter 17, 10 and 40"
_TO_MG = {"mg": 1.0, "mcg": 0.001, "g": 1000.0}
_BY_ITSELF = frozenset({"dose", "implant"})  # one unit whatever the strength
_NEAR = 200  # characters within which a word of waste belongs to a drug


def drugs(given: tuple[Fact, ...], wasted: tuple[Fact, ...], chart: Chart, tables: ServiceTables, book: CodeBook) -> Iterator[CodeLine]:
    """One line a drug; of several places the first with a dose counts, the others are quoted."""
    by_name: dict[str, list[Fact]] = {}
    for fact in given:
        drug = tables.drugs.get(fact.concept)
        if drug is not None and fact.said("act") == "given" and _route(fact, drug) is not False:
            by_name.setdefault(fact.concept, []).append(fact)
    for name, facts in by_name.items():
        facts.sort(key=lambda f: (f.measured is None, not _route(f, tables.drugs[name])))
        yield _line(tables.drugs[name], facts, wasted, chart, book)


def _route(fact: Fact, drug: Drug) -> bool | None:
    """Whether the drug was given in the way of its code; None where the note does not say and it might be another."""
    route = fact.said("route") or ("injection" if any(w.text.lower() in ("injected", "infused") for w in fact.also) else "")
    if drug.how == "any":
        return route != "other"
    if drug.how == "implant":
        return any(w.text.lower() in ("inserted", "implanted", "placed without complication") for w in fact.also)
    return None if not route else route == drug.how


def _line(drug: Drug, facts: list[Fact], wasted: tuple[Fact, ...], chart: Chart, book: CodeBook) -> CodeLine:
    first, on = facts[0], chart.encounter.on
    spans = tuple(s for f in facts for s in (f.span, *f.also))
    count = units(first.measured, drug)
    if not _route(first, drug):
        why = ruling("services/no-route", "suppressed", f'Nothing says how "{first.span.text}" was given.', _UNITS, subject=drug.code, spans=spans)
        return line("HCPCS", drug.code, spans, (why,), book, on, off=True)
    if count is None:
        why = ruling("services/no-dose", "suppressed", f'"{first.span.text}" was given, but no dose in {drug.measure} was read: no units.', _UNITS, subject=drug.code, spans=spans)
        return line("HCPCS", drug.code, spans, (why,), book, on, off=True)
    dose = f"{first.measured.value:g} {first.measured.unit}" if first.measured else f"1 {drug.measure}"
    reason = ruling("services/drug", "applied", f"{dose} given; one unit is {drug.amount:g} {drug.measure}, so {count} in whole units.", _UNITS, subject=drug.code, spans=spans)
    return line("HCPCS", drug.code, spans, (reason, *_waste(first, wasted, drug.code)), book, on, units=count)


def units(dose: Measured | None, drug: Drug) -> int | None:
    """Whole units of a dose, rounded up; None where there is no dose or it is in another measure."""
    if drug.measure in _BY_ITSELF:
        return 1
    if dose is None or dose.value <= 0:
        return None
    if dose.unit == drug.measure:
        return ceil(dose.value / drug.amount - 1e-9)
    if dose.unit in _TO_MG and drug.measure in _TO_MG:
        return ceil(dose.value * _TO_MG[dose.unit] / (drug.amount * _TO_MG[drug.measure]) - 1e-9)
    return None


def _waste(drug: Fact, wasted: tuple[Fact, ...], code: str) -> tuple[Ruling, ...]:
    """42 CFR 414.940: JW for what was discarded of a single-dose container, JZ where nothing was."""
    near = [w for w in wasted if w.span.document == drug.span.document and 0 <= w.span.start - drug.span.start < _NEAR]
    if not near:
        return ()
    part = "part was discarded: the discarded units go on a line of their own" if near[0].concept == "JW" else "nothing was discarded"
    return (ruling("services/waste", "applied", f"Modifier {near[0].concept} for a single-dose container: {part}.", "42 CFR 414.940", subject=code, spans=(near[0].span,)),)
