"""Until when a record is kept: the law's rows and the state's rule, the longest of them, and legal holds, which beat everything."""
from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from charthouse.record.retention import Kept
from charthouse.record.ruling import Ruling

_ADVANTAGE = re.compile(r"medicare\s+(?:advantage|part c)|\bMA-?PD\b", re.I)
RECOMMENDED = "AHIMA, retention and destruction of health information (a recommendation, not law)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A row of `retention.tsv`."""

    rule: str
    effective_from: date
    applies: str
    years: int
    start: str
    citation: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StateRule:
    """The state's rule as the site gives it: years from the end of the stay or from the last contact; a minor's record at least until `years_after_majority`
    after the birthday `majority`."""

    citation: str
    years: int
    start: str
    majority: int
    years_after_majority: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """`until` is the last day on which it must be kept; None while it is not known. `ruling` is the rule that decided; `all` are those that applied."""

    until: date | None
    ruling: Ruling
    all: tuple[Ruling, ...]

    def over(self, today: date) -> bool:
        return self.until is not None and today > self.until


def periods(rows: Iterable[tuple[str, ...]]) -> tuple[Period, ...]:
    return tuple(Period(rule=rule, effective_from=date.fromisoformat(since), applies=applies, years=int(years), start=start, citation=citation, says=says)
                 for rule, since, applies, years, start, citation, says in rows)


def term(kept: Kept, table: Iterable[Period], state: StateRule | None) -> Term:
    """The longest of all that apply. A hold, a stay that has not ended and a state's rule that was not given leave the end open."""
    if kept.holds:
        return _open("retention/legal-hold", "applied", f"Under legal hold ({', '.join(kept.holds)})", "Legal hold of the site; it beats every period", kept)
    if kept.ended is None:
        return _open("retention/in-house", "applied", "The stay has not ended", "42 CFR 482.24(b)(1)", kept)
    if state is None:
        return _open("retention/state", "not loaded", "The state's rule is not given in chart.toml", "State law", kept)
    if kept.born is None:
        return _open("retention/birth-date", "not loaded", "Without the date of birth it cannot be told whether this is a minor's record", RECOMMENDED, kept)
    found = sorted(_periods(kept, tuple(table), state), key=lambda t: t[0])
    until, last = found[-1]
    return Term(until=until, ruling=last, all=tuple(r for _, r in found))


def _open(rule: str, verdict: str, message: str, citation: str, kept: Kept) -> Term:
    ruling = Ruling(rule=rule, verdict=verdict, message=message, citation=citation, subject=kept.encounter)  # type: ignore[arg-type]
    return Term(until=None, ruling=ruling, all=(ruling,))


def _periods(kept: Kept, table: tuple[Period, ...], state: StateRule) -> Iterator[tuple[date, Ruling]]:
    assert kept.ended is not None
    assert kept.born is not None
    for row in table:
        start = kept.mammogram if row.start == "mammogram" else kept.ended
        if start is not None and kept.ended >= row.effective_from and _applies(row, kept):
            yield _ruled(row.rule, years_after(start, row.years), row.says, row.citation, kept)
    start = kept.last_contact if state.start == "last contact" else kept.ended
    yield _ruled("retention/state", years_after(start, state.years), f"State rule: {state.years} years from {'the last contact' if state.start == 'last contact' else 'the end of the stay'}",
                 state.citation, kept)
    if kept.ended < years_after(kept.born, state.majority):
        yield _ruled("retention/minor", years_after(kept.born, state.majority + state.years_after_majority),
                     f"A minor's record: {state.years_after_majority} years after the age of {state.majority}", f"{state.citation}; {RECOMMENDED}", kept)


def _applies(row: Period, kept: Kept) -> bool:
    return {"all": True, "medicare advantage": bool(_ADVANTAGE.search(kept.payer)), "mammogram": kept.mammogram is not None and not kept.later_mammogram,
            "mammogram again": kept.mammogram is not None and kept.later_mammogram}[row.applies]


def _ruled(rule: str, until: date, says: str, citation: str, kept: Kept) -> tuple[date, Ruling]:
    return until, Ruling(rule=rule, verdict="applied", message=f"{says}: until {until}", citation=citation, subject=kept.encounter)


def years_after(day: date, years: int) -> date:
    """29 February comes to 1 March where the year has none: never a day too early."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
