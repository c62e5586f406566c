"""Diabetes: its type (I.C.4.a.2), what "with" links to it (I.A.15, I.C.4.a), and insulin beside type 1 (I.C.4.a.3)."""
from __future__ import annotations

from charthouse.record.fact import Fact
from charthouse.rooms.coding.candidate import OCG, Bench, Candidate, left_off, ruling, standing
from charthouse.rooms.coding.guidelines.combining import linkable, stated
from charthouse.rooms.coding.propose import worth

_KINDS = ("E10", "E08", "E09", "E13", "E11")
_CITATION = f"{OCG} I.A.15; I.C.4.a; Alphabetic Index: Diabetes, by type, with"

# Condition, the ending of the diabetes code, endings that already say it, whether the condition's own code stays.
# The Index links these by name; "not elsewhere classified" entries (skin complication NEC ...) presume nothing.
_WITH: tuple[tuple[tuple[str, ...], str, tuple[str, ...], bool], ...] = (
    (("N18",), "22", ("22",), True),
    (("G62.9",), "40", ("40", "41", "42"), False),
    (("G63",), "42", ("42",), False),
    (("G58.9",), "41", ("41",), False),
    (("G90.9",), "43", ("43",), False),
    (("K31.84",), "43", ("43",), True),
    (("H35.00",), "319", ("31", "32", "33", "34", "35"), False),
    (("H26.9",), "36", ("36",), False),
    (("I96", "I70.26"), "52", ("52",), True),
    (("I73.9",), "51", ("51", "52"), False),
    (("I70.20", "I70.21", "I70.22", "I70.23", "I70.24", "I70.25", "I70.29"), "51", ("51", "52"), True),
    (("L97.4", "L97.5"), "621", ("621",), True),
    (("L97.1", "L97.2", "L97.3", "L97.8", "L97.9", "L98.4"), "622", ("622",), True),
    (("M14.6",), "610", ("610",), False),
    (("K05.2", "K05.3", "K05.4", "K05.5", "K05.6"), "630", ("630",), True),
    (("M86",), "69", (), True),
    (("R73.9",), "65", ("65",), False),
    (("E16.2",), "649", ("64",), False),
    (("E16.A",), "649", ("64",), True),
)


def diabetes_type(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG I.C.4.a.2: type not documented is type 2; when a type is documented, an untyped mention is the same diabetes."""
    typed = [c for c in standing(candidates, "E10", "E08", "E09", "E13", "O24.4") if any(f.role == "heading" or f.section for f in c.facts)]
    if not typed:
        return candidates
    out: list[Candidate] = []
    for c in candidates:
        if c.code.startswith("E11") and not c.off and not any(_says_type_2(f) for f in c.facts):
            out += _retyped(c, typed[0], (*candidates, *out), bench)
            why = f"The chart gives the type: {typed[0].code}."
            c = left_off(c, ruling("ocg/I.C.4.a/type", "suppressed", why, f"{OCG} I.C.4.a.2", bench=bench, subject=c.code))
        out.append(c)
    return tuple(out)


def _retyped(c: Candidate, typed: Candidate, others: tuple[Candidate, ...], bench: Bench) -> list[Candidate]:
    """The complication of an untyped mention ("diabetic polyneuropathy") under the type that the chart gives."""
    code = f"{typed.code[:3]}{c.code[3:]}"
    if typed.code.startswith("O") or c.code in ("E11.8", "E11.9") or standing(others, code) or not bench.book.valid(code, bench.encounter.on):
        return []
    reason = ruling("ocg/I.C.4.a/type", "applied", f"The chart gives the type: {c.code} is {code}.", f"{OCG} I.C.4.a.2", bench=bench, subject=code)
    return [Candidate(code=code, facts=c.facts, reasons=(reason, *c.reasons), matched=c.matched, unsupported=c.unsupported, made=True)]


def _says_type_2(fact: Fact) -> bool:
    return bool({"2", "ii", "t2dm", "dm2"} & set(fact.concept.split()))


def diabetes_with(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG I.A.15, I.C.4.a: as many combination codes as the complications need; "without complications" then goes."""
    kind = next((k for k in _KINDS if standing(candidates, k)), "")
    if not kind:
        return candidates
    for conditions, ending, said, stays in _WITH:
        for second in standing(candidates, *conditions):
            if stated(second) and linkable(second, "diabetes", "diabetic", "DM", "T2DM", "T1DM"):
                candidates = _link(candidates, second, kind, _ending(second, ending), said, stays, bench)
    return _complicated(candidates, kind, bench)


def _ending(second: Candidate, ending: str) -> str:
    """The Index sends peripheral neuropathy to polyneuropathy."""
    said = {word for f in second.facts for word in f.concept.split()}
    return "42" if ending == "40" and said & {"polyneuropathy", "peripheral"} else ending


def _link(candidates: tuple[Candidate, ...], second: Candidate, kind: str, ending: str, said: tuple[str, ...], stays: bool,
          bench: Bench) -> tuple[Candidate, ...]:
    diabetes = standing(candidates, kind)
    held = next((c for c in diabetes if c.code[4:].startswith(said)), None) if said else None
    code = held.code if held else f"{kind}.{ending}"
    base = max(diabetes, key=lambda c: worth(c.fact))
    if not bench.book.valid(code, bench.encounter.on):
        return candidates
    out: list[Candidate] = []
    for c in candidates:
        if c is second and not stays:
            c = left_off(c, ruling("ocg/I.A.15/with", "suppressed", f"Held in {code}.", _CITATION, bench=bench, subject=c.code))
        out.append(c)
        if c is base and held is None and not standing(candidates, code):
            out.append(_made(code, c, second, bench))
    return tuple(out)


def _made(code: str, diabetes: Candidate, second: Candidate, bench: Bench) -> Candidate:
    entry = bench.book.entry(code)
    reason = ruling("ocg/I.A.15/with", "applied", f"{diabetes.code} with {second.code} is {code} {entry.title if entry else ''}".rstrip() + ".", _CITATION,
                    bench=bench, subject=code)
    return Candidate(code=code, facts=tuple(dict.fromkeys((*diabetes.facts, *second.facts))), reasons=(reason, *diabetes.reasons), made=True)


def _complicated(candidates: tuple[Candidate, ...], kind: str, bench: Bench) -> tuple[Candidate, ...]:
    """I.B.2, I.C.4.a: "without complications" and "unspecified complications" only where no complication is documented."""
    named = [c for c in standing(candidates, kind) if c.code[4:] not in ("8", "9")]
    if not named:
        return candidates
    return tuple(
        left_off(c, ruling("ocg/I.C.4.a/complicated", "suppressed", f"A complication is documented: {named[0].code}.", f"{OCG} I.C.4.a; I.B.2", bench=bench,
                           subject=c.code)) if not c.off and c.code in (f"{kind}.8", f"{kind}.9") else c for c in candidates)


def insulin_in_type_1(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG I.C.4.a.3: insulin is coded beside other types; category E10 has no such note, insulin is part of type 1."""
    if not standing(candidates, "E10") or standing(candidates, "E08", "E09", "E11", "E13", "O24"):
        return candidates
    return tuple(
        left_off(c, ruling("ocg/I.C.4.a.3/type-1", "suppressed", "Insulin belongs to type 1 diabetes.", f"{OCG} I.C.4.a.3; Tabular List E10", bench=bench,
                           subject=c.code)) if c.code == "Z79.4" and not c.off else c for c in candidates)
