"""Every fact quotes what stands at its place, whatever else the text holds."""
from __future__ import annotations

import itertools
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from charthouse.record.chart import Encounter
from charthouse.record.document import MAX_QUOTE, Patient, quote
from charthouse.record.fact import Fact
from charthouse.rooms.abstraction import Reader, abstract, read, read_targets
from charthouse.rooms.abstraction.read import LONGEST, sentences
from charthouse.rooms.chart import assemble
from charthouse.rooms.intake import from_text

CLINICAL = ["no fever", "denies chest pain", "pneumonia", "history of stroke", "Mother has asthma", "BP 142/88", "metformin 500 mg", "left-sided cellulitis",
            "Assessment:", "- hypertension", "1. diabetes: stable", "possible sepsis", "Cough: no", "A1c 8.2%", "Dr. X", "w/o edema", "pnuemonia"]  # fmt: skip
ODD = ["😀", "👩‍⚕️", "🇫🇷", "e\u0301", "n\u0303o", "\u0301", "Å", "ﬁ", "İ", "ß", "\u200b", "\u00a0", "\u2028", "שלום", "中文", "\ud800", "ﷺ", "½", "²"]
GAPS = [" ", "  ", "\n", "\r\n", "\t", "\n\n", ". ", ", ", "; ", "\f", "\x0b", "\x85"]
TEXTS = st.lists(st.sampled_from(CLINICAL) | st.sampled_from(ODD) | st.sampled_from(GAPS) | st.text(max_size=5), min_size=1, max_size=30).map("".join)


def check(text: str, fact: Fact) -> None:
    for span in [fact.span] + ([fact.trigger] if fact.trigger else []):
        assert span.text == text[span.start:span.end]
        assert 0 < len(span.text) <= MAX_QUOTE
        assert span.text.strip()


@given(TEXTS)
@settings(max_examples=300, deadline=None)
def test_facts_quote_their_text(small_reader: Reader, text: str) -> None:
    if not text.strip() or "\x00" in text:
        return
    for fact in read(from_text(text, id="note"), small_reader):
        check(text, fact)


@given(TEXTS, st.data())
@settings(max_examples=100, deadline=None)
def test_marked_words_come_back_as_marked(small_reader: Reader, text: str, data: st.DataObject) -> None:
    if not text.strip() or "\x00" in text:
        return
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, min(len(text), start + 40)))
    if not text[start:end].strip():
        return
    (fact,) = read_targets(from_text(text, id="note"), [(start, end)], small_reader)
    assert (fact.span.start, fact.span.end, fact.span.text) == (start, end, text[start:end])


@pytest.mark.parametrize("before", ["😀😀 ", "Señora Nuñez, 70 ", "e\u0301te\u0301 ", "\r\n\t", "👩‍⚕️: ", "\ufeff"])
def test_what_comes_before_moves_the_place_by_its_code_points(small_reader: Reader, before: str) -> None:
    (fact,) = read(from_text(f"{before}pneumonia today", id="note"), small_reader)
    assert (fact.span.start, fact.span.text) == (len(before), "pneumonia")


def test_reading_twice_gives_the_same(small_reader: Reader) -> None:
    document = from_text("\n".join(CLINICAL + ODD), id="note")
    assert read(document, small_reader) == read(document, small_reader)


def test_copied_passages_say_where_they_come_from(small_reader: Reader) -> None:
    passage = "Admitted with pneumonia and sepsis, treated with antibiotics since then."
    documents = [from_text(passage, id="a", service_date=date(2026, 3, 1)), from_text(f"Better.\n{passage}\nHeadache.", id="b", service_date=date(2026, 3, 2))]
    encounter = Encounter(id="1", setting="inpatient", on=date(2026, 3, 2), patient=Patient())
    facts = abstract(assemble(encounter, documents), small_reader)
    origins = {(f.span.document, f.span.text): f.copied_from for f in facts}
    assert origins["a", "pneumonia"] == ""
    assert origins["b", "pneumonia"] == "a"
    assert origins["b", "Headache"] == ""


@pytest.mark.parametrize(("start", "end"), [(-1, 2), (3, 3), (5, 2), (0, 99), (4, 5)])
def test_a_span_outside_the_text_or_blank_is_refused(start: int, end: int) -> None:
    document = from_text("abcd efgh", id="note")
    with pytest.raises(ValueError, match="quote"):
        quote(document, start, end)


def test_a_long_span_is_cut_to_a_quotation() -> None:
    assert len(quote(from_text("x" * 1000, id="note"), 0, 1000).text) == MAX_QUOTE


def test_text_without_full_stops_is_read_in_parts(small_reader: Reader) -> None:
    text = "fever cough chest pain no nausea and then " * 400
    parts = list(sentences(from_text(text, id="note"), small_reader))
    assert max(len(p.row.folded) for p in parts) <= LONGEST
    assert sum(len(p.row.folded) for p in parts) == len(text.split())
    assert all(a.segment.end <= b.segment.start for a, b in itertools.pairwise(parts))


def test_a_long_list_is_cut_at_a_comma(small_reader: Reader) -> None:
    text = "Denies " + "fever, chest pain, cough, " * 60
    parts = list(sentences(from_text(text, id="note"), small_reader))
    assert len(parts) > 1
    assert all(text[:p.segment.start].rstrip().endswith(",") for p in parts[1:])
