"""Two conditions, one code: combination codes (I.B.9), the "with" convention (I.A.15), hypertension and its organs (I.C.9.a)."""
from __future__ import annotations

from charthouse.lexicon.words import fold
from charthouse.rooms.coding.candidate import OCG, Bench, Candidate, left_off, ruling, standing
from charthouse.rooms.coding.propose import with_facts


def combinations(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG I.B.9 and I.A.15 by the table of pairs; repeated, since one result may be the first of another pair."""
    there = {c.code[:3] for c in standing(candidates)}  # most rows are passed over by the category alone
    for first_codes, second_codes, result, keeps, citation in bench.tables.combinations:
        first = standing(candidates, *first_codes) if any(code[:3] in there for code in first_codes) else []
        second = standing(candidates, *second_codes) if first else []
        pair = next(((a, b) for a in first for b in second if a.code != b.code and linkable(a) and linkable(b) and stated(b)), None)
        if pair and bench.book.valid(result, bench.encounter.on):
            candidates = combine(candidates, pair[0], pair[1], result, keeps, f"{OCG} {citation}", bench)
            there.add(result[:3])
    return candidates


_NOT_STATED = frozenset({"review of systems", "examination", "results", "vitals", "instructions", "medications"})


def stated(candidate: Candidate) -> bool:
    """Said as a diagnosis somewhere, not only seen on examination or in a result."""
    return any(f.section not in _NOT_STATED for f in candidate.facts)


def linkable(second: Candidate, *first: str) -> bool:
    """Not where the provider says that it comes from something else (I.A.15: "unless clearly unrelated").

    `first` are words for the other disease: "unrelated to diabetes" cuts the link to diabetes, not that to hypertension."""
    names = frozenset(fold(word) for word in first)
    for near in (f.near for f in second.facts):
        if any(word.startswith("non") and word[3:] in names for word in near):
            return False
        if "unrelated" in near and (names & near or not _OTHERS & near):
            return False
    return True


_OTHERS = frozenset(fold(word) for word in ("diabetes", "diabetic", "DM", "T2DM", "T1DM", "hypertension", "hypertensive", "HTN"))


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


_PRESSURE = ("I10", "I11", "I12", "I13")


def hypertension(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG I.C.9.a.1-3: hypertension with heart failure or heart disease, and with CKD, is presumed linked; one code holds all."""
    pressure = standing(candidates, *_PRESSURE)
    organs = [c for c in standing(candidates, "I50", "I51.4-I51.7", "I51.89", "I51.9", "N18") if linkable(c, "hypertension", "hypertensive", "HTN")]
    if not pressure or not all(linkable(p) for p in pressure):
        return candidates
    result = _hypertensive({c.code for c in (*pressure, *organs)})
    if all(p.code == result for p in pressure) or not bench.book.valid(result, bench.encounter.on):
        return candidates
    for p in pressure:
        organ = next((o for o in organs if standing(candidates, o.code)), p)
        if p.code != result:
            candidates = combine(candidates, p, organ, result, "second", f"{OCG} I.A.15; I.C.9.a", bench)
    return candidates


def _hypertensive(codes: set[str]) -> str:
    """The one code for the hypertension and the organs that it reached, of all that the chart gives."""
    failing = any(c.startswith(("I50", "I11.0", "I13.0", "I13.2")) for c in codes)
    heart = failing or any(c.startswith(("I51", "I11.9", "I13.1")) for c in codes)
    kidney = any(c.startswith(("N18", "I12", "I13")) for c in codes)
    late = any(c in ("N18.5", "N18.6") for c in codes) or (not any(c.startswith("N18") for c in codes) and bool(codes & {"I12.0", "I13.2", "I13.11"}))
    if heart and kidney:
        return {(True, False): "I13.0", (True, True): "I13.2", (False, False): "I13.10", (False, True): "I13.11"}[failing, late]
    if heart:
        return "I11.0" if failing else "I11.9"
    return ("I12.0" if late else "I12.9") if kidney else "I10"
