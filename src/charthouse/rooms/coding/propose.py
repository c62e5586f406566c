"""From facts to candidates: each finding that may stand on a claim, and each that may not with its reason.

What is absent, hypothetical or somebody else's leaves a suppressed candidate, so that a person sees that it was read.
"""
from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from charthouse.lexicon.specificity import Choice
from charthouse.record.document import Span
from charthouse.record.fact import Fact
from charthouse.record.ruling import Ruling
from charthouse.rooms.coding.candidate import OCG, Bench, Candidate, ruling
from charthouse.rooms.coding.specify import Sides, Specifier

# What a fact is worth as evidence, by the place where it stands.
PLACE = {"diagnosis": 10, "assessment": 9, "problem list": 7, "hospital course": 7, "admission diagnosis": 5, "plan": 5, "chief complaint": 4,
         "history of present illness": 4, "": 4, "past medical history": 3, "obstetric history": 3, "indication": 3, "procedures": 3,
         "results": 2, "medications": 2, "examination": 2, "past surgical history": 2, "social history": 2, "review of systems": 1,
         "family history": 0, "instructions": 0}


def worth(fact: Fact) -> tuple[int, int, int]:
    return (PLACE.get(fact.section, 3) + 2 * (fact.role == "heading"), fact.assertion == "present", -fact.span.start)


def propose(bench: Bench, specifier: Specifier) -> tuple[Candidate, ...]:
    """One candidate a code, all its facts with it. A code that is affirmed anywhere is not held down by a denial elsewhere."""
    sides = Sides(bench.facts)
    affirmed: dict[str, list[tuple[Fact, tuple[str, ...], tuple[str, ...]]]] = defaultdict(list)
    held: dict[str, list[tuple[Fact, Ruling]]] = defaultdict(list)
    for fact in bench.facts:
        if fact.kind != "problem" or not fact.targets:
            continue
        for code, choice, also in _codes(fact, bench, specifier, sides):
            reason = None if bench.encounter.setting == "mention" else _reason_off(fact, code, bench)
            if reason is None:
                affirmed[code].append((replace(fact, also=also) if also else fact, choice.matched, choice.unsupported))
            else:
                held[code].append((fact, reason))
    _rule_out(affirmed, held, bench)
    return (*_affirmed(affirmed, bench), *_held(held, affirmed))


def _rule_out(affirmed: dict[str, list[tuple[Fact, tuple[str, ...], tuple[str, ...]]]], held: dict[str, list[tuple[Fact, Ruling]]], bench: Bench) -> None:
    """What the chart ends by ruling out is not coded, however often it was supposed before (OCG II.H, III.C: at discharge)."""
    for code in [c for c in affirmed if c in held]:
        out = [(fact, reason) for fact, reason in held[code] if fact.assertion == "absent" and "rul" in fact.trigger_rule]
        supposed = all(f.assertion == "possible" or (bench.final and f.span.document not in bench.final) for f, _, _ in affirmed[code])
        if out and supposed and (not bench.final or any(f.span.document in bench.final for f, _ in out)):
            held[code] = out
            del affirmed[code]


def _codes(fact: Fact, bench: Bench, specifier: Specifier, sides: Sides) -> Iterator[tuple[str, Choice, tuple[Span, ...]]]:
    """The codes of a finding, how each was chosen, and the other places that it took something from."""
    for target in fact.targets:
        lent = sides.lends(fact, target)
        for choice in specifier.codes(target, fact, lent):
            code = choice.code
            if bench.encounter.setting != "mention":
                code = _as_history(code, fact, bench)
            if code and bench.book.valid(code, bench.encounter.on):
                yield code, choice, tuple(span for axis, (_, span) in lent.items() if any(m.startswith(f"{axis}: ") for m in choice.matched))


def _as_history(code: str, fact: Fact, bench: Bench) -> str:
    """OCG I.C.21.c.4: a condition that is over is coded as history; family history by its own code."""
    if code[0] in "ZVWXY" or code[0] == "R":
        return "" if fact.experiencer == "other" else code
    if fact.experiencer == "other":
        return longest(bench.tables.history, code, 1) if fact.assertion == "present" and not _NO_KIN & set(fact.trigger_rule.split()) else ""
    if fact.over and fact.assertion == "present":
        if bench.encounter.setting == "inpatient" and "resolve" in fact.trigger_rule:
            return code  # what resolved during the stay was treated in it (UHDDS)
        return longest(bench.tables.history, code, 0) or code
    return code


# Others who are no blood relatives: what they have is nobody's family history.
_NO_KIN = frozenset({"wife", "husband", "spouse", "partner", "girlfriend", "boyfriend", "friend", "roommate", "coworker", "donor"})


def longest(table: dict[str, tuple[str, str]], code: str, which: int) -> str:
    for size in range(len(code), 2, -1):
        if code[:size] in table:
            return table[code[:size]][which]
    return ""


