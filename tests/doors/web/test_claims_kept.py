"""A claim in the record, all the way: what holds it, what it is made of, how it is sent, and what answers come to."""
from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from claims_kit import VISIT, biller, built, desk, finish, now, received, sent, visited
from web_kit import Bench

from charthouse.bootstrap import claims, site_kit
from charthouse.flow import billing, charges, deciding
from charthouse.record.act import Act
from charthouse.record.claim import Adjustment
from charthouse.record.errors import AccessDenied, BadBilling, BadRequest, BillHeld, CannotSend, ClaimGone
from charthouse.record.received import Charge, Cover
from charthouse.record.remittance import PaidClaim, PaidLine
from payer_kit import acknowledged, claims_of, paid, status

GOLD = Charge(code="84550", quantity="2", amount=6000, on=date(2026, 4, 1), number="2", modifiers=("QW",))


def line(control: str, code: str, charge: int, paid: int, *adjusted: tuple[str, str, int], remarks: tuple[str, ...] = ()) -> PaidLine:
    return PaidLine(charge=charge, paid=paid, code=code, control=control, adjustments=tuple(Adjustment(group=g, reason=r, amount=a) for g, r, a in adjusted), remarks=remarks)


def whole(id: str, *lines: PaidLine, status: str = "1", control: str = "PAYER1") -> PaidClaim:
    due = sum(a.amount for x in lines for a in x.adjustments if a.group == "PR")
    return PaidClaim(id=id, status=status, charge=sum(x.charge for x in lines), paid=sum(x.paid for x in lines), patient_due=due if status != "22" else 0, control=control, filing="CI", place="11", frequency="1", lines=lines)


def test_a_claim_is_made_of_coding_charges_and_coverage(bench: Bench) -> None:
    c = built(bench, visited(bench, charges=(VISIT, GOLD)))
    assert (c.state, c.form, c.charge, c.payer) == ("ready", "professional", 19200, "54321")
    assert sorted((x.code, x.units, x.charge, x.modifiers, x.pointers) for x in c.claim.lines) == [("84550", 2, 6000, ("QW",), (1, 2)), ("99213", 1, 13200, (), (1, 2))]
    assert c.claim.principal.code == "M10.9"
    assert "I10" in [d.code for d in c.claim.others]
    assert (c.claim.subscriber.number, c.claim.subscriber.address.city, c.claim.rendering.name) == ("W1", "Boston", "Abernathy")


def test_credits_come_off_and_a_charge_points_to_its_own_diagnoses(bench: Bench) -> None:
    twice = replace(GOLD, diagnoses=("M10.9",))
    c = built(bench, visited(bench, charges=(VISIT, twice, replace(GOLD, number="3", quantity="1", amount=3000, kind="credit"))))
    assert [(x.code, x.units, x.charge, x.pointers) for x in c.claim.lines if x.code == "84550"] == [("84550", 1, 3000, (1,))]


@pytest.mark.parametrize(("how", "why"), [
    ({"finished": False}, "coding is not finished"), ({"charges": ()}, "There is no charge"), ({"covers": (Cover(payer="Nobody Knows", member="1"),)}, "no payer that is called Nobody Knows"), ({"covers": ()}, "No payer is registered")])
def test_what_holds_a_visit_is_said(bench: Bench, how: dict[str, object], why: str) -> None:
    visit = visited(bench, **how)  # type: ignore[arg-type]
    with pytest.raises(BillHeld, match=why):
        built(bench, visit)
    if not how.get("finished", True):
        finish(bench, visit)  # the worklists of other tests hold no chart of ours


