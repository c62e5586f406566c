"""A claim made of what the record holds of a visit: registration, coverage, coding, charges, and what persons said to mend it."""
from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from charthouse.record.billing import BillingFacility, BillingSite, Charged, CodedFor, Material, Mend, Payer, Service
from charthouse.record.claim import Address, Adjudged, Attachment, Claim, Coded, Coverage, Form, Line, Occurrence, Party, Valued
from charthouse.record.received import Charge, Cover
from charthouse.record.remittance import PaidClaim
from charthouse.record.ruling import Ruling

EM = re.compile(r"99(?:20[2-5]|21[1-5]|28[1-5])")  # office visits and emergency department visits: the families whose level is coded from the record
MANY = 4  # diagnoses that a line points to


def assembled(id: str, m: Material, coded: CodedFor, site: BillingSite, mends: Sequence[Mend] = (), *, original: str = "", frequency: str = "1") -> tuple[Claim, tuple[Ruling, ...]]:
    """The claim to the first payer, and what was seen in making it (warnings). The visit is one that `held` lets through: facility and payer are there."""
    facility = site.facilities[m.visit.facility]
    said = {x.field: x.value for x in mends}
    cover = _cover(m, said)
    payer = site.payer(said.get("payer") or cover.payer_number or cover.payer or m.visit.payer) or site.payer(cover.payer)
    assert payer is not None
    form: Form = "institutional" if m.visit.setting == "inpatient" or facility.outpatient else "professional"
    inpatient = m.visit.setting == "inpatient"
    diagnoses = coded.diagnoses if form == "institutional" else (*coded.diagnoses, *coded.external)
    if not inpatient:
        diagnoses = tuple(replace(d, poa="") for d in diagnoses)
    lines, seen = _lines(m, coded, site, diagnoses, form, inpatient)
    patient, subscriber = _people(m, cover, said)
    claim = Claim(
        id=id, form=form, billing=facility.billing, subscriber=subscriber, patient=patient, relationship=cover.relationship, group=cover.group, plan=cover.plan, payer=_payer(payer), charge=sum(line.charge for line in lines), place=_place(facility, inpatient, form),
        lines=lines, frequency=frequency, original=original, filing=payer.filing, authorization=cover.authorization, record=next((v for _, v in m.registration.identifiers), ""),
        principal=diagnoses[0] if diagnoses else None, others=diagnoses[1:], external=coded.external if form == "institutional" else (), facility=facility.service)
    attending = site.providers.get(m.visit.attending)
    if form == "professional":
        claim = replace(claim, rendering=attending)
    else:
        first = m.visit.admitted
        claim = replace(claim, attending=attending, operating=site.providers.get(coded.operating) if coded.procedures else None, since=first.date(), until=m.visit.day, admitted_at=first.replace(tzinfo=None) if inpatient else None, discharged_at=f"{m.visit.discharged:%H%M}" if inpatient and m.visit.discharged else "",
                        discharge_status=m.visit.discharge_status or "01", admission_type=m.visit.admission_type, admission_source=m.visit.admission_source)
    if inpatient:
        first_of = coded.procedures[0] if coded.procedures else None
        claim = replace(claim, drg=coded.drg, procedure=first_of, procedures=coded.procedures[1:])
        if diagnoses and not said.get("admitting"):
            claim = replace(claim, admitting=diagnoses[0].code)
            seen = (*seen, _seen("coding/admitting", "No admitting diagnosis was told: the principal one stands for it", "UB-04 FL 69", diagnoses[0].code))
    if attending is None and m.visit.attending:
        seen = (*seen, _seen("registration/provider", "billing.toml has no provider of the name that the record gives", "45 CFR 162.410", ""))
    for field, value in said.items():
        if field == "referring":
            claim = replace(claim, referring=site.providers.get(value.strip()))
        elif field in MENDS:
            claim = MENDS[field](claim, value)
    return claim, seen


