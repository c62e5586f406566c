"""The review that every finished chart has, over- and under-coding alike: what the record, the engine and the rules hold against the codes that it was finished with.

Nothing is read or judged anew: the facts, reasons and rulings of the engine are laid beside the final codes. What is found is for an auditor to look at, never a change.
"""
from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from charthouse.record.audit import Direction
from charthouse.record.document import Span
from charthouse.record.ruling import Ruling

SURE = 0.8  # confidence from which the engine's own word against the coder's is worth a look
LIKELY = 0.2  # from which what was left off as not addressed is worth a look
THIN = 0.6  # below which a code that carries the MS-DRG alone is
UNCODED = "RVWXYZ"  # signs, circumstances and statuses: their absence is no finding
PRINCIPAL, SYMPTOM, VISIT = "UHDDS; ICD-10-CM Official Guidelines II", "ICD-10-CM Official Guidelines II.A", "ICD-10-CM Official Guidelines IV.G"
POA = "ICD-10-CM Official Guidelines, Appendix I"
UHDDS = "UHDDS (50 FR 31038); ICD-10-CM Official Guidelines III"
SPECIFIC = "ICD-10-CM Official Guidelines I.B.2"
HISTORY = "ICD-10-CM Official Guidelines III.A; IV.J; I.C.21.c.4"
HELD = frozenset({"ocg/combination", "ocg/I.A.15/with", "ocg/I.C.4.a/complicated", "ocg/I.B.13/bilateral"})  # rules by which one code holds another
DENIED = "ICD-10-CM Official Guidelines I.A.19"
UNCERTAIN = "ICD-10-CM Official Guidelines IV.H"
NOT_ADDRESSED = ("ocg/IV.J/not-addressed", "uhdds/not-significant")
OPERATIVE = ("operative_note", "procedure_note")


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """A code as the chart was finished with, or left off. `engine` is the proposal as the result spells it; `decision` and `reason` those of a person; `severity` "CC" or "MCC"; `without` the MS-DRG that the
    stay would have without it, or with it where it is left off, "" where that is the same."""

    system: str
    code: str
    off: bool
    decision: str = ""
    reason: str = ""
    quoted: bool = False
    severity: str = ""
    without: str = ""
    first: bool = False
    poa: str = ""
    engine: Mapping[str, Any] = field(default_factory=dict, repr=False)

    @property
    def spans(self) -> tuple[Span, ...]:
        return tuple(Span(document=e["document"], start=e["start"], end=e["end"], text=e["text"]) for e in self.engine.get("evidence", ()))[:4]

    @property
    def confidence(self) -> float:
        return float(self.engine.get("confidence") or 0.0)

    def reason_of(self, verdict: str) -> Mapping[str, Any] | None:
        return next((r for r in self.engine.get("reasons", ()) if r["verdict"] == verdict), None)


Found = tuple[Ruling, Direction, str]  # the MS-DRG that it would lead to, "" where it stays


def review(codes: Sequence[Coded], result: Mapping[str, Any], *, inpatient: bool) -> tuple[Found, ...]:
    """What is held against a finished chart. `result` as `flow/result.py` spells it, in full."""
    stands, off = [c for c in codes if not c.off], [c for c in codes if c.off]
    found = [*_unsupported(stands, result, inpatient), *_against_a_rule(stands), *_taken_off(off), *_left_off(off, stands), *_unspecific(stands, off), *_held_in(stands, off), *_first(stands, inpatient)]
    if inpatient:
        found += [*_alone(stands), *_procedures(stands, result), *_on_admission(stands)]
    kept: dict[tuple[str, str], Found] = {}
    for f in found:
        kept.setdefault((f[0].rule, f[0].subject), f)
    return tuple(kept.values())


def _found(rule: str, message: str, citation: str, subject: str, spans: tuple[Span, ...], direction: Direction, drg: str = "") -> Found:
    return Ruling(rule=f"audit/{rule}", verdict="warning", message=message, citation=citation, subject=subject, spans=spans), direction, drg


