"""Whether a request for a record may be answered, by which route, until when; each defect with its paragraph; and the reply in plain words. A person decides and signs."""
from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from charthouse.record.disclosure import Element, Judgement, ReleaseRequest
from charthouse.record.ruling import Ruling, Verdict

ROUTES = {
    "access": ("the patient's own access", "45 CFR 164.524"), "authorization": ("authorization", "45 CFR 164.508"), "part 2 consent": ("consent for substance use records", "42 CFR 2.31, 2.33"), "subpoena": ("subpoena without an order", "45 CFR 164.512(e)(1)(ii)"),
    "court order": ("order of a court", "45 CFR 164.512(e)(1)(i)"), "payer": ("payment", "45 CFR 164.506(c)(3)"), "provider": ("treatment", "45 CFR 164.506(c)(2)"), "agency": ("an agency", "45 CFR 164.512"), "unclear": ("not clear", "45 CFR 164.514(h)")}
ELEMENTS: tuple[tuple[Element, str, str], ...] = (
    ("what", "what is to be released", "45 CFR 164.508(c)(1)(i)"), ("discloser", "who is to release it", "45 CFR 164.508(c)(1)(ii)"), ("recipient", "who is to receive it", "45 CFR 164.508(c)(1)(iii)"), ("purpose", "what it is for", "45 CFR 164.508(c)(1)(iv)"),
    ("expiry", "when it expires", "45 CFR 164.508(c)(1)(v)"), ("signature", "a signature", "45 CFR 164.508(c)(1)(vi)"), ("signed on", "the day of the signature", "45 CFR 164.508(c)(1)(vi)"))
STATEMENTS = (("revocation", "that and how it can be revoked", "45 CFR 164.508(c)(2)(i)"), ("conditioning", "whether treatment depends on signing", "45 CFR 164.508(c)(2)(ii)"), ("redisclosure", "that what is released may be disclosed further", "45 CFR 164.508(c)(2)(iii)"))
PART2 = {"what": "42 CFR 2.31(a)(3)", "discloser": "42 CFR 2.31(a)(2)", "recipient": "42 CFR 2.31(a)(4)", "purpose": "42 CFR 2.31(a)(5)", "expiry": "42 CFR 2.31(a)(7)", "signature": "42 CFR 2.31(a)(8)", "signed on": "42 CFR 2.31(a)(9)"}
ACCESS_DAYS = 30
SENSITIVE = {"substance use": ("substance use disorder records of a Part 2 program", "42 CFR 2.12, 2.13"), "psychotherapy notes": ("psychotherapy notes", "45 CFR 164.508(a)(2)"), "HIV": ("HIV", "state law; 45 CFR 160.203(b)"), "genetic": ("genetic information", "state law; 45 CFR 160.203(b)"),
             "mental health": ("mental health", "state law; 45 CFR 160.203(b)"), "reproductive": ("reproductive health", "state law; 45 CFR 160.203(b)")}


def judged(r: ReleaseRequest, text: str, received: date, agencies: Sequence[tuple[str, str, str, str]]) -> Judgement:
    """As the letter stands on the day on which it came. `agencies`: the rows of `agencies.tsv`."""
    route, citation = ROUTES[r.kind]
    first = ""
    if r.kind == "agency":
        found = next(((name, where, see) for pattern, name, where, see in agencies if re.search(pattern, text, re.I)), None)
        route, citation, first = found or (route, citation, "by what law it asks")
    rulings = [*(_ruling("seen-first", "warning", f"See first: {first}", citation) for _ in range(1) if first), *_of_kind(r, route, received), *_of_anybody(r)]
    if r.kind not in ("access", "court order"):
        rulings += [_ruling("minimum-necessary", "warning", "No more than the purpose needs", "45 CFR 164.502(b), 164.514(d)")] if r.kind in ("payer", "agency", "subpoena") else []
    return Judgement(route=route, citation=citation, rulings=tuple(rulings), due=received + timedelta(days=ACCESS_DAYS) if r.kind == "access" else None)


def _of_kind(r: ReleaseRequest, route: str, received: date) -> Iterator[Ruling]:
    match r.kind:
        case "authorization" | "part 2 consent":
            yield from _authorization(r, received)
        case "access":
            if r.says("trait", "psychotherapy notes"):
                yield _ruling("not-of-access", "error", "Psychotherapy notes are no part of the right of access: the rest is given", "45 CFR 164.524(a)(1)(i)")
            if r.first("signature") is None and r.first("written") is None:
                yield _ruling("identity", "warning", "Verify who asks; a written request may be asked for, if patients are told so", "45 CFR 164.514(h), 164.524(b)(1)")
        case "subpoena":
            if not any(r.says("trait", t) for t in ("assurance: notice", "assurance: order sought")):
                yield _ruling("assurance", "error", "No satisfactory assurance: neither that the patient was given notice, nor that a qualified protective order was sought", "45 CFR 164.512(e)(1)(ii)-(v)")
            yield from _part2_in_court(r)
        case "court order":
            yield _ruling("as-ordered", "warning", "Only what the order expressly names", "45 CFR 164.512(e)(1)(i)")
            yield from _part2_in_court(r)
        case "payer" | "provider" if r.says("trait", "substance use"):
            yield _ruling("part-2", "error", "Substance use disorder records of a Part 2 program need the patient's consent for treatment, payment and operations", "42 CFR 2.31, 2.33")
        case "agency" if route == "authorization":
            yield from _authorization(r, received)
        case "unclear":
            yield _ruling("unclear", "error", "The letter does not say by what right it asks: ask who they are, for what, and by what authority", "45 CFR 164.514(h)(1)")
        case _:
            pass


