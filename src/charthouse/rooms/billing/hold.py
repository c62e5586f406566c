"""What holds a visit back from being billed: each with its reason, so that DNFB days have a cause."""
from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from charthouse.record.billing import UNSENT, BillingSite, CodedFor, Material
from charthouse.record.ruling import Ruling, Verdict


def held(m: Material, coded: CodedFor, site: BillingSite, today: date) -> tuple[Ruling, ...]:
    """Errors hold it, warnings do not."""
    return tuple(_held(m, coded, site, today))


def covers_on(m: Material) -> tuple[str, ...]:
    """The payers on the day of the visit as registration spells them, in order."""
    day = m.visit.day
    found = [c.payer_number or c.payer for c in m.covers if (c.since is None or c.since <= day) and (c.until is None or day <= c.until)]
    return tuple(found) or tuple(filter(None, (m.visit.payer,)))


def _held(m: Material, coded: CodedFor, site: BillingSite, today: date) -> Iterator[Ruling]:
    visit = m.visit
    facility = site.facilities.get(visit.facility)
    if facility is None:
        yield _ruling("facility", f"billing.toml has no facility {visit.facility}", "45 CFR 162.1102")
    if visit.setting == "inpatient" and visit.discharged is None:
        yield _ruling("in-house", "The patient is in house: a stay is billed after discharge", "Medicare Claims Processing Manual, chapter 3, 10.1")
        return
    if not coded.finished:
        yield _ruling("coding", "The coding is not finished", "45 CFR 162.1002")
    if m.questions:
        yield _ruling("query", f"{m.questions} {'query waits' if m.questions == 1 else 'queries wait'} for the provider's answer", "AHIMA and ACDIS, Guidelines for Achieving a Compliant Query Practice (2022 Update)")
    if m.lacks:
        yield _ruling("deficiency", f"The record lacks {m.lacks} {'thing' if m.lacks == 1 else 'things'} that somebody must mend", "42 CFR 482.24(c)", "warning")
    payers = covers_on(m)
    if not payers:
        yield _ruling("payer", "No payer is registered: register the coverage, or bill the patient", "UB-04 FL 50; CMS-1500 item 11c")
    elif site.payer(payers[0]) is None:
        yield _ruling("payer-unknown", f"billing.toml has no payer that is called {payers[0]}", "UB-04 FL 50; CMS-1500 item 11c")
    if not m.charges and not coded.services:
        yield _ruling("charges", "There is no charge", "UB-04 FL 47; CMS-1500 item 24F")
    until = visit.day + timedelta(days=site.hold_days)
    if today < until:
        yield _ruling("days", f"It waits for late charges until {until:%Y-%m-%d}", f"billing.toml, hold_days = {site.hold_days}")
    if any(c.state not in (*UNSENT, "replaced", "closed") and c.sequence == "P" for c in m.claims):
        yield _ruling("billed", "The visit has a claim with the payer: correct that one", "CARC 18")


def _ruling(rule: str, message: str, citation: str, verdict: Verdict = "error") -> Ruling:
    return Ruling(rule=f"bill/{rule}", verdict=verdict, message=message, citation=citation)
