"""Pages of a scan: order, blank, double and missing ones, and two patients in one scan. All text is invented."""
from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from charthouse.rooms.intake.pages import Scanned, header, is_blank, sort

ANN = "Patient: Ann Marlow   MRN: 4471902   DOB: 03/14/1951"
BEN = "Patient: Ben Okafor   MRN: 8832017   DOB: 11/02/1978"
PROSE = ("the patient walked with a frame and denied chest pain while the wound over the left heel was clean and dry so dressings were changed daily and "
         "metformin was continued at breakfast after the morning glucose of figures in the usual range as the nurse had written")


def body(seed: int, words: int = 90) -> str:
    chance = random.Random(seed)
    return " ".join(chance.choice(PROSE.split()) for _ in range(words))


def page(number: int, head: str, at: int = 0, of: int = 0, seed: int | None = None) -> Scanned:
    foot = f"\nPage {at} of {of}" if at else ""
    return Scanned(number=number, text=f"{head}\n\n{body(number if seed is None else seed)}{foot}")


def noisy(text: str, seed: int, every: int = 60) -> str:
    """As OCR misreads it: a letter in sixty another."""
    chance = random.Random(seed)
    return "".join(chance.choice("ecoaln") if c.isalpha() and chance.randrange(every) == 0 else c for c in text)


@pytest.mark.parametrize(("text", "name", "mrn", "born", "at", "of"), [
    (ANN + "\nPage 2 of 7", "Ann Marlow", "4471902", "3/14/1951", 2, 7),
    ("Patient Name: Marlow, Ann  Patient ID: 44719O2 D0B: O3/l4/1951  pg 3/7", "Marlow, Ann", "4471902", "3/14/1951", 3, 7),
    ("Pt: O'Hara-Smith, Lena  Age: 44\nDate of Birth: 1980-05-06\nMRN# LH-004-738-21", "O'Hara-Smith, Lena", "LH00473821", "5/6/1980", 0, 0),
    ("PATIENT: JOHN BELL DOB: May 6, 1980", "JOHN BELL", "", "may 6 1980", 0, 0),
    ("Physician Name: Dr. Carla Winter\nGlucose 5 of 9", "", "", "", 0, 0),
    ("- 4 / 9 -\n\nContinued", "", "", "", 4, 9),
    ("Page 9 of 7", "", "", "", 0, 0),
])
def test_a_header_is_read_with_the_errors_of_ocr_in_it(text: str, name: str, mrn: str, born: str, at: int, of: int) -> None:
    head = header(text)
    assert (head.name, head.mrn, head.born, head.page, head.of) == (name, mrn, born, at, of)
    assert all(text[a:b].strip() for a, b in head.spans)


@pytest.mark.parametrize(("text", "blank"), [("", True), (" .\n", True), ("This page intentionally left blank.", True), ("K 4.1 high", False)])
def test_blank_pages(text: str, blank: bool) -> None:
    assert is_blank(text) is blank


@settings(max_examples=60, deadline=None)
@given(order=st.permutations(range(1, 8)), blanks=st.sets(st.integers(0, 6), max_size=2))
def test_a_shuffled_document_comes_back_in_order(order: list[int], blanks: set[int]) -> None:
    pages, at_of = [], {}
    for place, at in enumerate(order):
        if place in blanks:
            pages.append(Scanned(number=len(pages) + 1, text=" "))
        pages.append(page(len(pages) + 1, ANN, at, 7, seed=at))
        at_of[pages[-1].number] = at
    done = sort(pages)
    assert done.verdict == "one"
    assert [at_of[n] for n in done.bundles[0].pages] == list(range(1, 8))
    assert done.bundles[0].missing == ()
    assert len(done.blank) == len(blanks)


@settings(max_examples=60, deadline=None)
@given(order=st.permutations([("A", 1), ("A", 2), ("A", 3), ("B", 1), ("B", 2)]))
def test_nothing_is_lost_whatever_the_order(order: list[tuple[str, int]]) -> None:
    pages = [page(n, ANN if who == "A" else BEN, at, 3 if who == "A" else 2, seed=at + 10 * (who == "B")) for n, (who, at) in enumerate(order, 1)]
    done = sort(pages)
    assert done.verdict == "separated"
    assert sorted(n for b in done.bundles for n in b.pages) == [1, 2, 3, 4, 5]
    assert sorted([order[n - 1] for n in b.pages] for b in done.bundles) == [[("A", 1), ("A", 2), ("A", 3)], [("B", 1), ("B", 2)]]


