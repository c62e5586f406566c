"""Assembly: documents in the order in which they were written, copied passages traced to the first place."""
from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from charthouse.record.chart import Chart, Encounter
from charthouse.record.document import Document, Patient
from charthouse.rooms.chart import assemble
from charthouse.rooms.intake import from_text

LONG = "Acute on chronic heart failure, diuresed with furosemide since admission."
OTHER = "Creatinine rose to 2.1 on the second day and came down with fluids again."
VISIT = Encounter(id="1", setting="inpatient", on=date(2026, 3, 5), patient=Patient())


def document(id: str, text: str, day: int | None = None) -> Document:
    return from_text(text, id=id, service_date=date(2026, 3, day) if day else None)


def chart(*documents: Document) -> Chart:
    return assemble(VISIT, documents)


def test_documents_come_in_order_of_date_and_those_without_last() -> None:
    made = chart(document("c", "c"), document("b", "b", 4), document("a", "a", 2), document("b2", "b2", 4))
    assert [d.id for d in made.documents] == ["a", "b", "b2", "c"]


def test_a_copied_line_is_traced_to_the_first_document_that_had_it() -> None:
    made = chart(document("c", f"Third.\n{LONG}", 3), document("a", f"First.\n{LONG}", 1), document("b", f"{LONG}\nSecond.", 2))
    assert [(c.document, c.origin) for c in made.copied] == [("b", "a"), ("c", "a")]
    for c in made.copied:
        assert made.document(c.document).text[c.start:c.end] == LONG
        assert made.document(c.origin).text[c.origin_start:].startswith(LONG)


def test_spaces_and_letter_case_do_not_hide_a_copy() -> None:
    made = chart(document("a", LONG, 1), document("b", "  " + LONG.upper().replace(" ", "   ") + "\r", 2))
    assert [c.document for c in made.copied] == ["b"]


def test_short_lines_recur_without_being_copied() -> None:
    assert chart(document("a", "No acute distress.\nPlan:", 1), document("b", "No acute distress.\nPlan:", 2)).copied == ()


def test_a_line_twice_in_one_document_is_no_copy() -> None:
    assert chart(document("a", f"{LONG}\n{LONG}", 1)).copied == ()
    assert chart(document("a", f"{LONG}\n{LONG}", 1), document("b", OTHER, 2)).copied == ()


def test_a_changed_line_is_no_copy() -> None:
    assert chart(document("a", OTHER, 1), document("b", OTHER.replace("2.1", "3.4"), 2)).copied == ()


@given(st.permutations(["a", "b", "c", "d"]))
def test_the_order_in_which_dated_documents_arrive_does_not_matter(order: list[str]) -> None:
    made = {"a": document("a", LONG, 1), "b": document("b", f"{OTHER}\n{LONG}", 2), "c": document("c", OTHER, 3), "d": document("d", f"{LONG}\nx", 4)}
    assert chart(*(made[id] for id in order)) == chart(*made.values())
