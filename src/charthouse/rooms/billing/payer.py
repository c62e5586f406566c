"""A claim against what its payer asks: rules that a site writes down with their own cases, the time to file, and medical necessity."""
from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

from charthouse.record.chart import age_on
from charthouse.record.claim import Attachment, Claim, Coded, Line, Party
from charthouse.record.payer import Case, Necessity, Needs, PayerBook, PayerRule, PayerRules, When
from charthouse.record.ruling import Ruling

MEDICARE = ("MA", "MB")  # claim filing indicators of Medicare
YEAR, SOON = 365, 7
NECESSITY = "42 CFR 411.15(k); Social Security Act 1862(a)(1)(A)"


def against(c: Claim, book: PayerBook, today: date) -> Iterator[Ruling]:
    """Rulings `payer/...` and on time and necessity. What no table speaks of is not looked at; with no table of necessity at all it is "not loaded"."""
    rules = book.rules.get(c.payer.number)
    yield from _time(c, rules, today)
    for rule in rules.rule if rules else ():
        for line in c.lines:
            if _looks(rule, c, line) and (lacks := _lacks(rule.needs, c, line)):
                yield Ruling(rule=f"claim/{rule.hand}/payer-{rule.id}", verdict=rule.verdict, message=f"{rule.message} ({', '.join(lacks)})", citation=rule.citation, subject=line.code or line.revenue)
    if book.necessity is None:
        yield Ruling(rule="claim/coding/medical-necessity", verdict="not loaded", message="No table of it is loaded: nothing was compared", citation="42 CFR 411.15(k)")
    else:
        yield from _necessity(c, book)


def failing(rules: PayerRules) -> Iterator[str]:
    """What is wrong with a file by its own cases. A rule must fire on those that it says, pass the others, and not fire on the day before its first."""
    seen: set[str] = set()
    for rule in rules.rule:
        if rule.id in seen:
            yield f"two rules are called {rule.id}"
        seen.add(rule.id)
        if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,40}", rule.id):
            yield f"{rule.id!r} is no name of a rule: small letters, digits, hyphens"
        if rule.needs == Needs():
            yield f"{rule.id} needs nothing"
        if not (rule.fires and rule.passes):
            yield f"{rule.id} has no case that it fires on, or none that it passes"
        for n, case in enumerate(rule.fires, 1):
            if not _fires(rule, case, case.on or rule.since):
                yield f"{rule.id} does not fire on its case {n}"
            if case.on is None and _fires(rule, case, rule.since - timedelta(days=1)):
                yield f"{rule.id} fires before its first day"
        for n, case in enumerate(rule.passes, 1):
            if _fires(rule, case, case.on or rule.since):
                yield f"{rule.id} fires on case {n} of those that it passes"


def _fires(rule: PayerRule, case: Case, on: date) -> bool:
    claim = Claim(
        id="CASE", form=case.form, billing=Party(taxonomy=case.taxonomy), subscriber=Party(birth=replace_year(on, case.age)), payer=Party(), charge=0, place=case.place, authorization=case.authorization, referral=case.referral,
        attachments=(Attachment(kind="OZ", by="EL"),) if case.attachment else (), principal=Coded(code=case.diagnoses[0]) if case.diagnoses else None, others=tuple(Coded(code=d) for d in case.diagnoses[1:]), until=on,
        lines=(Line(charge=0, code=case.code, modifiers=case.modifiers, revenue=case.revenue, units=Decimal(case.units), on=on, pointers=tuple(range(1, len(case.diagnoses) + 1))),))
    return _looks(rule, claim, claim.lines[0]) and bool(_lacks(rule.needs, claim, claim.lines[0]))


def replace_year(on: date, years: int) -> date:
    """The birth date of who is so old on that day."""
    try:
        return on.replace(year=on.year - years)
    except ValueError:
        return on.replace(year=on.year - years, day=28)


def _looks(rule: PayerRule, c: Claim, line: Line) -> bool:
    on = line.on or c.until or c.since
    if on is None or on < rule.since or (rule.until and on > rule.until):
        return False
    return _holds(rule.when, c, line, on)


