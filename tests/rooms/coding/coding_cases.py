"""Tables of cases for the coding room (`tests/cases/coding/*.toml`), and the short way in which they write a candidate.

A candidate is written `CODE` and what is said of it: `@section` (_ for a space; `assessment` where left out), `*` heads a
problem, `!` historical, `?` uncertain, `+flag`, `~word,word` words near it, `=words_of_the_concept`, `&document`, `<document`
copied from it.
"""
from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from charthouse.lexicon.words import fold
from charthouse.record.chart import Encounter
from charthouse.record.document import Patient, Span
from charthouse.record.fact import Fact, Measured, Target
from charthouse.rooms.coding.candidate import Bench, Candidate, Tables
from charthouse.rulebook.codebook import CodeBook

CASES = Path(__file__).parents[2] / "cases" / "coding"
ON = date(2026, 11, 2)


def table(name: str) -> list[dict[str, Any]]:
    """The cases of one table; each has an `id` and the paragraph that it shows (`cite`)."""
    cases: list[dict[str, Any]] = tomllib.loads((CASES / f"{name}.toml").read_text(encoding="utf-8"))["case"]
    return cases


def candidate(written: str, at: int) -> Candidate:
    """The candidate of a line; `at` tells where its words stand, one after the other as the case lists them."""
    code, *parts = written.split()
    said = {p[0]: p[1:] for p in parts}
    span = Span(document=said.get("&", "note"), start=at, end=at + 4, text="text")
    fact = Fact(
        kind="problem", span=span, concept=said.get("=", "").replace("_", " "), section=said.get("@", "assessment").replace("_", " "),
        role="heading" if "*" in said else "body", temporality="historical" if "!" in said else "recent", over="!" in said, assertion="possible" if "?" in said else "present",
        flags=frozenset({said["+"]} if "+" in said else ()), near=frozenset(fold(w) for w in said.get("~", "").split(",") if w),
        copied_from=said.get("<", ""), targets=(Target(family=code, default=code),))
    return Candidate(code=code, facts=(fact,))


def candidates(lines: list[str]) -> tuple[Candidate, ...]:
    """The candidates of a case; a code that is written twice has two places."""
    out: dict[str, Candidate] = {}
    for i, line in enumerate(lines):
        c = candidate(line, 10 * i)
        out[c.code] = replace(c, facts=(*out[c.code].facts, *c.facts)) if c.code in out else c
    return tuple(out.values())


def values(case: dict[str, Any]) -> tuple[Fact, ...]:
    """Measured values (`values = { BMI = 31.2 }`) and drugs (`drugs = ["Z79.4"]`) of a case."""
    read = [Fact(kind="vital", span=Span(document="note", start=900 + i, end=904 + i, text="text"), concept=name, measured=Measured(name=name, value=value))
            for i, (name, value) in enumerate(case.get("values", {}).items())]
    section = case.get("drug_section", "medications")
    read += [Fact(kind="medication", span=Span(document="note", start=950 + i, end=954 + i, text="drug"), concept="drug", section=section,
                  targets=(Target(family=code),)) for i, code in enumerate(case.get("drugs", ()))]
    return tuple(read)


def bench_of(case: dict[str, Any], given: tuple[Candidate, ...], book: CodeBook, tables: Tables) -> Bench:
    patient = Patient(sex=case.get("sex", ""), age=case.get("age"))
    encounter = Encounter(id="case", setting=case.get("setting", "outpatient"), on=case.get("date", ON), patient=patient)
    return Bench(encounter=encounter, book=book, facts=(*(f for c in given for f in c.facts), *values(case)), tables=tables, edition="FY2027",
                 others=frozenset(case.get("others", ())))
