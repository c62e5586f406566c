"""Sections, problem headings, lists, wrapped lines and sentences."""
from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charthouse.adapters.books import tables
from charthouse.lexicon.words import words
from charthouse.rooms.abstraction.layout import Headings, Segment, heading, segments

HEADINGS = Headings(dict(tables.two("headings")))

LINES = [
    ("Assessment:", "assessment"), ("ASSESSMENT", "assessment"), ("Assessment", "assessment"), ("Assessment and Plan:", "assessment"),
    ("ASSESSMENT & PLAN", "assessment"), ("A/P: stable", "assessment"), ("Past Medical History: asthma", "past medical history"), ("PMH: asthma", "past medical history"),
    ("Family History - stroke in mother", "family history"), ("FAMILY HISTORY", "family history"), ("HPI: a man of 40", "history of present illness"),
    ("Review of Systems:", "review of systems"), ("ROS: negative", "review of systems"), ("Discharge Diagnoses:", "diagnosis"),
    ("Hospital Course:", "hospital course"), ("Plan:", "plan"), ("P: rest", "plan"), ("S: cough", "history of present illness"),
    # lines that open nothing
    ("Assessment of the wound was done", None), ("Cough: no", None), ("The plan is to rest", None), ("P rest", None), ("a", None), ("Lungs: clear", None), ("120/80", None),
]  # fmt: skip

NOTE = """\
CHIEF COMPLAINT: cough

Past Medical History
1. Hypertension
2. Asthma, mild

Family History: stroke in mother

ASSESSMENT AND PLAN
Pneumonia
- start amoxicillin, return in 2 days. Chest film in 6 weeks.
2) HTN: continue lisinopril
"""


def read(text: str) -> list[tuple[str, str, str]]:
    return [(text[s.start:s.end].strip(), s.section, s.role) for s in segments(text, HEADINGS)]


@pytest.mark.parametrize(("line", "section"), LINES)
def test_which_section_a_line_opens(line: str, section: str | None) -> None:
    opened = heading(line, HEADINGS)
    assert (opened[0] if opened else None) == section


def test_a_note_in_sections() -> None:
    assert read(NOTE) == [
        ("cough", "chief complaint", "body"), ("Hypertension", "past medical history", "list"), ("Asthma, mild", "past medical history", "list"),
        ("stroke in mother", "family history", "body"), ("Pneumonia", "assessment", "heading"),
        ("start amoxicillin, return in 2 days.", "assessment", "body"), ("Chest film in 6 weeks.", "assessment", "body"),
        ("HTN", "assessment", "heading"), (": continue lisinopril", "assessment", "body"),
    ]  # fmt: skip


def test_the_text_under_a_problem_knows_its_heading() -> None:
    problems = {NOTE[s.start:s.end].strip(): s.problem for s in segments(NOTE, HEADINGS)}
    assert problems["Pneumonia"] == problems["Chest film in 6 weeks."] == 1
    assert problems["HTN"] == problems[": continue lisinopril"] == 2
    assert problems["cough"] == 0


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("He saw Dr. Marsh. Fever today.", ["He saw Dr. Marsh.", "Fever today."]),
        ("Pt. is well. No fever.", ["Pt. is well.", "No fever."]),
        ("Cough vs. asthma. Rest.", ["Cough vs. asthma.", "Rest."]),
        ("Pain e.g. at night. Better now!  Sleeps.", ["Pain e.g. at night.", "Better now!", "Sleeps."]),
        ("A1c 7.2 today. BP 120/80.", ["A1c 7.2 today.", "BP 120/80."]),
        ("cough; fever", ["cough", "fever"]),
        ("Is it asthma? Perhaps.", ["Is it asthma?", "Perhaps."]),
    ],
)
def test_sentences_end_where_they_end(text: str, sentences: list[str]) -> None:
    assert [s.rstrip(";") for s, _, _ in read(text)] == sentences


def test_a_wrapped_line_is_put_together() -> None:
    wrapped = "He was admitted with fever, cough and a pain that\nwent to the left shoulder on deep breath."
    assert [s for s, _, _ in read(wrapped)] == [wrapped]


@pytest.mark.parametrize("text", ["Hypertension\nasthma", "He was admitted with fever, cough and pain today.\nwent home", "Hypertension, long known and treated for many years\n\nasthma",
                                  "Hypertension, long known and treated for many years\n- asthma"])  # fmt: skip
def test_lines_of_their_own_stay_apart(text: str) -> None:
    assert len(read(text)) == 2


@pytest.mark.parametrize("bullet", ["- ", "* ", "• ", "1. ", "2) ", "(3) ", "# ", "– ", "a. "])
def test_list_marks_are_no_part_of_the_item(bullet: str) -> None:
    assert read(f"Diagnoses:\n{bullet}Asthma")[0][0] == "Asthma"


def test_crlf_and_form_feed_end_lines() -> None:
    assert [s for s, _, _ in read("PMH:\r\nAsthma\r\nGout\fPlan:\r\nRest")] == ["Asthma", "Gout", "Rest"]


@given(st.lists(st.sampled_from(["Assessment:", "- HTN", "1. Asthma: stable", "Fever. Cough.", "", "  ", "PMH", "\tno pain;", "Plan", "é 😀 x"]), max_size=12),
       st.sampled_from(["\n", "\r\n"]))  # fmt: skip
def test_segments_stand_in_order_and_hold_every_word_once(lines: list[str], end: str) -> None:
    text = end.join(lines)
    made = segments(text, HEADINGS)
    assert all(a.end <= b.start for a, b in pairwise(made))
    assert all(0 <= s.start < s.end <= len(text) for s in made)
    assert not [w for w in words(text) if sum(_holds(s, w) for s in made) != 1 and not _in_heading_or_mark(w[0])]


def _holds(segment: Segment, word: tuple[str, int, int]) -> bool:
    return segment.start <= word[1] and word[2] <= segment.end


def _in_heading_or_mark(word: str) -> bool:
    return word in ("assessment", "pmh", "plan", "1")


@pytest.mark.parametrize(("line", "heading"), [
    ("Gout, allopurinol continued.", "Gout"), ("Type 2 diabetes mellitus, on metformin. At goal.", "Type 2 diabetes mellitus, on metformin"),
    ("Primary osteoarthritis of the right knee, injection given today. No fever.", "Primary osteoarthritis of the right knee"),
    ("The patient is a man with gout, treated before.", ""), ("We will treat gout, then the knee.", ""),
])
def test_a_problem_named_before_its_plan_is_a_heading(line: str, heading: str) -> None:
    text = f"ASSESSMENT AND PLAN\n\n{line}\n"
    assert [text[s.start:s.end].rstrip(".") for s in segments(text, HEADINGS) if s.role == "heading"] == ([heading] if heading else [])


def test_an_aside_under_a_problem_ends_with_its_line() -> None:
    text = "ASSESSMENT AND PLAN\n1. Gout.\n- Education: rest.\n2. Vitamin D deficiency.\nINSTRUCTIONS\nReturn in a week.\n"
    assert [(text[s.start:s.end].strip(" ."), s.section) for s in segments(text, HEADINGS)] == [
        ("Gout", "assessment"), ("rest", "instructions"), ("Vitamin D deficiency", "assessment"), ("Return in a week", "instructions")]