def _unsupported(stands: Sequence[Coded], result: Mapping[str, Any], inpatient: bool) -> Iterator[Found]:
    """A code for which no words of the record are quoted, or for which all that is said denies it, is of a relative, is over, or, of a
    visit, is not certain."""
    for c in stands:
        said = [f for f in result.get("facts", ()) if f["kind"] == "problem" and c.system == "ICD-10-CM" and any(code and c.code.startswith(code) for code in f["codes"])]
        holds = [f for f in said if f["experiencer"] == "patient" and f["assertion"] in ("present", "possible")]
        if said and not holds and not c.quoted:
            spans = tuple(Span(document=f["document"], start=f["start"], end=f["end"], text=f["text"]) for f in said)[:4]
            yield _found("denied", "On the claim, and the record speaks of it only to deny it, as a supposition, or of a relative", DENIED, c.code, spans, "over", c.without)
        elif holds and not c.quoted and all(f["over"] for f in holds):
            spans = tuple(Span(document=f["document"], start=f["start"], end=f["end"], text=f["text"]) for f in holds)[:4]
            yield _found("history", "On the claim as present, and the record tells it only as over", HISTORY, c.code, spans, "over", c.without)
        elif holds and not c.quoted and not inpatient and all(f["assertion"] == "possible" for f in holds):
            spans = tuple(Span(document=f["document"], start=f["start"], end=f["end"], text=f["text"]) for f in holds)[:4]
            yield _found("uncertain", "On the claim of a visit as established, and the record tells it only as probable, suspected or to be ruled out", UNCERTAIN, c.code, spans, "over")
        elif not c.quoted and not c.spans and not said:
            yield _found("no-evidence", "On the claim, and no words of the record are quoted for it", DENIED, c.code, (), "over", c.without)


def _against_a_rule(stands: Sequence[Coded]) -> Iterator[Found]:
    """A rule left it off, and a person put it back."""
    for c in stands:
        why = c.reason_of("suppressed") if c.engine.get("status") == "suppressed" and c.engine.get("code") == c.code else None
        if why is not None and c.decision and not why["rule"].startswith("house/"):
            yield _found("against-rule", f"A person put it on the claim. {why['message']}", why["citation"], c.code, c.spans, "over", c.without)


def _taken_off(off: Sequence[Coded]) -> Iterator[Found]:
    """The engine was sure of it, and a person took it off."""
    for c in off:
        if c.decision == "rejected" and c.spans and c.engine.get("status") != "suppressed" and (c.engine.get("status") == "auto" or c.confidence >= SURE):
            yield _found("rejected-sure", f"Taken off as “{c.reason}”, and the record is quoted for it", UHDDS, c.code, c.spans, "under", c.without)


def _left_off(off: Sequence[Coded], stands: Sequence[Coded]) -> Iterator[Found]:
    """Not addressed, the engine thought, and two documents speak of it; or it is a CC or MCC."""
    held = {c.code[:3] for c in stands}
    for c in off:
        why = c.reason_of("suppressed")
        if c.decision or why is None or why["rule"] not in NOT_ADDRESSED or c.code[0] in UNCODED or c.code[:3] in held:
            continue
        documents = {s.document for s in c.spans}
        if c.confidence >= LIKELY and (c.severity or len(documents) > 1):
            more = f", a {c.severity}" if c.severity else ""
            yield _found("not-coded", f"Documented in {len(documents)} {'document' if len(documents) == 1 else 'documents'}{more}, and not coded: was it evaluated, treated or watched?", UHDDS, c.code, c.spans, "under", c.without)


def _unspecific(stands: Sequence[Coded], off: Sequence[Coded]) -> Iterator[Found]:
    """An unspecified code, where the record was read as saying more."""
    for c in stands:
        if c.system != "ICD-10-CM" or not c.code.endswith("9") or not c.decision:
            continue
        proposed = str(c.engine.get("code") or "")
        nearer = next((o for o in off if o.code[:3] == c.code[:3] and not o.code.endswith("9") and o.spans and o.decision != "rejected"), None)
        if proposed and proposed != c.code and proposed[:3] == c.code[:3] and not proposed.endswith("9"):
            yield _found("unspecified", f"Coded as unspecified; the record was read as {proposed}", SPECIFIC, c.code, c.spans, "under")
        elif nearer is not None and c.decision == "added":
            yield _found("unspecified", f"Coded as unspecified; the record was read as {nearer.code}", SPECIFIC, c.code, nearer.spans, "under")


