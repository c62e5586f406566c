"""Hints: what the chart leaves open, for a query to the provider. A hint is never a code and moves none.

A drug without a condition that it is for, a measured value that no diagnosis accounts for, a diagnosis for which the record shows no
indicator, two things whose link or degree is not said. Words are neutral: they name what stands in the record and what is open, and
suggest no diagnosis (AHIMA/ACDIS Guidelines for Achieving a Compliant Query Practice, 2022). OCG III.B: a value is no diagnosis.
"""
from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from charthouse.record.code import CodeLine
from charthouse.record.fact import Fact
from charthouse.record.limit import Limit
from charthouse.record.ruling import Ruling
from charthouse.rooms.coding.candidate import OCG
from charthouse.rooms.coding.guidelines.additional import TAKEN
from charthouse.rulebook.prefixes import Prefixes, starts

_QUERY = "AHIMA/ACDIS Guidelines for Achieving a Compliant Query Practice (2022)"


@dataclass(frozen=True, slots=True, kw_only=True)
class HintTables:
    """The rows of `lexicon/hint_*.tsv`. `drugs`: the key of a drug to the codes that account for it; `values`: limit, how often,
    codes that must stand, codes that account for it; `indicators`: diagnosis, limits, signs; `pairs`: first, second, answered by, what is
    open, citation."""

    drugs: Mapping[str, Prefixes] = field(default_factory=dict)
    values: tuple[tuple[Limit, int, Prefixes, Prefixes], ...] = ()
    indicators: tuple[tuple[Prefixes, tuple[Limit, ...], Prefixes], ...] = ()
    pairs: tuple[tuple[Prefixes, Prefixes, Prefixes, str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Chart:
    """What hints look at: the codes that stand, all that is documented of the patient, the values, the drugs."""

    standing: tuple[CodeLine, ...]
    documented: frozenset[str]
    values: tuple[Fact, ...]
    drugs: tuple[Fact, ...]
    inpatient: bool

    def has(self, prefixes: Prefixes) -> bool:
        return any(starts(code, prefixes) for code in self.documented)


def hints(lines: tuple[CodeLine, ...], facts: tuple[Fact, ...], tables: HintTables, setting: str) -> tuple[Ruling, ...]:
    """The hints of a chart, each with its quotation: drugs, values, diagnoses without indicators, open links."""
    if setting == "mention":
        return ()
    standing = tuple(c for c in lines if c.status != "suppressed" and c.system == "ICD-10-CM")
    said = {t.default or t.family for f in facts if f.kind == "problem" and f.experiencer == "patient" and f.assertion in ("present", "possible") for t in f.targets}
    chart = _Chart(standing=standing, documented=frozenset(said | {c.code for c in standing}), values=tuple(f for f in facts if f.measured and f.kind != "medication"),
                   drugs=tuple(f for f in facts if f.kind == "medication"), inpatient=setting == "inpatient")
    return (*_drugs(chart, tables), *_values(chart, tables), *_indicators(chart, tables), *_pairs(chart, tables))


def _drugs(chart: _Chart, tables: HintTables) -> Iterator[Ruling]:
    told: set[Prefixes] = set()
    for f in chart.drugs:
        accounts = _accounts(f, tables) if f.assertion == "present" and f.temporality == "recent" and f.section in TAKEN else None
        if accounts and accounts not in told and not chart.has(accounts):
            told.add(accounts)
            yield _hint("hint/drug-without-indication", f'"{f.span.text}": no condition that it is taken for is documented.', f"{OCG} IV.J; III; {_QUERY}", (f,))


def _accounts(fact: Fact, tables: HintTables) -> Prefixes | None:
    found = tables.drugs.get(fact.concept)
    if found is None:
        found = next((tables.drugs[w] for w in fact.concept.split() if w in tables.drugs), None)
    return found


def _values(chart: _Chart, tables: HintTables) -> Iterator[Ruling]:
    told: set[tuple[str, bool]] = set()
    for bound, times, beside, accounts in tables.values:
        if (bound.name, bool(beside)) in told or (beside and not any(starts(c.code, beside) for c in chart.standing)):
            continue
        found = [f for f in chart.values if f.measured and bound.holds(f.measured)]
        if len(found) >= times and not chart.has(accounts):
            told.add((bound.name, bool(beside)))
            often = f" ({len(found)} times)" if len(found) > 1 else ""
            yield _hint("hint/value-without-diagnosis", f'"{found[0].span.text}"{often}: no documented diagnosis accounts for it{_more(beside)}.',
                        f"{OCG} III.B; {_QUERY}", found)


def _more(beside: Prefixes) -> str:
    return " more exactly" if beside else ""


def _indicators(chart: _Chart, tables: HintTables) -> Iterator[Ruling]:
    """For an outpatient only where such a value was measured and none is out of its range: a clinic note need not repeat the laboratory."""
    for diagnoses, bounds, signs in tables.indicators:
        line = next((c for c in chart.standing if starts(c.code, diagnoses)), None)
        if line is None or (signs and chart.has(signs)):
            continue
        names = {b.name for b in bounds}
        measured = [f for f in chart.values if f.measured and f.measured.name in names]
        if any(b.holds(f.measured) for f in measured for b in bounds if f.measured) or not (measured or chart.inpatient):
            continue
        yield _hint("hint/diagnosis-without-indicator", f"{line.code}: no indicator of it was read in the record.", f"{OCG} I.A.19; {_QUERY}", measured,
                    subject=line.code, line=line)


def _pairs(chart: _Chart, tables: HintTables) -> Iterator[Ruling]:
    for first, second, answered, what, citation in tables.pairs:
        line = next((c for c in chart.standing if starts(c.code, first)), None)
        other = next((c for c in chart.standing if c is not line and starts(c.code, second)), None) if line and second else line
        if line and other and not (answered and any(starts(c.code, answered) for c in chart.standing)):
            beside = f" beside {other.code}" if other is not line else ""
            yield _hint("hint/open", f"{line.code}{beside}: the record does not say {what}.", f"{OCG} {citation}; {_QUERY}", (), subject=line.code, line=line, other=other)


def _hint(rule: str, message: str, citation: str, facts: Iterable[Fact], *, subject: str = "", line: CodeLine | None = None, other: CodeLine | None = None) -> Ruling:
    quoted = tuple(f.span for f in facts)[:3] or tuple(dict.fromkeys(s for c in (line, other) if c for s in c.evidence[:1]))
    return Ruling(rule=rule, verdict="warning", message=message, citation=citation, subject=subject, edition=line.edition if line else "", spans=quoted)
