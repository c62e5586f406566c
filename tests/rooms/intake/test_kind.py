"""The kind of a document, on charts of ours: the title decides, then headings and words; what is not sure is said to be so."""
from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from charthouse.flow.kinds import kinds
from charthouse.rooms.intake import KINDS, kinds_of, typed

SAMPLES = Path(__file__).parents[3] / "samples"
CASES = (
    ("discharge_summary", "NORTH HOSPITAL\nPatient: Erin Example   MRN 1001\nHOSPITAL DISCHARGE\nDate of admission: 03/02\nHospital course:\nShe did well."),
    ("discharge_summary", "Admit date: 3/2/26\nDischarge date: 3/6/26\nDischarge diagnosis: pneumonia\nBrief hospital course: IV antibiotics, then oral.\nDischarge medications: none\nCondition on discharge: good"),
    ("history_and_physical", "ADMISSION H&P\nCC: cough\nHPI: three days of cough.\nPlan: admit to medicine."),
    ("history_and_physical", "Reason for admission: chest pain\nAdmitting diagnosis: unstable angina\nHPI: pressure for two hours. He will be admitted to telemetry."),
    ("progress_note", "Hospitalist progress note\nS: slept well\nO: afebrile\nA/P: continue"),
    ("progress_note", "Medicine team B\nHospital day 3\nOvernight events: none\nA/P: wean oxygen"),
    ("operative_note", "Preoperative diagnosis: Cholelithiasis\nPostoperative diagnosis: Same\nSurgeon: Quill\nEBL: 20 mL\nThe abdomen was entered."),
    ("operative_note", "REPORT OF OPERATION\nDate of operation: 3/3/26"),
    ("procedure_note", "Colonoscopy report\nIndication: screening\nWithdrawal time: 9 minutes\nThe cecum was reached."),
    ("procedure_note", "BEDSIDE PROCEDURE\nParacentesis: consent obtained, 3 L removed"),
    ("consultation", "INPATIENT CONSULTATION\nReason for consult: atrial fibrillation"),
    ("consultation", "Nephrology\nRequesting physician: Dr. Quill\nReason for consultation: rising creatinine\nThank you for asking us to see this patient."),
    ("emergency_note", "ED Provider Note\nChief complaint: fall\nED course: films negative"),
    ("emergency_note", "Triage note: ESI 3\nMode of arrival: EMS\nCC: abdominal pain\nHPI: since noon\nED course: labs, fluids"),
    ("radiology_report", "CT ABDOMEN AND PELVIS WITH CONTRAST\nIndication: pain\nTechnique: axial images\nFindings: normal\nImpression: no acute disease"),
    ("radiology_report", "Exam: Chest\nComparison: none\nTechnique: two views of the chest\nFindings: clear\nImpression: normal"),
    ("pathology_report", "SURGICAL PATHOLOGY REPORT\nSpecimen received: gallbladder\nGross description: received in formalin"),
    ("pathology_report", "Specimen submitted: colon polyp\nGross description: a 4 mm fragment, submitted in toto\nMicroscopic description: tubular adenoma"),
    ("laboratory_report", "BASIC METABOLIC PANEL\nCollected: 3/2/26 07:10\nSodium 139 mmol/L reference range 135-145"),
    ("laboratory_report", "Accession: 88-1\nCollected: 3/2/26\nHemoglobin 10.1 L  (ref. range 12-16)"),
    ("face_sheet", "FACE SHEET\nName: Example, Erin\nGuarantor: self\nNext of kin: none\nPrimary insurance: Acme"),
    ("face_sheet", "North Hospital registration form\nEmergency contact: Pat Example\nSubscriber: same\nMarital status: single"),
    ("authorization", "AUTHORIZATION FOR RELEASE OF MEDICAL RECORDS\nI hereby authorize North Hospital to disclose"),
    ("authorization", "Prior authorization approved\nAuthorization number: 5\nServices: MRI"),
    ("consent", "INFORMED CONSENT FOR SURGERY\nI give my consent"),
    ("explanation_of_benefits", "Explanation of Benefits\nTHIS IS NOT A BILL\nAmount billed 100.00  Plan paid 80.00"),
    ("explanation_of_benefits", "Acme Health\nClaim number 7\nAmount allowed 60.00\nYour patient responsibility is 12.00. This is not a bill. You may owe this."),
    ("letter", "12 March 2026\n\nDear Dr. Quill,\n\nThank you for referring this pleasant woman.\n\nSincerely,\nDr. Lane"),
    ("letter", "To whom it may concern:\nErin Example was seen today and may return to work.\n\nKind regards"),
    ("nursing_note", "NURSING SHIFT ASSESSMENT\nPain scale: 2/10\nCall light in reach"),
    ("nursing_note", "0700 Fall risk: high\nBraden: 17\nBed in lowest position, side rails up, will continue to monitor."),
    ("anesthesia_record", "ANESTHESIA RECORD\nASA class: II\nInduction: propofol"),
    ("anesthesia_record", "Pre-anesthetic evaluation\nMallampati: II\nNPO since: midnight"),
    ("clinic_note", "Office visit\nCC: knee pain\nHPI: two months\nA/P: physical therapy"),
    ("clinic_note", "Chief complaint: follow-up of diabetes\nHPI: doing well at home.\nAssessment and plan: continue metformin"),
)  # fmt: skip


