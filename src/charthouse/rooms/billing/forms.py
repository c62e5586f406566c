"""A claim on its paper form: what stands in each field, page by page. Where a field stands is a table (`forms.tsv`)."""
from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from charthouse.record.claim import Address, Claim, Line, Party
from charthouse.record.errors import BadRequest

LINES = {"professional": 6, "institutional": 22}  # service lines of a page
STEP = {"24": 2, "42": 1, "44": 1, "45": 1, "46": 1, "47": 1}  # lines of paper from one service line to the next
LETTERS = "ABCDEFGHIJKL"
SIGNED = "SIGNATURE ON FILE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Line and column from 1 at the upper left, 10 characters an inch, 6 lines an inch; `right`: set to the right."""

    line: int
    column: int
    width: int
    right: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Set:
    """A text as it stands on the paper. `cut`: it was longer than its field."""

    field: str
    text: str
    line: int
    column: int
    cut: bool = False


def places(rows: Iterable[Sequence[str]]) -> dict[str, dict[str, Place]]:
    """By form and field. Raises `BadRequest` for two fields in one place."""
    found: dict[str, dict[str, Place]] = {"1500": {}, "ub04": {}}
    for form, field, line, column, width, right in rows:
        found[form][field] = Place(line=int(line), column=int(column), width=int(width), right=right == "r")
    for form, fields in found.items():
        taken: dict[tuple[int, int], str] = {}
        for field, p in fields.items():
            for cell in ((p.line, c) for c in range(p.column, p.column + p.width)):
                if cell in taken:
                    raise BadRequest(why=f"Two fields of the form {form} stand in one place: {taken[cell]} and {field}")
                taken[cell] = field
    return found


def pages(c: Claim, where: Mapping[str, Mapping[str, Place]], today: date) -> tuple[tuple[Set, ...], ...]:
    """The form's pages. Texts in capitals, without what paper readers do not take."""
    table, most = where["1500" if c.form == "professional" else "ub04"], LINES[c.form]
    groups = [c.lines[n:n + most] for n in range(0, max(len(c.lines), 1), most)]
    make = _professional if c.form == "professional" else _institutional
    return tuple(tuple(_set(table, field, row, text) for field, row, text in make(c, lines, number, len(groups), today) if text) for number, lines in enumerate(groups, 1))


def _set(table: Mapping[str, Place], field: str, row: int, text: str) -> Set:
    p = table[field]
    said = " ".join(text.upper().split(" "))
    cut = said[:p.width]
    return Set(field=field, text=cut.rjust(p.width) if p.right else cut, line=p.line + row * STEP.get(field[:2], 0), column=p.column, cut=len(said) > p.width)


Field = tuple[str, int, str]