def _authorization(r: ReleaseRequest, received: date) -> Iterator[Ruling]:
    part2 = r.kind == "part 2 consent"
    for element, words, citation in ELEMENTS:
        if r.first(element) is None and not (element == "signed on" and r.first("signature") is None):
            yield _ruling(f"lacks-{element.replace(' ', '-')}", "error", f"It does not say {words}" if element not in ("signature", "signed on") else f"It lacks {words}", PART2[element] if part2 else citation)
    for statement, words, citation in STATEMENTS if not part2 else STATEMENTS[:1]:
        if not r.says("statement", statement):
            yield _ruling(f"lacks-statement-{statement}", "error", f"It does not say {words}", "42 CFR 2.31(a)(6)" if part2 else citation)
    expiry = r.first("expiry")
    if expiry is not None and expiry.on is not None and expiry.on < received:
        yield _ruling("expired", "error", f"It expired on {expiry.on:%Y-%m-%d}", "42 CFR 2.31(c)(1)" if part2 else "45 CFR 164.508(b)(2)(i)")
    if r.says("trait", "revoked"):
        yield _ruling("revoked", "error", "It was revoked", "45 CFR 164.508(b)(2)(iii), (b)(5)")
    if r.says("trait", "compound"):
        yield _ruling("compound", "error", "It is combined with another document", "45 CFR 164.508(b)(2)(iv), (b)(3)")
    if r.says("trait", "conditioned"):
        yield _ruling("conditioned", "error", "It makes treatment or coverage depend on signing", "45 CFR 164.508(b)(2)(iv), (b)(4)")
    what = " ".join(s.value for s in r.of("what"))
    if r.says("trait", "psychotherapy notes") and re.search(r"\b(?:and|,|records?|all|entire|complete|summar\w+)\b", re.sub(r"psychotherapy notes?", "", what), re.I):
        yield _ruling("psychotherapy-mixed", "error", "Psychotherapy notes need an authorization of their own", "45 CFR 164.508(b)(3)(ii)")
    if not part2 and r.says("trait", "substance use"):
        yield _ruling("part-2", "warning", "Substance use disorder records of a Part 2 program go only under a consent that meets Part 2, with its notice", "42 CFR 2.31, 2.32")
    signed = r.first("signed on")
    if signed is not None and signed.on is not None and signed.on > received:
        yield _ruling("signed-later", "error", f"It says that it was signed on {signed.on:%Y-%m-%d}, after it came", "45 CFR 164.508(b)(2)(v)")
    if r.first("representative") is not None and r.first("authority") is None:
        yield _ruling("authority", "error", "A representative signed, and by what authority is not said", "45 CFR 164.508(c)(1)(vi)")


def _part2_in_court(r: ReleaseRequest) -> Iterator[Ruling]:
    if r.says("trait", "substance use") and not r.says("trait", "part 2 order"):
        yield _ruling("part-2", "error", "Substance use disorder records of a Part 2 program need an order under Part 2 with a subpoena, or the patient's consent", "42 CFR 2.61 to 2.67; 42 U.S.C. 290dd-2")


def _of_anybody(r: ReleaseRequest) -> Iterator[Ruling]:
    """Of whoever asks: for a minor, a decedent; what is left out unless it is named."""
    if r.kind in ("access", "authorization", "part 2 consent"):
        if r.says("trait", "deceased") and r.first("authority") is None:
            yield _ruling("decedent", "error", "The patient died: it is for the executor, administrator or whom state law names; show it", "45 CFR 164.502(g)(4)")
        if r.says("trait", "minor"):
            yield _ruling("minor", "warning", "A minor's record: a parent or guardian asks, save for what the minor consented to alone by state law", "45 CFR 164.502(g)(3)")
    for trait, (words, citation) in SENSITIVE.items():
        if r.says("trait", trait):
            yield _ruling("named", "warning", f"The letter names {words}", citation)


def reply(j: Judgement, r: ReleaseRequest) -> str:
    """The answer drafted in plain words: what is missing, by what rule, and what to send."""
    patient = r.first("patient")
    about = f"About your request{f' for the record of {patient.value}' if patient else ''}"
    if not j.defects:
        due = f" You will have it by {j.due:%Y-%m-%d} at the latest, or a letter that says why it takes up to thirty days longer." if j.due else ""
        return f"{about}:\n\nWe can answer it ({j.route}, {j.citation}).{due}\n"
    rows = "\n".join(f"- {d.message} ({d.citation})." for d in j.defects)
    return f"{about}:\n\nWe cannot answer it as it stands, and this is why:\n\n{rows}\n\nSend us what is missing, and we will go on. We keep your letter. If you believe that we are wrong, tell us, or the Office for Civil Rights of the U.S. Department of Health and Human Services.\n"


def _ruling(rule: str, verdict: Verdict, message: str, citation: str) -> Ruling:
    return Ruling(rule=f"release/{rule}", verdict=verdict, message=message, citation=citation)
