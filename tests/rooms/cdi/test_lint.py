"""The linter on queries as they are written: compliant ones pass, and each of the others is wrong in one way and found so."""
from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from charthouse import bootstrap
from charthouse.adapters.storage.codebook import SqliteCodeBook
from charthouse.flow.queries import documented_in, named_in
from charthouse.flow.tables import rows
from charthouse.record.document import Span
from charthouse.record.query import Draft, Indicator
from charthouse.rooms.cdi import CITATION, compose, conditions, lint

RECORD = """Progress note 03-03
Heart failure, on IV furosemide 80 mg bid. EF 25%. BNP 2400. Edema to the knees.
SpO2 84% on room air, RR 32, accessory muscle use; placed on BiPAP.
Creatinine 2.4, baseline 1.0. Urine output 15 mL/h. AKI versus CKD per nephrology.
WBC 18.2, temp 39.1, lactate 3.4, blood cultures grew E. coli. Urinary tract infection. Ceftriaxone.
Sodium 121. Confused, not oriented to place. Hgb 6.9 after hip surgery, transfused 2 units; baseline 12.
Pneumonia, right lower lobe consolidation, Klebsiella in sputum. Sacral pressure ulcer, wound 4 cm with slough. Albumin 2.1, lost 12 kg in 3 months, dietitian follows.
Type 2 diabetes mellitus. Neuropathy of both feet. Hypertension. Atrial fibrillation. Encephalopathy, likely from sepsis per neurology; hospitalist: sepsis ruled out.
Chest pain. Troponin 2.1. Respiratory failure. BMI 41. COPD with wheeze on prednisone. Stroke in 2019 with left arm weakness.
"""
CLOSE = ("Other (please state)", "Unable to determine")


def quoted(*texts: str) -> tuple[Indicator, ...]:
    return tuple(Indicator(span=Span(document="d1", start=RECORD.index(t), end=RECORD.index(t) + len(t), text=t), label="Progress note, 2026-03-03") for t in texts)


def query(kind: str, form: str, title: str, question: str, options: tuple[str, ...], *indicators: str, **more: Any) -> Draft:
    offered = (*options, *CLOSE) if form == "choice" else ("Yes", "No", *CLOSE) if form == "yes/no" else ()
    return replace(Draft(encounter="e1", patient="p1", on=date(2026, 3, 3), author="Noor Haddad RN", to="Dr. Okafor", kind=kind, form=form, title=title, question=question, options=offered,  # type: ignore[arg-type]
                         indicators=quoted(*indicators)), **more)


