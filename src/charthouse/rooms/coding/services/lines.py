"""All lines of services of a chart: drugs given, supplies and services, procedures by the site's CPT file."""
from __future__ import annotations

import re
from collections.abc import Iterator

from charthouse.record.chart import Chart
from charthouse.record.code import CodeLine
from charthouse.record.fact import Fact
from charthouse.rooms.coding.services.drugs import drugs
from charthouse.rooms.coding.services.tables import Service, ServiceTables, line, ruling
from charthouse.rulebook.codebook import CodeBook

# Where a note tells of other days and other places: what was given there was not given at this visit.
_NOT_TODAY = frozenset({"medications", "allergies", "past medical history", "past surgical history", "family history", "social history", "immunizations", "instructions",
                        "problem list", "obstetric history", "history of present illness", "chief complaint", "review of systems", "admission diagnosis"})
_ACTS = {"dispensed": frozenset({"dispensed", "given"}), "done": frozenset({"done", "given"}), "given": frozenset({"given"}),
         "named": frozenset({"", "done", "given", "dispensed", "reviewed"})}
_MINUTES = re.compile(r"(\d{1,3})[ -]?(?:minutes?|mins?)\b", re.I)
_SENTENCE_END = re.compile(r"\. |\n")
_AROUND = 200  # characters of a sentence that are looked at on each side
_MEDICARE = "A Medicare code: another payer may ask for another."


def services(chart: Chart, facts: tuple[Fact, ...], tables: ServiceTables, book: CodeBook) -> tuple[CodeLine, ...]:
    """The lines of an outpatient visit, each to be reviewed by a person, then what was left off. A stay has none: its supplies
    and drugs are part of the DRG."""
    if chart.encounter.setting != "outpatient":
        return ()
    today = tuple(f for f in facts if f.source == "services" and f.section not in _NOT_TODAY and f.holds)
    wasted = tuple(f for f in today if f.said("class") == "waste")
    lines = (*drugs(today, wasted, chart, tables, book), *_supplies(today, chart, tables, book))
    return tuple(sorted(lines, key=lambda c: c.status == "suppressed"))


def _supplies(today: tuple[Fact, ...], chart: Chart, tables: ServiceTables, book: CodeBook) -> Iterator[CodeLine]:
    found: dict[str, list[Fact]] = {}
    for fact in today:
        if fact.said("class") == "service" and any(fact.said("act") in _ACTS[s.act] for s in tables.services[fact.concept]):
            found.setdefault(fact.concept, []).append(fact)
    for name, facts in found.items():
        rows = [s for s in tables.services[name] if _for(s, chart)]
        if rows:
            yield _supply(rows[0], facts, chart, book)


def _for(service: Service, chart: Chart) -> bool:
    """Whether the patient may be one whom the service is for; where age or sex is not given, nothing speaks against it
    unless the code is one of two by age."""
    patient = chart.encounter.patient
    if service.sex and patient.sex and service.sex != patient.sex:
        return False
    if service.ages is None or (patient.age is None and service.ages[1] > 10):
        return True
    return patient.age is not None and service.ages[0] <= patient.age <= service.ages[1]


def _supply(service: Service, facts: list[Fact], chart: Chart, book: CodeBook) -> CodeLine:
    spans = tuple(s for f in facts for s in (f.span, *f.also))
    on, name = chart.encounter.on, facts[0].span.text
    if service.minutes and not any(_long_enough(f, service.minutes, chart) for f in facts):
        why = ruling("services/no-time", "suppressed", f'"{name}" needs at least {service.minutes} minutes, and the note does not give them.', service.citation,
                     subject=service.code, spans=spans)
        return line("HCPCS", service.code, spans, (why,), book, on, off=True)
    payer = f" {_MEDICARE}" if service.code[0] in "GQ" else ""
    reason = ruling("services/item", "applied", f'"{name}": {service.act} at this visit.{payer}', service.citation, subject=service.code, spans=spans)
    return line("HCPCS", service.code, spans, (reason,), book, on, units=1)


def _long_enough(fact: Fact, least: int, chart: Chart) -> bool:
    """Whether the sentence gives the minutes of the service."""
    text = chart.document(fact.span.document).text
    before = _SENTENCE_END.split(text[max(0, fact.span.start - _AROUND):fact.span.start])[-1]
    after = _SENTENCE_END.split(text[fact.span.end:fact.span.end + _AROUND])[0]
    return any(int(m) >= least for m in _MINUTES.findall(before + " " + after))
