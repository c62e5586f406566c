"""From facts to procedures: each mention its code or codes; one procedure told in several places is one."""
from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from charthouse.record.chart import Chart
from charthouse.record.fact import Fact
from charthouse.rooms.coding.procedures.build import Builder, Built
from charthouse.rooms.coding.procedures.guidelines import approach_of
from charthouse.rooms.coding.procedures.procedure import OCG_PCS, Procedure, because, said

_TITLE = re.compile(r"^[ \t#*\d.)-]*(?:(?:principal |surgical |operative )?(?:procedure|operation)s?(?:\(s\))?(?: performed| done)?|name of (?:procedure|operation)|operation title)[ \t]*(?::|$)",
                    re.I | re.M)
_NEXT = re.compile(r"^[ \t]*(?:[A-Z][A-Z /&()-]{3,}\b|[A-Z][A-Za-z /&()-]{2,40}:|\s*$)", re.M)


def titles(chart: Chart) -> dict[str, tuple[int, int]]:
    """Where each document lists its procedures: from the heading to the next one."""
    out = {}
    for document in chart.documents:
        found = _TITLE.search(document.text)
        if found:
            following = next((m.start() for m in _NEXT.finditer(document.text, found.end() + 1) if document.text[found.end():m.start()].strip()), len(document.text))
            out[document.id] = (found.start(), following)
    return out


def found(chart: Chart, facts: Iterable[Fact], builder: Builder, edition: str) -> tuple[Procedure, ...]:
    """The procedures of a chart before the guidelines: of each code all facts that speak for it, the fullest first."""
    facts = tuple(facts)
    lent = _lent(facts)
    hours = _hours(facts)
    mentions: dict[str, list[tuple[Fact, Built]]] = defaultdict(list)
    for fact in facts:
        if fact.kind == "procedure" and fact.targets:
            whole = lent.get(fact.span.document, ()) + tuple(("hours", h) for h in [hours.get(fact.targets[0].family[:3], "")] if h)
            for built in builder.codes(fact, whole):
                mentions[built.code].append((fact, built))
    return tuple(_procedure(code, told, chart, edition) for code, told in _one_each(mentions).items())


def _lent(facts: tuple[Fact, ...]) -> dict[str, tuple[tuple[str, str], ...]]:
    """The approach that each operative note tells (facts of kind site, see abstraction)."""
    told: dict[str, set[str]] = defaultdict(set)
    for fact in facts:
        if fact.kind == "site" and fact.source == "procedures":
            told[fact.span.document] |= {axis if axis == "converted" else value for axis, value in fact.attributes}
    return {document: (("approach", value),) for document, values in told.items() if (value := approach_of(frozenset(values)))}


def _hours(facts: tuple[Fact, ...]) -> dict[str, str]:
    """How long breathing was assisted, by the start of the pattern: the longest time that the chart gives."""
    out: dict[str, str] = {}
    for fact in facts:
        if fact.kind == "procedure" and fact.targets and fact.targets[0].family.startswith("5A"):
            for value in said(fact, "hours"):
                start = fact.targets[0].family[:3]
                out[start] = max(out.get(start, "0"), value, key=float)
    return out


def _one_each(mentions: dict[str, list[tuple[Fact, Built]]]) -> dict[str, list[tuple[Fact, Built]]]:
    """A code that a default filled is the same procedure as one of the same table whose characters were told, where they differ
    in nothing but what was not told (B3.2: one procedure is coded once)."""
    out = {code: list(told) for code, told in mentions.items()}
    for code in sorted(mentions, key=lambda c: -min(len(b.missing) for _, b in mentions[c])):
        vague = [m for _, m in mentions[code]]
        for other in sorted(mentions):
            fuller = min(len(b.missing) for _, b in mentions[other]) < min(len(b.missing) for b in vague)
            if other in out and code in out and other != code and fuller and all(_may_be(b, other) for b in vague):
                out[other] += out.pop(code)
    return out


def _may_be(built: Built, code: str) -> bool:
    return all(i in built.open for i in range(7) if built.code[i] != code[i])


def _procedure(code: str, told: list[tuple[Fact, Built]], chart: Chart, edition: str) -> Procedure:
    ordered = sorted(told, key=lambda x: (not _done(x[0]), x[1].code != code, len(x[1].missing), _worth(x[0], chart), x[0].span.start))
    best = ordered[0][1]
    procedure = Procedure(code=code, facts=tuple(dict.fromkeys(f for f, _ in ordered)), told=best.told, missing=best.missing if best.code == code else ())
    words = "; ".join(f"{character}: {label}" for character, label in best.told)
    reason = because(procedure, "pcs/found", "applied", f'"{procedure.fact.span.text}" is coded to {code}' + (f" ({words})." if words else "."),
                     f"{OCG_PCS} A6, A9, A11; ICD-10-PCS tables", edition)
    reason = replace(reason, spans=procedure.fact.also)
    if not procedure.missing:
        return replace(procedure, reasons=(reason,))
    gap = because(procedure, "pcs/not-said", "warning", f"Not said: {', '.join(procedure.missing)}; the first that the table allows was taken. Look, or ask.",
                  f"{OCG_PCS} A11", edition)
    return replace(procedure, reasons=(reason, gap))


def _done(fact: Fact) -> bool:
    return fact.assertion == "present" and fact.temporality == "recent" and fact.experiencer == "patient"


_KINDS = ("operative_note", "discharge_summary")


def _worth(fact: Fact, chart: Chart) -> int:
    kind = chart.document(fact.span.document).kind
    return _KINDS.index(kind) if kind in _KINDS else 5 - 2 * (fact.section in ("procedures", "hospital course"))