def test_a_missing_page_is_named_and_a_single_gap_takes_the_page_without_a_number() -> None:
    done = sort([page(1, ANN, 1, 4), page(2, ANN, 4, 4), page(3, ANN, 2, 4)])
    assert done.bundles[0].pages == (1, 3, 2)
    assert done.bundles[0].missing == (3,)
    assert "pages/missing" in {r.rule for r in done.rulings}
    filled = sort([page(1, ANN, 1, 4), page(2, ANN, 4, 4), page(3, ANN, 2, 4), page(4, ANN)])
    assert filled.bundles[0].pages == (1, 3, 4, 2)
    assert filled.bundles[0].missing == ()


def test_two_documents_of_one_patient_stay_apart() -> None:
    pages = [page(1, ANN, 2, 2), page(2, ANN, 1, 2), page(3, ANN, 1, 3), page(4, ANN, 3, 3), page(5, ANN, 2, 3)]
    assert sort(pages).bundles[0].pages == (2, 1, 3, 5, 4)


def test_a_double_page_is_left_out_in_spite_of_other_misreadings() -> None:
    first = page(1, ANN, 1, 2)
    again = Scanned(number=3, text=noisy(first.text, 3))
    done = sort([first, page(2, ANN, 2, 2), again])
    assert done.doubles == ((3, 1),)
    assert done.bundles[0].pages == (1, 2)


def test_tables_of_two_days_are_two_pages() -> None:
    table = "{head}\nLaboratory {day}\n" + "\n".join(f"Analyte{n}   {{v}}{n}.0   mmol/L   3.5-5.1   normal   drawn by nurse" for n in range(20))
    one = Scanned(number=1, text=table.format(head=ANN, day="04/01/2026", v=4))
    two = Scanned(number=2, text=table.format(head=ANN, day="04/02/2026", v=5))
    assert sort([one, two]).doubles == ()


@pytest.mark.parametrize(("heads", "verdict", "bundles"), [
    ([ANN, BEN, ANN, BEN], "separated", [(1, 3), (2, 4)]),
    ([ANN, "Patient: Ann Marlow  MRN: 44719O2", "Patient: Marlow, Ann DOB: 03/14/1951"], "one", [(1, 2, 3)]),
    ([ANN, "Patient: Ann Marlow MRN: 9990001"], "held", [(1, 2)]),  # the same name, another number
    ([ANN, "Patient: Anna Marlowe MRN: 4471902 DOB: 03/14/1951"], "one", [(1, 2)]),
    ([ANN, ANN, "", BEN], "held", [(1, 2, 3, 4)]),  # whose is the third?
    ([ANN, "", ANN, BEN, BEN], "separated", [(1, 2, 3), (4, 5)]),  # it lies between two of hers
    ([ANN, "Patient: Ben Okafor"], "held", [(1, 2)]),  # one mark alone is not sure
    (["", "", ""], "one", [(1, 2, 3)]),
])
def test_two_patients_are_separated_only_when_that_is_sure(heads: list[str], verdict: str, bundles: list[tuple[int, ...]]) -> None:
    done = sort([page(n, head) for n, head in enumerate(heads, 1)], document="scan")
    assert done.verdict == verdict
    assert [b.pages for b in done.bundles] == bundles
    if verdict != "one":
        ruling = next(r for r in done.rulings if r.rule == "pages/two-patients")
        assert ruling.spans
        assert all(s.document == "scan" for s in ruling.spans)
        assert "Marlow" not in ruling.message


def test_a_page_that_lay_upside_down_is_noted() -> None:
    done = sort([Scanned(number=1, text=body(1), turned=180)])
    assert [r.message for r in done.rulings] == ["page 1 lay turned by 180 degrees"]


def test_no_pages() -> None:
    assert sort([]).bundles == ()
