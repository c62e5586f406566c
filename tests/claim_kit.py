"""Claims over every loop that is written, made by chance from a seed; all of it invented."""
from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from charthouse.record.claim import (
    Address,
    Adjudged,
    Adjustment,
    Attachment,
    Claim,
    Coded,
    Contact,
    Coverage,
    Form,
    Line,
    Occurrence,
    Party,
    Performed,
    Sent,
    Valued,
)

CODES = ("E11.9", "I10", "J18.9", "N18.30", "I50.23", "E78.5", "M54.50", "K35.80", "J44.1", "N39.0", "F32.A", "Z79.4", "R07.9", "E66.9", "G47.33", "D64.9", "I48.91", "K21.9", "J45.909", "E03.9")
PCS = ("0DTJ4ZZ", "5A1935Z", "02703DZ", "0SRD0J9", "3E0G76Z")
SERVICES = ("99213", "99214", "G0439", "36415", "93000", "J1885", "80053", "71046")


def npi(chance: random.Random) -> str:
    """One whose check digit holds."""
    nine = "1" + "".join(str(chance.randrange(10)) for _ in range(8))
    total = sum(d if k % 2 else sum(divmod(2 * d, 10)) for k, d in enumerate(int(x) for x in reversed("80840" + nine)))
    return nine + str(-total % 10)


