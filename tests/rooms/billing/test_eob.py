"""Explanations of benefits as text, and what becomes of them."""
from __future__ import annotations

import pytest

from charthouse.rooms.billing import read_eob, unbalanced

TWO = """EXAMPLE HEALTH PLAN              EXPLANATION OF BENEFITS
Check Number: 00448812    Check Date: 11/20/2026   Check Amount: $1,131.00
Patient account C7V37YTPH8   QUILLFEATHER ADA
Date       Code    Billed    Allowed   Discount   Deductible  Copay   Paid     Reason
04/01/26   99213   132.00    110.00    22.00      0.00        20.00   90.00    CO-45 PR-3
04/01/26   84550   60.00     41.00     19.00      0.00        0.00    41.00    CO-45
Patient account CQ2ZWX9KLM   FERREIRA TOBIAS
04/02/26   J1885   2,000.00  1,000.00  1,000.00   0.00        0.00    1,000.00 CO-45
"""


def test_lines_stand_under_their_claims_and_come_out_even() -> None:
    read = read_eob(TWO)
    r = read.remittance
    assert (r.trace, r.on.isoformat(), r.amount) == ("00448812", "2026-11-20", 113100)
    assert [(c.id, c.charge, c.paid, c.patient_due, [x.code for x in c.lines]) for c in r.claims] == [("C7V37YTPH8", 19200, 13100, 2000, ["99213", "84550"]), ("CQ2ZWX9KLM", 200000, 100000, 0, ["J1885"])]
    assert [(a.group, a.reason, a.amount) for a in r.claims[0].lines[0].adjustments] == [("CO", "45", 2200), ("PR", "3", 2000)]
    assert unbalanced(r) == ()
    assert read.doubts == ()


@pytest.mark.parametrize(("row", "adjusted", "doubt"), [
    ("04/01/26 84550 60.00 60.00 0.00 0.00 0.00 0.00 CO-50 N115", [("CO", "50", 6000)], ""), ("04/01/26 84550 60.00 41.00 19.00 0.00 0.00 40.00", [("CO", "45", 1900), ("OA", "192", 100)], "is not explained"),
    ("04/01/26 84550 60.00 41.00", [("CO", "45", 1900)], "2 amounts under 6 headings"), ("84550 60.00 41.00 19.00 (5.00) 0.00 46.00 CO-45", [("CO", "45", 1900), ("PR", "1", -500)], "")])
def test_what_a_line_says(row: str, adjusted: list[tuple[str, str, int]], doubt: str) -> None:
    head = TWO.split("04/01/26")[0]
    read = read_eob(head + row + "\n")
    line = read.remittance.claims[0].lines[0]
    assert [(a.group, a.reason, a.amount) for a in line.adjustments] == adjusted
    assert line.charge - sum(a.amount for a in line.adjustments) == line.paid
    assert any(doubt in d for d in read.doubts)


def test_what_is_not_found_is_said() -> None:
    read = read_eob("Dear provider, nothing here.\n99213 132.00 90.00\n")
    assert [d for d in read.doubts if d.startswith("no ")] == ["no check or trace number was found", "no day of payment was found", "no amount of the payment was found"]
    assert any("before any patient account number" in d for d in read.doubts)
    assert "no line of a service was found" in read_eob("").doubts
