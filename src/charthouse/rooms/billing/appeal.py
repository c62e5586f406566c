"""Whether to appeal a refusal, and with what: the payer may be right, and then it is said."""
from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from charthouse.record.billing import Denial, KeptClaim
from charthouse.record.ruling import Ruling, Verdict
from charthouse.rooms.billing.causes import Cause

TWO_LEVELS = "42 CFR 405.940 to 405.978 (Medicare); else the payer's contract and 29 CFR 2560.503-1"
EDIT_OF = {"bundling": ("ncci",), "coding": ("ncci", "diagnosis", "procedure", "modifiers", "pointers", "poa", "code"), "charge": ("mue", "total", "revenue", "ndc"), "medical necessity": ("medical-necessity", "mue"), "registration": ("member", "birth", "patient", "address", "npi", "taxonomy")}


def advised(denial: Denial, cause: Cause, claim: KeptClaim, others: Sequence[KeptClaim], quoted: bool, today: date, filing_days: int | None = None) -> tuple[Ruling, ...]:
    """Errors say: do not appeal. Warnings are to be looked at first; what is applied says what would mend it. `others`: the other claims of the visit; `quoted`: whether the record's words stand behind the line; `filing_days`: the payer's, where they are known."""
    return tuple(_advised(denial, cause, claim, others, quoted, today, filing_days))


def _advised(d: Denial, cause: Cause, claim: KeptClaim, others: Sequence[KeptClaim], quoted: bool, today: date, filing_days: int | None) -> Iterator[Ruling]:
    if d.due and d.due < today:
        yield _ruling("late", "error", f"The time to appeal was over on {d.due:%Y-%m-%d}", TWO_LEVELS)
    foretold = [r for r in claim.rulings if r.verdict in ("error", "warning") and r.rule.rsplit("/", 1)[1] in EDIT_OF.get(cause.cause, ()) and r.subject in ("", d.code)]
    for r in foretold:
        yield _ruling("foretold", "error" if r.verdict == "error" else "warning", f"An edit of ours said so before the claim went out: {r.message}", r.citation, r.subject)
    if cause.cause == "duplicate":
        mine = claim.claim.lines[d.line - 1] if 0 < d.line <= len(claim.claim.lines) else None
        twin = next((c for c in others if c.id != claim.id and c.payer == claim.payer and c.state == "paid" and mine is not None and any((x.code, x.on, x.modifiers) == (mine.code, mine.on, mine.modifiers) for x in c.claim.lines)), None)
        if twin is not None:
            yield _ruling("duplicate", "error", f"The payer is right: claim {twin.id} has the service of that day, and was paid", "CARC 18")
        else:
            yield _ruling("duplicate", "warning", "No claim here was paid for the service of that day: find the one that the payer means, or say that there is none", "CARC 18")
    if cause.cause == "authorization":
        if claim.claim.authorization:
            yield _ruling("authorization", "applied", f"The claim carried authorization {claim.claim.authorization}: send its copy with the appeal", "the payer's contract")
        else:
            yield _ruling("authorization", "warning", "The claim carried no authorization number: find it, or ask for one after the fact, before you appeal", "the payer's contract")
    if cause.cause == "timely filing" and claim.sent_at:
        yield _timely(claim, filing_days)
    if cause.cause == "medical necessity" and not quoted:
        yield _ruling("evidence", "warning", "No words of the record stand behind the line: without them an appeal says nothing", "42 CFR 411.15(k)")
    if not cause.appealable:
        yield _ruling("mend", "error", f"An appeal does not mend it: {SAID[cause.mend]}", TWO_LEVELS)
    elif cause.mend != "appeal":
        yield _ruling("mend", "applied", f"What mends it: {SAID[cause.mend]}. Appeal where the payer is wrong", TWO_LEVELS)


def in_time(claim: KeptClaim, filing_days: int | None) -> bool | None:
    """Whether it was sent within the payer's days from the last day of service; None where they, or the days, are not known."""
    last = claim.claim.until or max((day for x in claim.claim.lines for day in (x.until, x.on) if day), default=None)
    if filing_days is None or last is None or claim.sent_at is None:
        return None
    return (claim.sent_at.date() - last).days <= filing_days


def acknowledged(claim: KeptClaim) -> tuple[str, ...]:
    """What proves that the payer got it, each as it stands in the claim's way."""
    return tuple(f"{h.at:%Y-%m-%d}: {h.note}" for h in claim.history if h.what in ("file accepted", "accepted") and h.note)


def _timely(claim: KeptClaim, filing_days: int | None) -> Ruling:
    citation, sent = "42 CFR 424.44 (Medicare); else the payer's contract", f"It was sent on {claim.sent_at:%Y-%m-%d} in file {claim.file}"
    match in_time(claim, filing_days), acknowledged(claim):
        case False, _:
            return _ruling("timely", "error", f"The payer is right: {sent[0].lower()}{sent[1:]}, after its {filing_days} days", citation)
        case None, _:
            return _ruling("timely", "warning", f"{sent}; the payer's days are not known here: look them up before you appeal", citation)
        case _, ():
            return _ruling("timely", "warning", f"{sent}, in time; but no acknowledgement of the payer stands in the record to prove it", citation)
        case _, proofs:
            return _ruling("timely", "applied", f"{sent}, in time. What proves it: {'; '.join(proofs)}", citation)


SAID = {"corrected claim": "a corrected claim", "appeal": "an appeal with the record", "records": "the records or documents that are asked for", "next payer": "the payer that comes first or next", "write off": "nothing, if the payer is right: it is written off",
        "bill patient": "the patient's bill", "registration": "registration", "wait": "the payer's decision, which is to come", "nothing": "nothing"}


def _ruling(rule: str, verdict: Verdict, message: str, citation: str, subject: str = "") -> Ruling:
    return Ruling(rule=f"appeal/{rule}", verdict=verdict, message=message, citation=citation, subject=subject)
