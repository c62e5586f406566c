"""Charges and coded entries of HL7 v2: FT1 (chapter 6), DG1 and PR1 (chapter 6), AL1 (chapter 3), RXA (chapter 4A)."""
from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from charthouse.adapters.readers.tables import system
from charthouse.adapters.wire.hl7 import Message, Segment
from charthouse.adapters.wire.hl7_time import day_of
from charthouse.record.received import Charge, Entry

_MONEY = re.compile(r"[+-]?\d{1,12}(?:\.\d{0,6})?", re.A)
_CODED = frozenset({"DG1", "PR1", "AL1", "RXA"})
_DIAGNOSIS = {"A": "admitting", "W": "working", "F": "final"}  # HL7 table 0052


def charges(message: Message, notes: list[str]) -> tuple[Charge, ...]:
    """FT1 of type CG (charge) and CD (credit); payments and adjustments (PY, AJ) are told."""
    found = []
    for ft1 in message.segments:
        if ft1.name != "FT1":
            continue
        kind = message.at(ft1, 6).upper()
        if kind in ("", "CG", "CD"):
            found.append(_charge(message, ft1, kind, notes))
        else:
            notes.append(f"FT1 in line {ft1.line} is no charge and no credit")
    return tuple(found)


def _charge(message: Message, ft1: Segment, kind: str, notes: list[str]) -> Charge:
    part, at = message.part, message.at
    coded = ft1(25) if at(ft1, 25) else ft1(7)
    modifiers = (part(m) for m in message.repeated(ft1(26)))
    revenue = next((part(f) for f in (ft1(7), ft1(25)) if system(part(f, 3)) == "https://www.nubc.org/CodeSystem/RevenueCodes"), "")
    return Charge(
        code=part(coded), system=system(part(coded, 3)), quantity=at(ft1, 10) or "1", amount=_amount(message, ft1, notes), on=day_of(at(ft1, 4)),
        modifiers=tuple(filter(None, modifiers)), diagnoses=tuple(filter(None, (part(d) for d in message.repeated(ft1(19))))), revenue=revenue, number=at(ft1, 2),
        kind="credit" if kind == "CD" else "charge")


def _amount(message: Message, ft1: Segment, notes: list[str]) -> int | None:
    """FT1-11, the extended amount; else FT1-12, of one, times FT1-10. In cents."""
    whole, one, times = (message.at(ft1, n) for n in (11, 12, 10))
    said = whole or one
    if not said:
        return None
    if not _MONEY.fullmatch(said) or (not whole and times and not _MONEY.fullmatch(times)):
        notes.append(f"FT1 in line {ft1.line} has an amount that is no number")
        return None
    amount = Decimal(said) if whole else Decimal(one) * Decimal(times or "1")
    return int((amount * 100).quantize(Decimal(1), ROUND_HALF_UP))


def entries(message: Message) -> Iterator[Entry]:
    """Diagnoses, procedures, allergies and immunizations that stand in segments of their own."""
    at = message.at
    for s in message.segments:
        if s.name not in _CODED:
            continue
        if s.name == "DG1" and (at(s, 3) or at(s, 4)):
            yield Entry(kind="diagnosis", system=system(at(s, 3, 3) or at(s, 2)), code=at(s, 3), display=at(s, 3, 2) or at(s, 4), on=day_of(at(s, 5)),
                        status=_DIAGNOSIS.get(at(s, 6).upper(), at(s, 6)))
        elif s.name == "PR1" and (at(s, 3) or at(s, 4)):
            yield Entry(kind="procedure", system=system(at(s, 3, 3) or at(s, 2)), code=at(s, 3), display=at(s, 3, 2) or at(s, 4), on=day_of(at(s, 5)))
        elif s.name == "AL1" and (at(s, 3) or at(s, 3, 2)):
            yield Entry(kind="allergy", system=system(at(s, 3, 3)), code=at(s, 3), display=at(s, 3, 2), value=at(s, 5), on=day_of(at(s, 6)), status=at(s, 4))
        elif s.name == "RXA" and (at(s, 5) or at(s, 5, 2)):
            yield Entry(kind="immunization", system=system(at(s, 5, 3)), code=at(s, 5), display=at(s, 5, 2), on=day_of(at(s, 3)), status=at(s, 20))
