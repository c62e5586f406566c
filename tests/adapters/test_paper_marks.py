"""Marks cut into segments: nothing lost, nothing twice, every piece of evidence whole."""
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charthouse.adapters.paper.marks import Copy, Mark, Passage, Segment, passages

TEXT = "No pneumonia. 🫁 Possible sepsis, e\u0301tat stable.\nCopied line.\nOwn line.\n"


def segments(found: tuple[Passage, ...]) -> list[Segment]:
    return [s for p in found for s in p.segments]


def whole(found: tuple[Passage, ...], ref: str) -> str:
    return "".join(s.text for s in segments(found) if ref in s.refs)


def mark(words: str, **more: object) -> Mark:
    at = TEXT.index(words)
    return Mark(start=at, end=at + len(words), **more)  # type: ignore[arg-type]


@st.composite
def cases(draw: st.DrawFn) -> tuple[str, list[Mark], list[Copy]]:
    text = draw(st.text(st.sampled_from("ab \n🫁\u0301"), max_size=60))
    edge = st.integers(-2, len(text) + 2)
    marks = [Mark(start=draw(edge), end=draw(edge), code=str(n), place=1) for n in range(1, draw(st.integers(0, 8)) + 1)]
    copies = [Copy(start=max(0, draw(edge)), end=draw(edge), origin=draw(st.sampled_from("xy"))) for _ in range(draw(st.integers(0, 4)))]
    return text, marks, copies


@given(cases())
def test_the_text_stays_whole_and_each_mark_covers_its_words(case: tuple[str, list[Mark], list[Copy]]) -> None:
    text, marks, copies = case
    found = passages(text, marks, copies, name="s")
    assert "".join(s.text for s in segments(found)) == text
    assert len({s.id for s in segments(found)}) == len(segments(found))
    for m in marks:
        inside = 0 <= m.start < min(m.end, len(text))
        assert whole(found, m.ref) == (text[m.start:m.end] if inside else "")
        assert sum(m.code in s.closes for s in segments(found)) == inside


def test_overlapping_evidence_is_whole_for_both() -> None:
    a, b = mark("Possible sepsis", code="1", place=1), mark("sepsis, e\u0301tat", code="2", place=1)
    found = passages(TEXT, [a, b], [], name="s")
    assert (whole(found, "1.1"), whole(found, "2.1")) == ("Possible sepsis", "sepsis, e\u0301tat")
    assert [s.text for s in segments(found) if len(s.refs) == 2] == ["sepsis"]


@pytest.mark.parametrize(("inner", "outer", "pattern"), [("absent", "present", "absent"), ("present", "absent", "present")])
def test_the_shortest_fact_decides_the_pattern(inner: str, outer: str, pattern: str) -> None:
    found = passages(TEXT, [mark("pneumonia", pattern=inner), mark("No pneumonia.", pattern=outer)], [], name="s")
    assert next(s.pattern for s in segments(found) if s.text == "pneumonia") == pattern


def test_of_two_facts_on_the_same_words_the_guarded_one_decides() -> None:
    found = passages(TEXT, [mark("sepsis", pattern="present"), mark("sepsis", pattern="possible")], [], name="s")
    assert next(s.pattern for s in segments(found) if s.text == "sepsis") == "possible"


def test_copied_sentences_become_one_block_of_whole_lines() -> None:
    at = TEXT.index("Copied")
    found = passages(TEXT, [], [Copy(start=at, end=at + 6, origin="a"), Copy(start=at + 7, end=at + 12, origin="a")], name="s")
    assert [(p.origin, p.block) for p in found] == [("", False), ("a", True), ("", False)]
    assert found[1].segments[-1].text == "Copied line.\n"


def test_copied_words_within_a_line_stay_in_the_line() -> None:
    at = TEXT.index("line")
    assert [p.block for p in passages(TEXT, [], [Copy(start=at, end=at + 4, origin="a")], name="s")] == [False, False, False]