HF = ("Heart failure", "EF 25%", "BNP 2400")
GOOD = {
    "type and acuity of heart failure": query("specificity", "choice", "Heart failure, further description", "Can the heart failure be described further as to type and acuity?",
                                              ("Acute systolic heart failure", "Acute on chronic systolic heart failure", "Chronic systolic heart failure"), *HF),
    "heart failure, open": query("specificity", "open", "Heart failure", "Please clarify the type and acuity of the heart failure that is documented.", (), *HF),
    "respiratory findings": query("indicators", "choice", "Respiratory findings", "Is there a diagnosis that accounts for these findings?", ("Acute respiratory failure with hypoxia", "Hypoxemia without respiratory failure"),
                                  "SpO2 84% on room air, RR 32", "placed on BiPAP"),
    "respiratory findings, open": query("indicators", "open", "Clinical findings", "In your clinical judgment, what diagnosis, if any, do these findings represent?", (), "SpO2 84% on room air, RR 32", "accessory muscle use"),
    "renal findings": query("indicators", "choice", "Renal findings", "What, in your judgment, do the findings represent?", ("Acute kidney injury", "Acute tubular necrosis", "Prerenal azotemia"), "Creatinine 2.4, baseline 1.0", "Urine output 15 mL/h"),
    "conflict between notes": query("conflict", "choice", "Conflicting documentation", "The notes differ. Which applies to this patient?", ("Acute kidney injury", "Chronic kidney disease"), "AKI versus CKD per nephrology"),
    "conflict, open": query("conflict", "open", "Conflicting documentation", "The neurologist and the hospitalist differ as to sepsis. Please clarify.", (), "Encephalopathy, likely from sepsis per neurology; hospitalist: sepsis ruled out"),
    "conflict, yes or no": query("conflict", "yes/no", "Conflicting documentation", "The neurologist documents sepsis. As the attending, do you concur with it?", (), "Encephalopathy, likely from sepsis per neurology"),
    "infection": query("indicators", "choice", "Findings and culture", "What do these findings represent?", ("Sepsis due to E. coli", "Urinary tract infection without sepsis"), "WBC 18.2, temp 39.1, lactate 3.4", "blood cultures grew E. coli"),
    "sodium": query("indicators", "open", "Laboratory finding", "What is the clinical significance, if any, of the sodium of 121?", (), "Sodium 121"),
    "mental status": query("indicators", "open", "Mental status", "Is there a diagnosis for the change of mental status?", (), "Confused, not oriented to place"),
    "hemoglobin": query("indicators", "open", "Hemoglobin", "What diagnosis, if any, was treated by the transfusion?", (), "Hgb 6.9 after hip surgery, transfused 2 units"),
    "hemoglobin, choices": query("indicators", "choice", "Hemoglobin", "What do these findings represent?", ("Acute blood loss anemia", "Chronic anemia"), "Hgb 6.9 after hip surgery, transfused 2 units; baseline 12"),
    "organism": query("specificity", "choice", "Pneumonia, organism", "Can the organism of the pneumonia be specified?", ("Pneumonia due to Klebsiella", "Pneumonia, organism unknown"), "Pneumonia, right lower lobe consolidation, Klebsiella in sputum"),
    "pneumonia present on admission": query("poa", "yes/no", "Present on admission", "Was the pneumonia present at the time of the order for admission?", (), "Pneumonia, right lower lobe consolidation"),
    "ulcer present on admission": query("poa", "yes/no", "Present on admission", "Was the pressure ulcer of the sacrum present at the time of admission?", (), "Sacral pressure ulcer"),
    "stage of the ulcer": query("specificity", "open", "Pressure ulcer", "Please specify the stage of the pressure ulcer.", (), "Sacral pressure ulcer, wound 4 cm with slough"),
    "nutrition": query("indicators", "choice", "Nutritional findings", "Is there a diagnosis for these findings?", ("Severe protein-calorie malnutrition", "Moderate protein-calorie malnutrition", "Weight loss without malnutrition"),
                       "Albumin 2.1, lost 12 kg in 3 months, dietitian follows"),
    "nutrition, open": query("indicators", "open", "Nutritional findings", "What, if any, is the diagnosis that the dietitian treats?", (), "Albumin 2.1, lost 12 kg in 3 months, dietitian follows"),
    "cause of neuropathy": query("cause", "choice", "Relationship", "What is the cause of the neuropathy, if known?", ("Neuropathy due to type 2 diabetes mellitus", "Neuropathy not related to diabetes"), "Type 2 diabetes mellitus", "Neuropathy of both feet"),
    "cause, yes or no": query("cause", "yes/no", "Relationship", "Is the neuropathy related to the type 2 diabetes mellitus?", (), "Type 2 diabetes mellitus", "Neuropathy of both feet"),
    "clinical basis": query("validation", "open", "Clinical basis", "Respiratory failure is documented. Please clarify the clinical basis in your own judgment.", (), "Respiratory failure", "SpO2 84% on room air"),
    "clinical basis, yes or no": query("validation", "yes/no", "Clinical basis", "Respiratory failure is documented once. After study, is it a diagnosis of this stay?", (), "Respiratory failure"),
    "kind of atrial fibrillation": query("specificity", "choice", "Atrial fibrillation", "Can the atrial fibrillation be specified?", ("Paroxysmal atrial fibrillation", "Persistent atrial fibrillation", "Permanent atrial fibrillation"), "Atrial fibrillation"),
    "chest pain": query("indicators", "open", "Cardiac findings", "What, if known, is the cause of the chest pain?", (), "Chest pain", "Troponin 2.1"),
    "body mass index": query("indicators", "open", "Body mass index", "Is there a diagnosis that goes with the body mass index of 41?", (), "BMI 41"),
    "lungs": query("specificity", "choice", "COPD", "Can the state of the COPD at this visit be described?", ("COPD with acute exacerbation", "COPD without exacerbation"), "COPD with wheeze on prednisone"),
    "old stroke": query("cause", "open", "Relationship", "Is the weakness of the left arm related to another condition that is documented, and if so, to which?", (), "Stroke in 2019 with left arm weakness"),
    "earlier stay, with the reason": query("specificity", "open", "Heart failure", "Can the type of the heart failure be specified?", (), "Heart failure", why_prior="The echocardiogram of that stay is the only one, and is referred to in this one",
                                           indicators=(*quoted("Heart failure"), Indicator(span=Span(document="old", start=0, end=6, text="EF 25%"), encounter="e0"))),
    "carried forward": query("copied", "open", "Carried-forward documentation", "Hypertension stands in carried-forward passages only. How was it evaluated or treated in this stay, if it was?", (), "Hypertension"),
    "written by a rule": compose("specificity", encounter="e1", patient="p1", on=date(2026, 3, 3), author="Charthouse", to="Dr. Okafor", indicators=quoted(*HF), about="heart failure", open_="type and acuity"),
    "by a rule, with options": compose("conflict", encounter="e1", patient="p1", on=date(2026, 3, 3), author="Charthouse", to="Dr. Okafor", indicators=quoted("AKI versus CKD per nephrology"), about="the kidney function",
                                       options=("Acute kidney injury", "Chronic kidney disease")),
    "by a rule, present on admission": compose("poa", encounter="e1", patient="p1", on=date(2026, 3, 3), author="Charthouse", to="Dr. Okafor", indicators=quoted("Pneumonia"), about="pneumonia"),
}

