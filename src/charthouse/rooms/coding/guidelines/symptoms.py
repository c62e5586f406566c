"""Signs, symptoms and abnormal findings beside a diagnosis (I.B.4-5, III.B, IV.D)."""
from __future__ import annotations

from charthouse.rooms.coding.candidate import OCG, Bench, Candidate, left_off, ruling, standing
from charthouse.rooms.coding.propose import worth
from charthouse.rulebook.prefixes import starts


def integral(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG I.B.5: a sign that belongs to a confirmed diagnosis on the claim is not coded beside it. The same table holds the
    codes that another one makes needless; each row gives its paragraph."""
    kept = sorted((c for c in standing(candidates) if assessed(c)), key=lambda c: worth(c.fact), reverse=True)
    out = []
    for c in candidates:
        found = None if c.off else _cause(c, kept, bench)
        if found is not None:
            cause, citation = found
            c = left_off(c, ruling(f"ocg/{citation.partition(';')[0]}", "suppressed", f"Belongs to {cause.code}, which is on the claim.", f"{OCG} {citation}",
                                   bench=bench, subject=c.code, facts=(cause.fact,)))
        out.append(c)
    return tuple(out)


def _cause(sign: Candidate, kept: list[Candidate], bench: Bench) -> tuple[Candidate, str] | None:
    for signs, diagnoses, citation in bench.tables.of_sign(sign.code):
        for d in kept:
            if starts(d.code, diagnoses) and not starts(d.code, signs) and (citation == "I.B.5" or as_firm(d, sign)):
                return d, citation
    return None


def as_firm(better: Candidate, code: Candidate) -> bool:
    """A passing mention in the history does not overrule what the assessment says of the same condition (I.B.18)."""
    return worth(code.fact)[0] - worth(better.fact)[0] <= _PASSING


_PASSING = 5


def assessed(candidate: Candidate) -> bool:
    """Whether any place speaks of it as present now."""
    return any(not f.over for f in candidate.facts)


def abnormal_findings(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG III.B, IV.G: an abnormal finding is coded when the provider says what it means, not for being in a report."""
    places = frozenset({"assessment", "diagnosis", "problem list", "hospital course", "chief complaint"})
    return tuple(
        left_off(c, ruling("ocg/III.B", "suppressed", "An abnormal finding that the provider does not assess.", f"{OCG} III.B", bench=bench, subject=c.code))
        if not c.off and not c.made and all("finding" in f.flags for f in c.facts)
        and not any(f.section in places for f in c.facts) else c for c in candidates)


def weak_words(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """A word that is a diagnosis only where diagnoses are listed ("strain", "cold") is not trusted elsewhere."""
    places = frozenset({"assessment", "diagnosis", "problem list", "past medical history", "hospital course", "chief complaint"})
    return tuple(
        left_off(c, ruling("reading/weak", "suppressed", "The word alone, outside an assessment, is not a diagnosis.", f"{OCG} I.A.19", bench=bench,
                           subject=c.code))
        if not c.off and not c.made and all("weak" in f.flags for f in c.facts)
        and not any(f.section in places for f in c.facts) else c for c in candidates)
