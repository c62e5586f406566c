"""The executable guidelines, in the order in which they act. Each is a pure function with its citation and cases."""
from __future__ import annotations

from charthouse.rooms.coding.candidate import Guideline
from charthouse.rooms.coding.guidelines.additional import bmi, external_causes, long_term_drugs, manifestations, weeks_of_gestation
from charthouse.rooms.coding.guidelines.combining import combinations, hypertension
from charthouse.rooms.coding.guidelines.copied import copied_forward
from charthouse.rooms.coding.guidelines.diabetes import diabetes_type, diabetes_with, insulin_in_type_1
from charthouse.rooms.coding.guidelines.excludes import excludes1
from charthouse.rooms.coding.guidelines.fractures import osteoporotic_fractures
from charthouse.rooms.coding.guidelines.pregnancy import complicated_pregnancy
from charthouse.rooms.coding.guidelines.sites import pain_of_site
from charthouse.rooms.coding.guidelines.specific import both_sides, one_stage, same_side, severity_of_sepsis, specific_over_vague
from charthouse.rooms.coding.guidelines.symptoms import abnormal_findings, integral, weak_words

GUIDELINES: tuple[Guideline, ...] = (
    copied_forward, weak_words, abnormal_findings, diabetes_type, same_side, both_sides, one_stage, severity_of_sepsis, specific_over_vague, combinations,
    diabetes_with, hypertension, osteoporotic_fractures, manifestations, integral, pain_of_site, complicated_pregnancy, excludes1, external_causes, bmi,
    long_term_drugs, insulin_in_type_1, weeks_of_gestation,
)
