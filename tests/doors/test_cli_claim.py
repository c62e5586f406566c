"""`charthouse claim`: claims written, scrubbed and read as their user would."""
from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from pydantic import TypeAdapter
from typer.testing import CliRunner, Result

import claim_kit
from charthouse.adapters.wire import x12_835
from charthouse.doors.cli.main import app
from charthouse.record.claim import Adjustment, Party, Sent
from charthouse.record.remittance import PaidClaim, Remittance


def claim(*arguments: object) -> Result:
    return CliRunner().invoke(app(), ["claim", *(str(a) for a in arguments)])


@pytest.fixture
def claims(tmp_path: Path) -> Path:
    file = tmp_path / "claims.json"
    file.write_bytes(TypeAdapter(Sent).dump_json(claim_kit.sent(2, "professional", 3)))
    return file


def test_claims_are_scrubbed_written_and_read(claims: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.837"
    assert claim("scrub", claims).stdout.startswith("3 of 3 may go. Not loaded, so not compared: medical-necessity, mue, ncci.")
    written = claim("write", claims, out)
    assert written.exit_code == 0
    assert written.stdout.endswith("3 claims, control number 3\n")
    assert claim("write", claims, out).exit_code == 4  # one that is there is not written over
    assert claim("read", out).stdout.startswith("837P 3: 3 claims\n  C000001")
    read, = json.loads(claim("read", out, "--json").stdout)
    assert (read["kind"], read["unread"], len(read["holds"]["claims"])) == ("837P", [], 3)
    assert claim("scrub", out).exit_code == 0


def test_a_claim_with_errors_is_not_written(claims: Path, tmp_path: Path) -> None:
    sent = claim_kit.sent(2, "professional", 1)
    claims.write_bytes(TypeAdapter(Sent).dump_json(replace(sent, claims=(replace(sent.claims[0], charge=1, coverages=()),))))
    refused = claim("write", claims, tmp_path / "out.837")
    assert refused.exit_code == 4
    assert "claim/charge/total" in refused.stdout
    assert not (tmp_path / "out.837").exists()
    told = json.loads(claim("scrub", claims, "--json").stdout)
    assert {r["rule"] for r in told[0]["rulings"] if r["verdict"] == "error"} == {"claim/charge/total"}
    claims.write_text('{"form": "professional"}', encoding="utf-8")
    assert claim("scrub", claims).stderr.startswith("CH-0205")
    assert claim("scrub", tmp_path / "none").exit_code == 4
    assert claim("read", claims).stderr.startswith("CH-0860")


def test_a_remittance_that_does_not_add_up_is_held(tmp_path: Path) -> None:
    remit = Remittance(amount=8000, trace="CHK1", on=date(2026, 4, 20), payer=Party(name="EXAMPLE"), payee=Party(name="HARBOR", number_kind="XX", number="1234567893"),
                       claims=(PaidClaim(id="C1", status="1", charge=10000, paid=8000, adjustments=(Adjustment(group="CO", reason="45", amount=2000),)),))
    file = tmp_path / "remit.835"
    for amount, status in ((8000, 0), (8001, 4)):
        file.write_text(x12_835.written(replace(remit, amount=amount), sender="P", recipient="S", at=datetime(2026, 4, 20), control=1), encoding="ascii")
        shown = claim("read", file)
        assert shown.exit_code == status
        assert "C1  status 1  charged 100.00  paid 80.00  CO-45 20.00" in shown.stdout
        assert ("held: 80.01 is paid" in shown.stdout) is (status == 4)


def test_claims_are_printed_and_nothing_is_written_over(claims: Path, tmp_path: Path) -> None:
    import pypdfium2 as pdfium

    out = tmp_path / "forms.pdf"
    assert claim("print", claims, out, "--shift", "5,-10").stdout.endswith("3 claims\n")
    assert len(pdfium.PdfDocument(out)) >= 3
    assert claim("print", claims, out).exit_code == 4
    assert claim("print", claims, tmp_path / "x.pdf", "--shift", "left").exit_code == 4


def test_rules_of_payers_are_tried(tmp_path: Path) -> None:
    sample = Path(__file__).parents[2] / "samples" / "payers" / "example-health-plan.toml"
    assert claim("rules", sample).stdout == "example-health-plan.toml: payer 54321, 2 rules, 6 cases hold.\n"
    (tmp_path / "bad.toml").write_text(sample.read_text().replace('needs = { modifiers = ["25"] }', 'needs = { modifiers = ["59"] }'))
    bad = claim("rules", sample, tmp_path / "bad.toml")
    assert bad.exit_code == 4
    assert "fires on case 1 of those that it passes" in bad.stdout
