"""Two codings of one chart compared, and the figures over many."""
from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from charthouse.record.audit import Assigned, Audited, Direction
from charthouse.record.ruling import Ruling

DRG = "audit/drg"  # follows from the codes: it is shown, and not settled by itself
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What one coding has against the other. `to`: the auditor's code in place of the coder's."""

    ruling: Ruling
    direction: Direction
    to: str = ""


def differences(chart: Audited) -> tuple[Difference, ...]:
    """What differs: over-coding, under-coding, another code of the same category, another first diagnosis, another POA, another MS-DRG."""
    return tuple(_differences(chart))


def _differences(chart: Audited) -> Iterable[Difference]:
    theirs, mine = _named(chart.theirs), _named(chart.mine)
    over, under = sorted(theirs.keys() - mine.keys()), sorted(mine.keys() - theirs.keys())
    for key in list(over):
        near = next((other for other in under if other[0] == key[0] and other[1][:3] == key[1][:3]), None)
        if near is not None:
            yield _found("specificity", f"Coded as {key[1]}, where the auditor has {near[1]} of the same category", key[1], "other", to=near[1])
            over.remove(key)
            under.remove(near)
    for key in over:
        yield _found("over", "On the claim, and the auditor does not find it supported", key[1], "over")
    for key in under:
        yield _found("under", "Supported by the record, and not coded", key[1], "under", to=key[1])
    first, own = next((a.code for a in chart.theirs if a.first), ""), next((a.code for a in chart.mine if a.first), "")
    if first != own:
        yield _found("first", f"Comes first on the claim; the auditor puts {own or 'none'} first", first, "other", to=own)
    for key in sorted(theirs.keys() & mine.keys()):
        if chart.setting == "inpatient" and key[0] == "ICD-10-CM" and mine[key].poa and theirs[key].poa != mine[key].poa:
            yield _found("poa", f"Present on admission {theirs[key].poa or 'not said'}; the auditor says {mine[key].poa}", key[1], "other")
    if chart.their_drg != chart.my_drg:
        yield Difference(direction="other", ruling=Ruling(rule=DRG, verdict="error", message=f"MS-DRG {chart.their_drg or 'none'}; by the auditor's codes {chart.my_drg or 'none'}", citation=CITATION))


def score(charts: Sequence[Audited]) -> Score:
    """Of the charts that were audited. Kappa over all codes that either gave anywhere in the sample, each present or absent on each chart (Cohen, 1960)."""
    done = [c for c in charts if c.done]
    pairs = [(set(_named(c.theirs)), set(_named(c.right))) for c in done]
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
    return Score(charts=len(done), both=both, over=over, under=under, kappa=kappa, drg_changed=sum(c.their_drg != c.right_drg for c in stays), drg_of=len(stays))


def by_coder(charts: Sequence[Audited]) -> tuple[tuple[str, Score], ...]:
    """A scorecard for each coder, and for the gate."""
    who = sorted({c.coder_shown for c in charts if c.done})
    return tuple((name or "the autonomy gate", score([c for c in charts if c.coder_shown == name])) for name in who)


def by_engine(charts: Sequence[Audited]) -> Score:
    """What the engine had proposed, against what is right. Of charts of which that was kept."""
    return score([replace(c, theirs=c.engine, their_drg=c.right_drg) for c in charts if c.done and c.engine])


def agreed(chart: Audited, coder_is_right: Sequence[tuple[str, str, str]]) -> tuple[Assigned, ...]:
    """The codes of a chart whose differences are settled: the auditor's, with those (rule, subject, code of the auditor) in which the coder was right put back."""
    codes = list(chart.mine)
    theirs = {a.code: a for a in chart.theirs}
    for rule, subject, to in coder_is_right:
        if rule == "audit/over" and subject in theirs:
            codes.append(replace(theirs[subject], first=False))
        elif rule == "audit/under":
            codes = [c for c in codes if c.code != subject]
        elif rule == "audit/specificity" and subject in theirs:
            codes = [replace(theirs[subject], first=c.first, poa=c.poa) if c.code == to else c for c in codes]
        elif rule == "audit/poa" and subject in theirs:
            codes = [replace(c, poa=theirs[subject].poa) if c.code == subject else c for c in codes]
    first = next((a.code for a in chart.theirs if a.first), "")
    if any(rule == "audit/first" for rule, _, _ in coder_is_right) and any(c.code == first for c in codes):
        codes = [replace(c, first=c.code == first) for c in codes]
    elif not any(c.first for c in codes):
        codes = [replace(c, first=n == next((k for k, x in enumerate(codes) if x.system == "ICD-10-CM"), -1)) for n, c in enumerate(codes)]
    return tuple(sorted({(c.system, c.code): c for c in codes}.values(), key=lambda c: not c.first))


def prevented(charts: Sequence[Audited]) -> tuple[tuple[Audited, Assigned, str], ...]:
    """Errors of the engine that a person kept off a claim, as an audit says: (chart, code, "taken off" where a wrong one was proposed, "added" where a right one was missing). Only of charts whose audit is settled."""
    out = []
    for c in charts:
        if not (c.settled and c.engine and c.coder):
            continue
        engine, theirs, right = _named(c.engine), _named(c.theirs), _named(c.agreed)
        out += [(c, engine[k], "taken off") for k in sorted(engine.keys() - right.keys() - theirs.keys())]
        out += [(c, theirs[k], "added") for k in sorted((theirs.keys() & right.keys()) - engine.keys())]
    return tuple(out)


def _named(codes: Iterable[Assigned]) -> dict[tuple[str, str], Assigned]:
    return {(a.system, a.code): a for a in codes}


def _found(rule: str, message: str, subject: str, direction: Direction, *, to: str = "") -> Difference:
    return Difference(direction=direction, to=to, ruling=Ruling(rule=f"audit/{rule}", verdict="error" if rule in ("over", "under", "first") else "warning", message=message, citation=CITATION, subject=subject))