def _holds(w: When, c: Claim, line: Line, on: date) -> bool:
    born = (c.patient or c.subscriber).birth
    age = age_on(born, on) if born else None
    return all((
        not w.form or c.form == w.form, not w.codes or _among(line.code, w.codes), not w.modifiers or any(m in w.modifiers for m in line.modifiers), not w.places or (line.place or c.place) in w.places,
        not w.revenue or _among(line.revenue, w.revenue), not w.diagnoses or any(_among(d, w.diagnoses) for d in _diagnoses(c, line)), w.over is None or (age is not None and age > w.over), w.under is None or (age is not None and age < w.under)))


def _lacks(n: Needs, c: Claim, line: Line) -> list[str]:
    """What is missing, in words."""
    found = []
    if n.never:
        found.append("never paid")
    if n.authorization and not (line.authorization or c.authorization):
        found.append("no authorization number")
    if n.referral and not c.referral:
        found.append("no referral number")
    if n.attachment and not (c.attachments or line.attachments):
        found.append("no attachment")
    if n.modifiers and not any(m in n.modifiers for m in line.modifiers):
        found.append(f"modifier {' or '.join(n.modifiers)}")
    if n.diagnoses and not any(_among(d, n.diagnoses) for d in _diagnoses(c, line)):
        found.append(f"a diagnosis of {', '.join(n.diagnoses)}")
    if n.taxonomies and not any(p.taxonomy in n.taxonomies for p in (c.billing, c.rendering, line.rendering) if p):
        found.append(f"taxonomy {' or '.join(n.taxonomies)}")
    if n.most_units is not None and line.units > n.most_units:
        found.append(f"{line.units.normalize():f} units, at most {n.most_units}")
    return found


def _diagnoses(c: Claim, line: Line) -> list[str]:
    """Those that the line points to; without pointers all."""
    all_ = [d.code for d in (c.principal, *c.others) if d]
    return [all_[p - 1] for p in line.pointers if 0 < p <= len(all_)] or all_


def _among(code: str, of: Sequence[str]) -> bool:
    for one in of:
        first, dash, last = one.partition("-")
        if (one.endswith("*") and code.startswith(one[:-1])) or (dash and first <= code <= last and len(code) == len(first)) or code == one:
            return True
    return False


def _time(c: Claim, rules: PayerRules | None, today: date) -> Iterator[Ruling]:
    last = c.until or max((d for line in c.lines for d in (line.until, line.on) if d), default=None)
    corrected = c.frequency in ("7", "8")
    days, citation = (rules.corrected_days if corrected else rules.filing_days, rules.citation) if rules else (None, "")
    if days is None and c.filing in MEDICARE and not corrected:
        days, citation = YEAR, "42 CFR 424.44(a)"
    if last is None or days is None:
        return
    left = (last + timedelta(days=days) - today).days
    if left < 0:
        yield Ruling(rule="claim/charge/timely-filing", verdict="error", message=f"The payer's time ended {-left} {'day' if left == -1 else 'days'} ago: {days} days from {last:%Y-%m-%d}", citation=citation, subject=f"{last:%Y-%m-%d}")
    elif left <= SOON:
        yield Ruling(rule="claim/charge/timely-filing", verdict="warning", message=f"The payer's time ends in {left} {'day' if left == 1 else 'days'}", citation=citation, subject=f"{last:%Y-%m-%d}")


def _necessity(c: Claim, book: PayerBook) -> Iterator[Ruling]:
    for line in c.lines:
        on = line.on or c.until
        rows = [r for r in (book.necessity or {}).get(line.code, ()) if on and r.payer in ("*", c.payer.number) and r.since <= on and (r.until is None or on <= r.until)]
        if not rows:
            continue
        said = _diagnoses(c, line)
        against_ = next((r for r in rows if not r.covered and any(_among(d, (r.diagnosis,)) for d in said)), None)
        for_ = [r for r in rows if r.covered]
        if not any(_among(d, (r.diagnosis,)) for r in for_ for d in said) and (for_ or against_):
            yield _not_necessary(line, said, (against_ or for_[0]))


def _not_necessary(line: Line, said: Sequence[str], row: Necessity) -> Ruling:
    return Ruling(rule="claim/coding/medical-necessity", verdict="error", message=f"None of {', '.join(said) or 'its diagnoses'} makes {line.code} necessary by the table of the site: if the record holds one that does, it is to be coded; else the patient is to be told beforehand", citation=f"{row.citation}; {NECESSITY}", subject=line.code)
