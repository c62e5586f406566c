"""Present on admission (OCG Appendix I): Y, N, U, W or exempt, for inpatient diagnoses."""
from __future__ import annotations

from charthouse.record.chart import Chart
from charthouse.record.code import Poa
from charthouse.record.fact import Fact
from charthouse.rooms.coding.candidate import Bench, Candidate
from charthouse.rulebook.poa import exempt
from charthouse.rulebook.prefixes import starts

_AFTER = frozenset({"postoperative", "postop", "developed", "iatrogenic", "nosocomial"})
_BEFORE = frozenset({"poa", "arrival", "presented", "presentation", "chronic"})
_EARLY_SECTIONS = frozenset({"admission diagnosis", "past medical history", "chief complaint", "history of present illness", "indication"})
# What a stay brings: conditions of which a late first mention means a late beginning. The rest is chronic, congenital or was there.
_OF_A_STAY = ("D62", "D65", "E86-E87", "E16.2", "F05", "I21", "I26", "I46", "I63", "I80", "I82.4", "I82.6", "I95", "I97", "J15", "J18", "J69", "J80", "J81.0",
              "J95", "J96.0", "J96.2", "K56", "K91", "L89", "N17", "N99", "R", "A04.7", "A41", "R65", "S", "T", "N39.0", "L27", "D69.59", "K92.2", "R57")


def indicator(candidate: Candidate, chart: Chart, bench: Bench) -> Poa:
    """Exempt by the official list; Y where it is documented by the end of the first day, said to have been present, or is
    no condition of a stay; N where every mention is later and it began in the stay."""
    if exempt(candidate.code, chart.encounter.on, bench.book):
        return "exempt"
    if any(_early(f, chart) for f in (*candidate.facts, *_same_condition(candidate.code, bench))):
        return "Y"
    if any(_AFTER & f.near for f in candidate.facts):
        return "N"
    return "N" if starts(candidate.code, _OF_A_STAY) and _told_on_admission(chart) else "Y"


def _early(fact: Fact, chart: Chart) -> bool:
    """Whether this mention was written by the day of admission, or speaks of that time."""
    admitted = chart.encounter.admitted
    document = chart.document(fact.span.document)
    if admitted is None or (document.service_date and document.service_date <= admitted):
        return True
    if document.kind in ("history_and_physical", "emergency_note") or fact.section in _EARLY_SECTIONS:
        return True
    return bool(_BEFORE & fact.near) and not _AFTER & fact.near


def _same_condition(code: str, bench: Bench) -> tuple[Fact, ...]:
    """Mentions of the same category that were less exact ("stroke" on arrival, the artery later). Not where a category holds
    different things side by side."""
    if starts(code, ("E86-E87", "L89", "R", "S", "T", "K91", "I97", "J95")):
        return ()
    return tuple(f for f in bench.facts if f.kind == "problem" and f.assertion in ("present", "possible") and any(t.family[:3] == code[:3] for t in f.targets))


def _told_on_admission(chart: Chart) -> bool:
    """Whether the chart holds a note of the first day, or a reason for admission, that would have named it."""
    admitted = chart.encounter.admitted
    return any(d.kind in ("history_and_physical", "emergency_note") or (d.service_date and admitted and d.service_date <= admitted)
               for d in chart.documents)
