"""Deficiency analysis: each rule fires, passes, and stands on its border; each ruling cites and quotes."""
from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest
from chart_kit import HP, LAW, OP, REQUIRED, SAID, SIGNED, STAY, SUMMARY, WHOLE, chart, document, lacks, rules, whole

from charthouse.record.filing import Visit
from charthouse.rooms.chart import found
from charthouse.rooms.chart.requirements import is_kind, requirements

MISSING = {"history_and_physical": ["chart/h-and-p", "chart/h-and-p-before-surgery"], "consent": ["chart/consent"], "anesthesia_evaluation": ["chart/pre-anaesthesia"],
           "anesthesia_record": ["chart/anaesthesia-record"], "postanesthesia_evaluation": ["chart/post-anaesthesia"], "discharge_summary": ["chart/discharge-summary"]}


def test_a_whole_chart_lacks_nothing() -> None:
    assert lacks(whole()) == []


@pytest.mark.parametrize("kind", MISSING)
def test_what_is_missing_is_named_with_its_citation_owner_and_day(kind: str) -> None:
    made = lacks(whole(without=[kind]))
    assert rules(made) == MISSING[kind]
    for d in made:
        assert (d.kind, d.what, d.open) == ("missing", kind, True)
        assert d.due is not None
        assert d.ruling.citation.startswith("42 CFR 482.")
        assert d.owner


def test_a_missing_operative_report_is_known_from_what_others_say() -> None:
    progress = document("progress_note", "POD 1, walking." + SIGNED, date(2026, 3, 11))
    made = lacks([*whole(without=["operative_note", "anesthesia_record"]), progress])
    assert rules(made) == ["chart/operative-report"]
    assert [s.text for s in made[0].ruling.spans] == ["POD 1"]
    assert rules(lacks(whole(without=["operative_note", "anesthesia_record"]), procedures=("0SRC0J9",))) == ["chart/operative-report"]
    assert lacks(whole(without=["operative_note", "anesthesia_record"]), procedures=("3E0234Z",)) == []


@pytest.mark.parametrize(("kind", "day", "rule"), [
    ("discharge_summary", date(2026, 4, 12), ""), ("discharge_summary", date(2026, 4, 13), "chart/discharge-summary"),
    ("operative_note", date(2026, 3, 11), ""), ("postanesthesia_evaluation", date(2026, 3, 12), ""), ("postanesthesia_evaluation", date(2026, 3, 13), "chart/post-anaesthesia"),
    ("consent", date(2026, 3, 10), ""), ("consent", date(2026, 3, 11), "chart/consent"), ("history_and_physical", date(2026, 3, 11), "chart/h-and-p-before-surgery"),
])  # fmt: skip
def test_late_begins_on_the_day_after_the_last(kind: str, day: date, rule: str) -> None:
    made = [d for d in lacks(whole(**{kind: (WHOLE[kind][0], day)})) if d.kind == "late"]
    assert rules(made) == ([rule] if rule else [])
    assert all(not d.open and d.ruling.verdict == "warning" for d in made)


@pytest.mark.parametrize(("day", "rule"), [
    (date(2026, 3, 10), ""), (date(2026, 3, 11), ""), (date(2026, 3, 12), "chart/h-and-p"), (date(2026, 3, 9), "chart/h-and-p-update"),
    (date(2026, 2, 8), "chart/h-and-p-update"), (date(2026, 2, 7), "chart/h-and-p-too-old"),
])  # fmt: skip
def test_the_examination_is_at_most_thirty_days_old_and_updated_within_a_day(day: date, rule: str) -> None:
    plain = [document("history_and_physical", "History and physical. Cough." + SIGNED, day), document("discharge_summary", SUMMARY, date(2026, 3, 13))]
    assert [r for r in rules(lacks(plain)) if r.startswith("chart/h-and-p")] == ([rule] if rule else [])


def test_an_update_after_admission_makes_an_earlier_examination_good() -> None:
    both = [document("history_and_physical", HP, date(2026, 3, 1)), replace(document("history_and_physical", "H&P update: no change." + SIGNED, date(2026, 3, 10)), id="update"),
            document("discharge_summary", SUMMARY, date(2026, 3, 13))]
    assert rules(lacks(both)) == []


def test_an_emergency_operation_needs_no_consent_and_local_anaesthesia_no_anaesthetist() -> None:
    urgent = OP.replace("Procedure: Right", "Procedure: Emergent right")
    assert rules(lacks(whole(without=["consent"], operative_note=(urgent, date(2026, 3, 10))))) == []
    local = OP.replace("Anaesthesia: general", "Anaesthesia: local")
    gone = ["anesthesia_evaluation", "anesthesia_record", "postanesthesia_evaluation"]
    assert rules(lacks(whole(without=gone, operative_note=(local, date(2026, 3, 10))))) == []


def test_both_spellings_of_anaesthesia_are_read() -> None:
    american = {kind: (text.replace("naesthesia", "nesthesia"), day) for kind, (text, day) in WHOLE.items()}
    assert lacks(whole(**american)) == []
    assert rules(lacks(whole(without=["anesthesia_record"], operative_note=american["operative_note"]))) == ["chart/anaesthesia-record"]
    typed = [replace(d, kind="clinic_note") if "anesthesia" in d.kind else d for d in whole(**american)]
    assert lacks(typed) == []


def test_no_summary_is_asked_for_before_discharge() -> None:
    assert rules(lacks(whole(without=["discharge_summary"]), replace(STAY, discharged=None))) == []