def test_an_edit_holds_it_and_a_person_mends_it(bench: Bench) -> None:
    c = built(bench, visited(bench, covers=(Cover(payer="Commercial"),)))
    assert c.state == "held"
    assert [r.rule for r in c.errors] == ["claim/registration/member"]
    kit, site = site_kit(), claims.site()
    assert sent(bench).find(c.id) < 0
    mended = billing.mend(biller(bench), kit, site, c.id, "member", "W77", "Sol Marchetti")
    assert mended.state == "ready"
    assert mended.claim.subscriber.number == "W77"
    assert [m.by for m in mended.mends] == ["Sol Marchetti"]
    assert billing.rebuild(biller(bench), kit, site, c.id).claim.subscriber.number == "W77"
    with pytest.raises(BadRequest, match="mended by one of"):
        billing.mend(biller(bench), kit, site, c.id, "charge", "1", "S")
    with pytest.raises(AccessDenied):
        billing.mend(desk(bench, "coder", "payment"), kit, site, c.id, "member", "X", "Coder")


def test_a_mend_of_each_kind_reaches_the_claim(bench: Bench) -> None:
    c = built(bench, visited(bench, charges=(VISIT, GOLD)))
    site, kit = claims.site(), site_kit()
    for field, value in (("authorization", "A77"), ("referral", "R1"), ("clia", "12D4567890"), ("modifier", "1=59"), ("accident", "ma 2026-03-30"), ("note", "See record"), ("address", "1 Elm; Salem; ma; 01970-1234"), ("values", "80=4"), ("occurrences", "11=2026-03-30"), ("conditions", "44, a6"), ("attachments", "oz el acn-7")):
        c = billing.mend(biller(bench), kit, site, c.id, field, value, "S")
    made = c.claim
    assert (made.authorization, made.referral, made.clia, made.cause, made.accident_state, made.accident) == ("A77", "R1", "12D4567890", "AA", "MA", date(2026, 3, 30))
    assert "59" in made.lines[0].modifiers
    assert made.subscriber.address.postcode == "019701234"
    assert [(v.code, v.amount) for v in made.values] == [("80", 400)]
    assert made.conditions == ("44", "A6")
    assert made.occurrences[0].on == date(2026, 3, 30)
    assert [(a.kind, a.by, a.number) for a in made.attachments] == [("OZ", "EL", "ACN-7")]
    assert billing.mend(biller(bench), kit, site, c.id, "authorization", "", "S").claim.authorization == ""


def test_sent_once_acknowledged_accepted_and_paid_in_part(bench: Bench) -> None:
    c = built(bench, visited(bench, charges=(VISIT, GOLD)))
    text = sent(bench)
    assert [s.id for s in claims_of(text) if s.id == c.id] == [c.id]
    assert sent(bench) == "", "nothing goes twice"
    assert received(bench, acknowledged(text))[0][:2] == ("999", "accepted")
    assert received(bench, status([(c.id, "PAYER1")])) == [("277CA", "accepted", "")]
    assert (now(bench, c.id).claim.state, now(bench, c.id).claim.control) == ("accepted", "PAYER1")
    by = {x.code: x for x in c.claim.lines}
    answer = paid([whole(c.id, line(by["99213"].control, "99213", 13200, 9000, ("CO", "45", 2200), ("PR", "3", 2000)), line(by["84550"].control, "84550", 6000, 0, ("CO", "50", 6000), remarks=("N115",)))])
    assert received(bench, answer)[0][:2] == ("835", "posted")
    w = now(bench, c.id)
    assert (w.claim.state, w.claim.paid, w.claim.contractual, w.claim.patient, w.claim.denied, w.claim.balance) == ("part", 9000, 2200, 2000, 6000, 0)
    (d,) = w.denials
    assert (d.code, d.group, d.reason, d.remarks, d.amount, d.state, d.due) == ("84550", "CO", "50", ("N115",), 6000, "open", date(2027, 5, 19))
    assert received(bench, answer)[0][1] == "taken before"
    assert now(bench, c.id).claim.paid == 9000
    billing.appeal(biller(bench), d.id, "Look again.", "Sol")
    with pytest.raises(ClaimGone):
        billing.appeal(biller(bench), d.id, "Again.", "Sol")
    old = whole(c.id, line(by["99213"].control, "99213", -13200, -9000, ("CO", "45", -2200), ("PR", "3", -2000)), line(by["84550"].control, "84550", -6000, 0, ("CO", "50", -6000)), status="22")
    new = whole(c.id, line(by["99213"].control, "99213", 13200, 9000, ("CO", "45", 2200), ("PR", "3", 2000)), line(by["84550"].control, "84550", 6000, 4000, ("CO", "45", 2000)))
    received(bench, paid([old, new], trace="TRACE-2"))
    w = now(bench, c.id)
    assert (w.claim.state, w.claim.paid, w.claim.denied, w.claim.balance, [x.state for x in w.denials]) == ("paid", 13000, 0, 0, ["won"])


