"""Vital signs, laboratory values and doses, as written."""
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charthouse.rooms.abstraction.measured import measurements

# text, kind, name, value, unit
VALUES = [
    ("BP 142/88", "vital", "blood pressure", 142, "mmHg"), ("Blood pressure was 142/88 today", "vital", "blood pressure", 142, "mmHg"),
    ("BP: 98/60 mmHg", "vital", "blood pressure", 98, "mmHg"), ("HR 88", "vital", "heart rate", 88, ""), ("Pulse: 102 bpm", "vital", "heart rate", 102, "bpm"),
    ("RR 22", "vital", "respiratory rate", 22, ""), ("SpO2 91% on room air", "vital", "oxygen saturation", 91, "%"),
    ("O2 sat 88 %", "vital", "oxygen saturation", 88, "%"), ("Temp 38.4 C", "vital", "temperature", 38.4, "C"), ("T 101.2", "vital", "temperature", 101.2, ""),
    ("BMI 41.3", "vital", "BMI", 41.3, ""), ("BMI of 33", "vital", "BMI", 33, ""), ("BMI is 41.3 kg/m2", "vital", "BMI", 41.3, "kg/m2"),
    ("Weight 82 kg", "vital", "weight", 82, "kg"), ("Wt: 182 lbs", "vital", "weight", 182, "lbs"),
    ("A1c 8.2%", "lab", "hemoglobin A1c", 8.2, "%"), ("HbA1c: 7.9 %", "lab", "hemoglobin A1c", 7.9, "%"), ("hemoglobin A1c was 10.1", "lab", "hemoglobin A1c", 10.1, ""),
    ("creatinine 2.1", "lab", "creatinine", 2.1, ""), ("Creatinine of 1.4 mg/dL", "lab", "creatinine", 1.4, "mg/dL"), ("Cr 3.0", "lab", "creatinine", 3.0, ""),
    ("eGFR 38 mL/min", "lab", "eGFR", 38, "mL/min"), ("Na 128", "lab", "sodium", 128, ""), ("K 5.9", "lab", "potassium", 5.9, ""),
    ("potassium (serum) 3.1 mmol/L", "lab", "potassium", 3.1, "mmol/L"), ("Hgb 7.4 g/dL", "lab", "hemoglobin", 7.4, "g/dL"), ("WBC 14.2", "lab", "white blood cells", 14.2, ""),
    ("lactate 4.1", "lab", "lactate", 4.1, ""), ("INR 2,4", "lab", "INR", 2.4, ""), ("troponin 0.04 ng/mL", "lab", "troponin", 0.04, "ng/mL"),
    ("EF 35%", "lab", "ejection fraction", 35, "%"), ("glucose 412", "lab", "glucose", 412, ""),
    ("metformin 500 mg twice daily", "medication", "metformin", 500, "mg"), ("Lisinopril 10mg", "medication", "lisinopril", 10, "mg"),
    ("levothyroxine 75 mcg", "medication", "levothyroxine", 75, "mcg"), ("insulin glargine 20 units", "medication", "insulin glargine", 20, "units"),
    ("metoprolol succinate 25 mg", "medication", "metoprolol succinate", 25, "mg"),
]  # fmt: skip
NOTHING = ["A1c pending", "no labs", "BP cuff at home", "walked 500 m", "seen 12/03", "than 20 mg", "phone 555-0100", "HR", "increase 5 mg", "cracker 5"]


@pytest.mark.parametrize(("text", "kind", "name", "value", "unit"), VALUES)
def test_values_are_read(text: str, kind: str, name: str, value: float, unit: str) -> None:
    read = [(m.kind, m.measured.name, m.measured.value, m.measured.unit) for m in measurements(text)]
    assert (kind, name, value, unit) in read


@pytest.mark.parametrize("text", NOTHING)
def test_what_holds_no_value_gives_none(text: str) -> None:
    assert list(measurements(text)) == []


def test_blood_pressure_has_two_values() -> None:
    (read,) = measurements("BP 142/88")
    assert (read.measured.value, read.measured.second) == (142, 88)


@pytest.mark.parametrize(("text", "flag"), [("potassium 5.9 H", "H"), ("sodium 128 (L)", "L"), ("glucose 250 high", "H"), ("glucose 100", "")])
def test_flags_as_the_report_prints_them(text: str, flag: str) -> None:
    (read,) = measurements(text)
    assert read.measured.flag == flag


def test_a_line_of_vitals_gives_each() -> None:
    names = {m.measured.name for m in measurements("Vitals: BP 142/88, HR 88, RR 18, T 37.2, SpO2 97%, BMI 31.2")}
    assert names == {"blood pressure", "heart rate", "respiratory rate", "temperature", "oxygen saturation", "BMI"}


def test_a_value_does_not_reach_over_a_line() -> None:
    assert list(measurements("creatinine\n2.1")) == []


@given(st.text(max_size=60), st.sampled_from(["BP 142/88", "A1c 8.2%", "metformin 500 mg"]), st.text(max_size=60))
def test_a_value_stands_where_it_says(before: str, value: str, after: str) -> None:
    text = f"{before}\n{value}\n{after}"
    read = list(measurements(text))
    assert all(0 <= m.start < m.end <= len(text) for m in read)
    assert value.rstrip("%") in [text[m.start:m.end].rstrip("%").strip() for m in read]