def test_one_who_died_has_a_summary_too_without_what_is_for_the_living() -> None:
    died = replace(STAY, discharge_status="20")
    assert rules(lacks(whole(without=["discharge_summary"]), died)) == ["chart/discharge-summary"]
    text = SUMMARY.replace("Condition at discharge: good. Disposition: home.\nInstructions: call for fever. Follow up in two weeks.", "Expired on 13 March.")
    assert text != SUMMARY
    assert rules(lacks(whole(discharge_summary=(text, date(2026, 3, 14))), died)) == []
    assert len(lacks(whole(discharge_summary=(text, date(2026, 3, 14))))) == 3


@pytest.mark.parametrize(("kind", "title", "is_of"), [
    ("anesthesia_record", "PRE-ANESTHESIA EVALUATION", "anesthesia_evaluation"), ("anesthesia_record", "Post anaesthesia note", "postanesthesia_evaluation"),
    ("anesthesia_record", "General anesthesia", "anesthesia_record"), ("clinic_note", "Informed consent for surgery", "consent"),
    ("clinic_note", "Visit\n\nSeen today.\nInformed consent was given.", "clinic_note"), ("progress_note", "Informed consent", "progress_note"),
])  # fmt: skip
def test_the_papers_of_an_operation_are_told_by_their_titles(kind: str, title: str, is_of: str) -> None:
    kinds = ("anesthesia_evaluation", "postanesthesia_evaluation", "anesthesia_record", "consent", "clinic_note", "progress_note")
    assert [k for k in kinds if is_kind(document(kind, title), k)] == [is_of]


def test_a_row_acts_from_its_first_day_to_its_last() -> None:
    (row,) = [r for r in LAW if r.rule == "chart/discharge-summary"]
    for since, until, acts in ((date(2026, 3, 10), None, True), (date(2026, 3, 11), None, False), (date(2000, 1, 1), date(2026, 3, 10), True), (date(2000, 1, 1), date(2026, 3, 9), False)):
        changed = (replace(row, effective_from=since, effective_to=until),)
        assert bool(lacks(whole(without=["discharge_summary"]), table=changed)) is acts


def test_a_row_that_cannot_be_read_stops_the_table() -> None:
    with pytest.raises(ValueError, match="no such authority"):
        requirements([("r", "2026-01-01", "", "habit", "any", "always", "consent", "0d", "surgery", "surgeon", "c", "s")])


def test_daily_notes_are_a_rule_of_the_site_for_full_days_only() -> None:
    daily = tuple(r for r in REQUIRED if r.rule == "site/progress-note-daily")
    one = document("progress_note", "Better." + SIGNED, date(2026, 3, 11))
    made = lacks([*whole(), one], table=daily)
    assert [(d.kind, d.due) for d in made] == [("missing", date(2026, 3, 12))]
    assert [r for r in LAW if r.rule.startswith("site/")] == []


@pytest.mark.parametrize("element", [e.name for e in SAID if e.kind == "operative_note" and e.always])
def test_each_element_of_an_operative_report_is_missed_when_it_is_not_there(element: str) -> None:
    gone = {"name of the patient": "Patient: Erin Example", "date of the operation": "Date of operation: 10 March 2026", "preoperative diagnosis": "Preoperative diagnosis: Osteoarthritis, right knee",
            "postoperative diagnosis": "Postoperative diagnosis: Same", "surgeon": "Surgeon: Ann Miller MD", "name of the procedure": "Procedure: Right total knee arthroplasty",
            "anaesthesia": "Anaesthesia: general", "technique": "Description: Midline incision, ", "findings": "Findings: worn cartilage.", "estimated blood loss": "EBL: 200 mL.",
            "specimens": "Specimens: none.", "complications": "Complications: none."}[element]
    text = OP.replace(gone, "")
    assert text != OP
    made = lacks(whole(operative_note=(text, date(2026, 3, 10))))
    assert f"chart/element/{element.replace(' ', '-')}" in rules(made)
    assert {d.kind for d in made if d.ruling.rule.startswith("chart/element/")} == {"incomplete"}


def test_what_a_report_does_say_is_quoted() -> None:
    made = {r.rule: r.spans[0].text for r in found(chart(whole()), SAID) if r.subject == "operative_note"}
    assert made["chart/element/estimated-blood-loss"] == "EBL"
    assert made["chart/element/surgeon"].startswith("Surgeon")
    assert len(made) >= 13


@pytest.mark.parametrize("sentence", ["Condition at discharge: good. ", "Disposition: home.", "Final diagnosis: osteoarthritis of the right knee.", "Follow up in two weeks.",
                                      "Instructions: call for fever. ", "Hospital course: knee replaced. ", "Reason for admission: knee pain. "])
def test_each_element_of_a_discharge_summary_is_missed_when_it_is_not_there(sentence: str) -> None:
    made = lacks(whole(discharge_summary=(SUMMARY.replace(sentence, ""), date(2026, 3, 14))))
    assert [d.kind for d in made] == ["incomplete"]


def test_an_outpatient_visit_is_not_held_to_the_rules_of_a_stay() -> None:
    visit = Visit(patient="p", facility="north", setting="outpatient", admitted=datetime(2026, 3, 10, 9), discharged=datetime(2026, 3, 10, 10))
    assert lacks([document("clinic_note", "Cough for a week. Viral." + SIGNED, date(2026, 3, 10))], visit) == []


def test_every_row_cites_the_law_or_says_that_it_is_the_sites_own() -> None:
    for row in REQUIRED:
        assert ("42 CFR 482." in row.citation) if row.authority == "law" else row.citation.startswith("Rule of the site")
    assert len({r.rule for r in REQUIRED}) == len(REQUIRED) >= 10
