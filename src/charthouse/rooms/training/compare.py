"""A trainee's codes against the adjudicated ones: each difference a ruling, with the words of the chart and the reason that the adjudicator, or the rule, gives."""
from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from charthouse.record.audit import Assigned
from charthouse.record.document import Span
from charthouse.record.ruling import Ruling
from charthouse.record.training import Attempt, Case, Level

OCG = "ICD-10-CM Official Guidelines"
ADJUDICATED = "Adjudicated by the project; ICD-10-CM Official Guidelines"
# why a code that one is tempted to give is not given, as the gold notes say it: (words, citation)
REASONS = {
    "integral symptom": ("A symptom that belongs to a diagnosis that is coded is not coded beside it", f"{OCG} I.B.5"), "negated": ("The record denies it or rules it out", f"{OCG} IV.H"),
    "family": ("It is said of a relative", f"{OCG} I.C.21.c.4"), "uncertain": ("It is only suspected: outside a hospital stay the sign or symptom is coded", f"{OCG} IV.H"),
    "history only": ("It is told as history and bears on nothing at this visit", f"{OCG} IV.J"), "not addressed": ("It is mentioned and neither treated, watched nor of weight for this visit", f"{OCG} IV.J")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the engine says of a code of the chart: its quotations, and the ruling that put it on or left it off."""

    spans: tuple[Span, ...] = ()
    message: str = ""
    citation: str = ""
    named: Mapping[str, str] = field(default_factory=dict)


def level(codes: int, *, inpatient: bool) -> Level:
    return "hard" if inpatient or codes > 3 else "combined" if codes == 3 else "routine"


def differences(case: Case, given: Sequence[Assigned], known: Mapping[str, Known]) -> tuple[Ruling, ...]:
    """What is wrong, the gravest first; () where all is right. `known` by code."""
    return tuple(_differences(case, given, known))


def _differences(case: Case, given: Sequence[Assigned], known: Mapping[str, Known]) -> Iterator[Ruling]:
    mine, key = {a.code: a for a in given}, {a.code: a for a in case.key}
    over, under = [c for c in mine if c not in key], [c for c in key if c not in mine]
    why, rejected = dict(case.why), dict(case.rejected)
    for code in list(over):
        near = next((other for other in under if other[:3] == code[:3]), "")
        if near:
            over.remove(code)
            under.remove(near)
            yield _ruling("specificity", f"You have {code}; {near} is right. {why.get(near, '')}".strip(), near, known, f"{OCG} I.B.2")
    for code in under:
        yield _ruling("under", why.get(code) or (known[code].message if code in known and known[code].message else "The record supports it, and it bears on this visit."), code, known, ADJUDICATED)
    for code in over:
        words, citation = _why_not(code, rejected, known)
        yield _ruling("over", words, code, known, citation)
    first, own = next((a.code for a in case.key if a.first), ""), next((a.code for a in given if a.first), "")
    if first and own and first != own and first in mine:
        yield _ruling("first", f"{first} comes first, not {own}. {why.get(first, '')}".strip(), first, known, f"{OCG} {'II' if case.setting == 'inpatient' else 'IV.G'}")
    for code in mine.keys() & key.keys():
        if case.setting == "inpatient" and key[code].poa and mine[code].poa and mine[code].poa != key[code].poa:
            yield _ruling("poa", f"Present on admission {key[code].poa}, not {mine[code].poa}", code, known, f"{OCG}, Appendix I")


def _why_not(code: str, rejected: Mapping[str, str], known: Mapping[str, Known]) -> tuple[str, str]:
    said = rejected.get(code, "")
    if said in REASONS:
        return REASONS[said]
    if said:
        return said, ADJUDICATED
    found = known.get(code)
    return (found.message, found.citation) if found and found.message else ("Nothing in the record supports it at this visit.", f"{OCG} IV.J; I.A.19")


def _ruling(rule: str, message: str, code: str, known: Mapping[str, Known], citation: str) -> Ruling:
    found = known.get(code, Known())
    return Ruling(rule=f"training/{rule}", verdict="warning" if rule in ("poa", "first") else "error", message=message, subject=code, citation=found.citation if rule == "under" and found.citation else citation, spans=found.spans[:4])


def attempted(case: Case, given: Sequence[Assigned], person: str, shown: str, at: datetime) -> Attempt:
    mine, key = {a.code for a in given}, {a.code for a in case.key}
    return Attempt(person=person, shown=shown, case=case.id, codes=tuple(given), right=len(mine & key), over=len(mine - key), under=len(key - mine), at=at)