def test_a_takeback_reopens_the_claim(bench: Bench) -> None:
    c = built(bench, visited(bench))
    sent(bench)
    one = line("1", "99213", 13200, 13200)
    received(bench, paid([whole(c.id, one)], trace=f"A{c.id}"))
    assert now(bench, c.id).claim.state == "paid"
    received(bench, paid([whole(c.id, line("1", "99213", -13200, -13200), status="22")], trace=f"B{c.id}"))
    assert (now(bench, c.id).claim.state, now(bench, c.id).claim.paid) == ("accepted", 0)


def test_what_does_not_add_up_is_held_and_what_is_nobodys_is_kept(bench: Bench) -> None:
    c = built(bench, visited(bench))
    sent(bench)
    held = received(bench, paid([whole(c.id, line("1", "99213", 13200, 13200))], trace=f"H{c.id}", amount=13201))
    assert held[0][:2] == ("835", "held")
    assert now(bench, c.id).claim.paid == 0
    got = received(bench, paid([whole("NOSUCH", line("1", "99213", 100, 100)), whole(c.id, line("1", "99213", 100, 100))], trace=f"N{c.id}"))
    assert [g[1] for g in got] == ["posted", "not matched", "not matched"]
    assert "13" in got[2][2]
    (remit,) = [r for r, _ in billing.remits(biller(bench)) if r.remittance.trace == f"N{c.id}"]
    assert [p.claim for p, _ in billing.remit(biller(bench), remit.id)[1]] == ["", ""]


def test_a_refused_file_is_mended_and_sent_under_another_number(bench: Bench) -> None:
    c = built(bench, visited(bench))
    text = sent(bench)
    assert received(bench, acknowledged(text.replace("*HARBOR HOSPITAL*", "**").replace("~HL*1**20*1~", "~HL*1**20*7~")))[0][1] == "refused"
    w = now(bench, c.id)
    assert w.claim.state == "refused"
    again = billing.rebuild(biller(bench), site_kit(), claims.site(), c.id)
    assert again.state == "ready"
    assert sent(bench)
    assert now(bench, c.id).claim.file > w.claim.file


def test_a_refused_claim_comes_back_by_itself(bench: Bench) -> None:
    a, b = built(bench, visited(bench)), built(bench, visited(bench))
    sent(bench)
    received(bench, status([(a.id, "")], category="A7", code="500"))
    assert (now(bench, a.id).claim.state, now(bench, b.id).claim.state) == ("refused", "sent")
    assert received(bench, status([("NOSUCH", "")]))[0][1] == "not matched"


def test_a_crash_before_the_outbox_sends_the_same_file_later(bench: Bench, tmp_path: Path) -> None:
    c = built(bench, visited(bench))

    class Full:
        def put(self, name: str, content: bytes) -> None:
            raise CannotSend(where=tmp_path, why="No space left on device")

    with pytest.raises(CannotSend):
        billing.send(biller(bench), claims.site(), Full(), claims.x12_of)
    kept = now(bench, c.id).claim
    assert kept.state == "sent"
    files = billing.send(biller(bench), claims.site(), claims.outbox(), claims.x12_of)
    assert [f.number for f in files] == [kept.file]
    assert (claims.settings.data_folder() / claims.site().outbox / files[0].name).read_bytes() == files[0].text.encode()


