"""The guidelines of ICD-10-PCS that decide which procedures are coded, to which root operation and body part.

Small functions, each with its paragraph. Those that take and give procedures act in the order of `GUIDELINES`.
"""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from charthouse.lexicon.pcs import Pattern, Place
from charthouse.record.chart import Chart
from charthouse.rooms.coding.procedures.procedure import OCG_PCS, Procedure, because, off

_PART_OF = {"B": "T"}  # root operation -> the one that takes all of the body part


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What every guideline gets beside the procedures."""

    chart: Chart
    edition: str
    titles: dict[str, tuple[int, int]]  # document -> where its list of procedures stands


Guideline = Callable[[tuple[Procedure, ...], Room], tuple[Procedure, ...]]


# B3.8: Resection takes all of a body part, Excision a portion of it.
def by_extent(patterns: tuple[Pattern, ...], extent: str) -> tuple[Pattern, ...]:
    """The alternatives in the order that the words ask for: "partial" before "total" or the other way round."""
    first = {"partial": "B", "total": "T"}.get(extent, "")
    return tuple(sorted(patterns, key=lambda p: first not in p[2].values)) if first and len(patterns) > 1 else patterns


# B5.2a: a procedure that is begun with an endoscope and converted to open is open, even where its name says laparoscopic.
def opened(pattern: Pattern) -> Pattern:
    """The pattern with the open approach in place of the percutaneous endoscopic one."""
    return (*pattern[:4], Place("0"), *pattern[5:]) if pattern[0].values == "0" and pattern[4].values == "4" else pattern


# B4.3: identical procedures on both sides: the bilateral body part value where there is one, else each side for itself.
def sides_to_code(side: str, there_are: frozenset[str]) -> tuple[str, ...]:
    """The sides to code, of those that a table has; () where the side is not told or there is none such."""
    if side == "bilateral" and "bilateral" not in there_are:
        return tuple(s for s in ("right", "left") if s in there_are)
    return (side,) if side and side in there_are else ()


# B5.2a, B5.2b: percutaneous endoscopic remains so when an incision is made or extended to take a specimen out; a procedure
# that is converted to open is open.
def approach_of(told: frozenset[str]) -> str:
    """The approach of an operative note from all that it tells of it; "" where that is not one thing."""
    if "converted" in told:
        return "0"
    if "4" in told:
        return "4"
    return next(iter(told)) if len(told) == 1 else ""


def _standing(found: tuple[Procedure, ...]) -> list[Procedure]:
    return [p for p in found if not p.off]


def _in_title(p: Procedure, room: Room) -> bool:
    """Whether a mention stands in the list of procedures that heads an operative note."""
    return any(start <= f.span.start < end for f in p.facts for start, end in [room.titles.get(f.span.document, (0, 0))])


# B3.1b: what is needed to reach the site, to close it, and the steps of the operation are not coded separately.
def components(found: tuple[Procedure, ...], room: Room) -> tuple[Procedure, ...]:
    """In an operative note that names its procedures at the head, what only the description tells is a step of them."""
    headed = {f.span.document for p in _standing(found) if _in_title(p, room) for f in p.facts}

    def step(p: Procedure) -> bool:
        return all(f.span.document in headed and room.chart.document(f.span.document).kind == "operative_note" for f in p.facts) and not _in_title(p, room)

    return tuple(off(p, "ocg-pcs/B3.1b", "A step of the procedures that head the operative note.", f"{OCG_PCS} B3.1b", room.edition)
                 if not p.off and step(p) else p for p in found)


# B3.11a: Inspection of a body part to achieve the objective of a procedure is not coded separately.
def inspection(found: tuple[Procedure, ...], room: Room) -> tuple[Procedure, ...]:
    """An inspection goes where another procedure of the same chart stands in the same body system or cavity."""
    others = [p for p in _standing(found) if p.code[0] == "0" and p.code[2] != "J"]
    return tuple(
        off(p, "ocg-pcs/B3.11a", f"Inspection to reach {same.code}, which is coded.", f"{OCG_PCS} B3.11a", room.edition)
        if not p.off and p.code[0] == "0" and p.code[2] == "J" and (same := _same_site(p, others)) else p for p in found)


# Cavities and regions and the systems that are reached through them.
_REACHED = {"0WJG": "DFGTU7", "0WJJ": "UTV", "0WJ9": "B2", "0WJB": "B2", "0WJC": "27B", "0WJQ": "B", "0WJH": "TG7", "0DJ0": "D", "0DJ6": "D", "0DJD": "D",
            "0BJ0": "B", "0TJB": "TV", "0TJ9": "T", "0WJ6": "GC7"}


def _same_site(p: Procedure, others: list[Procedure]) -> Procedure | None:
    systems = _REACHED.get(p.code[:4], p.code[1])
    return next((o for o in others if o.code[1] in systems and (len(systems) > 1 or o.code[1] != p.code[1] or p.code[1] in "BDT" or o.code[3] == p.code[3])), None)


# B3.4b: a diagnostic biopsy followed by a definitive procedure at the same site: both are coded.
def biopsies(found: tuple[Procedure, ...], room: Room) -> tuple[Procedure, ...]:
    """A biopsy beside an excision or resection of the same body part stands; the reason says so."""
    standing = _standing(found)

    def treated(p: Procedure) -> bool:
        return p.code[6] == "X" and p.code[0] == "0" and any(o.code[:2] == p.code[:2] and o.code[2] in "BT5" and o.code[6] != "X" for o in standing)

    return tuple(replace(p, reasons=(*p.reasons, because(p, "ocg-pcs/B3.4b", "applied", "A biopsy before the definitive treatment is coded, too.", f"{OCG_PCS} B3.4b",
                                                         room.edition))) if not p.off and treated(p) else p for p in found)


# B3.7: Control is coded only where no more definitive root operation stops the bleeding.
def control(found: tuple[Procedure, ...], room: Room) -> tuple[Procedure, ...]:
    """Control of bleeding goes beside Excision, Resection, Destruction, Occlusion, Repair or Extraction in its region."""
    region = {"0W3P": "D", "0W3G": "DF7", "0W3R": "TUV", "0W39": "B", "0W3B": "B", "0W3C": "2B", "093K": "9"}
    standing = _standing(found)
    return tuple(
        off(p, "ocg-pcs/B3.7", f"{more.code} stops the bleeding and is more definitive.", f"{OCG_PCS} B3.7", room.edition)
        if not p.off and p.code[:2] in ("0W", "09") and p.code[2] == "3" and (more := next(
            (o for o in standing if o.code[0] == "0" and o.code[1] in region.get(p.code[:4], "") and o.code[2] in "BTLQ5RD" and o.code[6] != "X"), None)) else p
        for p in found)


# B3.8: what takes the whole of a body part holds what takes a portion of it.
def excision_in_resection(found: tuple[Procedure, ...], room: Room) -> tuple[Procedure, ...]:
    standing = _standing(found)

    def whole(p: Procedure) -> Procedure | None:
        wants = _PART_OF.get(p.code[2], "")
        return next((o for o in standing if wants and p.code[0] == "0" and p.code[6] != "X" and o.code[:2] == p.code[:2] and o.code[2] == wants
                     and o.code[3] == p.code[3]), None)

    return tuple(off(p, "ocg-pcs/B3.8", f"The whole body part was taken: {o.code}.", f"{OCG_PCS} B3.8", room.edition)
                 if not p.off and (o := whole(p)) else p for p in found)


# B5.2a: an open procedure with percutaneous endoscopic assistance is Open; one converted to open is Open (B5.2).
def open_wins(found: tuple[Procedure, ...], room: Room) -> tuple[Procedure, ...]:
    """Of two codes that differ in the approach only, the open one stands where the text speaks of a conversion or an incision."""
    standing = _standing(found)

    def opened(p: Procedure) -> Procedure | None:
        return next((o for o in standing if o is not p and p.code[0] == "0" and p.code[4] == "4" and o.code[4] == "0" and o.code[:4] == p.code[:4] and o.code[5:] == p.code[5:]
                     and "approach" not in o.missing), None)

    return tuple(off(p, "ocg-pcs/B5.2", f"Assisted by or begun with an endoscope, done open: {o.code}.", f"{OCG_PCS} B5.2a", room.edition)
                 if not p.off and (o := opened(p)) else p for p in found)


GUIDELINES: tuple[Guideline, ...] = (components, open_wins, excision_in_resection, biopsies, control, inspection)