HFQ, RESP, RENAL, NA = GOOD["type and acuity of heart failure"], GOOD["respiratory findings"], GOOD["renal findings"], GOOD["sodium"]
WRONG: dict[str, tuple[Draft, str]] = {
    "title names the answer": (replace(RESP, title="Acute respiratory failure with hypoxia"), "title-leads"),
    "title names a new diagnosis": (replace(NA, title="Hyponatremia"), "title-leads"),
    "title names malnutrition": (replace(GOOD["nutrition, open"], title="Severe malnutrition query"), "title-leads"),
    "question names the answer": (replace(NA, question="Does the sodium of 121 represent hyponatremia, in your judgment?"), "question-leads"),
    "question names an exacter one": (replace(GOOD["heart failure, open"], question="Is this acute on chronic systolic heart failure?"), "question-leads"),
    "question names a blood loss anemia": (replace(GOOD["hemoglobin"], question="Was acute blood loss anemia treated by the transfusion?"), "question-leads"),
    "yes or no for a new diagnosis": (replace(NA, form="yes/no", options=("Yes", "No", *CLOSE), question="Does the patient have hyponatremia?"), "yes-no-new"),
    "yes or no for specificity": (replace(HFQ, form="yes/no", options=("Yes", "No", *CLOSE), question="Can the heart failure be specified further?"), "yes-no-new"),
    "yes or no for a new cause": (replace(GOOD["cause, yes or no"], question="Is the neuropathy due to alcoholic polyneuropathy?"), "yes-no-new"),
    "yes or no without no": (replace(GOOD["pneumonia present on admission"], options=("Yes", *CLOSE)), "yes-no-options"),
    "one option": (replace(HFQ, options=("Acute systolic heart failure", *CLOSE)), "one-option"),
    "the same option twice": (replace(RENAL, options=("Acute kidney injury", "acute kidney injury", *CLOSE)), "one-option"),
    "no other": (replace(HFQ, options=(*HFQ.options[:3], "Unable to determine")), "no-other"),
    "no undetermined": (replace(HFQ, options=(*HFQ.options[:3], "Other")), "no-undetermined"),
    "an option without indicators": (replace(RESP, options=("Acute respiratory failure with hypoxia", "Septic shock", *CLOSE)), "unsupported"),
    "an option of another organ": (replace(HFQ, options=(*HFQ.options[:2], "Acute tubular necrosis", *CLOSE)), "unsupported"),
    "an open query that offers": (replace(NA, options=("Low sodium", "Normal")), "open-with-options"),
    "the DRG": (replace(HFQ, question="The DRG depends on it. Can the heart failure be described further as to type and acuity?"), "impact"),
    "MCC beside an option": (replace(HFQ, options=("Acute systolic heart failure (MCC)", "Chronic systolic heart failure (CC)", *CLOSE)), "impact"),
    "reimbursement": (replace(NA, question="What is the significance of the sodium of 121? It affects reimbursement."), "impact"),
    "severity of illness": (replace(RENAL, title="Severity of illness"), "impact"),
    "a quality measure": (replace(GOOD["ulcer present on admission"], question="For the quality measure: was the pressure ulcer present at the time of admission?"), "impact"),
    "risk adjustment": (replace(GOOD["cause of neuropathy"], title="Risk adjustment opportunity"), "impact"),
    "please document": (replace(NA, question="Please document the diagnosis that goes with the sodium of 121. What is it?"), "directs"),
    "would you agree": (replace(HFQ, question="Would you agree that the heart failure can be described further?"), "directs"),
    "you forgot": (replace(GOOD["stage of the ulcer"], question="You forgot the stage of the pressure ulcer. Which is it?"), "directs"),
    "must be documented": (replace(GOOD["organism"], question="The organism must be documented. Can it be specified?"), "directs"),
    "meets criteria": (replace(GOOD["infection"], question="The patient meets the criteria for it. What do these findings represent?"), "directs"),
    "no indicators": (replace(HFQ, indicators=(), options=("Acute heart failure", "Chronic heart failure", *CLOSE), form="open"), "no-indicators"),
    "not in the record": (replace(NA, indicators=(Indicator(span=Span(document="d1", start=10, end=20, text="Sodium 119")),)), "not-quoted"),
    "another document": (replace(NA, indicators=(replace(NA.indicators[0], span=replace(NA.indicators[0].span, document="d2")),)), "not-quoted"),
    "an earlier stay without the reason": (replace(GOOD["earlier stay, with the reason"], why_prior=" "), "prior-encounter"),
    "no question": (replace(HFQ, question=""), "no-question"), "only states": (replace(NA, question="The sodium is 121."), "no-question"),
    "nobody is asked": (replace(NA, to=""), "incomplete"), "nobody asks": (replace(NA, author=" "), "incomplete"), "no date": (replace(NA, on=None), "incomplete"),
}
WRONG["no indicators"] = (replace(GOOD["heart failure, open"], indicators=()), "no-indicators")