def for_next_payer(id: str, first: Claim, paid: Sequence[PaidClaim], cover: Cover, payer: Payer) -> Claim:
    """The claim to the next payer, with what the first one decided of it (coordination of benefits)."""
    on = paid[-1]
    adjusted = tuple(a for p in paid for a in p.adjustments)
    by = {line.control: tuple(x for p in paid for x in p.lines if x.control == line.control) for line in first.lines}
    lines = tuple(replace(line, adjudged=tuple(Adjudged(
        payer=first.payer.number, paid=x.paid, code_kind=x.code_kind or "HC", code=x.code, modifiers=x.modifiers, revenue=x.revenue, units=x.units or line.units, adjustments=x.adjustments, on=on.received or x.on or line.on) for x in by[line.control])) for line in first.lines)
    due = sum(p.patient_due for p in paid)
    before = Coverage(sequence="P", payer=first.payer, subscriber=replace(first.subscriber, birth=None, sex="", tax_number=""), relationship=first.relationship, group=first.group, plan=first.plan, filing=first.filing, adjustments=adjusted, paid=sum(p.paid for p in paid), remaining=due)
    # the person is the same, the number is that of the next coverage; a subscriber who is somebody else is told by the coverage
    subscriber = replace(_subscriber(cover, first.patient or first.subscriber), number=cover.member)
    patient = replace(first.patient or first.subscriber, number="", number_kind="") if cover.relationship != "18" else None
    return replace(first, id=id, sequence="S", payer=_payer(payer), filing=payer.filing, subscriber=subscriber, patient=patient, relationship=cover.relationship, group=cover.group, plan=cover.plan, authorization=cover.authorization, lines=lines, coverages=(before,), frequency="1", original="")


def _payer(payer: Payer) -> Party:
    return Party(name=payer.name, number_kind="PI", number=payer.number)


def _place(facility: BillingFacility, inpatient: bool, form: Form) -> str:
    return facility.inpatient if inpatient else facility.outpatient if form == "institutional" else facility.place


def _cover(m: Material, said: Mapping[str, str]) -> Cover:
    day = m.visit.day
    found = next((c for c in m.covers if c.sequence == "P" and (c.since is None or c.since <= day) and (c.until is None or day <= c.until)), None)
    found = found or next((c for c in m.covers if (c.since is None or c.since <= day) and (c.until is None or day <= c.until)), Cover(payer=m.visit.payer))
    return replace(found, member=said.get("member") or found.member, group=said.get("group") or found.group)


def _people(m: Material, cover: Cover, said: Mapping[str, str]) -> tuple[Party | None, Party]:
    r = m.registration
    given, _, middle = r.given.partition(" ")
    address = _of_registration(r.address, r.postcode)
    if "address" in said:  # street; city; state; ZIP
        street, city, state, postcode, *_ = [*(x.strip() for x in said["address"].split(";")), "", "", "", ""]
        address = Address(line=street, city=city, state=state.upper(), postcode=postcode.replace("-", ""))
    self_ = Party(name=r.family, given=given, middle=middle[:25], person=True, address=address, birth=r.birth_date, sex=r.sex or "U")
    if cover.relationship == "18":
        own = _address(cover)
        return None, replace(self_, number_kind="MI", number=cover.member, address=address if address and address.city else own or address)
    return self_, replace(_subscriber(cover, self_), number=cover.member)


def _subscriber(cover: Cover, self_: Party) -> Party:
    if cover.relationship == "18" or not cover.family:
        return replace(self_, number_kind="MI")
    given, _, middle = cover.given.partition(" ")
    return Party(name=cover.family, given=given, middle=middle[:25], person=True, number_kind="MI", address=_address(cover) or self_.address, birth=cover.birth_date, sex=cover.sex or "U")


def _address(cover: Cover) -> Address | None:
    return Address(line=cover.line, line2=cover.line2, city=cover.city, state=cover.state.upper(), postcode=cover.postcode.replace("-", "")) if cover.line and cover.city else None