def _held_in(stands: Sequence[Coded], off: Sequence[Coded]) -> Iterator[Found]:
    """A code that a person put back beside, or in place of, the combination code that holds it."""
    for c in stands:
        why = c.reason_of("suppressed") if c.engine.get("status") == "suppressed" and c.engine.get("code") == c.code else None
        whole = next((o for o in off if why is not None and why["rule"] in HELD and o.code in why["message"] and o.engine.get("status") != "suppressed"), None)
        if why is not None and whole is not None:
            yield _found("combination", f"{whole.code} holds it with what goes with it, and is not on the claim", why["citation"], c.code, whole.spans, "other")


def _first(stands: Sequence[Coded], inpatient: bool) -> Iterator[Found]:
    """The first diagnosis against its definition: established after study to be chiefly responsible for the admission; of a visit, what it was for."""
    first = next((c for c in stands if c.first and c.system == "ICD-10-CM"), None)
    other = next((c for c in stands if c.engine.get("role") in ("principal", "first_listed", "first-listed") and c.engine.get("code") == c.code), None)
    if first is None:
        return
    if inpatient and first.poa == "N":
        yield _found("principal", "Principal, and not present on admission: it cannot have occasioned it", PRINCIPAL, first.code, first.spans, "other")
    elif other is not None and other.code != first.code and other.code[:3] != first.code[:3]:
        symptom = first.code.startswith("R") and not other.code.startswith("R")
        words = f"A symptom comes first before {other.code}, which was established" if symptom else f"Comes first; the record was read with {other.code} as what the {'admission' if inpatient else 'visit'} was for"
        yield _found("principal", words, SYMPTOM if symptom else PRINCIPAL if inpatient else VISIT, first.code, (*other.spans[:2], *first.spans[:1]), "other")


def _on_admission(stands: Sequence[Coded]) -> Iterator[Found]:
    """Another POA than the dates of the record give."""
    for c in stands:
        reckoned = str(c.engine.get("poa") or "")
        if c.system == "ICD-10-CM" and c.engine.get("code") == c.code and reckoned and c.poa and c.poa not in (reckoned, "W") and not (c.poa == "1" and reckoned == "exempt"):
            yield _found("poa", f"Present on admission {c.poa}; by where and when it is documented {reckoned}", POA, c.code, c.spans, "other")


def _alone(stands: Sequence[Coded]) -> Iterator[Found]:
    """One code alone carries the MS-DRG, and little speaks for it."""
    carrying = [c for c in stands if c.without and c.severity]
    if len(carrying) == 1 and (carrying[0].confidence < THIN or len(carrying[0].spans) < 2) and carrying[0].decision != "added":
        (c,) = carrying
        times = len(c.spans)
        yield _found("sole-severity", f"The only {c.severity} of the stay, and the record is quoted for it {'once' if times == 1 else f'{times} times' if times else 'nowhere'}", UHDDS, c.code, c.spans, "over", c.without)


def _procedures(stands: Sequence[Coded], result: Mapping[str, Any]) -> Iterator[Found]:
    """An operative note and no procedure, or a procedure and no note of it."""
    notes = [d for d in result.get("documents", ()) if d.get("kind") in OPERATIVE]
    coded = [c for c in stands if c.system == "ICD-10-PCS"]
    for c in coded if not notes else ():
        if not c.spans and not c.quoted:
            yield _found("no-report", "A procedure, and no report and no words of the record tell of it", "42 CFR 482.51(b)(6); ICD-10-PCS Guidelines A11", c.code, (), "over", c.without)
    if notes and not coded:
        head = notes[0]["text"].strip().split("\n", 1)[0][:120]
        start = notes[0]["text"].find(head)
        yield _found("no-procedure", "There is an operative note, and no procedure is coded", "42 CFR 482.51(b)(6); UHDDS", "", (Span(document=notes[0]["id"], start=start, end=start + len(head), text=head),) if head else (), "under")
