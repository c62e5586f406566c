"""What a stay should be paid under the inpatient prospective payment system, as an estimate: the rates of a hospital, and the steps of a price. Amounts in cents."""
from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class IppsRates:
    """Of one hospital and fiscal year, as its payer's rate letter and the final rule say them. Rates in dollars; shares and ratios as they are. `uncompensated`: the amount a discharge."""

    year: int
    labor: float
    nonlabor: float
    capital: float
    wage_index: float
    gaf: float
    cost_to_charge: float
    capital_cost_to_charge: float
    fixed_loss: float
    cola: float = 1.0
    ime: float = 0.0
    dsh: float = 0.0
    capital_ime: float = 0.0
    capital_dsh: float = 0.0
    uncompensated: float = 0.0
    burn_drgs: tuple[str, ...] = ("927", "928", "929", "933", "934", "935")


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceStep:
    """`amount` that the step comes to."""

    name: str
    amount: int
    words: str
    citation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """An estimate. `amount` None: it cannot be made, and `steps` say why."""

    amount: int | None
    steps: tuple[PriceStep, ...]
    edition: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortfall:
    """A claim that was paid less than expected. `came`: what the payer allowed, the patient's part and sequestration included."""

    claim: str
    payer: str
    drg: str
    expected: int
    came: int

    @property
    def short(self) -> int:
        return self.expected - self.came
