"""What the tests of the chart room share: a complete surgical stay, a document, the tables."""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from charthouse.bootstrap.chart import table
from charthouse.record.chart import Chart, Encounter
from charthouse.record.deficiency import Deficiency
from charthouse.record.document import Document, Patient
from charthouse.record.filing import Visit
from charthouse.rooms.chart import assemble, deficiencies, elements, requirements
from charthouse.rooms.intake import from_text

REQUIRED = requirements(table("deficiencies.tsv", 12))
LAW = tuple(r for r in REQUIRED if r.authority == "law")
SAID = elements(table("elements.tsv", 5))
STAY = Visit(patient="p", facility="north", setting="inpatient", admitted=datetime(2026, 3, 10, 7), discharged=datetime(2026, 3, 13, 11), attending="Dr. Ann Miller")
TODAY = date(2026, 3, 20)
SIGNED = "\nElectronically signed by Ann Miller MD"
HP = "HISTORY AND PHYSICAL\nOsteoarthritis of the right knee. Right knee replacement today." + SIGNED
OP = """OPERATIVE REPORT
Patient: Erin Example   Date of operation: 10 March 2026
Preoperative diagnosis: Osteoarthritis, right knee
Postoperative diagnosis: Same
Procedure: Right total knee arthroplasty
Surgeon: Ann Miller MD
Assistant: none
Anaesthesia: general
Findings: worn cartilage. EBL: 200 mL. Specimens: none. Complications: none.
Description: Midline incision, components cemented.""" + SIGNED
SUMMARY = """DISCHARGE SUMMARY
Admitted 10 March 2026, discharged 13 March 2026
Reason for admission: knee pain. Final diagnosis: osteoarthritis of the right knee.
Hospital course: knee replaced. Condition at discharge: good. Disposition: home.
Instructions: call for fever. Follow up in two weeks.""" + SIGNED
WHOLE = {
    "history_and_physical": (HP, date(2026, 3, 10)), "operative_note": (OP, date(2026, 3, 10)), "discharge_summary": (SUMMARY, date(2026, 3, 14)),
    "consent": ("INFORMED CONSENT for right knee replacement. Signed: Erin Example", date(2026, 3, 9)),
    "anesthesia_evaluation": ("Pre-anaesthesia evaluation" + SIGNED, date(2026, 3, 9)), "anesthesia_record": ("Anaesthesia record" + SIGNED, date(2026, 3, 10)),
    "postanesthesia_evaluation": ("Post-anaesthesia evaluation" + SIGNED, date(2026, 3, 11))}


def document(kind: str, text: str, on: date | None = None, **more: object) -> Document:
    return replace(from_text(text, id=kind, kind=kind, author="Dr. Ann Miller", service_date=on), **more)  # type: ignore[arg-type]


def whole(*, without: Iterable[str] = (), **other: tuple[str, date | None]) -> list[Document]:
    """The documents of the complete stay, some left out or put in place of others."""
    made: dict[str, tuple[str, date | None]] = {**WHOLE, **other}
    return [document(kind, *said) for kind, said in made.items() if kind not in without]


def chart(documents: list[Document], visit: Visit = STAY, **more: object) -> Chart:
    on = (visit.discharged or visit.admitted).date()
    return assemble(Encounter(id="e", setting=visit.setting, on=on, admitted=visit.admitted.date(), patient=Patient(), **more), documents)  # type: ignore[arg-type]


def lacks(documents: list[Document], visit: Visit = STAY, *, today: date = TODAY, table: tuple = LAW, **more: object) -> list[Deficiency]:  # type: ignore[type-arg]
    return list(deficiencies(chart(documents, visit, **more), visit, table, SAID, today))


def rules(found: Iterable[Deficiency]) -> list[str]:
    return [d.ruling.rule for d in found]