def _of_registration(said: str, postcode: str) -> Address | None:
    """"12 Oak Street, Suite 4, Boston, MA" as readers put it together; what is not of this form stays one line, and the scrub asks for the rest."""
    parts = [p.strip() for p in said.split(",") if p.strip()]
    if not parts:
        return None
    if len(parts) > 3 and parts[-1].upper() in ("US", "USA"):
        parts = parts[:-1]
    if len(parts) >= 3 and re.fullmatch(r"[A-Za-z]{2}", parts[-1]):
        return Address(line=parts[0], line2=", ".join(parts[1:-2]), city=parts[-2], state=parts[-1].upper(), postcode=postcode.replace("-", ""))
    return Address(line=", ".join(parts), postcode=postcode.replace("-", ""))


def _lines(m: Material, coded: CodedFor, site: BillingSite, diagnoses: Sequence[Coded], form: Form, inpatient: bool) -> tuple[tuple[Line, ...], tuple[Ruling, ...]]:
    """Charges less their credits; coded services that nobody charged, where the site has a fee for them."""
    seen: list[Ruling] = []
    lines: list[Line] = []
    place = {d.code: n for n, d in enumerate(diagnoses, 1)}
    everything = tuple(range(1, min(len(diagnoses), MANY) + 1))
    for (code, modifiers, revenue, on), (units, amount, pointed) in _netted(m.charges).items():
        fee = site.fees.get(code)
        if amount is None:
            amount = int(fee.amount * units) if fee else 0
            if not fee:
                seen.append(_seen("charge/price", "The charge has no amount, and billing.toml no fee for the code", "UB-04 FL 47; CMS-1500 item 24F", code, "error"))
        pointers = tuple(place[d] for d in pointed if d in place)[:MANY] or everything
        lines.append(Line(charge=amount, code=code if _procedure(code) else "", modifiers=modifiers, revenue=_four(revenue or (fee.revenue if fee else "")) if form == "institutional" else "", units=units, pointers=pointers if form == "professional" else (),
                          on=on if not inpatient else None))
    charged = {line.code for line in lines}
    for s in coded.services if not inpatient else ():
        lines, found = _coded_service(s, lines, charged, site, m, everything if form == "professional" else (), form)
        seen += found
    return tuple(replace(line, control=str(n)) for n, line in enumerate(lines, 1)), tuple(seen)


def _coded_service(s: Service, lines: list[Line], charged: set[str], site: BillingSite, m: Material, pointers: tuple[int, ...], form: Form) -> tuple[list[Line], list[Ruling]]:
    if s.code in charged:
        return lines, []
    other = next((c for c in sorted(charged) if EM.fullmatch(c) and EM.fullmatch(s.code) and c[:4] == s.code[:4]), None)
    if other:
        return lines, [_seen("coding/level", f"{other} is charged, and {s.code} is coded from the record", "45 CFR 162.1002; CPT E/M guidelines as of 2023", other)]
    fee = site.fees.get(s.code)
    if fee is None:
        return lines, [_seen("charge/not-charged", "It is coded from the record, and nobody charged it", "UB-04 FL 44; CMS-1500 item 24D", s.code)]
    line = Line(charge=fee.amount * s.units, code=s.code, revenue=_four(fee.revenue) if form == "institutional" else "", units=Decimal(s.units), pointers=pointers, on=s.on or m.visit.day)
    return [*lines, line], []


def _netted(charges: Sequence[Charged]) -> dict[tuple[str, tuple[str, ...], str, date | None], tuple[Decimal, int | None, tuple[str, ...]]]:
    """By code, modifiers, revenue code and day: (units, amount, diagnoses), credits taken off; what comes to nothing is left out."""
    sums: dict[tuple[str, tuple[str, ...], str, date | None], tuple[Decimal, int | None, tuple[str, ...]]] = {}
    for c in (x.charge for x in charges):
        sign = -1 if c.kind == "credit" else 1
        key = (c.code, c.modifiers, c.revenue, c.on)
        units, amount, pointed = sums.get(key, (Decimal(0), 0, ()))
        total = None if amount is None or c.amount is None else amount + sign * abs(c.amount)
        sums[key] = units + sign * _quantity(c), total, tuple(dict.fromkeys((*pointed, *c.diagnoses)))
    return {key: value for key, value in sums.items() if value[0] > 0}


