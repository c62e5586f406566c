"""What payers' reasons mean, and whether an appeal is worth it."""
from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from charthouse.flow.billing import tables
from charthouse.record.billing import Denial, Happened, KeptClaim, Posting
from charthouse.record.claim import Adjustment, Claim, Line, Party
from charthouse.record.remittance import PaidClaim, PaidLine
from charthouse.record.ruling import Ruling
from charthouse.rooms.billing import advised, posted

NOW = datetime(2026, 5, 1, tzinfo=UTC)
MADE = Claim(id="C1", form="professional", billing=Party(name="H"), subscriber=Party(name="Q"), payer=Party(name="Plan", number="1"), charge=10000, place="11", lines=(Line(charge=10000, code="99213", control="1"),))
CLAIM = KeptClaim(id="C1", encounter="e", facility="N", payer="1", form="professional", sequence="P", state="sent", claim=MADE, made_at=NOW, sent_at=NOW, file=7, control="PAY-7")


@pytest.mark.parametrize(("group", "reason", "remarks", "kind", "cause", "hand"), [
    ("CO", "45", (), "contractual", "contract", "charge"), ("CO", "253", (), "contractual", "contract", "charge"), ("PR", "1", (), "patient", "patient's part", "registration"), ("PR", "96", (), "patient", "patient's part", "registration"),
    ("CO", "96", (), "denial", "benefit", "coding"), ("CO", "50", ("N115",), "denial", "medical necessity", "documentation"), ("CO", "16", ("M51",), "denial", "coding", "coding"), ("CO", "16", ("MA27",), "denial", "registration", "registration"),
    ("CO", "16", ("XYZ", "N290"), "denial", "provider", "registration"), ("CO", "18", (), "denial", "duplicate", "charge"), ("CO", "29", (), "denial", "timely filing", "charge"), ("CO", "197", (), "denial", "authorization", "registration"),
    ("PR", "197", (), "denial", "authorization", "registration"), ("CO", "236", (), "denial", "bundling", "coding"), ("OA", "23", (), "contractual", "other payer", "registration"), ("CO", "22", (), "denial", "other payer", "registration"),
    ("CO", "16", ("M127",), "denial", "documentation", "documentation"), ("CO", "999", (), "denial", "not classified", "charge"), ("PI", "97", ("N20",), "denial", "bundling", "coding"), ("OA", "195", (), "takeback", "other payer", "registration")])
def test_what_an_adjustment_is(group: str, reason: str, remarks: tuple[str, ...], kind: str, cause: str, hand: str) -> None:
    found = tables().of(group, reason, remarks)
    assert (found.kind, found.cause, found.hand) == (kind, cause, hand)


def test_every_row_of_the_tables_is_of_the_words_that_there_are() -> None:
    t = tables()
    causes = {"patient's part", "coding", "provider", "registration", "duplicate", "other payer", "contract", "eligibility", "timely filing", "benefit", "authorization", "medical necessity", "bundling", "charge", "documentation", "payer"}
    assert {c.cause for c in t.reasons.values()} <= causes
    assert {c for c, _, _ in t.remarks.values()} <= causes
    assert {c.hand for c in t.reasons.values()} | {h for _, h, _ in t.remarks.values()} == {"registration", "coding", "charge", "documentation"}
    assert {c.mend for c in t.reasons.values()} == {"appeal", "bill patient", "corrected claim", "next payer", "nothing", "records", "wait", "write off"}
    assert (len(t.reasons), len(t.remarks)) >= (230, 79)


def denial(reason: str, *, due: date = date(2026, 9, 1), remarks: tuple[str, ...] = ()) -> Denial:
    return Denial(id="D1", claim="C1", encounter="e", payer="1", line=1, code="99213", group="CO", reason=reason, remarks=remarks, amount=10000, due=due, made_at=NOW)


def said(d: Denial, claim: KeptClaim | None = None, *, others: tuple[KeptClaim, ...] = (), quoted: bool = True, today: date = date(2026, 6, 1), days: int | None = None) -> list[tuple[str, str]]:
    return [(r.rule, r.verdict) for r in advised(d, tables().of(d.group, d.reason, d.remarks), claim or CLAIM, others, quoted, today, days)]


DAYS = replace(MADE, lines=(replace(MADE.lines[0], on=date(2026, 4, 1)),))
CLAIM = replace(CLAIM, claim=DAYS)
TWIN = replace(CLAIM, id="C2", state="paid")
OTHER_DAY = replace(TWIN, claim=replace(DAYS, lines=(replace(DAYS.lines[0], on=date(2026, 4, 2)),)))
TOOK = replace(CLAIM, history=(Happened(at=NOW, by="x", what="accepted", note="277CA A2:20"),))
AUTHORIZED = replace(CLAIM, claim=replace(DAYS, authorization="A1"))
FORETOLD = replace(CLAIM, rulings=(Ruling(rule="claim/coding/ncci", verdict="warning", message="99213 holds it", citation="NCCI", subject="99213"),))


@pytest.mark.parametrize(("found", "expected"), [
    (said(denial("50")), []),  # appeal it
    (said(denial("50"), quoted=False), [("appeal/evidence", "warning")]), (said(denial("50", due=date(2026, 5, 31))), [("appeal/late", "error")]),
    (said(denial("18"), others=(CLAIM, TWIN)), [("appeal/duplicate", "error"), ("appeal/mend", "applied")]), (said(denial("18"), others=(CLAIM, OTHER_DAY)), [("appeal/duplicate", "warning"), ("appeal/mend", "applied")]),
    (said(denial("197")), [("appeal/authorization", "warning")]), (said(denial("197"), AUTHORIZED), [("appeal/authorization", "applied")]), (said(denial("29")), [("appeal/timely", "warning")]), (said(denial("29"), TOOK, days=90), [("appeal/timely", "applied")]), (said(denial("29"), days=90), [("appeal/timely", "warning")]), (said(denial("29"), TOOK, days=20), [("appeal/timely", "error")]),
    (said(denial("236"), FORETOLD), [("appeal/foretold", "warning"), ("appeal/mend", "applied")]), (said(denial("16", remarks=("MA27",))), [("appeal/mend", "error")]), (said(denial("97")), [("appeal/mend", "applied")])])
def test_whether_to_appeal(found: list[tuple[str, str]], expected: list[tuple[str, str]]) -> None:
    assert found == expected


def test_what_remittances_come_to_by_the_table() -> None:
    adjusted = (("CO", "45", 1000), ("PR", "96", 2000), ("CO", "16", 3000), ("CO", "253", 100))
    line = PaidLine(charge=10000, paid=3900, code="99213", control="1", adjustments=tuple(Adjustment(group=g, reason=r, amount=a) for g, r, a in adjusted), remarks=("M51",))
    account = posted(CLAIM, (Posting(n=0, claim="C1", on=date(2026, 5, 3), paid=PaidClaim(id="C1", status="1", charge=10000, paid=3900, lines=(line,))),), tables())
    assert (account.paid, account.contractual, account.patient, account.denied, account.state) == (3900, 1100, 2000, 3000, "part")
    assert [(r.line, r.code, r.reason, r.remarks) for r in account.refused] == [(1, "99213", "16", ("M51",))]
