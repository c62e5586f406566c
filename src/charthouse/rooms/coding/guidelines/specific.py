"""One condition, once: the specific code over the vague one (I.B.2), the side (I.B.13), one stage of kidney disease (I.C.14.a)."""
from __future__ import annotations

import re

from charthouse.lexicon.words import STOP, words
from charthouse.rooms.coding.candidate import OCG, Bench, Candidate, left_off, ruling, standing
from charthouse.rooms.coding.guidelines.combining import stated
from charthouse.rooms.coding.propose import worth
from charthouse.rulebook.prefixes import starts

# Codes that stand side by side, or whose neighbours are other diseases: status and causes; Raynaud and peripheral vascular disease.
_SEVERAL = ("Z", "V", "W", "X", "Y", "I73")
_NOT_BETTER = ("I25.2",)  # an old infarction says nothing of the present heart disease
_CUT = re.compile(r",? (?:unspecified whether|without|not intractable)\b.*|, (?:uncomplicated|initial encounter|subsequent encounter|sequela)\b.*")
_FILLER = STOP | frozenset(["unspecified", "other", "nos", "site", "type", "part", "organism", "cause",
                            "specified", "elsewhere", "classified", "not", "right", "left", "bilateral", "unilateral", "side"])


def title_of(code: str, bench: Bench) -> str:
    entry = bench.book.entry(code)
    return entry.title.lower() if entry else ""


def bag(title: str) -> frozenset[str]:
    """The words of a title that name the condition, without its side and without "unspecified"."""
    return frozenset(w for w, _, _ in words(_CUT.sub("", title)) if w not in _FILLER)


def side_of(title: str) -> str:
    return next((side for side in ("bilateral", "right", "left") if re.search(rf"\b{side}\b", title)), "")


