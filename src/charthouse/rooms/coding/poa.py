"""Present on admission (OCG Appendix I): Y, N, U, W or exempt, for inpatient diagnoses."""
from __future__ import annotations

from charthouse.record.chart import Chart
from charthouse.record.code import Poa
from charthouse.rooms.coding.candidate import Bench, Candidate

_AFTER = frozenset({"postoperative", "developed", "hospital", "overnight", "iatrogenic", "new"})


def indicator(candidate: Candidate, chart: Chart, bench: Bench) -> Poa:
    """Exempt by the official list; N where every mention lies after the day of admission and speaks of a new event;
    Y where it is documented by the end of the first day or is chronic; U where the record does not tell."""
    exempt = bench.book.poa_exempt(candidate.code, chart.encounter.on)
    if exempt or (exempt is None and candidate.code[0] in "Z"):
        return "exempt"
    admitted = chart.encounter.admitted
    early = admitted is None
    for fact in candidate.facts:
        document = chart.document(fact.span.document)
        if admitted and document.service_date and document.service_date <= admitted:
            early = True
        if document.kind in ("history_and_physical", "emergency_note"):
            early = True
        if fact.section in ("admission diagnosis", "past medical history", "chief complaint", "history of present illness"):
            early = True
    if early:
        return "Y"
    return "N" if any(_AFTER & f.near for f in candidate.facts) or _acute(candidate, bench) else "Y"


def _acute(candidate: Candidate, bench: Bench) -> bool:
    entry = bench.book.entry(candidate.code)
    title = entry.title.lower() if entry else ""
    return candidate.code[0] in "STRJNADEGIK" and ("acute" in title or candidate.code.startswith(("J69", "J18", "D62", "E87", "N17", "R", "T", "I97", "J95", "K91", "L89")))
