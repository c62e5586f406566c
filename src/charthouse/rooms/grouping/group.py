"""From a stay to its MS-DRG, as a path that a coder can argue with, and what would move it.

The engine decides; this room tells why: MDC, surgical or medical, which codes count as CC or MCC and which do not,
hospital-acquired conditions, weight and lengths of stay. Sources: MS-DRG Definitions Manual; IPPS final rule Table 5.
"""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from charthouse.ports.engines import GradedByEngine, GroupedByEngine, Grouper
from charthouse.record.errors import NoEdition
from charthouse.record.grouping import Diagnosis, Graded, Grouping, Stay, WhatIf
from charthouse.record.ruling import Ruling
from charthouse.rulebook.codebook import CodeBook, DrgRow
from charthouse.rulebook.editions import choose

_MANUAL = "MS-DRG Definitions Manual"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Context:
    stay: Stay
    engine: Grouper
    book: CodeBook
    edition: str


def group(stay: Stay, engine: Grouper, book: CodeBook, *, what_if: bool = True) -> Grouping:
    """The grouping. Raises `NoEdition` when no MS-DRG version covers the discharge date."""
    edition = choose(book.editions(), "MS-DRG", stay.discharge_date).edition
    context = _Context(stay=stay, engine=engine, book=book, edition=edition)
    got = engine.group(stay, edition)
    row = book.drg(got.drg, stay.discharge_date)
    path = tuple(_path(got, row, context))
    tried = tuple(_what_if(got, context)) if what_if else ()
    return Grouping(
        drg=got.drg, title=got.title, mdc=got.mdc, mdc_title=got.mdc_title, kind=row.kind if row else "", severity=got.severity,
        weight=row.weight if row else None, gmlos=row.gmlos if row else None, amlos=row.amlos if row else None, edition=edition,
        weight_edition=_weight_edition(context), initial_drg=got.initial_drg, return_code=got.return_code,
        diagnoses=tuple(_graded(d, stay) for d in got.diagnoses), path=path, what_if=tried)


def _weight_edition(context: _Context) -> str:
    try:
        return f"Table 5 {choose(context.book.editions(), 'Table 5', context.stay.discharge_date).edition}"
    except NoEdition:
        return "not loaded"


def _graded(d: GradedByEngine, stay: Stay) -> Graded:
    why = "principal diagnosis" if d.code == stay.principal.code else _why(d, stay)
    return Graded(code=d.code, severity=d.severity, counted=d.counted and not d.excluded, why=why, flags=d.flags, hac=d.hac)


def _why(d: GradedByEngine, stay: Stay) -> str:
    if "VALID" not in d.flags:
        return "not a valid code on this date, so the grouper passes it over"
    if not d.severity:
        return "neither CC nor MCC"
    if d.excluded:
        return f"{d.severity}, but excluded by the principal diagnosis {stay.principal.code} (Table 6K)"
    if d.hac:
        return f"{d.severity}, hospital-acquired: {d.hac}"
    return f"{d.severity}" + (" and decides the DRG" if d.counted else "; another code decides already, or this DRG does not split on it")


def _path(got: GroupedByEngine, row: DrgRow | None, context: _Context) -> Iterator[Ruling]:
    stay = context.stay
    if got.return_code != "OK":
        yield Ruling(rule="msdrg/return-code", verdict="error", message=f"The grouper answers {got.return_code}: {_MEANING.get(got.return_code, 'see the manual')}.",
                     citation=_MANUAL, subject=got.drg, edition=context.edition)
        return
    yield _step("mdc", f"Principal diagnosis {stay.principal.code} leads to MDC {got.mdc} {got.mdc_title}.", stay.principal.code, context)
    operating = [code for code, is_or, _ in got.procedures if is_or]
    deciding = [code for code, _, effect in got.procedures if effect]
    surgical = (row.kind == "surgical") if row and row.kind else bool(deciding)
    if surgical:
        yield _step("partition", f"Surgical: {', '.join(deciding or operating)} is an operating room procedure for this MDC.", ", ".join(deciding), context)
    else:
        rest = f"; {', '.join(operating)} does not decide here" if operating else ": no procedure that decides"
        yield _step("partition", f"Medical{rest}.", ", ".join(operating), context)
    for d in got.diagnoses:
        if d.code != stay.principal.code and d.severity:
            yield _step("severity", f"{d.code}: {_why(d, stay)}.", d.code, context)
    yield _step("severity level", f"Severity of the stay: {got.severity or 'no CC or MCC that counts'}.", "", context)
    yield from _hac(got, context)
    yield _step("drg", f"DRG {got.drg} {got.title}.", got.drg, context)
    yield _weight(row, context)


