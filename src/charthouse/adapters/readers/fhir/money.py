"""What is billed: ChargeItem as a charge, Coverage as what a patient is insured by (FHIR R4, 13.5 and 13.1)."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from charthouse.adapters.readers.fhir.entries import SYSTEMS
from charthouse.adapters.readers.fhir.person import RANK, SEX, on
from charthouse.adapters.readers.fhir.shelf import Resource, Shelf, coding, day, dicts, word, words
from charthouse.record.received import Charge, Cover

NOT_BILLED = ("entered-in-error", "aborted", "not-billable")
REVENUE = "https://www.nubc.org/CodeSystem/RevenueCodes"
RELATIONSHIP = {"self": "18", "spouse": "01", "child": "19", "common": "53"}  # http://terminology.hl7.org/CodeSystem/subscriber-relationship to X12 element 1069


def charge(resource: Resource) -> Charge | None:
    """None for one that is not to be billed. `priceOverride` is the whole amount."""
    if word(resource, "status") in NOT_BILLED:
        return None
    codes = [(word(c, "system"), word(c, "code")) for c in dicts(resource, "code", "coding")]
    system, code = next(((s, c) for s, c in codes if s != REVENUE and c), ("", ""))
    return Charge(code=code.upper(), system=SYSTEMS.get(system, system), quantity=word(resource, "quantity", "value") or "1", amount=_cents(word(resource, "priceOverride", "value")), on=on(resource, "occurrenceDateTime", "occurrencePeriod", "enteredDate"),
                  diagnoses=tuple(coding(r)[1] for r in dicts(resource, "reason") if coding(r)[1]), revenue=next((c for s, c in codes if s == REVENUE), ""), number=word(resource, "identifier", "value") or word(resource, "id"))


def covers(shelf: Shelf, resources: Sequence[Resource]) -> tuple[Cover, ...]:
    """The first three that are active, by their order."""
    active = [r for r in resources if word(r, "status") in ("", "active")]
    active.sort(key=lambda r: int(o) if (o := word(r, "order")).isdigit() else 9)
    return tuple(replace(_cover(shelf, r), sequence=sequence) for sequence, r in zip("PST", active, strict=False))


def _cover(shelf: Shelf, r: Resource) -> Cover:
    classes = {word(c, "type", "coding", "code") or word(c, "type"): word(c, "value") for c in dicts(r, "class")}
    payer = shelf.follow(r, "payor")[1] or shelf.follow(r, "insurer")[1]
    holder = shelf.follow(r, "subscriber")[1]
    relationship = RELATIONSHIP.get(word(r, "relationship", "coding", "code"), "18" if not dicts(r, "relationship") else "G8")
    name = min(dicts(holder, "name"), key=lambda n: RANK.get(word(n, "use"), 2), default={}) if holder and relationship != "18" else {}
    home = next(iter(dicts(holder, "address")), {}) if holder else {}
    lines = [*words(home, "line"), "", ""]
    return Cover(
        payer=(word(payer, "name") if payer else "") or word(r, "payor", "display") or word(r, "insurer", "display"), payer_number=word(payer, "identifier", "value") if payer else "", member=word(r, "subscriberId") or word(r, "identifier", "value"), group=classes.get("group", ""),
        plan=classes.get("plan", ""), relationship=relationship, family=word(name, "family"), given=" ".join(words(name, "given")), birth_date=day(word(holder, "birthDate")) if holder and name else None, sex=SEX.get(word(holder, "gender"), "") if holder and name else "",
        line=lines[0], line2=lines[1], city=word(home, "city"), state=word(home, "state"), postcode=word(home, "postalCode"), since=day(word(r, "period", "start")), until=day(word(r, "period", "end")))


def _cents(said: str) -> int | None:
    try:
        return int((Decimal(said) * 100).quantize(Decimal(1), ROUND_HALF_UP)) if said and len(said) < 16 else None
    except InvalidOperation:
        return None
