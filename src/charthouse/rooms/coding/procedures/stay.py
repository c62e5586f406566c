"""What an inpatient claim reports: procedures done in this stay, on this patient, that are significant (UHDDS)."""
from __future__ import annotations

from charthouse.record.fact import Fact
from charthouse.rooms.coding.procedures.guidelines import Room
from charthouse.rooms.coding.procedures.procedure import OCG_PCS, Procedure, ProcedureTables, off, said

_UHDDS = "UHDDS: significant procedures (50 FR 31038)"
# Sections that tell what a patient has or had, not what was done: a stent in a list of diagnoses is a status.
_NOT_DONE_HERE = frozenset({"past medical history", "past surgical history", "social history", "family history", "problem list", "diagnosis", "admission diagnosis", "medications",
                            "allergies", "review of systems", "examination", "vitals", "instructions", "indication", "immunizations", "results", "obstetric history"})
_TOLD_BY = frozenset({"radiology_report", "laboratory_report"})


_DEVICES = frozenset({"line", "catheter", "tube", "drain", "filter", "port", "pump", "pacemaker", "lead", "monitor", "balloon", "recorder", "cvc", "picc", "foley", "evd",
                      "reservoir", "access", "prosthesis", "implant"})


def of_this_stay(found: tuple[Procedure, ...], room: Room) -> tuple[Procedure, ...]:
    """Leaves off what was not done, was done before, or is somebody else's. One mention that holds is enough."""
    return tuple(_judged(p, room) for p in found)


def _judged(p: Procedure, room: Room) -> Procedure:
    reasons = [_why_not(f, p, room) for f in p.facts]
    if any(r is None for r in reasons):
        return p
    rule, message, citation = next(r for r in reasons if r is not None)
    return off(p, rule, message, citation, room.edition)


def _why_not(fact: Fact, p: Procedure, room: Room) -> tuple[str, str, str] | None:
    if fact.experiencer != "patient":
        return "pcs/other", "Said of somebody else.", _UHDDS
    if fact.assertion == "absent":
        return "pcs/absent", f"Not done ({fact.trigger_rule}).", _UHDDS
    if fact.assertion != "present":
        return "pcs/planned", f"Spoken of, not said to be done ({fact.trigger_rule}).", _UHDDS
    if fact.temporality == "historical" or _before(fact, room):
        return "pcs/before", "Done before this stay.", _UHDDS
    document = room.chart.document(fact.span.document)
    start, end = room.titles.get(document.id, (0, 0))
    if start <= fact.span.start < end:
        return None
    if document.kind in _TOLD_BY or (fact.section in _NOT_DONE_HERE and document.kind != "operative_note"):
        return "pcs/not-told-as-done", "Named where the chart tells what the patient has, not what was done in this stay.", _UHDDS
    if said(fact, "habit") and p.code.startswith("5A"):
        return "pcs/own-device", "The patient's own device or habit at home, no treatment of this stay.", _UHDDS
    if document.kind != "operative_note" and _needs_a_verb(fact, p) and not said(fact, "done"):
        return "pcs/not-told-as-done", "A bare word for it, without anything that says that it was done.", _UHDDS
    return None


def _needs_a_verb(fact: Fact, p: Procedure) -> bool:
    """An action ("drainage") or a short abbreviation may mean something else, and a device ("chest tube") may only be there."""
    short = fact.span.text.isupper() and len(fact.span.text) <= 4 and not p.code.startswith("5A")
    device = p.code[0] == "0" and p.code[2] in "H9" and p.code[5] != "Z" and fact.span.text.lower().split()[-1] in _DEVICES
    return "action" in fact.flags or short or device


def _before(fact: Fact, room: Room) -> bool:
    """Whether the sentence names a year before the stay."""
    admitted = room.chart.encounter.admitted or room.chart.encounter.on
    return any(int(year) < admitted.year for year in said(fact, "year"))


def reported(found: tuple[Procedure, ...], room: Room, tables: ProcedureTables) -> tuple[Procedure, ...]:
    """Leaves off what hospitals do not report: imaging, measurement, bedside care. The table is the facility's to change."""
    out = []
    for p in found:
        yes, why = _rule(p.code, tables)
        out.append(p if p.off or yes else off(p, "uhdds/not-significant", f"Not reported on an inpatient claim: {why}.", _UHDDS, room.edition))
    return tuple(out)


def _rule(code: str, tables: ProcedureTables) -> tuple[bool, str]:
    for size in range(7, 0, -1):
        if code[:size] in tables.reported:
            return tables.reported[code[:size]]
    return False, "no significant procedure by the table"


# B3.3: a procedure that is discontinued is coded to the root operation performed, or to Inspection when none was.
def discontinued(found: tuple[Procedure, ...], room: Room) -> tuple[Procedure, ...]:
    """A procedure said to be discontinued goes; the person decides what was done before."""
    return tuple(off(p, "ocg-pcs/B3.3", "Said to be discontinued: code the root operation that was done, or Inspection of the body part.", f"{OCG_PCS} B3.3", room.edition)
                 if not p.off and all("discontinued" in said(f, "ended") for f in p.facts if f.assertion == "present") else p for p in found)
