"""The order of reading: columns of prose one after the other, rows of a table on one line, and a text that quotes each word."""
from __future__ import annotations

from draw_scans import LAB, LEFT, RIGHT, fax, sheet, table, two_columns
from hypothesis import given, settings
from hypothesis import strategies as st

from charthouse.adapters.readers.layout import lines, text_of
from charthouse.ports.ocr import Seen


def seen(words: object, *, tall: int = 17) -> list[Seen]:
    """Words as an engine sees them: words at one height are one line of it."""
    return [Seen(text=w, box=box, confidence=0.9, line=round(box[1] / tall)) for w, box in words]  # type: ignore[attr-defined]


def read(words: list[Seen]) -> str:
    return text_of(lines(words))[0]


def test_columns_of_prose_are_read_one_after_the_other() -> None:
    text = read(seen(two_columns().words))
    assert text.split() == [*LEFT.split(), *RIGHT.split()]


def test_a_heading_across_both_columns_comes_first_and_a_foot_last() -> None:
    across = "North Valley Hospital Department of Internal Medicine History and Physical Examination of a Patient"
    foot = "Signed by the attending physician after the patient was seen and examined on the day of admission"
    words = sheet([(130, 120, across), (130, 240, LEFT), (900, 240, RIGHT), (130, 1100, foot)]).words
    assert read(seen(words)).split() == [*across.split(), *LEFT.split(), *RIGHT.split(), *foot.split()]


def test_rows_of_a_table_stay_on_one_line_with_their_cells_apart() -> None:
    rows = [line.split("   ") for line in read(seen(table().words)).splitlines() if "   " in line]
    assert [tuple(r) for r in rows] == list(LAB)


def test_paragraphs_are_parted_and_lines_are_not() -> None:
    text = read(seen(fax()[0].words))
    assert "CONSULTATION\n\nThe patient was seen for palpitations.\nThe tracing shows" in text


def test_nothing_on_the_page() -> None:
    assert text_of(lines([])) == ("", ())


boxes = st.tuples(st.integers(0, 1600), st.integers(0, 2100), st.integers(1, 300), st.integers(5, 80)).map(lambda b: (float(b[0]), float(b[1]), float(b[0] + b[2]), float(b[1] + b[3])))


@settings(max_examples=80, deadline=None)
@given(words=st.lists(st.tuples(st.text("abcXYZ019.,-", min_size=1, max_size=9), boxes, st.integers(0, 6)), max_size=40), start=st.integers(0, 50))
def test_whatever_lies_where_no_word_is_lost_and_each_is_quoted(words: list[tuple[str, tuple[float, float, float, float], int]], start: int) -> None:
    text, placed = text_of(lines(Seen(text=t, box=b, confidence=0.5, line=n) for t, b, n in words), start)
    assert sorted(w.text for w in placed) == sorted(t for t, _, _ in words)
    assert all((" " * start + text)[w.start : w.end] == w.text for w in placed)