def test_late_charges_and_changed_coding_make_a_corrected_claim(bench: Bench) -> None:
    visit = visited(bench)
    c = built(bench, visit)
    sent(bench)
    received(bench, status([(c.id, "PAYER9")]))
    clerk = desk(bench, "records_clerk", "operations")
    number = now(bench, c.id).material.visit.number
    assert charges.filed(clerk, "Harbor", "late.csv", [(number, GOLD), ("NONE", GOLD)]) == (1, 0, ("NONE",))
    assert charges.filed(clerk, "Harbor", "late.csv", [(number, GOLD)]) == (0, 1, ())
    assert now(bench, c.id).late == 1
    with pytest.raises(ClaimGone):
        billing.rebuild(biller(bench), site_kit(), claims.site(), c.id)
    with pytest.raises(BillHeld, match="correct that one"):
        built(bench, visit)
    new = billing.correct(biller(bench), site_kit(), claims.site(), c.id)
    assert (new.claim.frequency, new.claim.original, new.replaces, len(new.claim.lines), new.state) == ("7", "PAYER9", c.id, 2, "ready")
    with pytest.raises(ClaimGone):
        billing.correct(biller(bench), site_kit(), claims.site(), c.id)
    sent(bench)
    assert (now(bench, c.id).claim.state, now(bench, new.id).claim.state) == ("replaced", "sent")


def test_a_void_claim_says_what_it_voids(bench: Bench) -> None:
    c = built(bench, visited(bench))
    sent(bench)
    with pytest.raises(BadRequest, match="payer has not told"):
        billing.correct(biller(bench), site_kit(), claims.site(), c.id, void=True)
    received(bench, status([(c.id, "PAYER8")]))
    void = billing.correct(biller(bench), site_kit(), claims.site(), c.id, void=True)
    assert (void.claim.frequency, void.claim.original, void.claim.lines) == ("8", "PAYER8", c.claim.lines)


def test_the_second_payer_is_told_what_the_first_decided(bench: Bench) -> None:
    c = built(bench, visited(bench, covers=(Cover(payer="Commercial", member="W1"), Cover(sequence="S", payer="Medicare", member="1EG4TE5MK73", group="G2"))))
    sent(bench)
    with pytest.raises(BadRequest, match="has not decided"):
        billing.next_payer(biller(bench), site_kit(), claims.site(), c.id)
    received(bench, paid([whole(c.id, line("1", "99213", 13200, 8000, ("CO", "45", 3200), ("PR", "1", 2000)))], trace=f"S{c.id}"))
    second = billing.next_payer(biller(bench), site_kit(), claims.site(), c.id)
    assert (second.sequence, second.payer, second.claim.subscriber.number, second.state) == ("S", "00000", "1EG4TE5MK73", "ready"), [r.message for r in second.errors]
    (before,) = second.claim.coverages
    assert (before.payer.number, before.paid, second.claim.lines[0].adjudged[0].paid) == ("54321", 8000, 8000)
    assert "*MC*" not in sent(bench)
    assert now(bench, second.id).claim.state == "sent"


def test_coding_that_changes_after_makes_the_claim_stale(bench: Bench) -> None:
    visit = visited(bench)
    c = built(bench, visit)
    coder, kit = desk(bench, "coder", "payment"), site_kit()
    at = deciding.opened(coder, visit)
    deciding.act(coder, kit, visit, Act(what="undo", shown="Ana Ruiz"), at.coded.version)
    assert now(bench, c.id).stale
    with pytest.raises(BillHeld, match="coding is not finished"):
        billing.rebuild(biller(bench), kit, claims.site(), c.id)
    finish(bench, visit)
    assert not billing.rebuild(biller(bench), kit, claims.site(), c.id).errors


