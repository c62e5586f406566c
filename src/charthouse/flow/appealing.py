"""A denial traced to its cause: the codes it is about, the words of the record they rest on, who or which engine put them there, and the letter that says so."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from charthouse.flow import deciding_view
from charthouse.flow.billing import Whole
from charthouse.flow.steps import Kit
from charthouse.record.billing import Denial

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
    texts = {d["id"]: d["text"] for d in whole.chart.result.get("documents", ())}
    return tuple(Trace(
        system=c["system"], code=c["code"], title=c["title"], role=c["role"], by=c["by"] or "the engine", confidence=c["confidence"], reasons=tuple(c["reasons"]),
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


def advised(whole: Whole, denial: Denial, about: tuple[Trace, ...]) -> str:
    return ""


def letter(whole: Whole, denial: Denial, about: tuple[Trace, ...], shown: str, today: date) -> str:
    """A draft: what was refused, what the record says, what is asked."""
    claim = whole.claim
    line = claim.claim.lines[denial.line - 1] if 0 < denial.line <= len(claim.claim.lines) else None
    what = f"line {denial.line} ({line.code or 'revenue code ' + line.revenue}{f', {line.on:%Y-%m-%d}' if line.on else ''})" if line else "the claim"
    said = "\n\n".join(f"{t.code} {t.title}\n" + "\n".join(f"    {where}: “{words}”" for where, words in t.quotes) for t in about if t.quotes)
    return (f"{today:%Y-%m-%d}\n\nTo: {claim.claim.payer.name}, appeals\nClaim: {claim.id}{f', your number {claim.control}' if claim.control else ''}\nMember number: {claim.claim.subscriber.number}\n\n"
            f"We ask you to look again at {what}, of which you refused {denial.amount / 100:.2f} under {denial.group}-{denial.reason}{' ' + ' '.join(denial.remarks) if denial.remarks else ''}.\n\n"
            f"The record says:\n\n{said or '(no passage of the record is quoted yet)'}\n\nWe ask that {denial.amount / 100:.2f} be allowed, and that you name the rule that the refusal rests on if it is not.\n\n{shown}\n{claim.claim.billing.name}\n")
