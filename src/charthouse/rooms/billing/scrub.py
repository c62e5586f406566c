"""What would stop a claim, before the payer sees it. Each finding says what would mend it, and in whose hands that is: documentation, coding, charge or registration."""
from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from charthouse.record.claim import Claim, Coded, Line, Party
from charthouse.record.errors import NoEdition
from charthouse.record.payer import PayerBook
from charthouse.record.ruling import Ruling
from charthouse.rooms.billing.numbers import npi_holds, taxonomy_holds
from charthouse.rooms.billing.payer import against
from charthouse.rulebook.codebook import CodeBook
from charthouse.rulebook.poa import exempt

NO_RULES = PayerBook()
HANDS = ("registration", "coding", "charge", "documentation")
GUIDE = {"professional": "ASC X12N 005010X222A1", "institutional": "ASC X12N 005010X223A2"}
NPI, TAXONOMY = "45 CFR 162.406; 162.410", "ASC X12 external code source 682"
MOST_PROFESSIONAL, MOST_OTHER, MOST_POINTERS, MOST_MODIFIERS = 12, 24, 4, 4
REPLACES = ("7", "8")
INPATIENT = ("11", "18", "21", "41")
FREQUENCIES = frozenset("0123456789ABCDEFGHIJKMOPXYZ")
_CODE = re.compile(r"[A-Z0-9]\d{3}[A-Z0-9]")
_MODIFIER = re.compile(r"[A-Z0-9]{2}")
NCCI = "42 CFR 414.40; CMS NCCI Policy Manual for Medicare Services, chapter I"
NCCI_MODIFIERS = frozenset(["E1", "E2", "E3", "E4", "FA", "F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9", "TA", "T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8", "T9", "LT", "RT", "LC", "LD", "RC", "LM", "RI", "24", "25", "27", "57", "58", "59", "78", "79", "91", "XE", "XP", "XS", "XU"])  # NCCI-associated modifiers (NCCI Policy Manual, chapter I, E)


def scrubbed(claims: Sequence[Claim], book: CodeBook, today: date, payers: PayerBook = NO_RULES) -> tuple[tuple[Ruling, ...], ...]:
    """The rulings on each claim, in order: errors would be refused, warnings may be, "not loaded" was not looked at."""
    ids = Counter(c.id for c in claims)
    same = Counter(_same(c) for c in claims)
    return tuple(tuple(_claim(c, book, today, payers, twice=ids[c.id] > 1, alike=same[_same(c)] > 1)) for c in claims)


def _same(c: Claim) -> object:
    return (c.form, c.subscriber.number, c.patient, c.payer.number, c.frequency, c.since, tuple((line.code, line.revenue, line.on, line.modifiers, line.charge) for line in c.lines))


def _ruling(rule: str, hand: str, message: str, citation: str, subject: str = "", verdict: str = "error") -> Ruling:
    return Ruling(rule=f"claim/{hand}/{rule}", verdict=verdict, message=message, citation=citation, subject=subject)  # type: ignore[arg-type]


def _claim(c: Claim, book: CodeBook, today: date, payers: PayerBook, *, twice: bool, alike: bool) -> Iterator[Ruling]:
    guide = GUIDE[c.form]
    if twice:
        yield _ruling("same-number", "charge", f"Another claim of this file has the number {c.id}: give each its own", guide, c.id)
    if alike:
        yield _ruling("duplicate", "charge", "Another claim of this file has the same patient, payer, days, codes and charges", "CARC 18", c.id, "warning")
    if not re.fullmatch(r"[\x21-\x7e]{1,20}", c.id):
        yield _ruling("number", "registration", "The patient control number has 1 to 20 characters without spaces", f"{guide}, CLM01; CMS-1500 item 26", c.id)
    yield from _parties(c, guide)
    yield from _money(c, guide)
    yield from _days(c, guide, today)
    yield from _codes(c, book, guide, today)
    for number, line in enumerate(c.lines, 1):
        yield from _line(c, number, line, guide)
    if c.frequency not in FREQUENCIES:
        yield _ruling("frequency", "charge", f"{c.frequency!r} is no claim frequency", f"{guide}, CLM05-3")
    if c.frequency in REPLACES and not c.original:
        yield _ruling("original", "charge", "A corrected or void claim names the payer's number of the claim that it replaces", f"{guide}, REF*F8", c.frequency)
    if c.form == "professional" or c.place not in INPATIENT:
        yield from _bundled(c, book)
    if c.form == "institutional" and c.place not in INPATIENT:
        yield _ruling("oce", "coding", "The edits of the outpatient code editor are not loaded: nothing was compared", "CMS, Integrated Outpatient Code Editor specifications", "", "not loaded")
    yield from against(c, payers, today)


