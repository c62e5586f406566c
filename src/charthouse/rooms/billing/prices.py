"""IPPS: what a stay should be paid, from the hospital's own rates; each step with its paragraph. An estimate, and named so: pass-through amounts, new technology, and a payer's own terms are not in it."""
from __future__ import annotations

from charthouse.record.claim import Claim
from charthouse.record.price import IppsRates, Price, PriceStep
from charthouse.rulebook.codebook import CodeBook, DrgRow

ACUTE = ("02", "66", "82", "94")  # to another hospital that is paid so
POST_ACUTE = ("03", "05", "06", "50", "51", "62", "63", "65", "83", "85", "86", "90", "91", "93")
ORDINARY, BURN = 0.80, 0.90


def price(c: Claim, rates: IppsRates, book: CodeBook) -> Price:
    """Of an inpatient claim with its DRG. The weights are those of the day of discharge."""
    if c.until is None or c.admitted_at is None or not c.drg:
        return _none("no DRG, or no days of the stay")
    row = book.drg(c.drg, c.until)
    if row is None or row.weight is None:
        return _none(f"no weight of DRG {c.drg} on {c.until:%Y-%m-%d} is loaded")
    if c.until.year + (c.until.month >= 10) != rates.year:
        return _none(f"the hospital's rates are of fiscal year {rates.year}, and the discharge is of {c.until.year + (c.until.month >= 10)}")
    days = max((c.until - c.admitted_at.date()).days, 1)
    operating = (rates.labor * rates.wage_index + rates.nonlabor * rates.cola) * row.weight
    capital = rates.capital * rates.gaf * row.weight
    steps = [_step("operating", operating, f"({rates.labor:,.2f} × wage index {rates.wage_index:.4f} + {rates.nonlabor:,.2f}{f' × COLA {rates.cola}' if rates.cola != 1 else ''}) × weight {row.weight:.4f}", "42 CFR 412.64"),
             _step("capital", capital, f"{rates.capital:,.2f} × GAF {rates.gaf:.4f} × weight {row.weight:.4f}", "42 CFR 412.312, 412.316")]
    share, why = _transfer(c, row, days)
    if share < 1:
        operating, capital = operating * share, capital * share
        steps.append(_step("transfer", operating + capital, why, "42 CFR 412.4(f)"))
    operating += _added(steps, "teaching", operating * rates.ime, f"× {rates.ime:.4f}", "42 CFR 412.105") + _added(steps, "disproportionate share", operating * rates.dsh, f"× {rates.dsh:.4f}", "42 CFR 412.106")
    capital += _added(steps, "capital, teaching and disproportionate share", capital * (rates.capital_ime + rates.capital_dsh), f"× {rates.capital_ime + rates.capital_dsh:.4f}", "42 CFR 412.320, 412.322")
    operating += _added(steps, "uncompensated care", rates.uncompensated * share, "the amount a discharge", "42 CFR 412.106(g)")
    outlier = _outlier(c, rates, operating, capital, share)
    steps += [outlier] if outlier else []
    total = round((operating + capital) * 100) + (outlier.amount if outlier else 0)
    return Price(amount=total, steps=tuple(steps), edition=f"FY{rates.year} rates of the site; {row.edition}")


def _transfer(c: Claim, row: DrgRow, days: int) -> tuple[float, str]:
    """What part of the full payment is paid. Twice a day's rate for the first day, then one a day; special-pay DRGs half at once and half by days."""
    post = row.post_acute and c.discharge_status in POST_ACUTE
    if not (post or c.discharge_status in ACUTE) or not row.gmlos:
        return 1.0, ""
    where = f"discharge status {c.discharge_status}, {days} {'day' if days == 1 else 'days'} of a mean {row.gmlos}"
    if post and row.special_pay:
        return min(1.0, 0.5 + 0.5 * (days + 1) / row.gmlos), f"{where}: half, and half by days (special pay)"
    return min(1.0, (days + 1) / row.gmlos), f"{where}: the days and one more"


def _outlier(c: Claim, r: IppsRates, operating: float, capital: float, share: float) -> PriceStep | None:
    """Costs above both thresholds, at the marginal rate (42 CFR 412.84(k)); a transfer's fixed loss is lessened with it (412.80(b))."""
    charges, ratio = c.charge / 100, r.cost_to_charge + r.capital_cost_to_charge
    if not ratio:
        return None
    whole = r.labor + r.nonlabor
    loss_operating = r.fixed_loss * (r.labor / whole * r.wage_index + r.nonlabor / whole * r.cola) * r.cost_to_charge / ratio * share
    loss_capital = r.fixed_loss * r.gaf * r.capital_cost_to_charge / ratio * share
    over_operating = charges * r.cost_to_charge - (operating + loss_operating)
    over_capital = charges * r.capital_cost_to_charge - (capital + loss_capital)
    if over_operating + over_capital <= 0:
        return None
    rate = BURN if c.drg in r.burn_drgs else ORDINARY
    amount = rate * (max(over_operating, 0) + max(over_capital, 0))
    return _step("outlier", amount, f"costs of {charges * ratio:,.2f} (charges × {ratio:.4f}) lie above payment and fixed loss; {rate:.0%} of what is above", "42 CFR 412.80 to 412.84")


def _added(steps: list[PriceStep], name: str, amount: float, words: str, citation: str) -> float:
    if amount:
        steps.append(_step(name, amount, words, citation))
    return amount


def _step(name: str, dollars: float, words: str, citation: str) -> PriceStep:
    return PriceStep(name=name, amount=round(dollars * 100), words=words, citation=citation)


def _none(why: str) -> Price:
    return Price(amount=None, steps=(PriceStep(name="none", amount=0, words=f"No estimate: {why}", citation="42 CFR 412"),))