def test_another_facility_sees_none_of_it(bench: Bench) -> None:
    c = built(bench, visited(bench))
    south = desk(bench, "biller", "payment", "South")
    assert c.id not in [x.id for x, _ in billing.listed(south, ("held", "ready", "sent"))]
    with pytest.raises(AccessDenied):
        billing.whole(south, site_kit(), c.id)


@pytest.mark.parametrize(("said", "where"), [("hold_dayz = 3\n", "hold_dayz"), ("[submitter]\nnam = 'x'\n", "submitter.nam"), ("= nothing", "the file"), ("hold_days = 'soon'\n", "submitter"), ("[[payers]]\nname = 'x'\ncolour = 'red'\n", "payers.1.colour")])
def test_a_billing_file_that_is_wrong_says_where(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, where: str) -> None:
    monkeypatch.setenv("CHARTHOUSE_DATA", str(tmp_path))
    with pytest.raises(BadBilling, match="not there"):
        claims.site()
    (tmp_path / "billing.toml").write_text(said)
    with pytest.raises(BadBilling) as wrong:
        claims.site()
    assert wrong.value.fields["where"] == where


def test_a_stay_is_billed_priced_and_found_short(own_bench: Bench) -> None:
    visit = own_bench.visits["09-heart-failure-inpatient"]
    finish(own_bench, visit)
    c = built(own_bench, visit)
    assert (c.form, c.claim.drg, c.state, c.claim.place) == ("institutional", "291", "ready", "11"), [r.message for r in c.errors]
    kit, site = site_kit(), claims.site()
    made = billing.expected(c, kit, site)
    assert made is not None
    assert made.amount is not None
    assert [s.name for s in made.steps][:2] == ["operating", "capital"]
    assert made.amount == sum(s.amount for s in made.steps if s.name != "transfer") or any(s.name == "transfer" for s in made.steps)
    sent(own_bench)
    came = made.amount - 100_000
    paid_claim = PaidClaim(id=c.id, status="1", charge=c.charge, paid=came, control="P1", filing="MA", place="11", frequency="1", adjustments=(Adjustment(group="CO", reason="45", amount=c.charge - came),))
    assert received(own_bench, paid([paid_claim], trace="IPPS"))[0][1] == "posted"
    (short,) = billing.underpaid(biller(own_bench), kit, site)
    assert (short.claim, short.expected, short.short) == (c.id, made.amount, 100_000)


def test_what_an_audit_finds_overpaid_has_sixty_days(bench: Bench) -> None:
    from charthouse.flow.desk import told
    from charthouse.record.audit import Finding
    from charthouse.record.ruling import Ruling

    visit = visited(bench)
    c = built(bench, visit)
    sent(bench)
    received(bench, paid([whole(c.id, line("1", "99213", 13200, 13200))], trace=f"O{c.id}"))
    auditor = desk(bench, "auditor", "operations")
    finding = Finding(audit="", encounter=visit, ruling=Ruling(rule="audit/over", verdict="warning", message="It was not addressed", citation="OCG IV.J", subject="I10"), direction="over")

    def use(open: object, access: object) -> None:
        told(open, access)  # type: ignore[arg-type]
        open.audit_findings.put(access, "", visit, (finding,))  # type: ignore[attr-defined]
        open.audit_findings.change(access, replace(finding, state="right", why="so", by="a", shown="A", at=auditor.clock()))  # type: ignore[attr-defined]

    assert billing.overpayments(biller(bench)) == ()
    auditor.use("audit.write", ("encounter", visit), use)
    (over,) = billing.overpayments(biller(bench))
    assert (over.claim.id, (over.due - over.since).days, [r.subject for r in over.found]) == (c.id, 60, ["I10"])
    void = billing.correct(biller(bench), site_kit(), claims.site(), c.id, void=True)
    assert len(billing.overpayments(biller(bench))) == 1, "it is not sent yet"
    sent(bench)
    assert now(bench, void.id).claim.state == "sent"
    assert billing.overpayments(biller(bench)) == ()