def _bundled(c: Claim, book: CodeBook) -> Iterator[Ruling]:
    """NCCI: codes of one day of which one holds the other, and units that no patient has in a day. Of one provider: lines of another rendering provider are apart."""
    setting = "practitioner" if c.form == "professional" else "hospital"
    missing: set[str] = set()
    by: dict[tuple[date, str], list[Line]] = {}
    for line in c.lines:
        if line.code and line.on:
            by.setdefault((line.on, line.rendering.number if line.rendering else ""), []).append(line)
    for (on, _), lines in by.items():
        codes = sorted({line.code for line in lines})
        pairs, limits = book.pair_edits(setting, codes, on), book.unit_limits(setting, codes, on)
        missing |= ({"ncci"} if pairs is None else set()) | ({"mue"} if limits is None else set())
        for first, second, indicator in pairs or ():
            if indicator == 9 or (indicator == 1 and any(m in NCCI_MODIFIERS for line in lines if line.code in (first, second) for m in line.modifiers)):
                continue
            mend = "no modifier lets both be paid" if indicator == 0 else "both are paid only with a modifier that says they are apart, when the record shows that they are"
            yield _ruling("ncci", "coding", f"{first} holds {second} on {on:%Y-%m-%d}: {mend}", NCCI, second)
        for code, (most, way) in (limits or {}).items():
            said = [line.units for line in lines if line.code == code]
            units = max(said) if way == 1 else sum(said, Decimal(0))
            if units > most:
                mend = {1: "on one line", 2: "on one day; the limit is absolute", 3: "on one day; more is paid only on appeal with the record"}[way]
                yield _ruling("mue", "charge", f"{units.normalize():f} units of {code} {mend}: at most {most}", NCCI, code, "warning" if way == 3 else "error")
    if not by:
        missing = {"ncci", "mue"}
    for what in sorted(missing):
        yield _ruling(what, "coding", "No table of it is loaded for the day: nothing was compared", NCCI, "", "not loaded")


def _parties(c: Claim, guide: str) -> Iterator[Ruling]:
    for name, party in (("billing", c.billing), ("rendering", c.rendering), ("referring", c.referring), ("attending", c.attending), ("operating", c.operating), ("supervising", c.supervising), ("facility", c.facility),
                        *((f"rendering of line {n}", line.rendering) for n, line in enumerate(c.lines, 1))):
        if party is None:
            continue
        if party.number_kind == "XX" and not npi_holds(party.number):
            yield _ruling("npi", "registration", f"The {name} provider's NPI does not hold: ten digits, the last of which checks the others", NPI, party.number)
        if name in ("billing", "attending", "rendering") and not party.number:
            yield _ruling("npi", "registration", f"The {name} provider has no NPI", NPI)
        if party.taxonomy and not taxonomy_holds(party.taxonomy):
            yield _ruling("taxonomy", "registration", f"The {name} provider's taxonomy code has three digits, six letters or digits, and X", TAXONOMY, party.taxonomy)
    yield from _address("billing provider", c.billing, guide, nine=True)
    if c.billing.address and re.match(r"\s*P\.?\s?O\.?\s?BOX", c.billing.address.line, re.I):
        yield _ruling("po-box", "registration", "The billing provider's address is a street: a post office box is given as pay-to address", f"{guide}, 2010AA N3")
    if not re.fullmatch(r"\d{9}", c.billing.tax_number):
        yield _ruling("tax-number", "registration", "The billing provider's tax number has nine digits", f"{guide}, 2010AA REF*EI")
    if not c.subscriber.number:
        yield _ruling("member", "registration", "The subscriber has no member number", f"{guide}, 2010BA NM109")
    whole = c.patient or c.subscriber
    if c.patient is None and c.relationship != "18":
        yield _ruling("patient", "registration", "The patient is not the subscriber, and is not told", f"{guide}, 2010CA")
    if whole.birth is None or whole.sex not in ("F", "M", "U"):
        yield _ruling("birth", "registration", "The patient's birth date and sex (F, M, U) are told", f"{guide}, DMG")
    yield from _address("patient", whole, guide)
    if not c.payer.number:
        yield _ruling("payer", "registration", "The payer has no number", f"{guide}, 2010BB NM109")
    if c.form == "institutional" and c.attending is None:
        yield _ruling("attending", "registration", "No attending provider is told", f"{guide}, 2310A; UB-04 FL 76")


