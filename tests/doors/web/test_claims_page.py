"""Claims in a real browser: one claim all the way round, and the look of the pages."""
from __future__ import annotations

from pathlib import Path

import pytest
from claims_kit import VISIT, built, desk, finish, now, received, sent, visited
from test_claims_kept import GOLD, line, whole
from web_kit import Bench

from charthouse.bootstrap import claims
from charthouse.flow import billing
from charthouse.record.received import Cover
from payer_kit import acknowledged, claims_of, paid, status

pytestmark = pytest.mark.browser


def sent_file(bench: Bench) -> str:
    folder = claims.settings.data_folder() / claims.site().outbox
    return max(folder.glob("*.837?")).read_text()


def post(page: object, tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    page.goto("/claims")  # type: ignore[attr-defined]
    page.get_by_label("999, 277CA and 835 files").set_input_files(tmp_path / name)  # type: ignore[attr-defined]
    page.get_by_role("button", name="Post them").click()  # type: ignore[attr-defined]


def test_a_claim_all_the_way_round(own_bench: Bench, tmp_path: Path) -> None:
    bench = own_bench
    visit = visited(bench, charges=(VISIT, GOLD), covers=(Cover(payer="Commercial"),), finished=False)
    page = bench.page("coder", f"/chart/{visit}")  # coded by a person
    page.wait_for_selector("[data-ready]")
    finish(bench, visit)
    page = bench.page("biller", "/claims")
    page.get_by_role("button", name="Build all that nothing holds").click()
    page.get_by_text("1 held by an edit").wait_for()  # held by an edit
    page.get_by_role("row", name="Quillfeather").get_by_role("link", name="C").first.click()
    page.get_by_text("The subscriber has no member number").wait_for()
    page.get_by_label("Mend").select_option("member")
    page.get_by_label("Says").fill("W4711")
    page.get_by_role("button", name="Mend and scrub again").click()  # mended
    page.get_by_text("No edit stops it").wait_for()
    assert page.get_by_text("Gout").count() or page.locator(".quotes q").count()
    id = page.url.rsplit("/", 1)[1]
    page.get_by_role("link", name="All claims").click()
    page.get_by_role("button", name="Send 1 that is ready").click()  # sent
    page.get_by_text("1 to CLEAREX").wait_for()
    text = sent_file(bench)
    assert [(c.id, c.member) for c in claims_of(text)] == [(id, "W4711")]
    post(page, tmp_path, "a.999", acknowledged(text))
    page.get_by_text("999 file 1 accepted").wait_for()
    post(page, tmp_path, "a.277", status([(id, "PAY-1")]))
    page.get_by_text("277CA").first.wait_for()
    by = {x.code: x.control for x in now(bench, id).claim.claim.lines}
    office = line(by["99213"], "99213", 13200, 9000, ("CO", "45", 2200), ("PR", "3", 2000))
    post(page, tmp_path, "a.835", paid([whole(id, office, line(by["84550"], "84550", 6000, 0, ("CO", "50", 6000), remarks=("N115",)), control="PAY-1")], trace="T-100"))
    page.get_by_text("1 of 1 claims, 90.00").wait_for()  # partly denied
    page.get_by_role("link", name="Denials", exact=True).first.click()
    page.get_by_role("row", name="CO-50").get_by_role("link").first.click()
    letter = page.get_by_label("Appeal letter").input_value()
    assert [w for w in ("60.00", "PAY-1", "“") if w not in letter] == [], letter  # cites the record
    page.get_by_role("button", name="It is sent: appealed").click()  # appealed
    page.get_by_text("The appeal as it was sent").wait_for()
    old = [line(by["99213"], "99213", -13200, -9000, ("CO", "45", -2200), ("PR", "3", -2000)), line(by["84550"], "84550", -6000, 0, ("CO", "50", -6000))]
    new = [office, line(by["84550"], "84550", 6000, 4100, ("CO", "45", 1900))]
    post(page, tmp_path, "b.835", paid([whole(id, *old, status="22", control="PAY-1"), whole(id, *new, control="PAY-1")], trace="T-200"))
    page.get_by_text("2 of 2 claims").wait_for()
    page.goto(f"/claim/{id}")  # paid
    page.locator(".pill.done", has_text="paid").first.wait_for()
    page.get_by_text("131.00").first.wait_for()
    page.get_by_text("won").wait_for()
    steps = page.locator(".steps strong").all_inner_texts()
    assert [s for s in steps if s in ("built", "held", "mended", "sent", "file accepted", "accepted", "posted", "appealed")] == ["built", "held", "mended", "sent", "file accepted", "accepted", "posted", "appealed", "posted"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_on_pages_of_claims(bench: Bench, scheme: str) -> None:
    visited(bench)
    held = built(bench, visited(bench, covers=(Cover(payer="Commercial"),)))
    c = built(bench, visited(bench))
    sent(bench)
    received(bench, paid([whole(c.id, line("1", "99213", 13200, 0, ("CO", "16", 13200), remarks=("M51",)))], trace=f"X{c.id}"))
    d = now(bench, c.id).denials[0]
    (remit,) = [r.id for r, _ in billing.remits(desk(bench, "biller", "payment")) if r.remittance.trace == f"X{c.id}"]
    for path in ("/claims", f"/claim/{held.id}", f"/claim/{c.id}", "/denials", f"/denial/{d.id}", "/remits", f"/remit/{remit}"):
        page = bench.page("biller", path, scheme=scheme)
        page.wait_for_load_state("networkidle")
        bench.axe(page)


def test_what_cannot_be_is_said_on_the_page(bench: Bench) -> None:
    c = built(bench, visited(bench))
    client = bench.as_("biller")
    refused = client.post(f"/claim/{c.id}/correct")
    assert refused.status_code == 409
    assert "only what a payer has" in refused.text
    assert client.post(f"/claim/{c.id}/mend", data={"field": "charge", "value": "1"}).status_code == 422
    assert client.get("/claim/CNOTTHERE1").status_code == 404
    assert client.get("/denial/DNOTTHERE1").status_code == 404
    refused = client.post("/claims/receive", files={"files": ("bad.835", b"ISA*nonsense")})
    assert refused.status_code == 200
    assert "not taken" in refused.text
    assert bench.as_("coder").get("/claims").status_code == 403


def test_an_explanation_of_benefits_on_paper_is_read_looked_over_and_posted(bench: Bench, tmp_path: Path) -> None:
    from reportlab.pdfgen.canvas import Canvas

    c = built(bench, visited(bench, charges=(VISIT, GOLD)))
    sent(bench)
    canvas = Canvas(str(tmp_path / "eob.pdf"), pagesize=(612, 792))
    canvas.setFont("Courier", 9)
    for n, row in enumerate(("EXAMPLE HEALTH PLAN  EXPLANATION OF BENEFITS", f"Check Number: 0044{c.id[1:5]}   Check Date: 11/20/2026   Check Amount: $131.00", f"Patient account {c.id}   QUILLFEATHER ADA",
                             "Date      Code    Billed   Allowed  Discount  Deductible  Copay   Paid    Reason", "04/01/26  99213   132.00   110.00   22.00     0.00        20.00   90.00   CO-45 PR-3",
                             "04/01/26  84550   60.00    41.00    19.00     0.00        0.00    41.00   CO-45")):
        canvas.drawString(40, 740 - 14 * n, row)
    canvas.save()
    page = bench.page("biller", "/claims")
    page.get_by_label("An explanation of benefits on paper").set_input_files(tmp_path / "eob.pdf")
    page.get_by_role("button", name="Read it").click()
    page.get_by_text("look it over").wait_for()
    bench.axe(page)
    assert page.get_by_label("Adjusted of row 1").input_value() == "CO-45 22.00, PR-3 20.00"
    page.get_by_label("Paid of row 2").fill("forty")
    page.get_by_role("button", name="Post it").click()
    page.get_by_text("Row 2 has a claim").wait_for()
    page.get_by_label("Paid of row 2").fill("41.00")
    page.get_by_role("button", name="Post it").click()
    page.get_by_text("1 of 1 claims, 131.00").wait_for()
    w = now(bench, c.id).claim
    assert (w.state, w.paid, w.contractual, w.patient) == ("paid", 13100, 4100, 2000)