def _reason_off(fact: Fact, code: str, bench: Bench) -> Ruling | None:
    if fact.experiencer == "other" and not code.startswith("Z8"):
        return ruling("reading/other", "suppressed", "Said of somebody else.", f"{OCG} I.C.21.c.4", bench=bench, subject=code, facts=(fact,))
    if fact.assertion == "absent":
        return ruling("reading/absent", "suppressed", f"Said to be absent ({_words(fact)}).", f"{OCG} I.A.19", bench=bench, subject=code, facts=(fact,))
    if fact.assertion == "hypothetical" and set(_NOT_YET) & set(fact.trigger_rule.split()):
        return ruling("ocg/I.B.11", "suppressed", f"Did not occur ({_words(fact)}).", f"{OCG} I.B.11", bench=bench, subject=code, facts=(fact,))
    if fact.assertion == "hypothetical":
        return ruling("reading/hypothetical", "suppressed", f"Spoken of, not said to be there ({_words(fact)}).", f"{OCG} I.A.19",
                      bench=bench, subject=code, facts=(fact,))
    if fact.assertion == "possible":
        return _uncertain(fact, code, bench)
    return None


_NOT_YET = ("impending", "threatened")


def _words(fact: Fact) -> str:
    return f'"{fact.trigger.text}"' if fact.trigger else fact.trigger_rule


_NEVER_UNCERTAIN = ("B20", "Z21", "J09", "J10", "A92.5", "U07.1")  # OCG II.H, III.C by I.C.1.a, I.C.10.c, I.C.1.f, I.C.1.g
_AT_DISCHARGE = frozenset({"diagnosis", "assessment", "hospital course"})


def _uncertain(fact: Fact, code: str, bench: Bench) -> Ruling | None:
    """OCG IV.H (outpatient) and II.H, III.C (inpatient): an uncertain diagnosis is coded only for an inpatient at discharge."""
    if bench.encounter.setting != "inpatient":
        return ruling("ocg/IV.H/uncertain", "suppressed", f"Uncertain ({_words(fact)}): an outpatient's uncertain diagnosis is not coded.",
                      f"{OCG} IV.H", bench=bench, subject=code, facts=(fact,))
    if code.startswith(_NEVER_UNCERTAIN):
        return ruling("ocg/II.H/except", "suppressed", f"Uncertain ({_words(fact)}): this condition is coded only when confirmed.",
                      f"{OCG} II.H, III.C, I.C.1.a, I.C.1.g", bench=bench, subject=code, facts=(fact,))
    if fact.span.document in bench.final and fact.section in _AT_DISCHARGE | {""}:
        return None
    return ruling("ocg/II.H/not-at-discharge", "suppressed", f"Uncertain ({_words(fact)}) and not carried to discharge.", f"{OCG} II.H, III.C",
                  bench=bench, subject=code, facts=(fact,))


def _affirmed(affirmed: dict[str, list[tuple[Fact, tuple[str, ...], tuple[str, ...]]]], bench: Bench) -> Iterator[Candidate]:
    for code, found in affirmed.items():
        found.sort(key=lambda x: worth(x[0]), reverse=True)
        facts = tuple(f for f, _, _ in found)
        entry = bench.book.entry(code)
        title = entry.title if entry else ""
        reason = ruling("reading/found", "applied", f'"{facts[0].span.text}" is coded to {code} {title}'.strip() + ".",
                        f"{OCG} I.A.19; ICD-10-CM Tabular List", bench=bench, subject=code)
        reasons: tuple[Ruling, ...] = (reason,)
        if facts[0].also:
            places = ", ".join(f'"{span.text}"' for span in facts[0].also)
            reasons = (reason, ruling("reading/elsewhere", "applied", f"Taken from elsewhere in the chart: {places}.", f"{OCG} I.B.2; I.B.13",
                                      bench=bench, subject=code, spans=facts[0].also))
        yield Candidate(code=code, facts=facts, matched=found[0][1], unsupported=found[0][2], reasons=reasons)


def _held(held: dict[str, list[tuple[Fact, Ruling]]], affirmed: dict[str, list[tuple[Fact, tuple[str, ...], tuple[str, ...]]]]) -> Iterator[Candidate]:
    for code, found in held.items():
        if code not in affirmed:
            found.sort(key=lambda x: worth(x[0]), reverse=True)
            yield Candidate(code=code, facts=tuple(f for f, _ in found), reasons=(found[0][1],), off=True)


def with_facts(candidate: Candidate, *others: Candidate) -> Candidate:
    """The candidate with the evidence of others added."""
    facts = dict.fromkeys((*candidate.facts, *(f for o in others for f in o.facts)))
    return replace(candidate, facts=tuple(facts))