def _address(whose: str, party: Party, guide: str, *, nine: bool = False) -> Iterator[Ruling]:
    a = party.address
    if a is None or not (a.line and a.city):
        yield _ruling("address", "registration", f"The {whose}'s address lacks street or city", f"{guide}, N3 and N4")
    elif not a.country and (not re.fullmatch(r"[A-Z]{2}", a.state) or not re.fullmatch(r"\d{9}" if nine else r"\d{5}(\d{4})?", a.postcode.replace("-", ""))):
        yield _ruling("postcode", "registration", f"The {whose}'s address has a state of two letters and a ZIP code of {'nine digits' if nine else 'five or nine digits'}", f"{guide}, N4", a.postcode)


def _money(c: Claim, guide: str) -> Iterator[Ruling]:
    total = sum(line.charge for line in c.lines)
    if total != c.charge:
        yield _ruling("total", "charge", f"The lines come to {total / 100:.2f}, the claim says {c.charge / 100:.2f}", f"{guide}, CLM02", f"{c.charge / 100:.2f}")
    if not c.lines:
        yield _ruling("lines", "charge", "There is no service line", f"{guide}, 2400")
    most = 50 if c.form == "professional" else 999
    if len(c.lines) > most:
        yield _ruling("lines", "charge", f"A claim has at most {most} service lines: make two of it", f"{guide}, 2400")
    for other in c.coverages:
        adjusted = sum(a.amount for a in other.adjustments) + sum(a.amount for line in c.lines for j in line.adjudged if j.payer == other.payer.number for a in j.adjustments)
        if other.paid is not None and (other.adjustments or adjusted) and c.charge - adjusted != other.paid:
            yield _ruling("other-payer", "charge", f"What payer {other.payer.number} paid and adjusted does not come to the charge", f"{guide}, 1.4.4.2 (COB balancing)", other.payer.number)


def _days(c: Claim, guide: str, today: date) -> Iterator[Ruling]:
    born = (c.patient or c.subscriber).birth
    for what, day in (("onset", c.onset), ("accident", c.accident), ("admission", c.admitted or (c.admitted_at.date() if c.admitted_at else None)), ("discharge", c.discharged), ("from", c.since), ("through", c.until),
                      *((f"service on line {n}", line.until or line.on) for n, line in enumerate(c.lines, 1))):
        if day and day > today:
            yield _ruling("future", "charge", f"The date of {what} lies in the future", guide, f"{day:%Y-%m-%d}")
        if day and born and day < born:
            yield _ruling("before-birth", "registration", f"The date of {what} lies before the patient's birth", guide, f"{day:%Y-%m-%d}")
    if c.form == "institutional":
        if c.since is None or c.until is None or c.since > c.until:
            yield _ruling("period", "charge", "The statement covers a period: from and through, in order", f"{guide}, DTP*434; UB-04 FL 6")
        elif any(line.on and not c.since <= line.on <= c.until for line in c.lines):
            yield _ruling("outside", "charge", "A line's date lies outside the period that the statement covers", f"{guide}, DTP*472")
        if c.place in INPATIENT and c.admitted_at is None and c.admitted is None:
            yield _ruling("admission", "registration", "An inpatient claim has its admission date", f"{guide}, DTP*435; UB-04 FL 12")
        if not c.admission_type or (c.place in INPATIENT and not c.admission_source):
            yield _ruling("admission-type", "registration", "An institutional claim has the type of the admission or visit, an inpatient one its source, too", f"{guide}, CL1; UB-04 FL 14, 15")
        if not re.fullmatch(r"\d\d", c.discharge_status):
            yield _ruling("discharge-status", "registration", "The patient's discharge status has two digits", f"{guide}, CL103; UB-04 FL 17", c.discharge_status)
    if "AA" in (c.cause, c.cause2) and not (c.accident_state and c.accident):
        yield _ruling("accident", "registration", "An auto accident has its state and date", f"{guide}, CLM11-4, DTP*439")


