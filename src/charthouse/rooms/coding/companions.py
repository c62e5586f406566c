"""What goes with a code of the claim because the book asks for it, and the chart documents it (I.A.17, I.B.7)."""
from __future__ import annotations

import re
from dataclasses import replace

from charthouse.record.ruling import Ruling
from charthouse.rooms.coding.candidate import OCG, Bench, Candidate, ruling
from charthouse.rooms.coding.guidelines.pregnancy import ROWS
from charthouse.rooms.coding.notes import asked_by
from charthouse.rulebook.codebook import Note
from charthouse.rulebook.prefixes import starts


def asked_for(ranked: list[Candidate], doubted: list[Candidate], bench: Bench) -> tuple[list[Candidate], list[Candidate]]:
    """Both lists, after moving what a note "use additional code" of a ranked code names from the doubted to the ranked."""
    with_it: list[Candidate] = []
    without: list[Candidate] = []
    for c in doubted:
        found = next((f for r in ranked if (f := _asks(r, c, bench))), None)
        if found is None:
            without.append(c)
        elif starts(c.code, LONG_TERM_DRUGS) and bench.encounter.setting != "inpatient":
            without.append(replace(c, reasons=(_left_to_the_site(c, found[0], bench), *c.reasons)))
        else:
            reason = ruling("book/use-additional", "applied", f"Asked for beside {found[0]} (use additional code, at {found[1].at}).",
                            f"{OCG} I.A.17; I.B.7; Tabular List", bench=bench, subject=c.code)
            with_it.append(replace(c, reasons=(reason, *c.reasons)))
    return [*ranked, *with_it], without


# Clinics seldom report them, however the note at the disease reads: on 67 visits coded by two expert teams there is none.
# A site whose coders add them teaches it so (`charthouse learn`).
LONG_TERM_DRUGS = ("Z79",)


def _left_to_the_site(drug: Candidate, beside: str, bench: Bench) -> Ruling:
    return ruling("house/long-term-drug", "suppressed", f"Asked for beside {beside} (use additional code), and seldom reported for clinic visits: add it where yours are.",
                  f"{OCG} I.A.17; I.C.4.a.3", bench=bench, subject=drug.code)


def _asks(ranked: Candidate, doubted: Candidate, bench: Bench) -> tuple[str, Note] | None:
    """Also "use additional code to identify specific condition" (O98, O99), of a condition that the chapter 15 code stands for."""
    found = asked_by(doubted.code, (ranked.code,), bench.book)
    if found is None and ranked.code[0] == "O" and any(stays and starts(doubted.code, conditions) and ranked.code.startswith(stem) for conditions, stem, _, stays in ROWS):
        note = next((n for n in bench.book.notes(ranked.code) if n.kind == "use_additional" and _SPECIFIC.search(n.text)), None)
        return (ranked.code, note) if note else None
    return found


_SPECIFIC = re.compile(r"specific (?:\w+ ?){0,3}(?:condition|disease|disorder)|to identify (?:the )?(?:specific|type of)")
