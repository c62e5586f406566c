"""Reports on claims, on a handful of them."""
from __future__ import annotations

from datetime import date

from charthouse.record.billing import ClaimFigure
from charthouse.record.report import Figures
from charthouse.rooms.statistics import REPORTS

DAY = date(2026, 4, 1)


def claim(payer: str = "A", state: str = "paid", **more: object) -> ClaimFigure:
    about: dict[str, object] = {"facility": "N", "form": "professional", "made_on": DAY, "sent_on": DAY, "answered_on": date(2026, 4, 20), "corrected": False, "stopped": False, "charge": 10000, "paid": 8000, "contractual": 2000, "patient": 0, "denied": 0}
    return ClaimFigure(payer=payer, state=state, **(about | more))  # type: ignore[arg-type]


FIGURES = Figures(since=DAY, until=date(2026, 4, 30), today=date(2026, 6, 15), claims=(
    claim(), claim(stopped=True), claim(state="part", paid=5000, contractual=2000, denied=3000, causes=(("coding", 3000),)), claim("B", "sent", answered_on=None, paid=0, contractual=0),
    claim("B", "denied", sent_on=date(2026, 5, 30), paid=0, contractual=0, denied=10000, causes=(("coding", 4000), ("", 6000))), claim("B", "held", sent_on=None, answered_on=None, paid=0, contractual=0, stopped=True), claim(corrected=True)))


def test_first_pass() -> None:
    made = REPORTS["first-pass"](FIGURES)
    assert made.rows == (("A", 3, 2, 66.7, 3, 1, 33.3), ("B", 3, 2, 66.7, 1, 0, 0.0))
    assert made.headline[0] == "25%"


def test_denials_by_cause() -> None:
    made = REPORTS["denials"](FIGURES)
    assert made.rows == (("coding", 2, 70.0, 14.0), ("not classified", 1, 60.0, 12.0))
    assert made.headline[0] == "40%"


def test_days_in_accounts_receivable() -> None:
    made = REPORTS["receivable"](FIGURES)
    assert made.rows == (("B", 2, 200.0, 100.0, 0.0, 100.0, 0.0), ("A", 1, 30.0, 0.0, 0.0, 30.0, 0.0))
    assert made.headline[0] == f"{23000 * 30 / 50000:.1f}"


def test_no_claim_is_no_figure() -> None:
    empty = Figures(since=DAY, until=DAY, today=DAY)
    assert [REPORTS[n](empty).headline[0] for n in ("first-pass", "denials", "receivable")] == ["", "", ""]