def specific_over_vague(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG I.B.2: an unspecified code goes when a code for the same thing that says more is documented."""
    by_category: dict[str, list[Candidate]] = {}
    for c in standing(candidates):
        if not starts(c.code, _SEVERAL):
            by_category.setdefault(c.code[:3], []).append(c)
    gone = {c.code: better.code for group in by_category.values() if len(group) > 1 for c in group
            if (better := next((o for o in group if o is not c and stated(o) and _says_more(o.code, c.code, bench)), None))}
    return tuple(
        left_off(c, ruling("ocg/I.B.2", "suppressed", f"The chart is more specific: {gone[c.code]}.", f"{OCG} I.B.2; I.B.18", bench=bench, subject=c.code))
        if not c.off and c.code in gone else c for c in candidates)


def _says_more(other: str, vague: str, bench: Bench) -> bool:
    """Whether `other` names all that `vague` names and more, or is a kind of what `vague` leaves unspecified."""
    title, better = title_of(vague, bench), title_of(other, bench)
    if "unspecified" not in title or starts(other, _NOT_BETTER) or _sides_differ(title, better):
        return False
    less, more = title.count("unspecified"), better.count("unspecified")
    named = bag(title)
    if named and named <= bag(better):
        return less > more or (less == more and named < bag(better))
    return less > more and any(other.startswith(above) and bag(title_of(above, bench)) == named for above in _above(vague))


def _above(code: str) -> tuple[str, ...]:
    return tuple(code[:size] for size in range(3, len(code)) if size != 4)


def _sides_differ(a: str, b: str) -> bool:
    one, two = side_of(a), side_of(b)
    return bool(one and two) and one != two and "bilateral" not in (one, two)


def same_side(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG I.B.13: an unspecified side goes when the chart gives the side of the same condition."""
    out = list(candidates)
    for i, c in enumerate(out):
        title = title_of(c.code, bench)
        if c.off or "unspecified" not in title or side_of(title):
            continue
        better = next((o for o in standing(out) if o is not c and o.code[:3] == c.code[:3] and _is_side_of(title_of(o.code, bench), title)), None)
        if better:
            reason = ruling("ocg/I.B.13", "suppressed", f"The chart gives the side: {better.code}.", f"{OCG} I.B.13", bench=bench, subject=c.code)
            out[i] = left_off(c, reason)
    return tuple(out)


def _is_side_of(title: str, unspecified: str) -> bool:
    head, _, tail = unspecified.rpartition("unspecified")
    if title in (unspecified.replace("unspecified", side, 1) for side in ("right", "left", "bilateral")):
        return True
    return any(title == f"{head}{side}{tail}" for side in ("right", "left")) or (side_of(title) == "bilateral" and _of_both(title, f"{head}{tail}"))


# What a title for one side says and the title for both may leave out: "impacted cerumen, right ear", "impacted cerumen, bilateral".
_ORGANS = frozenset({"eye", "ear", "knee", "hip", "joint", "limb"})


def _of_both(both: str, one: str) -> bool:
    """Whether a bilateral title is that of the same condition as the title of one side."""
    return both.count("unspecified") == one.count("unspecified") and bag(both) <= bag(one) and bag(one) - bag(both) <= _ORGANS


def both_sides(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG I.B.13: right and left of the same condition are the bilateral code, where there is one; else both stay."""
    for right in standing(candidates):
        title = title_of(right.code, bench)
        if side_of(title) != "right" or right.code[0] in "ST" or _placed_now(right):
            continue
        left = next((o for o in standing(candidates) if o.code[:3] == right.code[:3] and title_of(o.code, bench) == title.replace("right", "left")), None)
        both = _bilateral(right.code, bench) if left else ""
        if left and both and not _placed_now(left):
            candidates = _joined(candidates, right, left, both, bench)
    return candidates


def _placed_now(candidate: Candidate) -> bool:
    """A joint or device placed at this encounter is a procedure, not a status that joins the one of the other side."""
    return candidate.code.startswith("Z") and any(f.section == "procedures" for f in candidate.facts)


def _bilateral(code: str, bench: Bench) -> str:
    title = title_of(code, bench)
    return next((e.code for e in bench.book.leaves(code[:3]) if side_of(e.title.lower()) == "bilateral" and _of_both(e.title.lower(), title)
                 and bench.book.valid(e.code, bench.encounter.on)), "")


def _joined(candidates: tuple[Candidate, ...], right: Candidate, left: Candidate, code: str, bench: Bench) -> tuple[Candidate, ...]:
    reason = ruling("ocg/I.B.13/bilateral", "applied", f"{right.code} and {left.code} are {code}.", f"{OCG} I.B.13", bench=bench, subject=code)
    off = ruling("ocg/I.B.13/bilateral", "suppressed", f"Held in {code}.", f"{OCG} I.B.13", bench=bench, subject=right.code)
    out: list[Candidate] = []
    for c in candidates:
        if c is right and not standing(candidates, code):
            out.append(Candidate(code=code, facts=tuple(dict.fromkeys((*right.facts, *left.facts))), reasons=(reason,), made=True))
        out.append(left_off(c, off) if c is right or c is left else c)
    return tuple(out)


_STAGE = {"N18.9": 0, "N18.30": 1}  # said less exactly: loses to a stage, and to 3a or 3b


def one_stage(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG I.C.14.a.1: one stage of chronic kidney disease holds; end-stage disease beside any stage, else the one that the final
    assessment gives where notes conflict."""
    order = {d: i for i, d in enumerate(dict.fromkeys(f.span.document for f in bench.facts))}
    stages = standing(candidates, "N18")
    if len(stages) < 2:
        return candidates
    holds = max(stages, key=lambda c: (c.code == "N18.6" and any(f.section in ("assessment", "diagnosis") or f.role == "heading" for f in c.facts),
                                       _STAGE.get(c.code, 2), max((_final(f.section), order.get(f.span.document, 0), worth(f)) for f in c.facts)))
    return tuple(
        left_off(c, ruling("ocg/I.C.14.a/one-stage", "suppressed", f"Notes differ; the final assessment gives {holds.code}.", f"{OCG} I.C.14.a; I.B.18",
                           bench=bench, subject=c.code, facts=(holds.fact,)))
        if not c.off and c is not holds and c.code.startswith("N18") else c for c in candidates)


def severity_of_sepsis(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG I.C.1.d.2: septic shock is severe sepsis, one code; where notes differ, the final assessment says whether there was shock."""
    order = {d: i for i, d in enumerate(dict.fromkeys(f.span.document for f in bench.facts))}
    found = standing(candidates, "R65.2")
    if len(found) < 2:
        return candidates
    holds = max(found, key=lambda c: (max((order.get(f.span.document, 0), _final(f.section)) for f in c.facts), c.code))
    return tuple(
        left_off(c, ruling("ocg/I.C.1.d.2", "suppressed", f"The last assessment gives {holds.code}.", f"{OCG} I.C.1.d.2", bench=bench, subject=c.code))
        if c in found and c is not holds else c for c in candidates)


def _final(section: str) -> int:
    return {"diagnosis": 2, "assessment": 2, "hospital course": 2}.get(section, 0)
