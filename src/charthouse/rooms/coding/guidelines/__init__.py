"""The executable guidelines, in the order in which they act. Each is a pure function with its citation and cases."""
from __future__ import annotations

from charthouse.rooms.coding.candidate import Guideline
from charthouse.rooms.coding.guidelines.additional import bmi, external_causes, long_term_drugs, manifestations, weeks_of_gestation
from charthouse.rooms.coding.guidelines.circulatory import age_of_infarction, residuals_of_stroke
from charthouse.rooms.coding.guidelines.combining import combinations, hypertension
from charthouse.rooms.coding.guidelines.copied import copied_forward
from charthouse.rooms.coding.guidelines.diabetes import diabetes_type, diabetes_with, insulin_in_type_1
from charthouse.rooms.coding.guidelines.documented_by import documented_by_others
from charthouse.rooms.coding.guidelines.encounters import abnormal_findings_at_examination, after_the_operation, follow_up
from charthouse.rooms.coding.guidelines.excludes import excludes1
from charthouse.rooms.coding.guidelines.fractures import neoplastic_fractures, osteoporotic_fractures
from charthouse.rooms.coding.guidelines.infections import infection_behind_sepsis, organisms, unconfirmed_influenza
from charthouse.rooms.coding.guidelines.injuries import aftercare, burned_surface, deepest_burn, superficial_injuries, unstated_circumstances
from charthouse.rooms.coding.guidelines.intent import intent_of_poisoning, suspected_abuse
from charthouse.rooms.coding.guidelines.kidney import transplanted_kidney
from charthouse.rooms.coding.guidelines.neoplasms import eradicated, history_beside_current
from charthouse.rooms.coding.guidelines.newborn import born_once, perinatal, weeks_at_birth
from charthouse.rooms.coding.guidelines.obstetrics import gestational_diabetes, mother_only, normal_delivery, superimposed_preeclampsia
from charthouse.rooms.coding.guidelines.pregnancy import complicated_pregnancy
from charthouse.rooms.coding.guidelines.scales import coma_scale, stroke_scale
from charthouse.rooms.coding.guidelines.sites import pain_of_site
from charthouse.rooms.coding.guidelines.specific import both_sides, one_stage, same_side, severity_of_sepsis, specific_over_vague
from charthouse.rooms.coding.guidelines.substances import substance_use
from charthouse.rooms.coding.guidelines.symptoms import abnormal_findings, integral, weak_words
from charthouse.rooms.coding.guidelines.ulcers import healed_ulcers, one_ulcer_one_stage

GUIDELINES: tuple[Guideline, ...] = (
    # what was read, and by whom
    copied_forward, documented_by_others, weak_words, abnormal_findings, after_the_operation, mother_only, born_once, healed_ulcers, eradicated,
    age_of_infarction, unconfirmed_influenza, intent_of_poisoning, suspected_abuse, transplanted_kidney,
    # type, side and stage
    diabetes_type, same_side, both_sides, one_stage, one_ulcer_one_stage, deepest_burn, severity_of_sepsis, specific_over_vague,
    # what belongs together
    infection_behind_sepsis, combinations, diabetes_with, hypertension, osteoporotic_fractures, neoplastic_fractures, residuals_of_stroke, manifestations, integral, pain_of_site,
    superficial_injuries, history_beside_current, substance_use, organisms,
    # pregnancy and birth, then what excludes each other
    complicated_pregnancy, superimposed_preeclampsia, gestational_diabetes, perinatal, weeks_at_birth, excludes1, normal_delivery,
    # what goes beside
    follow_up, aftercare, abnormal_findings_at_examination, external_causes, unstated_circumstances, burned_surface, bmi, coma_scale, stroke_scale,
    long_term_drugs, insulin_in_type_1, weeks_of_gestation,
)
