"""From a sentence to the code it comes to: side, stage, seventh character, open or closed. Which status it gets is not asked."""
from __future__ import annotations

from datetime import date

import pytest

from charthouse import code_note
from charthouse.adapters.storage.codebook import SqliteCodeBook

ON = date(2026, 3, 2)

SAID = [
    ("Closed fracture of shaft of left tibia", "S82.202A"), ("Open fracture of right radial styloid", "S52.511B"), ("Open fracture of the right femoral shaft", "S72.301B"),
    ("Open displaced fracture of shaft of left tibia", "S82.202B"), ("Left distal radius fracture", "S52.502A"),
    ("CKD stage 4", "N18.4"), ("Stage IV chronic kidney disease", "N18.4"), ("Severe persistent asthma", "J45.50"), ("Left knee pain", "M25.562"),
    ("Otitis media, right ear", "H66.91"), ("Stage 3 pressure ulcer of left heel", "L89.623"), ("Left ankle sprain", "S93.402A"),
    ("Acute on chronic systolic heart failure", "I50.23"), ("Chronic kidney disease and acute kidney injury", "N17.9"),
    ("Chronic kidney disease and acute kidney injury", "N18.9"), ("Moderate recurrent major depression", "F33.1"), ("Essential hypertension", "I10"),
    ("Right lower leg cellulitis", "L03.115"), ("COPD with acute exacerbation", "J44.1"), ("Vascular dementia", "F01.50"),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "code"), SAID)
def test_a_sentence_comes_to_its_code(book: SqliteCodeBook, sentence: str, code: str) -> None:
    codes = [c.code for c in code_note(f"Assessment:\n{sentence}.\n", on=ON)]
    assert code in codes


@pytest.mark.parametrize("sentence", ["Open fracture of the right femoral shaft", "Closed fracture of shaft of left tibia", "Left ankle sprain"])
def test_a_code_that_stands_contradicts_nothing_that_was_said(book: SqliteCodeBook, sentence: str) -> None:
    titles = " ".join(c.title.lower() for c in code_note(f"Assessment:\n{sentence}.\n", on=ON) if c.status != "suppressed")
    opposite = {"open": "closed fracture", "closed": "open fracture", "left": "right", "right": "left"}
    assert not [wrong for word, wrong in opposite.items() if word in sentence.lower().split() and wrong in titles]


@pytest.mark.parametrize("sentence", ["No pneumonia", "Pneumonia was ruled out", "Mother has pneumonia", "Rule out pneumonia", "Return if pneumonia recurs"])
def test_what_the_patient_does_not_surely_have_does_not_stand(book: SqliteCodeBook, sentence: str) -> None:
    """An outpatient: uncertain diagnoses are not coded either (ICD-10-CM Guidelines IV.H)."""
    assert not [c for c in code_note(f"Assessment:\n{sentence}.\n", on=ON) if c.code.startswith("J18") and c.status != "suppressed"]


ELSEWHERE = [
    ("ASSESSMENT\n1. CKD. eGFR 38, so this is now stage 3b.\n2. Gout.\n", "N18.32", "stage 3b"),
    ("HPI: The right knee is sore.\n\nASSESSMENT\n1. Knee pain.\n", "M25.561", "right knee"),
    ("HPI: G2P1 at 29w3d.\n\nASSESSMENT\n1. Anemia in pregnancy.\n", "O99.013", "29w3d"),
]


@pytest.mark.parametrize(("note", "code", "quoted"), ELSEWHERE)
def test_what_is_taken_from_elsewhere_is_quoted(book: SqliteCodeBook, note: str, code: str, quoted: str) -> None:
    line = next(c for c in code_note(note, on=ON, sex="F", age=31) if c.code == code)
    assert any(quoted in span.text and note[span.start:span.end] == span.text for span in line.evidence)
    assert any(r.rule == "reading/elsewhere" for r in line.reasons)
