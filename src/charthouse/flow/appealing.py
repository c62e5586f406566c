"""A denial traced to its cause: the codes it is about, the words of the record they rest on, who or which engine put them there, and the letter that says so."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from charthouse.flow import deciding_view
from charthouse.flow.billing import Whole, tables
from charthouse.flow.steps import Kit
from charthouse.record.billing import BillingSite, Denial, KeptClaim
from charthouse.record.ruling import Ruling
from charthouse.rooms.billing import Cause, acknowledged, advised, in_time

MOST = 160  # characters on each side of what a code rests on


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """A code of the claim. `by`: who decided it, else the engine; `quotes`: (document, words)."""

    system: str
    code: str
    title: str
    role: str
    by: str
    confidence: float | None
    reasons: tuple[Any, ...]
    quotes: tuple[tuple[str, str], ...]


def traces(whole: Whole, kit: Kit) -> tuple[Trace, ...]:
    """Every code that stands on the chart now, with what it rests on."""
    labels = {d["id"]: deciding_view.label(d) for d in whole.chart.result.get("documents", ())}
    engine = f"engine {name}" if (name := next((f["engine"] for f in whole.chart.result.get("facts", ()) if f.get("engine")), "")) else "the engine"
    texts = {d["id"]: d["text"] for d in whole.chart.result.get("documents", ())}
    return tuple(Trace(
        system=c["system"], code=c["code"], title=c["title"], role=c["role"], by=c["by"] or engine, confidence=c["confidence"], reasons=tuple(c["reasons"]),
        quotes=tuple(dict.fromkeys((labels.get(e["document"], ""), passage(texts.get(e["document"], ""), e["start"], e["end"]) or e["text"]) for e in c["evidence"]))) for c in deciding_view.state(whole.chart, kit, may_decide=False)["codes"])


def passage(text: str, start: int, end: int) -> str:
    """The line that the words stand in, shortened around them where it is long: a term alone convinces nobody."""
    first, last = text.rfind("\n", 0, start) + 1, text.find("\n", end)
    last = len(text) if last < 0 else last
    left, right = max(first, start - MOST), min(last, end + MOST)
    return ("… " if left > first else "") + text[left:right].strip() + (" …" if right < last else "")


def about(whole: Whole, denial: Denial, found: tuple[Trace, ...]) -> tuple[Trace, ...]:
    """Those that a denied line rests on: its own code, and the diagnoses that it points to; of an institutional claim all of them."""
    claim = whole.claim.claim
    if not denial.line or denial.line > len(claim.lines):
        wanted = [d.code for d in (claim.principal, *claim.others) if d] + [p.code for p in (claim.procedure, *claim.procedures) if p]
    else:
        line, diagnoses = claim.lines[denial.line - 1], [d.code for d in (claim.principal, *claim.others) if d]
        wanted = [line.code, *(diagnoses[p - 1] for p in line.pointers if p <= len(diagnoses))] if line.pointers else [line.code, *diagnoses]
    place = {code: n for n, code in enumerate(wanted)}
    return tuple(sorted((t for t in found if t.code in place), key=lambda t: place[t.code]))


def cause_of(denial: Denial) -> Cause:
    return tables().of(denial.group, denial.reason, denial.remarks)


def advice(whole: Whole, denial: Denial, about: tuple[Trace, ...], today: date, site: BillingSite | None = None) -> tuple[Ruling, ...]:
    """Whether to appeal it, and what would mend it."""
    return advised(denial, cause_of(denial), whole.claim, whole.material.claims, any(t.quotes for t in about), today, filing_days(whole.claim, site))


def filing_days(claim: KeptClaim, site: BillingSite | None) -> int | None:
    """The payer's, from its rules; of Medicare a year (42 CFR 424.44)."""
    rules = site.payer_book.rules.get(claim.payer) if site else None
    return rules.filing_days if rules and rules.filing_days is not None else 365 if claim.claim.filing in ("MA", "MB") else None


def letter(whole: Whole, denial: Denial, about: tuple[Trace, ...], shown: str, today: date, site: BillingSite | None = None) -> str:
    """A draft: what was refused, what the record says and by which rule it was coded, what is asked."""
    claim, cause = whole.claim, cause_of(denial)
    line = claim.claim.lines[denial.line - 1] if 0 < denial.line <= len(claim.claim.lines) else None
    what = f"line {denial.line} ({line.code or 'revenue code ' + line.revenue}{f', {line.on:%Y-%m-%d}' if line.on else ''})" if line else "the claim"
    facts = [f"{t.system} {t.code} {t.title}\n" + "\n".join(f"    {where}: “{words}”" for where, words in t.quotes) + "".join(f"\n    By {c}." for c in _rules(t)) for t in about if t.quotes]
    asks = f"We ask that {denial.amount / 100:,.2f} be allowed. If it is not, we ask for the rule that the decision rests on, with its paragraph, and for the credentials of who decided it."
    return "\n\n".join([
        f"{today:%Y-%m-%d}", f"To: {claim.claim.payer.name}, appeals\nClaim: {claim.id}{f', your number {claim.control}' if claim.control else ''}\nMember number: {claim.claim.subscriber.number}\nCharged: {claim.charge / 100:,.2f}",
        f"We ask you to look again at {what}. You refused {denial.amount / 100:,.2f} under {denial.group}-{denial.reason}{' ' + ' '.join(denial.remarks) if denial.remarks else ''}: {cause.words}.", *_grounds(cause.cause, claim, filing_days(claim, site)),
        *(["The record says:\n\n" + "\n\n".join(facts)] if facts else ["(No words of the record stand behind this line: add what shows that the service was given and needed, or do not send this.)"]), asks, f"{shown}\n{claim.claim.billing.name}"]) + "\n"


def _grounds(cause: str, claim: KeptClaim, days: int | None) -> tuple[str, ...]:
    """What the law asks, and what the record of the claim itself proves; what it does not prove stands in brackets, for a person to say or take out."""
    match cause:
        case "medical necessity":
            return ("A service is covered when it is reasonable and necessary for the diagnosis or treatment of illness or injury (Social Security Act 1862(a)(1)(A); 42 CFR 411.15(k)). The record shows what it was given for:",)
        case "coding":
            return ("The codes follow the code sets of 45 CFR 162.1002 and their official guidelines:",)
        case "timely filing":
            proofs = acknowledged(claim)
            if in_time(claim, days) and proofs and claim.sent_at:
                return (f"The claim was sent on {claim.sent_at:%Y-%m-%d} in file {claim.file}, within your {days} days, and you acknowledged it: {'; '.join(proofs)}. We enclose the acknowledgements.",)
            return ("(Say when the claim was sent and what proves it, or do not send this: the record of the claim does not prove that it came in time.)",)
        case "authorization":
            number = claim.claim.authorization
            return (f"The claim names your authorization {number}. We enclose its copy.",) if number else ("(Give the authorization number and its date, or do not send this: the claim names none.)",)
        case "bundling":
            return ("(Say why the services were separate: another session, site, organ or injury, and where the record shows it.)",)
        case "documentation":
            return ("(Name the documents that were asked for, and enclose them.)",)
        case _:
            return ()


def _rules(t: Trace) -> tuple[str, ...]:
    """What says that the words make the code."""
    return tuple(dict.fromkeys(r["citation"] for r in t.reasons if r["verdict"] == "applied" and r["citation"]))[:3]