@pytest.fixture(scope="module")
def judge(book: SqliteCodeBook) -> Any:
    kit, known = bootstrap.site_kit(), conditions(rows("cdi", "conditions.tsv"))
    documented = documented_in(RECORD, kit.reader)
    return lambda draft: lint(draft, texts={"d1": RECORD}, documented=documented, diagnoses=lambda text: named_in(text, kit.reader), known=known)


def test_there_are_enough_of_both() -> None:
    assert len(GOOD) >= 30
    assert len(WRONG) >= 30
    assert {rule for _, rule in WRONG.values()} == {"title-leads", "question-leads", "yes-no-new", "yes-no-options", "one-option", "no-other", "no-undetermined", "unsupported", "open-with-options", "impact", "directs",
                                                    "no-indicators", "not-quoted", "prior-encounter", "no-question", "incomplete"}


@pytest.mark.parametrize("name", GOOD)
def test_compliant(name: str, judge: Any) -> None:
    assert [(r.rule, r.message) for r in judge(GOOD[name])] == []


@pytest.mark.parametrize("name", WRONG)
def test_wrong_in_one_way_and_found_so(name: str, judge: Any) -> None:
    draft, rule = WRONG[name]
    found = judge(draft)
    assert [r.rule for r in found] == [f"cdi/{rule}"]
    assert found[0].verdict == "error"
    assert found[0].citation == CITATION


def test_who_wrote_it_makes_no_difference(judge: Any) -> None:
    for draft, _ in WRONG.values():
        assert judge(replace(draft, written_by="rule")) == judge(replace(draft, written_by="model")) == judge(draft)
