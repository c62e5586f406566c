"""IPPS prices: each worked by hand beside it."""
from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import cast

import pytest

from charthouse.record.claim import Claim, Party
from charthouse.record.price import IppsRates
from charthouse.rooms.billing import price
from charthouse.rulebook.codebook import CodeBook, DrgRow

RATES = IppsRates(year=2026, labor=4000.0, nonlabor=2000.0, capital=500.0, wage_index=1.1, gaf=1.05, cost_to_charge=0.25, capital_cost_to_charge=0.02, fixed_loss=40000.0)
ROW = DrgRow(drg="470", title="", mdc="08", kind="surgical", weight=2.0, gmlos=4.0, amlos=5.0, edition="Table 5 FY2026", post_acute=True, special_pay=False)


class Book:
    def __init__(self, row: DrgRow | None) -> None:
        self.row = row

    def drg(self, drg: str, on: date) -> DrgRow | None:
        return self.row


def stay(days: int = 3, status: str = "01", charge: int = 5_000_000, drg: str = "470") -> Claim:
    until = date(2026, 3, 20)
    return Claim(id="C", form="institutional", billing=Party(), subscriber=Party(), payer=Party(), charge=charge, place="11", lines=(), until=until, admitted_at=datetime.combine(until - timedelta(days=days), datetime.min.time()), discharge_status=status, drg=drg)


def priced(claim: Claim, rates: IppsRates = RATES, row: DrgRow | None = ROW) -> tuple[int | None, list[str]]:
    made = price(claim, rates, cast(CodeBook, Book(row)))
    return made.amount, [s.name for s in made.steps]


FULL = 1_280_000 + 105_000  # (4000 x 1.1 + 2000) x 2.0 = 12,800.00; 500 x 1.05 x 2.0 = 1,050.00


@pytest.mark.parametrize(("claim", "amount", "steps"), [
    (stay(), FULL, ["operating", "capital"]),
    (stay(2, "03"), round(FULL * 0.75), ["operating", "capital", "transfer"]),  # (2 + 1) / 4
    (stay(1, "02"), FULL // 2, ["operating", "capital", "transfer"]), (stay(3, "03"), FULL, ["operating", "capital"]), (stay(0, "02"), FULL // 2, ["operating", "capital", "transfer"])])
def test_days_and_transfers(claim: Claim, amount: int, steps: list[str]) -> None:
    assert priced(claim) == (amount, steps)


def test_special_pay_gives_half_at_once() -> None:
    assert priced(stay(1, "06"), row=replace(ROW, special_pay=True))[0] == round(FULL * 0.75)  # 0.5 + 0.5 x 2/4
    assert priced(stay(1, "02"), row=replace(ROW, special_pay=True))[0] == FULL // 2  # special pay is of post-acute transfers only
    assert priced(stay(1, "06"), row=replace(ROW, post_acute=False))[0] == FULL


def test_teaching_share_and_uncompensated_care() -> None:
    rates = replace(RATES, ime=0.1, dsh=0.05, capital_ime=0.02, uncompensated=300.0)
    assert priced(stay(), rates) == (round(1_280_000 * 1.15 + 105_000 * 1.02 + 30_000), ["operating", "capital", "teaching", "disproportionate share", "capital, teaching and disproportionate share", "uncompensated care"])


def test_an_outlier_by_both_parts() -> None:
    """Charges 400,000. Operating: cost 100,000, threshold 12,800 + 40,000 x (2/3 x 1.1 + 1/3) x 25/27 = 52,306.17; capital: cost 8,000, threshold 1,050 + 40,000 x 1.05 x 2/27 = 4,161.11."""
    over = 0.8 * (100_000 - 12_800 - 40_000 * (4000 / 6000 * 1.1 + 2000 / 6000) * 25 / 27) + 0.8 * (8_000 - 1_050 - 40_000 * 1.05 * 2 / 27)
    assert priced(stay(charge=40_000_000)) == (FULL + round(over * 100), ["operating", "capital", "outlier"])
    assert priced(stay(charge=40_000_000, drg="927"))[0] == FULL + round(over / 0.8 * 0.9 * 100)
    assert priced(stay(charge=15_000_000))[1] == ["operating", "capital"]


@pytest.mark.parametrize(("claim", "rates", "row"), [(stay(drg=""), RATES, ROW), (stay(), RATES, None), (stay(), RATES, replace(ROW, weight=None)), (stay(), replace(RATES, year=2027), ROW)])
def test_what_cannot_be_priced_says_so(claim: Claim, rates: IppsRates, row: DrgRow | None) -> None:
    assert priced(claim, rates, row) == (None, ["none"])
