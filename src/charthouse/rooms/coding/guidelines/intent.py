"""Whether it was meant: poisonings (I.C.19.e.5.b, I.C.20.h) and abuse (I.C.19.f)."""
from __future__ import annotations

from charthouse.lexicon.words import fold
from charthouse.rooms.coding.candidate import OCG, Bench, Candidate, all_off, in_place_of, ruling, standing

_MEANT = frozenset(fold(w) for w in ("suicide", "suicidal", "intentional", "intentionally", "deliberate", "deliberately", "purposefully"))
_NOT_MEANT = frozenset(fold(w) for w in ("accidental", "accidentally", "unintentional", "unintentionally", "inadvertent", "inadvertently", "mistake"))


def intent_of_poisoning(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG I.C.19.e.5.b, I.C.20.h: a poisoning is accidental where nothing else is said; beside an attempted suicide, or called intentional,
    it is self-harm, which the code then says."""
    attempt = standing(candidates, "T14.91")
    for c in standing(candidates, "T36-T65"):
        code = _self_harm(c.code)
        said = any(_MEANT & f.near for f in c.facts) or bool(attempt)
        if code and said and not any(_NOT_MEANT & f.near for f in c.facts) and bench.book.valid(code, bench.encounter.on):
            reason = ruling("ocg/I.C.20.h", "applied", f"Said to be intended: {c.code} is {code}.", f"{OCG} I.C.19.e.5.b; I.C.20.h", bench=bench, subject=code)
            candidates = in_place_of(candidates, c, code, reason)
    meant = next((c for c in standing(candidates, "T36-T65") if _place(c.code) and c.code[_place(c.code)] == "2"), None)
    return all_off(candidates, {c.code: ruling("ocg/I.C.20.h", "suppressed", f"{meant.code} says that it was intended.", f"{OCG} I.C.20.h", bench=bench,
                                               subject=c.code) for c in attempt} if meant else {})


def _place(code: str) -> int:
    """Where the character of the intent stands in a complete code; 0 where there is none."""
    return 4 + len(code[5:7].rstrip("X")) if len(code) == 8 and code[5:7].rstrip("X") else 0


def _self_harm(code: str) -> str:
    at = _place(code)
    return f"{code[:at]}2{code[at + 1:]}" if at and code[at] == "1" else ""


def suspected_abuse(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG I.C.19.f: the cause and who did it are coded for confirmed abuse (T74), not for suspected abuse (T76)."""
    if not standing(candidates, "T76") or standing(candidates, "T74"):
        return candidates
    return all_off(candidates, {c.code: ruling("ocg/I.C.19.f", "suppressed", "Abuse is suspected, not confirmed.", f"{OCG} I.C.19.f", bench=bench, subject=c.code)
                                for c in standing(candidates, "X92-X99", "Y00-Y09")})
