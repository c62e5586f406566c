"""The procedure codes of a chart: those a person has assigned, and those read from its text.

Outpatient: none, hospitals code outpatient procedures in CPT and HCPCS. Inpatient: what was done in the stay and is
reported. Mention: every mention.
"""
from __future__ import annotations

from dataclasses import replace

from charthouse.record.chart import Chart
from charthouse.record.code import CodeLine, Role, Status
from charthouse.record.document import Span
from charthouse.record.fact import Fact
from charthouse.rooms.coding.given import given
from charthouse.rooms.coding.procedures.build import Builder
from charthouse.rooms.coding.procedures.guidelines import GUIDELINES, Room
from charthouse.rooms.coding.procedures.procedure import Procedure, ProcedureTables
from charthouse.rooms.coding.procedures.rank import mentioned, of_stay
from charthouse.rooms.coding.procedures.read import found, titles
from charthouse.rooms.coding.procedures.stay import discontinued, of_this_stay, reported
from charthouse.rooms.coding.rank import Weights
from charthouse.rulebook.codebook import CodeBook
from charthouse.rulebook.editions import choose

EVIDENCE = 6  # quotations shown with a code


def procedures(chart: Chart, facts: tuple[Fact, ...], book: CodeBook, tables: ProcedureTables, mentions: Weights) -> tuple[CodeLine, ...]:
    """The lines that stand, then those left off with their reason. Raises `NoEdition` when there is something to code and no
    edition of ICD-10-PCS covers the date."""
    assigned = given(chart.encounter, book)
    setting = chart.encounter.setting
    if setting == "outpatient" or not any(f.kind == "procedure" and f.targets for f in facts):
        return assigned
    edition = choose(book.editions(), "ICD-10-PCS", chart.encounter.on).edition
    read = found(chart, facts, Builder(book, tables, chart.encounter.on), edition)
    if setting == "mention":
        return (*assigned, *_mentions(read, book, mentions, edition))
    return _merged(assigned, _of_stay(read, chart, book, tables, edition))


def _mentions(read: tuple[Procedure, ...], book: CodeBook, model: Weights, edition: str) -> list[CodeLine]:
    lines = []
    for p in read:
        sure = mentioned(p, model)
        status: Status = "auto" if sure >= model.auto else "review" if sure >= model.review else "suppressed"
        lines.append(_line(p, book, status, sure, "mention", edition))
    return sorted(lines, key=lambda line: -line.confidence)


def _of_stay(read: tuple[Procedure, ...], chart: Chart, book: CodeBook, tables: ProcedureTables, edition: str) -> list[CodeLine]:
    room = Room(chart=chart, edition=edition, titles=titles(chart))
    kept = discontinued(of_this_stay(read, room), room)
    for guideline in GUIDELINES:
        kept = guideline(kept, room)
    kept = reported(kept, room, tables)
    surest = sorted(kept, key=lambda p: (p.off, -of_stay(p, room)))
    return [_line(p, book, "suppressed" if p.off else "review", 0.02 if p.off else of_stay(p, room), "procedure", edition) for p in surest]


def _merged(assigned: tuple[CodeLine, ...], read: list[CodeLine]) -> tuple[CodeLine, ...]:
    """A code that was assigned and also read is one line: the person's, with the quotations."""
    by_code = {line.code: line for line in read}
    ours = {line.code for line in assigned}
    first = [replace(line, evidence=by_code[line.code].evidence, reasons=(*line.reasons, *by_code[line.code].reasons)) if line.code in by_code and line.status != "suppressed" else line
             for line in assigned]
    return (*first, *(line for line in read if line.code not in ours))


def _line(p: Procedure, book: CodeBook, status: Status, sure: float, role: Role, edition: str) -> CodeLine:
    entry = book.entry(p.code)
    return CodeLine(system="ICD-10-PCS", code=p.code, title=entry.title if entry else "", role=role, status=status, confidence=sure, evidence=_evidence(p), reasons=p.reasons,
                    edition=edition)


def _evidence(p: Procedure) -> tuple[Span, ...]:
    leading = [span for f in p.facts[:1] for span in (f.span, *f.also)]
    return tuple(dict.fromkeys((*leading, *(f.span for f in p.facts))))[:EVIDENCE]