def _professional(c: Claim, lines: Sequence[Line], number: int, of: int, today: date) -> Iterator[Field]:
    patient = c.patient or c.subscriber
    other = c.coverages[0] if c.coverages else None
    said = [
        ("payer.name", c.payer.name), ("payer.address", _street(c.payer.address)), ("payer.city", _city(c.payer.address)), ("1.medicare" if c.filing in ("MA", "MB") else "1.other", "X"), ("1a", c.subscriber.number), ("2", _person(patient)),
        *_birth("3", patient), ("4", _person(c.subscriber) if c.patient else ""), ("5.street", _street(patient.address)), *_town("5", patient.address), ({"18": "6.self", "01": "6.spouse", "19": "6.child"}.get(c.relationship, "6.other"), "X"),
        ("7.street", _street(c.subscriber.address) if c.patient else ""), *(_town("7", c.subscriber.address) if c.patient else ()), ("9", _person(other.subscriber) if other else ""), ("9a", other.subscriber.number if other else ""), ("9d", other.payer.name if other else ""),
        *_yes("10a", "EM" in (c.cause, c.cause2)), *_yes("10b", "AA" in (c.cause, c.cause2)), ("10b.state", c.accident_state), *_yes("10c", "OA" in (c.cause, c.cause2)), ("11", c.group or ("NONE" if c.filing in ("MA", "MB") else "")), *_birth("11a", c.subscriber),
        ("11c", c.plan), *_yes("11d", other is not None), ("12", SIGNED if c.release in ("Y", "I") else ""), ("13", SIGNED if c.assigned == "Y" else ""), ("14", _date(c.onset or c.accident, " ")), ("17.qualifier", "DN" if c.referring else ""), ("17", _named(c.referring)), ("17b", c.referring.number if c.referring else ""),
        ("19", c.note), *_yes("20", False), ("21.version", "0"), *((f"21.{letter}", d.code.replace(".", "")) for letter, d in zip(LETTERS, [d for d in (c.principal, *c.others) if d], strict=False)), ("22.code", c.frequency if c.original else ""), ("22.original", c.original),
        ("23", c.authorization or c.referral or c.clia), ("25", c.billing.tax_number), ("25.ein", "X" if c.billing.tax_number else ""), ("26", c.id), *_yes("27", c.participates == "A"), ("28", _dollars(c.charge) if number == of else "CONTINUED"), ("29", _dollars(_paid(c)) if number == of and _paid(c) else ""),
        ("31", _named(c.rendering)), *_firm("32", c.facility), ("32a", c.facility.number if c.facility else ""), ("33.phone", c.billing.contact.phone if c.billing.contact else ""), *_firm("33", c.billing), ("33a", c.billing.number)]
    yield from ((field, 0, text) for field, text in said)
    for row, line in enumerate(lines):
        who = line.rendering or c.rendering
        yield from ((field, row, text) for field, text in (
            ("24.shaded", f"N4{line.drug} {line.drug_unit}{line.drug_units or ''}".strip() if line.drug else line.note), ("24a.from", _date(line.on, " ")), ("24a.to", _date(line.until or line.on, " ")), ("24b", line.place or c.place), ("24c", "Y" if line.emergency else ""), ("24d.code", line.code),
            *((f"24d.m{n}", m) for n, m in enumerate(line.modifiers[:4], 1)), ("24e", "".join(LETTERS[p - 1] for p in line.pointers if 0 < p <= len(LETTERS))), ("24f", _dollars(line.charge)), ("24g", f"{line.units.normalize():f}"), ("24j", who.number if who else "")))


def _institutional(c: Claim, lines: Sequence[Line], number: int, of: int, today: date) -> Iterator[Field]:
    patient = c.patient or c.subscriber
    diagnoses = list(zip(("67", *(f"67{x}" for x in "ABCDEFGHIJKLMNOP")), [d for d in (c.principal, *c.others) if d], strict=False))
    procedures = list(zip(("74", *(f"74{x}" for x in "abcde")), [p for p in (c.procedure, *c.procedures) if p], strict=False))
    said = [
        ("1.name", c.billing.name), ("1.street", _street(c.billing.address)), ("1.city", _city(c.billing.address)), ("1.phone", c.billing.contact.phone if c.billing.contact else ""), ("3a", c.id), ("3b", c.record), ("4", f"0{c.place}{c.frequency}"), ("5", c.billing.tax_number),
        ("6.from", _date(c.since)), ("6.through", _date(c.until)), ("8b", _person(patient)), ("9a", _street(patient.address)), *zip(("9b", "9c", "9d"), (text for _, text in _town("9", patient.address)), strict=False),
        ("10", f"{patient.birth:%m%d%Y}" if patient.birth else ""), ("11", patient.sex), ("12", _date(c.admitted_at.date() if c.admitted_at else c.admitted or c.since)), ("13", f"{c.admitted_at:%H}" if c.admitted_at else ""), ("14", c.admission_type), ("15", c.admission_source),
        ("16", c.discharged_at[:2]), ("17", c.discharge_status), *((str(n), code) for n, code in zip(range(18, 29), c.conditions, strict=False)), ("29", c.accident_state), *(x for n, o in zip(range(31, 35), c.occurrences, strict=False) for x in ((f"{n}.code", o.code), (f"{n}.date", _date(o.on)))),
        *(x for n, o in zip((35, 36), c.spans, strict=False) for x in ((f"{n}.code", o.code), (f"{n}.from", _date(o.on)), (f"{n}.through", _date(o.until)))), ("38.name", c.payer.name), ("38.street", _street(c.payer.address)), ("38.city", _city(c.payer.address)),
        *(x for at, v in zip(("39a", "40a", "41a", "39b", "40b", "41b"), c.values, strict=False) for x in ((f"{at}.code", v.code), (f"{at}.amount", str(v.amount)))), ("42.total", "0001" if number == of else ""), ("43.page", f"{number} OF {of}"), ("45.created", _date(today)),
        ("47.total", str(c.charge) if number == of else ""), *_payers(c), ("56", c.billing.number), ("66", "0"), *((at, d.code.replace(".", "") + d.poa) for at, d in diagnoses), ("69", c.admitting.replace(".", "")),
        *((f"70{x}", code.replace(".", "")) for x, code in zip("abc", c.visit_reasons, strict=False)), ("71", c.drg), *((f"72{x}", d.code.replace(".", "") + d.poa) for x, d in zip("abc", c.external, strict=False)), *(x for at, p in procedures for x in ((f"{at}.code", p.code), (f"{at}.date", _date(p.on)))),
        *_doctor("76", c.attending), *_doctor("77", c.operating), ("80", c.note), ("81a", f"B3 {c.billing.taxonomy}" if c.billing.taxonomy else "")]
    yield from ((field, 0, text) for field, text in said)
    for row, line in enumerate(lines):
        yield from ((field, row, text) for field, text in (("42", line.revenue), ("44", " ".join((line.code, *line.modifiers)).strip()), ("45", _date(line.on)), ("46", f"{line.units.normalize():f}"), ("47", str(line.charge))))