def _codes(c: Claim, book: CodeBook, guide: str, today: date) -> Iterator[Ruling]:
    if c.principal is None:
        yield _ruling("principal", "coding", "There is no principal or first diagnosis", f"{guide}, HI*ABK; UHDDS")
        return
    on = c.until or max((d for line in c.lines for d in (line.until, line.on) if d), default=today)
    said = [c.principal, *c.others]
    most = MOST_PROFESSIONAL if c.form == "professional" else MOST_OTHER + 1
    if len(said) > most:
        yield _ruling("diagnoses", "coding", f"The form has room for {most} diagnoses, and {len(said)} are told", f"{guide}, HI")
    for code, times in Counter(d.code for d in said).items():
        if times > 1:
            yield _ruling("twice", "coding", "The diagnosis is told twice", "ICD-10-CM Official Guidelines I.B.12", code)
    for d in (*said, *c.external, *(Coded(code=x) for x in (c.admitting, *c.visit_reasons) if x)):
        holds = _valid(book, d.code, on)
        if holds is None:
            yield _ruling("edition", "coding", f"No edition of ICD-10-CM of {on:%Y-%m-%d} is loaded", "45 CFR 162.1002(c)", d.code, "not loaded")
        elif not holds or (len(d.code) == 7 and "." not in d.code):
            yield _ruling("diagnosis", "coding", f"No code of ICD-10-CM that is valid on {on:%Y-%m-%d}", "45 CFR 162.1002(c); ICD-10-CM Official Guidelines I.B.2", d.code)
        elif c.form == "institutional" and c.place in INPATIENT and d in (*said, *c.external):
            spared = exempt(d.code, on, book)
            if not spared and d.poa not in ("Y", "N", "U", "W"):
                yield _ruling("poa", "coding", "An inpatient diagnosis that is not exempt has its POA (Y, N, U, W)", "ICD-10-CM Official Guidelines, Appendix I; DRA 5001(c)", d.code)
            elif spared and d.poa not in ("", "1"):
                yield _ruling("poa-exempt", "coding", "The diagnosis is exempt from POA", "ICD-10-CM Official Guidelines, Appendix I", d.code, "warning")
    for p in (*((c.procedure,) if c.procedure else ()), *c.procedures):
        if len(p.code) != 7 or _valid(book, p.code, on) is False:
            yield _ruling("procedure", "coding", f"No code of ICD-10-PCS that is valid on {on:%Y-%m-%d}", "45 CFR 162.1002(c)", p.code)
        if p.on is None:
            yield _ruling("procedure-date", "coding", "A procedure has its date", f"{guide}, HI*BBR; UB-04 FL 74", p.code)


def _valid(book: CodeBook, code: str, on: date) -> bool | None:
    """None when no edition of that day is loaded."""
    try:
        return book.valid(code, on)
    except NoEdition:
        return None


def _line(c: Claim, number: int, line: Line, guide: str) -> Iterator[Ruling]:
    where = f"Line {number}"
    if line.charge < 0 or line.units <= 0:
        yield _ruling("amount", "charge", f"{where} has units above zero, and a charge that is not below it", f"{guide}, 2400", line.code)
    if line.code and not _CODE.fullmatch(line.code):
        yield _ruling("code", "coding", f"{where}: a CPT or HCPCS code has five characters", "45 CFR 162.1002", line.code)
    if any(not _MODIFIER.fullmatch(m) for m in line.modifiers) or len(line.modifiers) > MOST_MODIFIERS or len(set(line.modifiers)) < len(line.modifiers):
        yield _ruling("modifiers", "coding", f"{where}: up to four different modifiers of two characters", f"{guide}, 2400", " ".join(line.modifiers))
    if line.until and line.on and line.until < line.on:
        yield _ruling("line-dates", "charge", f"{where} ends before it begins", f"{guide}, DTP*472")
    if line.drug and not re.fullmatch(r"\d{11}", line.drug):
        yield _ruling("ndc", "charge", f"{where}: an NDC has eleven digits", f"{guide}, 2410 LIN", line.drug)
    if c.form == "professional":
        if not line.code:
            yield _ruling("code", "coding", f"{where} has no code", f"{guide}, SV101", "")
        if line.on is None:
            yield _ruling("line-date", "charge", f"{where} has no date of service", f"{guide}, DTP*472")
        told = (1 if c.principal else 0) + len(c.others)
        if not line.pointers or len(line.pointers) > MOST_POINTERS or any(not 1 <= p <= told for p in line.pointers):
            yield _ruling("pointers", "coding", f"{where} points to one to four of the claim's {told} diagnoses", f"{guide}, SV107", ",".join(str(p) for p in line.pointers))
    elif not re.fullmatch(r"\d{4}", line.revenue):
        yield _ruling("revenue", "charge", f"{where}: a revenue code has four digits", f"{guide}, SV201; UB-04 FL 42", line.revenue)
