"""Which codes a second reader is asked about, and with what: one question a code, so that no code's words reach another."""
from __future__ import annotations

from datetime import date

from charthouse.ports.second_reader import Question
from charthouse.record.chart import Chart
from charthouse.record.code import CodeLine
from charthouse.record.fact import Fact
from charthouse.rooms.second_reading.passages import passages
from charthouse.rulebook.codebook import CodeBook, Entry

ALTERNATIVES = 24


def questions(chart: Chart, codes: tuple[CodeLine, ...], facts: tuple[Fact, ...], book: CodeBook) -> tuple[Question, ...]:
    """A question for each diagnosis on the answer that was read in the chart; codes that would go out alone come first."""
    asked = [(place, line) for place, line in enumerate(codes) if line.status != "suppressed" and line.system == "ICD-10-CM"
             and line.role != "mention" and line.evidence]
    asked.sort(key=lambda placed: placed[1].status != "auto")
    return tuple(Question(place=place, code=line.code, title=line.title, passages=passages(line.evidence, chart, facts),
                          alternatives=alternatives(line.code, book, chart.encounter.on)) for place, line in asked)


def alternatives(code: str, book: CodeBook, on: date) -> tuple[tuple[str, str], ...]:
    """Codes of the same category that are valid on the date, the nearest first; of injuries those of the same encounter."""
    found: dict[str, str] = {}
    entry = book.entry(code)
    while entry and entry.parent and len(found) < ALTERNATIVES:
        found |= {leaf.code: leaf.title for leaf in book.leaves(entry.parent) if _is_other(leaf, code) and leaf.code not in found and book.valid(leaf.code, on)}
        entry = book.entry(entry.parent)
    return tuple(found.items())[:ALTERNATIVES]


def _is_other(leaf: Entry, code: str) -> bool:
    """Another code with its title, and with the same seventh character where there is one: "S82.65XA"."""
    return leaf.title_loaded and leaf.code != code and (len(code) < 8 or leaf.code[-1] == code[-1])
