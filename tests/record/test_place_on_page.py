"""A span of a scanned document lands on the words of its page."""
from __future__ import annotations

from charthouse.record.page import Page, Word
from charthouse.record.place import Place, places

TEXT = "acute heart\nfailure with edema\n\nsecond page"


def pages() -> tuple[Page, ...]:
    boxes = {"acute": (10, 10, 50, 22), "heart": (55, 10, 95, 22), "failure": (10, 30, 60, 42), "with": (64, 31, 90, 43), "edema": (94, 32, 140, 44), "second": (10, 10, 60, 22), "page": (64, 10, 99, 22)}
    words = tuple(Word(start=TEXT.index(t), end=TEXT.index(t) + len(t), text=t, box=tuple(map(float, b))) for t, b in boxes.items())  # type: ignore[arg-type]
    return (Page(number=1, width=200, height=300, start=0, end=30, words=words[:5]), Page(number=2, width=200, height=300, start=32, end=len(TEXT), words=words[5:]))


def test_a_span_over_a_line_end_has_a_box_a_line() -> None:
    start, end = TEXT.index("heart"), TEXT.index("failure") + len("failure with")
    assert places(pages(), start, end) == (Place(page=1, box=(55, 10, 95, 22)), Place(page=1, box=(10, 30, 90, 43)))


def test_a_span_over_two_pages_has_its_places_on_both() -> None:
    found = places(pages(), TEXT.index("edema"), TEXT.index("second") + 3)
    assert [p.page for p in found] == [1, 2]
    assert found[1].as_dict() == {"page": 2, "box": [10.0, 10.0, 60.0, 22.0]}


def test_part_of_a_word_is_its_whole_box_and_nothing_has_no_place() -> None:
    assert places(pages(), 1, 3) == (Place(page=1, box=(10, 10, 50, 22)),)
    assert places(pages(), 30, 32) == ()
    assert places((), 0, 5) == ()
