"""Two codings of one chart compared, and the figures over many."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from charthouse.record.audit import Assigned, Audited
from charthouse.record.ruling import Ruling

CITATION = "AHIMA, Standards of Ethical Coding (2016)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Over charts: codes that both gave, that only the coder gave (over) and that only the auditor gave (under). `kappa` is None where chance alone explains all."""

    charts: int
    both: int
    over: int
    under: int
    kappa: float | None
    drg_changed: int
    drg_of: int

    @property
    def f1(self) -> float | None:
        """Micro-averaged over all codes."""
        return 2 * self.both / (2 * self.both + self.over + self.under) if self.both + self.over + self.under else None


def differences(chart: Audited) -> tuple[Ruling, ...]:
    """What differs, each a ruling: over-coding, under-coding, another code of the same category, another first diagnosis, another POA, another MS-DRG."""
    return tuple(_differences(chart))


def _differences(chart: Audited) -> Iterable[Ruling]:
    theirs, mine = _named(chart.theirs), _named(chart.mine)
    over, under = sorted(theirs.keys() - mine.keys()), sorted(mine.keys() - theirs.keys())
    for key in list(over):
        near = next((other for other in under if other[0] == key[0] and other[1][:3] == key[1][:3]), None)
        if near is not None:
            yield _found("specificity", f"Coded as {key[1]}, where the auditor has {near[1]} of the same category", near[1])
            over.remove(key)
            under.remove(near)
    for key in over:
        yield _found("over", "On the claim, and the auditor does not find it supported", key[1])
    for key in under:
        yield _found("under", "Supported by the record, and not coded", key[1])
    first, own = next((a.code for a in chart.theirs if a.first), ""), next((a.code for a in chart.mine if a.first), "")
    if first != own:
        yield _found("first", f"Comes first on the claim; the auditor puts {own or 'none'} first", first)
    for key in sorted(theirs.keys() & mine.keys()):
        if chart.setting == "inpatient" and key[0] == "ICD-10-CM" and mine[key].poa and theirs[key].poa != mine[key].poa:
            yield _found("poa", f"Present on admission {theirs[key].poa or 'not said'}; the auditor says {mine[key].poa}", key[1])
    if chart.their_drg != chart.my_drg:
        yield Ruling(rule="audit/drg", verdict="error", message=f"MS-DRG {chart.their_drg or 'none'}; by the auditor's codes {chart.my_drg or 'none'}", citation=CITATION)


def score(charts: Sequence[Audited]) -> Score:
    """Of the charts that were audited. Kappa over all codes that either gave anywhere in the sample, each present or absent on each chart (Cohen, 1960)."""
    done = [c for c in charts if c.done]
    pairs = [(set(_named(c.theirs)), set(_named(c.mine))) for c in done]
    both, over, under = (sum(len(part(a, b)) for a, b in pairs) for part in (set.intersection, set.difference, lambda a, b: b - a))
    every = {key for a, b in pairs for key in a | b}
    cells = len(every) * len(pairs)
    kappa = None
    if cells:
        agreed = (cells - over - under) / cells
        yes_theirs, yes_mine = (both + over) / cells, (both + under) / cells
        chance = yes_theirs * yes_mine + (1 - yes_theirs) * (1 - yes_mine)
        kappa = (agreed - chance) / (1 - chance) if chance < 1 else None
    stays = [c for c in done if c.setting == "inpatient"]
    return Score(charts=len(done), both=both, over=over, under=under, kappa=kappa, drg_changed=sum(c.their_drg != c.my_drg for c in stays), drg_of=len(stays))


def by_coder(charts: Sequence[Audited]) -> tuple[tuple[str, Score], ...]:
    """A scorecard for each coder, and for the gate."""
    who = sorted({c.coder_shown for c in charts if c.done})
    return tuple((name or "the autonomy gate", score([c for c in charts if c.coder_shown == name])) for name in who)


def _named(codes: Iterable[Assigned]) -> dict[tuple[str, str], Assigned]:
    return {(a.system, a.code): a for a in codes}


def _found(rule: str, message: str, subject: str) -> Ruling:
    return Ruling(rule=f"audit/{rule}", verdict="error" if rule in ("over", "under", "first") else "warning", message=message, citation=CITATION, subject=subject)