class Maker:
    def __init__(self, seed: int, form: Form) -> None:
        self.chance, self.form, self.number = random.Random(seed), form, 0
        self.billing = self.organization("Harbor Clinic" if form == "professional" else "Harbor Hospital", "207R00000X" if form == "professional" else "282N00000X")

    def some(self, *of: object) -> object:
        return self.chance.choice(of)

    def maybe(self, made: object, often: float = 0.4, otherwise: object = None) -> object:
        return made if self.chance.random() < often else otherwise

    def address(self, *, nine: bool = False) -> Address:
        return Address(line=f"{self.chance.randrange(1, 999)} Oak Street", line2=str(self.maybe("Suite 4", otherwise="")), city="Boston", state="MA", postcode="02118" + ("0001" if nine else ""))

    def organization(self, name: str, taxonomy: str = "") -> Party:
        return Party(name=name, number_kind="XX", number=npi(self.chance), taxonomy=taxonomy, tax_number="123456789", address=self.address(nine=True), contact=Contact(name="Billing Office", phone="6175550100"))

    def clinician(self, taxonomy: str = "") -> Party:
        return Party(name=str(self.some("Okonkwo", "Brannigan", "Nuñez", "O'Hara")), given="Ann", middle=str(self.maybe("Q", otherwise="")), person=True, number_kind="XX", number=npi(self.chance), taxonomy=taxonomy)

    def patient(self, *, member: bool) -> Party:
        return Party(name=str(self.some("Wrenfield", "Ferreira-Quist", "Müller")), given=str(self.some("Tobias", "Zoë")), suffix=str(self.maybe("Jr", 0.1, "")), person=True, number_kind="MI" if member else "", number=f"W{self.chance.randrange(10**8)}" if member else "",
                     address=self.address(), birth=date(1950, 1, 1) + timedelta(days=self.chance.randrange(20_000)), sex=str(self.some("F", "M")))

    def payer(self) -> Party:
        return Party(name="Example Health Plan", number_kind="PI", number=str(self.chance.randrange(10_000, 99_999)))

    def coverage(self, charge: int, line: Line) -> tuple[Coverage, Line]:
        """A payer that came first, whose decision comes to the charge."""
        payer, paid = self.payer(), charge // 2
        subscriber = replace(self.patient(member=True), birth=None, sex="", suffix="")
        rest = charge - paid
        if self.chance.random() < 0.5:
            return Coverage(sequence="P", payer=payer, subscriber=subscriber, filing="CI", paid=paid, remaining=rest, signature="P" if self.form == "professional" else "", adjustments=(Adjustment(group="CO", reason="45", amount=rest // 3), Adjustment(group="PR", reason="1", amount=rest - rest // 3))), line
        share = Adjudged(payer=payer.number, paid=line.charge // 2, code=line.code, code_kind="HC", modifiers=line.modifiers, revenue=line.revenue, units=line.units, adjustments=(Adjustment(group="CO", reason="45", amount=line.charge - line.charge // 2),), on=date(2026, 3, 20))
        return Coverage(sequence="P", payer=payer, subscriber=subscriber, filing="CI", paid=charge - sum(a.amount for a in share.adjustments), group="GRP7", relationship="18"), replace(line, adjudged=(share,))

    def claim(self) -> Claim:
        self.number += 1
        codes = self.chance.sample(CODES, self.chance.randrange(1, 13))
        admitted = datetime(2026, 3, 1, 8, 5) + timedelta(days=self.chance.randrange(20))
        inpatient = self.form == "institutional" and self.chance.random() < 0.6
        until = admitted.date() + timedelta(days=self.chance.randrange(1, 9)) if inpatient else admitted.date()
        lines = tuple(self.line(n, len(codes), admitted.date(), inpatient) for n in range(1, self.chance.randrange(2, 8)))
        charge = sum(line.charge for line in lines)
        coverages: tuple[Coverage, ...] = ()
        if self.chance.random() < 0.3 and lines[0].code:
            other, first = self.coverage(charge, lines[0])
            coverages, lines = (other,), (first, *lines[1:])
        own = self.chance.random() < 0.7
        patient = self.patient(member=False)
        poa = [("" if c == "Z79.4" else str(self.some("Y", "N", "U", "W"))) if inpatient else "" for c in codes]
        subscriber = self.patient(member=True)
        frequency = str(self.some("1", "1", "1", "7", "8"))
        shared: dict[str, object] = {
            "id": f"C{self.number:06d}", "form": self.form, "billing": self.billing, "subscriber": subscriber, "payer": self.payer(), "charge": charge, "lines": lines, "frequency": frequency, "original": "ICN12345" if frequency != "1" else "",
            "pay_to": self.maybe(Address(line="PO Box 9", city="Boston", state="MA", postcode="021180009"), 0.2), "sequence": "S" if coverages else "P", "relationship": "18" if own else str(self.some("01", "19")), "patient": None if own else patient,
            "group": self.maybe("GRP1", otherwise=""), "filing": str(self.some("CI", "MB", "MC", "BL")), "authorization": self.maybe("AUTH77", otherwise=""), "referral": self.maybe("REF88", 0.2, ""), "record": f"CH-{self.number}",
            "attachments": self.maybe((Attachment(kind="OZ", by="EL", number=f"ATT{self.number}"),), 0.2, ()), "note": self.maybe("Seen again: see record", 0.2, ""), "principal": Coded(code=codes[0], poa=poa[0]), "others": tuple(Coded(code=c, poa=p) for c, p in zip(codes[1:], poa[1:], strict=True)),
            "conditions": self.maybe(("09",), 0.2, ()), "referring": self.maybe(self.clinician(), 0.3), "coverages": coverages}
        if self.form == "professional":
            accident = self.maybe("AA", 0.15, "")
            shared |= {"place": str(self.some("11", "22", "23")), "rendering": self.clinician("207R00000X"), "supervising": self.maybe(self.clinician(), 0.1), "facility": self.maybe(replace(self.organization("Harbor Annex"), tax_number="", contact=None), 0.3), "onset": self.maybe(date(2026, 2, 1), 0.2),
                       "cause": accident, "accident_state": "MA" if accident else "", "accident": date(2026, 2, 2) if accident else None, "patient_paid": self.maybe(2500, 0.2), "clia": self.maybe("22D1234567", 0.1, "")}
        else:
            shared |= {"place": "11" if inpatient else "13", "attending": self.clinician("207R00000X"), "operating": self.maybe(self.clinician(), 0.3), "rendering": self.maybe(self.clinician(), 0.2), "since": admitted.date(), "until": until, "admitted_at": admitted if inpatient else None, "discharged_at": "1130" if inpatient else "",
                       "admission_type": "1" if inpatient else "3", "note_kind": "UPI", "admission_source": "1", "discharge_status": "01", "admitting": "R07.9" if inpatient else "", "visit_reasons": () if inpatient else ("R07.9",), "drg": "291" if inpatient else "",
                       "external": self.maybe((Coded(code="W01.0XXA", poa="Y" if inpatient else ""),), 0.2, ()), "procedure": Performed(code=PCS[0], on=admitted.date()) if inpatient else None, "procedures": tuple(Performed(code=c, on=admitted.date()) for c in PCS[1:3]) if inpatient else (),
                       "spans": self.maybe((Occurrence(code="74", on=admitted.date(), until=until),), 0.2, ()), "occurrences": self.maybe((Occurrence(code="11", on=date(2026, 2, 28)),), otherwise=()), "values": self.maybe((Valued(code="80", amount=400),), otherwise=()), "facility": self.maybe(replace(self.organization("Harbor Annex"), tax_number="", contact=None), 0.2),
                       "patient_due": self.maybe(5000, 0.2)}
        return Claim(**shared)  # type: ignore[arg-type]

    def line(self, number: int, codes: int, on: date, inpatient: bool) -> Line:
        drug = self.chance.random() < 0.15
        common: dict[str, object] = {"charge": self.chance.randrange(500, 500_000), "units": Decimal(self.chance.randrange(1, 9)), "control": str(number), "note": self.maybe("Unlisted", 0.1, ""),
                                     "drug": "00071015523" if drug else "", "drug_units": Decimal("1.5") if drug else None, "drug_unit": "ML" if drug else "", "prescription": f"RX{number}" if drug else ""}
        if self.form == "professional":
            return Line(code=str(self.some(*SERVICES)), modifiers=tuple(self.chance.sample(("25", "59", "LT", "GT"), self.chance.randrange(3))), place=str(self.maybe("11", 0.2, "")), pointers=tuple(range(1, 1 + self.chance.randrange(1, min(4, codes) + 1))), on=on,
                        until=on + timedelta(days=1) if self.chance.random() < 0.2 else None, emergency=self.chance.random() < 0.1, authorization=str(self.maybe("LAUTH", 0.1, "")), rendering=self.maybe(self.clinician("207R00000X"), 0.1), **common)  # type: ignore[arg-type]
        return Line(revenue="0120" if inpatient else "0450", code="" if inpatient else str(self.some(*SERVICES)), on=None if inpatient else on, **common)  # type: ignore[arg-type]


def sent(seed: int, form: Form, number: int) -> Sent:
    maker = Maker(seed, form)
    return Sent(form=form, submitter=Party(name="Harbor Billing", number_kind="46", number="SUB1", contact=Contact(name="Help Desk", phone="6175550100", extension="12")), receiver=Party(name="Clearing House", number_kind="46", number="CH1"), sender="SUB1", recipient="CH1",
                at=datetime(2026, 4, 5, 9, 30), interchange=seed + 1, group=seed + 1, usage="T", claims=tuple(maker.claim() for _ in range(number)))
