"""Two conditions, one code: combination codes (I.B.9), the "with" convention (I.A.15), hypertension and its organs (I.C.9.a)."""
from __future__ import annotations

from charthouse.record.fact import Fact
from charthouse.rooms.coding.candidate import OCG, Bench, Candidate, left_off, ruling, standing, starts
from charthouse.rooms.coding.propose import with_facts, worth


def combinations(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG I.B.9 and I.A.15 by the table of pairs; repeated, since one result may be the first of another pair."""
    for first_codes, second_codes, result, keeps, citation in bench.tables.combinations:
        first = standing(candidates, *first_codes)
        second = standing(candidates, *second_codes)
        pair = next(((a, b) for a in first for b in second if a.code != b.code and _linkable(b) and _stated(b)), None)
        if pair and bench.book.valid(result, bench.encounter.on):
            candidates = combine(candidates, pair[0], pair[1], result, keeps, f"{OCG} {citation}", bench)
    return candidates


_NOT_STATED = frozenset({"review of systems", "examination", "results", "vitals", "instructions", "medications"})


def _stated(candidate: Candidate) -> bool:
    """Said as a diagnosis somewhere, not only seen on examination or in a result."""
    return any(f.section not in _NOT_STATED for f in candidate.facts)


def _linkable(second: Candidate) -> bool:
    """Not where the provider says that it comes from something else (I.A.15: "unless clearly unrelated")."""
    return not any({"unrelated", "nondiabetic"} & f.near for f in second.facts)


def combine(candidates: tuple[Candidate, ...], first: Candidate, second: Candidate, result: str, keeps: str, citation: str,
            bench: Bench) -> tuple[Candidate, ...]:
    """`result` in the place of `first`, with the evidence of both; what is not kept goes off with the reason."""
    entry = bench.book.entry(result)
    reason = ruling("ocg/combination", "applied", f"{first.code} with {second.code} is {result} {entry.title if entry else ''}".rstrip() + ".",
                    citation, bench=bench, subject=result)
    out: list[Candidate] = []
    reached: Candidate | None = None  # the result was read as such, too: its evidence joins
    for c in candidates:
        if c.code == first.code and not c.off:
            made = with_facts(c, second)
            out.append(Candidate(code=result, facts=made.facts, reasons=(reason, *c.reasons), made=True))
            out.append(c if keeps in ("first", "both") else _replaced(c, result, reason.citation, bench))
        elif c.code == second.code and not c.off and keeps not in ("second", "both"):
            out.append(_replaced(c, result, reason.citation, bench))
        elif c.code != result or c.off:
            out.append(c)
        else:
            reached = c
    if reached is not None:
        out = [with_facts(c, reached) if c.code == result and c.made else c for c in out]
    return tuple(out)


def _replaced(candidate: Candidate, result: str, citation: str, bench: Bench) -> Candidate:
    return left_off(candidate, ruling("ocg/combination", "suppressed", f"Held in {result}.", citation, bench=bench, subject=candidate.code))


def hypertension(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG I.C.9.a.1-3: hypertension with heart failure or heart disease, and with CKD, is presumed linked."""
    pressure = standing(candidates, "I10")
    if not pressure or not _linkable(pressure[0]):
        return candidates
    heart = standing(candidates, "I50", "I51.4-I51.7", "I51.89", "I51.9")
    kidney = standing(candidates, "N18")
    result = _hypertensive(heart, kidney)
    if not result:
        return candidates
    for organ in (*heart[:1], *kidney[:1]):
        current = standing(candidates, "I10") or standing(candidates, "I11", "I12", "I13")
        if current and current[0].code != result:
            candidates = combine(candidates, current[0], organ, result, "second", f"{OCG} I.A.15; I.C.9.a", bench)
    return candidates


def _hypertensive(heart: list[Candidate], kidney: list[Candidate]) -> str:
    failing = any(c.code.startswith("I50") for c in heart)
    late = any(c.code in ("N18.5", "N18.6") for c in kidney)
    if heart and kidney:
        return {(True, False): "I13.0", (True, True): "I13.2", (False, False): "I13.10", (False, True): "I13.11"}[failing, late]
    if heart:
        return "I11.0" if failing else "I11.9"
    return ("I12.0" if late else "I12.9") if kidney else ""


def diabetes_type(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG I.C.4.a.2: type not documented is type 2; when a type is documented, an untyped mention is the same diabetes."""
    typed = [c for c in standing(candidates, "E10", "E08", "E09", "E13", "O24") if any(f.role == "heading" or f.section for f in c.facts)]
    if not typed:
        return candidates
    return tuple(
        left_off(c, ruling("ocg/I.C.4.a/type", "suppressed", f"The chart gives the type: {typed[0].code}.", f"{OCG} I.C.4.a.2", bench=bench, subject=c.code))
        if c.code.startswith("E11") and not c.off and not any(_says_type_2(f) for f in c.facts) else c for c in candidates)


def _says_type_2(fact: Fact) -> bool:
    return bool({"2", "ii", "t2dm", "dm2"} & set(fact.concept.split()))


def same_side(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG I.B.13: an unspecified side goes when the chart gives the side of the same condition; left and right make bilateral."""
    out = list(candidates)
    for i, c in enumerate(out):
        entry = bench.book.entry(c.code)
        if c.off or entry is None or "unspecified" not in entry.title.lower():
            continue
        stem = entry.title.lower()
        for side in ("right", "left", "bilateral"):
            better = next((o for o in standing(out) if o.code != c.code and o.code[:3] == c.code[:3] and _is_side_of(o.code, stem, side, bench)), None)
            if better:
                reason = ruling("ocg/I.B.13", "suppressed", f"The chart gives the side: {better.code}.", f"{OCG} I.B.13", bench=bench, subject=c.code)
                out[i] = left_off(c, reason)
                break
    return tuple(out)


def _is_side_of(code: str, unspecified_title: str, side: str, bench: Bench) -> bool:
    entry = bench.book.entry(code)
    return entry is not None and any(
        unspecified_title.replace("unspecified", side, k) == entry.title.lower() or _swap_last(unspecified_title, side) == entry.title.lower() for k in (1,))


def _swap_last(title: str, side: str) -> str:
    head, _, tail = title.rpartition("unspecified")
    return f"{head}{side}{tail}"


def specific_over_vague(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG I.B.2: of one category, an unspecified code goes when a specific one for the same thing is documented."""
    kept = standing(candidates)
    by_category: dict[str, list[Candidate]] = {}
    for c in kept:
        by_category.setdefault(c.code[:3], []).append(c)
    gone: dict[str, str] = {}
    for category, group in by_category.items():
        if len(group) < 2 or starts(category, _SEVERAL):
            continue
        for c in group:
            better = [o for o in group if o is not c and _vague(c.code, bench) > _vague(o.code, bench) and _one_thing(c.code, o.code)]
            if better:
                gone[c.code] = better[0].code
    return tuple(
        left_off(c, ruling("ocg/I.B.2", "suppressed", f"The chart is more specific: {gone[c.code]}.", f"{OCG} I.B.2; I.B.18", bench=bench, subject=c.code))
        if not c.off and c.code in gone else c for c in candidates)


# Categories whose codes name different things side by side, not one thing more or less exactly.
_SEVERAL = ("Z", "R", "V", "W", "X", "Y", "M25", "M79", "E87", "H", "L", "K59", "Q", "E55", "N39", "M62", "G47", "F10-F19", "I51", "E83", "K31", "D68", "I25", "E11", "E10")


def one_stage(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG I.C.14.a: one stage of chronic kidney disease holds; where notes conflict, the one that the final assessment gives."""
    order = {d: i for i, d in enumerate(dict.fromkeys(f.span.document for f in bench.facts))}
    stages = standing(candidates, "N18")
    if len(stages) < 2:
        return candidates
    holds = max(stages, key=lambda c: (c.code != "N18.9", max((_final(f.section), order.get(f.span.document, 0), worth(f)) for f in c.facts)))
    return tuple(
        left_off(c, ruling("ocg/I.C.14.a/one-stage", "suppressed", f"Notes differ; the final assessment gives {holds.code}.", f"{OCG} I.C.14.a; I.B.18",
                           bench=bench, subject=c.code, facts=(holds.fact,)))
        if not c.off and c is not holds and c.code.startswith("N18") else c for c in candidates)


def _final(section: str) -> int:
    return {"diagnosis": 2, "assessment": 2, "hospital course": 2}.get(section, 0)


def _vague(code: str, bench: Bench) -> int:
    entry = bench.book.entry(code)
    title = entry.title.lower() if entry else ""
    return 2 * (code[-1] == "9" and "unspecified" in title) + ("unspecified" in title)


def _one_thing(vague: str, other: str) -> bool:
    return len(vague) <= 5 or vague[:4] == other[:4] or vague[-1] == "9" and vague[3:4] == "."
