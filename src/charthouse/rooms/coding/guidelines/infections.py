"""What stands behind severe sepsis (I.C.1.d.1.b), and influenza that is not confirmed (I.C.10.c)."""
from __future__ import annotations

from charthouse.rooms.coding.candidate import OCG, Bench, Candidate, all_off, ruling, standing
from charthouse.rooms.coding.notes import asked_by

_SYSTEMIC = ("A02.1", "A20.7", "A21.7", "A22.7", "A24.1", "A26.7", "A32.7", "A39.2-A39.4", "A40-A41", "A42.7", "A54.86", "B00.7", "B37.7", "P36", "O85",
             "O03.37", "O03.87", "O04.87", "O07.37", "O08.82", "O75.3", "O86.04", "T80.211", "T80.22", "T80.29", "T81.44", "T88.0", "U07.1")


def infection_behind_sepsis(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG I.C.1.d.1.b: severe sepsis is coded with the systemic infection behind it; A41.9 where the organism is not named."""
    severe = standing(candidates, "R65.2")
    if not severe or standing(candidates, *_SYSTEMIC):
        return candidates
    reason = ruling("ocg/I.C.1.d.1.b", "applied", f"The infection behind {severe[0].code}; no organism is named.", f"{OCG} I.C.1.d.1.b; Tabular List R65.2: "
                    "code first", bench=bench, subject="A41.9")
    return (*candidates, Candidate(code="A41.9", facts=severe[0].facts, reasons=(reason,), made=True))


def organisms(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG I.B.7; Tabular List B95-B97: an organism goes beside an infection that asks for it, never alone."""
    found = standing(candidates, "B95-B97")
    codes = [c.code for c in standing(candidates)] if found else []
    return all_off(candidates, {c.code: ruling("ocg/I.B.7/organism", "suppressed", "No infection on the claim that asks for its organism.",
                                               f"{OCG} I.B.7; Tabular List B95-B97", bench=bench, subject=c.code)
                                for c in found if asked_by(c.code, codes, bench.book) is None and not standing(candidates, *_UNNAMED)})


_UNNAMED = ("R78.81", "A41", "I33", "O23", "O86", "T81.4", "T82.7", "T83.5", "T84.5-T84.7", "T85.7")  # infections whose notes name no organism code

_UNCONFIRMED = {"J09.X1": "J11.00", "J09.X2": "J11.1", "J10.00": "J11.00", "J10.1": "J11.1", "J10.2": "J11.2"}


def unconfirmed_influenza(candidates: tuple[Candidate, ...], bench: Bench) -> tuple[Candidate, ...]:
    """OCG I.C.10.c: influenza of an identified virus only when confirmed; an inpatient's that is only suspected is J11."""
    if bench.encounter.setting != "inpatient" or standing(candidates, "J09-J11"):
        return candidates
    suspected = next((c for c in candidates if c.off and c.code in _UNCONFIRMED and c.reasons[0].rule == "ocg/II.H/except"), None)
    if suspected is None or not any(f.span.document in bench.final for f in suspected.facts):
        return candidates
    code = _UNCONFIRMED[suspected.code]
    reason = ruling("ocg/I.C.10.c", "applied", f"Not confirmed: {suspected.code} is coded to {code}.", f"{OCG} I.C.10.c; II.H", bench=bench, subject=code,
                    facts=suspected.facts[:1])
    return (*candidates, Candidate(code=code, facts=suspected.facts, reasons=(reason,), made=True))