@pytest.mark.parametrize(("kind", "text"), CASES)
def test_a_document_is_of_the_kind_that_it_says(kind: str, text: str) -> None:
    said = typed(text, kinds())
    assert said.kind == kind
    assert said.sure
    assert said.evidence
    assert all(text[start:end].strip() for start, end in said.evidence)


@pytest.mark.parametrize("text", ["", "gout", "See attached.", "Scanned page 3"])
def test_what_says_nothing_is_not_sure(text: str) -> None:
    assert not typed(text, kinds()).sure


def test_two_kinds_in_one_are_not_sure() -> None:
    both = typed("DISCHARGE SUMMARY\nOPERATIVE REPORT\nHospital course:\nPostoperative diagnosis:", kinds())
    assert not both.sure


@pytest.mark.parametrize(("code", "kind"), [(("LN", "11504-8"), "operative_note"), (("http://loinc.org", "18842-5"), "discharge_summary"), (("L", "18842-5"), "clinic_note")])
def test_the_senders_loinc_code_decides(code: tuple[str, str], kind: str) -> None:
    assert typed("", kinds(), type_code=code).kind == kind


def test_the_senders_title_counts() -> None:
    assert typed("Feeling better.", kinds(), title="Progress Note").kind == "progress_note"


def test_the_samples_are_of_the_kinds_that_they_name() -> None:
    wrong, count = [], 0
    for folder in sorted(p for p in SAMPLES.iterdir() if (p / "encounter.toml").exists()):
        for named in tomllib.loads((folder / "encounter.toml").read_text(encoding="utf-8"))["documents"]:
            said = typed((folder / named["file"]).read_text(encoding="utf-8"), kinds())
            count += 1
            if named["kind"] in KINDS and (said.kind != named["kind"] or not said.sure):
                wrong.append((folder.name, named["file"], named["kind"], said.kind, said.confidence))
    assert count > 30
    assert wrong == []


def test_every_kind_has_cues_and_every_loinc_code_a_kind() -> None:
    table = kinds()
    assert {c.kind for c in table.cues} == set(KINDS)
    assert set(table.loinc.values()) <= set(KINDS)


@pytest.mark.parametrize("row", [("novel", "title", "0.5", "x"), ("letter", "margin", "0.5", "x"), ("letter", "title", "1.5", "x")])
def test_a_table_that_says_nonsense_is_refused(row: tuple[str, str, str, str]) -> None:
    with pytest.raises(ValueError, match="no such"):
        kinds_of([row], [])