def _quantity(c: Charge) -> Decimal:
    try:
        said = abs(Decimal(c.quantity or "1"))
        return said if said.is_finite() and said else Decimal(1)
    except InvalidOperation:
        return Decimal(1)


def _procedure(code: str) -> bool:
    """A code of CPT or HCPCS; others are the site's own charge numbers."""
    return re.fullmatch(r"[A-Z0-9]\d{3}[A-Z0-9]", code) is not None


def _four(revenue: str) -> str:
    return revenue.zfill(4) if revenue else ""


def _seen(rule: str, message: str, citation: str, subject: str, verdict: str = "warning") -> Ruling:
    return Ruling(rule=f"claim/{rule}", verdict=verdict, message=message, citation=citation, subject=subject)  # type: ignore[arg-type]


# -- what a person may say to mend a claim: field, and how it is put there -----------------------------------------------------------


def _put(name: str) -> Callable[[Claim, str], Claim]:
    def put(claim: Claim, value: str) -> Claim:
        said: dict[str, Any] = {name: value.strip()}
        return replace(claim, **said)

    return put


def _words(value: str) -> Iterator[str]:
    return (w for w in re.split(r"[,\s]+", value.strip().upper()) if w)


def _values(claim: Claim, value: str) -> Claim:
    """"80=4, A1=120.50": value code = amount."""
    pairs = [w.partition("=") for w in _words(value)]
    return replace(claim, values=tuple(Valued(code=code, amount=round(float(amount) * 100)) for code, _, amount in pairs if re.fullmatch(r"\d{1,9}(\.\d{1,2})?", amount)))


def _occurrences(claim: Claim, value: str) -> Claim:
    """"11=2026-03-02": occurrence code = day."""
    pairs = [(code, _day(day)) for code, _, day in (w.partition("=") for w in _words(value))]
    return replace(claim, occurrences=tuple(Occurrence(code=code, on=day) for code, day in pairs if day))


def _accident(claim: Claim, value: str) -> Claim:
    """"MA 2026-03-02": state and day of an auto accident."""
    state, _, day = value.strip().upper().partition(" ")
    return replace(claim, cause="AA", accident_state=state, accident=_day(day))


def _modifier(claim: Claim, value: str) -> Claim:
    """"2=59": a modifier for line 2."""
    put = [w.partition("=") for w in _words(value)]
    lines = list(claim.lines)
    for n, _, modifier in put:
        if n.isdigit() and 1 <= int(n) <= len(lines) and modifier and modifier not in lines[int(n) - 1].modifiers:
            line = lines[int(n) - 1]
            lines[int(n) - 1] = replace(line, modifiers=(*line.modifiers, modifier))
    return replace(claim, lines=tuple(lines))


def _attachments(claim: Claim, value: str) -> Claim:
    """"OZ EL ACN-77, 77 FX ACN-78": report type, how it is sent, and the number on it (275)."""
    rows = [w.split() for w in value.strip().upper().split(",") if w.strip()]
    return replace(claim, attachments=tuple(Attachment(kind=r[0], by=r[1], number=r[2]) for r in rows if len(r) == 3))


def _day(said: str) -> date | None:
    try:
        return datetime.strptime(said.strip(), "%Y-%m-%d").date()
    except ValueError:
        return None


MENDS: dict[str, Callable[[Claim, str], Claim]] = {
    "authorization": _put("authorization"), "referral": _put("referral"), "admission_type": _put("admission_type"), "admission_source": _put("admission_source"), "discharge_status": _put("discharge_status"), "admitting": _put("admitting"), "clia": _put("clia"),
    "note": _put("note"), "conditions": lambda c, v: replace(c, conditions=tuple(_words(v))), "values": _values, "occurrences": _occurrences, "accident": _accident, "modifier": _modifier, "attachments": _attachments}
ALSO_MENDS = ("member", "group", "payer", "address", "referring")  # of registration: they act before the claim is made
