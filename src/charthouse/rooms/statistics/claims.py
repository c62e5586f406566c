"""Reports on claims: how many go through at once, what is refused and why, and how long the money takes."""
from __future__ import annotations

from collections import Counter, defaultdict

from charthouse.record.billing import ClaimFigure
from charthouse.record.report import Cell, Figures, Report
from charthouse.rooms.statistics.table import columns

AGES = ((30, "0 to 30"), (60, "31 to 60"), (90, "61 to 90"), (10**6, "over 90"))
WAITS = ("sent", "accepted", "part", "denied")  # a payer, or somebody here, still has to do something about it


def first_pass(f: Figures) -> Report:
    """Claims that went out without a stop, and were paid at the first answer, by payer."""
    by: dict[str, list[ClaimFigure]] = defaultdict(list)
    for c in f.claims:
        if not c.corrected:
            by[c.payer].append(c)
    rows: list[tuple[Cell, ...]] = []
    for payer, of in sorted(by.items(), key=lambda x: (-len(x[1]), x[0])):
        clean, answered, through = _passed(of)
        rows.append((payer, len(of), clean, _percent(clean, len(of)), answered, through, _percent(through, answered)))
    all_ = [c for of in by.values() for c in of]
    clean, answered, through = _passed(all_)
    return Report(name="first-pass", title="Claims paid at the first pass", columns=columns("Payer", built="count", clean="count", **{"clean, %": "percent", "answered": "count", "paid at once": "count", "first pass, %": "percent"}), rows=tuple(rows),
                  headline=(f"{100 * through / answered:.0f}%" if answered else "", f"of {answered} answered claims were paid at the first pass" if answered else "no claim was answered"), bars=6,
                  definition="Original claims that were built in the period; corrected and void ones are not in it. Clean: no edit held it and no payer's front end (999, 277CA) refused it. Paid at the first pass: clean, and a remittance has decided it with nothing refused; contractual adjustments and the patient's part are no refusal.",
                  source="HFMA MAP Keys: clean claim rate; Charthouse: docs/rooms/billing.md")


def _passed(of: list[ClaimFigure]) -> tuple[int, int, int]:
    answered = [c for c in of if c.answered_on]
    return sum(not c.stopped for c in of), len(answered), sum(not c.stopped and not c.causes and c.denied <= 0 for c in answered)


def denials(f: Figures) -> Report:
    """What payers refused, by cause."""
    amounts: Counter[str] = Counter()
    claims: Counter[str] = Counter()
    for c in f.claims:
        for cause, amount in c.causes:
            amounts[cause or "not classified"] += amount
            claims[cause or "not classified"] += 1
    charged = sum(c.charge for c in f.claims if c.answered_on)
    answered, refused = sum(c.answered_on is not None for c in f.claims), sum(bool(c.causes) for c in f.claims)
    rows = tuple((cause, claims[cause], amount / 100, _percent(amount, charged)) for cause, amount in amounts.most_common())
    return Report(name="denials", title="Denials by cause", columns=columns("Cause", claims="count", dollars="number", **{"of the charges answered, %": "percent"}), rows=rows,
                  headline=(f"{100 * refused / answered:.0f}%" if answered else "", f"of {answered} answered claims had something refused" if answered else "no claim was answered"), bars=2,
                  definition="Claims built in the period of which a remittance refused a part, by the cause of the refusal, as first refused: what an appeal won is in it. A claim stands under each of its causes.",
                  source="HFMA MAP Keys: denial rate; Charthouse: docs/rooms/billing.md")


def receivable(f: Figures) -> Report:
    """What is owed on claims that payers have, by payer and age."""
    by: dict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys((words for _, words in AGES), 0))
    number: Counter[str] = Counter()
    for c in f.claims:
        owed = c.charge - c.paid - c.contractual - c.patient
        if c.state in WAITS and c.sent_on and owed > 0:
            by[c.payer][next(words for most, words in AGES if (f.today - c.sent_on).days <= most)] += owed
            number[c.payer] += 1
    rows: tuple[tuple[Cell, ...], ...] = tuple((payer, number[payer], sum(ages.values()) / 100, *(ages[words] / 100 for _, words in AGES)) for payer, ages in sorted(by.items(), key=lambda x: -sum(x[1].values())))
    total, days = sum(sum(a.values()) for a in by.values()), (f.until - f.since).days + 1
    charged = sum(c.charge for c in f.claims if not c.corrected and c.sent_on)
    in_days = total * days / charged if charged else None
    return Report(name="receivable", title="Days in accounts receivable", columns=columns("Payer", claims="count", **{"owed, dollars": "number", **{f"{words} days": "number" for _, words in AGES}}), rows=rows,
                  headline=(f"{in_days:.1f}" if in_days is not None else "", f"days in accounts receivable, {total / 100:,.2f} owed" if in_days is not None else "nothing was sent"), bars=2,
                  definition="Claims of the period that payers have not paid in full: charges less what was paid, adjusted by contract and left to the patient; what is refused and not settled is owed. Age from the day sent. Days: what is owed, divided by the charges sent a day of the period.",
                  source="HFMA MAP Keys: net days in accounts receivable; here on charges")


def _percent(part: int, of: int) -> float | None:
    return round(100 * part / of, 1) if of else None