def _payers(c: Claim) -> Iterator[tuple[str, str]]:
    """Lines A to C: the payers in their order, each with its own subscriber, numbers, and what it paid."""
    rows = [(x.sequence, x.payer, x.release, x.assigned, x.paid, x.subscriber, x.relationship, x.plan, x.group, "", "") for x in c.coverages]
    rows.append((c.sequence, c.payer, c.release, c.assigned, None, c.subscriber, c.relationship, c.plan, c.group, c.authorization, c.original))
    rows.sort(key=lambda r: "PST".find(r[0]))
    for line, (_, payer, release, assigned, paid, who, relationship, plan, group, authorization, original) in zip("abc", rows, strict=False):
        told = ((50, payer.name), (51, payer.number), (52, release), (53, assigned), (54, str(paid) if paid else ""), (58, _person(who)), (59, relationship), (60, who.number), (61, plan), (62, group), (63, authorization), (64, original))
        yield from ((f"{n}{line}", text) for n, text in told)


def _paid(c: Claim) -> int:
    return (c.patient_paid or 0) + sum(x.paid or 0 for x in c.coverages)


def _person(p: Party | None) -> str:
    return ", ".join(filter(None, (p.name, p.given, p.middle))) if p else ""


def _named(p: Party | None) -> str:
    return " ".join(filter(None, (p.given, p.middle, p.name))) if p else ""


def _street(a: Address | None) -> str:
    return " ".join(filter(None, (a.line, a.line2))) if a else ""


def _city(a: Address | None) -> str:
    return f"{a.city} {a.state} {_zip(a.postcode)}".strip() if a else ""


def _zip(said: str) -> str:
    return f"{said[:5]}-{said[5:]}" if len(said) == 9 else said


def _town(field: str, a: Address | None) -> tuple[tuple[str, str], ...]:
    return ((f"{field}.city", a.city), (f"{field}.state", a.state), (f"{field}.zip", _zip(a.postcode))) if a else ()


def _firm(field: str, p: Party | None) -> tuple[tuple[str, str], ...]:
    return ((f"{field}.name", p.name), (f"{field}.street", _street(p.address)), (f"{field}.city", _city(p.address))) if p else ()


def _birth(field: str, p: Party) -> tuple[tuple[str, str], ...]:
    day = ((f"{field}.month", f"{p.birth:%m}"), (f"{field}.day", f"{p.birth:%d}"), (f"{field}.year", f"{p.birth:%Y}")) if p.birth else ()
    return (*day, *(((f"{field}.{'male' if p.sex == 'M' else 'female'}", "X"),) if p.sex in ("M", "F") else ()))


def _yes(field: str, yes: bool) -> tuple[tuple[str, str], ...]:
    return ((f"{field}.{'yes' if yes else 'no'}", "X"),)


def _doctor(field: str, p: Party | None) -> tuple[tuple[str, str], ...]:
    return ((f"{field}.npi", p.number), (f"{field}.last", p.name), (f"{field}.first", p.given)) if p else ()


def _date(day: date | None, between: str = "") -> str:
    return f"{day:%m}{between}{day:%d}{between}{day:%y}" if day else ""


def _dollars(cents: int) -> str:
    """Dollars and cents, a blank between them: the form prints the line."""
    return f"{cents // 100} {cents % 100:02d}"