_MEANING = {"INVALID_PRINCIPAL_DIAGNOSIS": "the principal diagnosis is not valid on this date", "INVALID_PDX": "the principal diagnosis is not valid on this date",
            "DX_CANNOT_BE_PDX": "this diagnosis cannot be principal", "HAC_MISSING_ONE_POA": "a hospital-acquired condition has no POA indicator: give it",
            "UNGROUPABLE": "the stay cannot be grouped"}


def _hac(got: GroupedByEngine, context: _Context) -> Iterator[Ruling]:
    if got.initial_drg != got.drg:
        yield Ruling(rule="msdrg/hac", verdict="applied", message=f"Hospital-acquired conditions take it from DRG {got.initial_drg} {got.initial_title} to {got.drg}.",
                     citation="42 CFR 412.2, Social Security Act 1886(d)(4)(D)", subject=got.drg, edition=context.edition)
    else:
        yield Ruling(rule="msdrg/hac", verdict="passed", message=f"Initial and final DRG are the same ({got.hac_status.replace('_', ' ').lower()}).",
                     citation="Social Security Act 1886(d)(4)(D)", subject=got.drg, edition=context.edition)


def _weight(row: DrgRow | None, context: _Context) -> Ruling:
    if row is None or row.weight is None:
        return Ruling(rule="msdrg/weight", verdict="not loaded", message="No weight is loaded for this discharge date; add the official Table 5 with `charthouse books add`.",
                      citation="IPPS final rule, Table 5", subject=row.drg if row else "", edition=_weight_edition(context))
    return Ruling(rule="msdrg/weight", verdict="applied", message=f"Relative weight {row.weight:.4f}, GMLOS {row.gmlos} days, AMLOS {row.amlos} days.",
                  citation="IPPS final rule, Table 5", subject=row.drg, edition=_weight_edition(context))


def _step(name: str, message: str, subject: str, context: _Context) -> Ruling:
    return Ruling(rule=f"msdrg/{name}", verdict="applied", message=message, citation=f"{_MANUAL}, {context.edition}", subject=subject, edition=context.edition)


def _what_if(got: GroupedByEngine, context: _Context) -> Iterator[WhatIf]:
    """Each secondary as principal, and the stay without each CC or MCC that counts: only what moves the DRG."""
    stay = context.stay
    for i, d in enumerate(stay.secondary):
        if d.code[0] in "VWXYZ":
            continue
        rest = (*stay.secondary[:i], Diagnosis(code=stay.principal.code, poa=stay.principal.poa), *stay.secondary[i + 1:])
        yield from _tried(f"{d.code} as principal diagnosis", replace(stay, principal=d, secondary=rest), got, context)
    for graded in got.diagnoses:
        if graded.counted and not graded.excluded and graded.severity and graded.code != stay.principal.code:
            without = tuple(d for d in stay.secondary if d.code != graded.code)
            yield from _tried(f"without {graded.code} ({graded.severity})", replace(stay, secondary=without), got, context)


def _tried(change: str, stay: Stay, got: GroupedByEngine, context: _Context) -> Iterator[WhatIf]:
    other = context.engine.group(stay, context.edition)
    if other.drg != got.drg and other.drg not in ("998", "999"):
        row = context.book.drg(other.drg, stay.discharge_date)
        yield WhatIf(change=change, drg=other.drg, title=other.title, weight=row.weight if row else None)
